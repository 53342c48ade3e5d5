"""`netlint can`: the real command on repositories with environments, overlays and variants."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import RunNetlint
from tests.linter.contracts import as_promised
from tests.linter.shops import environments, overlays, variants, write
from tests.rules.questions.shop import CLOSED, TOWN


def shop(folder: Path) -> Path:
    return write(folder, {"shop.yaml": TOWN})


@pytest.mark.parametrize(
    ("words", "code", "answer"),
    [
        (("shop/api", "shop/db", "5432"), 0, "yes: shop/api → shop/db on TCP 5432"),
        (("shop/api", "shop/db:main"), 0, "yes: shop/api → shop/db on TCP main"),
        (("shop/api", "svc/shop/db", "80"), 0, "yes: shop/api → svc/shop/db on TCP 80"),
        (("shop/api", "svc/shop/db", "sql"), 0, "yes: shop/api → svc/shop/db on TCP sql"),
        (("shop/api", "shop/db"), 0, "yes: shop/api → shop/db on any port"),
        (("shop/api", "shop/db", "any"), 0, "yes: shop/api → shop/db on any port"),
        (("shop/api", "shop/db", "5433"), 1, "no: shop/api → shop/db on TCP 5433"),
        (("shop/web", "shop/db", "5432"), 1, "no: shop/web → shop/db on TCP 5432"),
        (("shop/app=new", "shop/db", "5432"), 1, "no: shop/app=new → shop/db on TCP 5432"),
        (("shop/app=api", "shop/db", "5432"), 0, "yes: shop/app=api → shop/db on TCP 5432"),
        (("shop", "shop/db", "5432"), 1, "in part: shop → shop/db on TCP 5432"),
        (("internet", "bank/vault"), 0, "yes: internet → bank/vault on any port"),
        (("11.1.2.3", "shop/db", "9187"), 0, "yes: 11.1.2.3 → shop/db on TCP 9187"),
        (("11.9.2.3", "shop/db", "9187"), 1, "no: 11.9.2.3 → shop/db on TCP 9187"),
        (("11.0.0.0/8", "shop/db", "9187"), 1, "in part: 11.0.0.0/8 → shop/db on TCP 9187"),
        (("shop/db", "8.8.8.8", "UDP/53"), 0, "yes: shop/db → 8.8.8.8 on UDP 53"),
        (("node", "shop/web", "80"), 2, "unknown: node → shop/web on TCP 80"),
        (("node", "bank/vault", "80"), 0, "yes: node → bank/vault on TCP 80"),
    ],
)
def test_answers(
    words: tuple[str, ...], code: int, answer: str, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    shop(tmp_path)
    result = run_netlint("can", *words)
    assert (result.returncode, result.stderr) == (code, "")
    assert result.stdout.splitlines()[0] == answer
    body = as_promised("can", run_netlint("can", *words, "--format", "json").stdout)
    assert body["answer"] == answer.partition(":")[0]


def test_a_no_names_every_policy_and_why_it_does_not_allow_it(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    write(tmp_path, {"policies.yaml": CLOSED.removeprefix("---\n")})
    result = run_netlint("can", "shop/app=web", "shop/app=db", "5432", "policies.yaml")
    none = "none of the 2 policies that select these pods allows it"
    block = "11.0.0.0/8 except 11.9.0.0/16"
    assert result.stdout.splitlines()[1:] == [
        "  + egress, leaving shop/app=web: open, no policy isolates egress of shop/app=web",
        f"  - ingress, entering shop/app=db: closed, {none}",
        "      policies.yaml:4  NetworkPolicy shop/default-deny selects every pod, allows nothing",
        "      policies.yaml:10  NetworkPolicy shop/db selects pods app=db",
        "        - policies.yaml:13  ingress[0]: means pods app=api, shop/app=web has app=web",
        f"        - policies.yaml:15  ingress[1]: {block} doesn't hold shop/app=web",
    ]


def test_a_yes_names_the_rules_that_allow_it(tmp_path: Path, run_netlint: RunNetlint) -> None:
    shop(tmp_path)
    lines = run_netlint("can", "shop/api", "shop/db", "5432").stdout.splitlines()
    assert lines[2] == "  + ingress, entering shop/db: open"
    assert "NetworkPolicy shop/db ingress[0]: selects shop/api, TCP main" in lines[3]
    assert len(lines) == 4


def test_environments_are_never_one_cluster(tmp_path: Path, run_netlint: RunNetlint) -> None:
    environments(tmp_path)
    question = ("can", "shop/web", "shop/db", "5432")
    both = run_netlint(*question)
    assert both.returncode == 1
    assert both.stdout.startswith("it depends on the bundle: shop/web → shop/db on TCP 5432\n")
    assert "\nno in prod\n" in both.stdout and "\nyes in staging\n" in both.stdout
    assert run_netlint(*question, "prod").returncode == 1
    assert run_netlint(*question, "staging").returncode == 0
    assert run_netlint(*question, "--bundle", "stag*").returncode == 0
    same = run_netlint("can", "shop/api", "shop/db", "5432").stdout
    assert same.startswith("yes: shop/api → shop/db on TCP 5432 (in all 2 bundles)\n")


def test_overlays_have_their_own_namespaces(tmp_path: Path, run_netlint: RunNetlint) -> None:
    overlays(tmp_path)
    assert run_netlint("can", "shut/web", "shut/db", "5432").returncode == 1
    assert run_netlint("can", "free/web", "free/db", "5432").returncode == 0
    trace = run_netlint("can", "free/web", "free/db", "5432").stdout
    assert "overlays/open/extra.yaml:8" in trace


def test_variants_differ(tmp_path: Path, run_netlint: RunNetlint) -> None:
    variants(tmp_path)
    result = run_netlint("can", "shop/web", "shop/db", "5432")
    assert "yes in install.yaml" in result.stdout
    assert "no in install-closed.yaml" in result.stdout


def test_json_has_the_same_reasons(tmp_path: Path, run_netlint: RunNetlint) -> None:
    shop(tmp_path)
    result = run_netlint("can", "shop/web", "shop/db", "5432", "--format", "json")
    body = as_promised("can", result.stdout)
    assert (result.returncode, body["answer"], body["version"]) == (1, "no", 1)
    (connection,) = body["bundles"][0]["connections"]
    assert connection["source"] == {"namespace": "shop", "kind": "Deployment", "name": "web"}
    egress, ingress = connection["reasons"]
    assert (egress["answer"], ingress["answer"]) == ("yes", "no")
    assert [policy["name"] for policy in ingress["policies"]] == ["default-deny", "db"]
    assert ingress["policies"][1]["rules"][0]["answer"] == "no"
    assert ingress["policies"][1]["rules"][0]["file"] == "shop.yaml"
    found = run_netlint("can", "11.1.1.1", "shop/db", "--format", "json").stdout
    other = as_promised("can", found)
    (connection,) = other["bundles"][0]["connections"]
    assert connection["source"] == {"cidrs": ["11.1.1.1/32"]}
    assert connection["ports"] == [{"protocol": "TCP", "from": 9187, "to": 9187}]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("shop/web",), "required: DESTINATION"),
        (("shop/web", "shop/dbb", "5432"), "no workload shop/dbb in the files given (did you mean"),
        (("shpo/web", "shop/db", "5432"), "no namespace shpo in the files given (did you mean"),
        (("shop/web", "shop/db", "nofile/x"), "no such file: nofile/x"),
        (("shop/web", "shop/db", "http"), "shop/db has no port http (its pods have main)"),
        (("shop/web", "shop/db:1", "2"), "the port is given twice: shop/db:1 and 2"),
        (("shop/web", "shop/db", "0"), "'0' is no port"),
        (("shop/", "shop/db"), "'shop/' names nothing"),
        (("internet", "8.8.8.8"), "name pods at one end"),
        (("shop/web", "shop/db", "--bundle", "nope"), "no bundle nope (known: .)"),
        (("shop/web", "shop/db", "empty"), "no Kubernetes objects in empty"),
    ],
)
def test_wrong_use(
    words: tuple[str, ...], message: str, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    shop(tmp_path)
    write(tmp_path, {"empty/notes.txt": ""})
    result = run_netlint("can", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_port_is_told_from_a_path(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"main/shop.yaml": TOWN})
    as_path = run_netlint("can", "shop/api", "shop/db", "main").stdout
    assert as_path.startswith("yes: shop/api → shop/db on any port\n")
    as_port = run_netlint("can", "shop/api", "shop/db", "main", "-f", "main").stdout
    assert as_port.startswith("yes: shop/api → shop/db on TCP main\n")


def test_standard_input(tmp_path: Path, run_netlint: RunNetlint) -> None:
    result = run_netlint("can", "shop/api", "shop/db", "5432", "-", stdin=TOWN)
    assert result.returncode == 0
    assert "-:" in result.stdout


def test_what_can_not_be_read_is_told_as_the_answer_may_be_wrong_without_it(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    shop(tmp_path)
    chart = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{ .b }}\n"
    write(tmp_path, {"broken.yaml": "kind: NetworkPolicy\nspec: [\n", "chart.yaml": chart})
    result = run_netlint("can", "shop/api", "shop/db", "5432")
    assert result.returncode == 0
    first, second = result.stderr.splitlines()
    assert first.startswith("netlint: broken.yaml:2 is left out: this is not valid YAML")
    assert second.startswith("netlint: chart.yaml:3 is left out: `{{` makes this a template")


def test_what_the_api_server_refuses_is_said_to_be_unreadable(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    shop(tmp_path)
    broken = CLOSED.replace("port: 9187", "port: 99999").replace(
        "from: [{podSelector: {matchLabels: {app: api}}}]",
        "from: [{podSelector: {matchExpressions: [{key: app, operator: Within}]}}]",
    )
    write(tmp_path, {"policies.yaml": broken.removeprefix("---\n")})
    end = ("shop/app=db", "5432", "-f", "policies.yaml")
    result = run_netlint("can", "shop/app=web", *end)
    assert "ingress[0]: its selector can't be read" in result.stdout
    result = run_netlint("can", "11.0.0.1", *end)
    assert "ingress[1]: its ports can't be read" in result.stdout


def test_the_address_of_a_node_is_the_node(tmp_path: Path, run_netlint: RunNetlint) -> None:
    pods = "metadata: {name: a, namespace: shop}\nspec: {nodeName: n1, containers: [{name: a}]}\n"
    nodes = "".join(
        f"---\napiVersion: v1\nkind: Node\nmetadata: {{name: n{at}}}\n"
        f"status: {{addresses: [{{type: InternalIP, address: 192.168.0.{at}}}]}}\n"
        for at in (1, 2)
    )
    write(tmp_path, {"all.yaml": f"apiVersion: v1\nkind: Pod\n{pods}{nodes}{CLOSED}"})
    own = run_netlint("can", "192.168.0.1", "shop/a", "80")
    assert (own.returncode, own.stdout.splitlines()[0]) == (
        0,
        "yes: 192.168.0.1 → shop/a on TCP 80",
    )
    found = run_netlint("can", "192.168.0.1", "shop/a", "80", "--format", "json").stdout
    (connection,) = as_promised("can", found)["bundles"][0]["connections"]
    assert connection["source"] == {"node": "n1", "cidrs": ["192.168.0.1/32"]}
    assert run_netlint("can", "192.168.0.2", "shop/a", "80").returncode == 1


def test_more_pairs_than_anybody_reads_are_for_reach(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{0}, namespace: shop}}\nspec: {{}}\n"
    (tmp_path / "pods.yaml").write_text("".join(map(pod.format, range(150))))
    result = run_netlint("can", "shop", "shop", "80")
    assert result.returncode == 2
    assert result.stderr == (
        "netlint: shop and shop are 22,500 pairs, too many to explain: narrow one end, or see them "
        "all with netlint reach\n"
    )
    assert run_netlint("can", "shop/p1", "shop", "80").returncode == 0
