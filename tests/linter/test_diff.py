"""`netlint diff`: folders, files and git revisions; what opened, what closed, and through what."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import RunNetlint
from tests.linter.contracts import as_promised
from tests.linter.shops import OPEN, PODS, commit, environments, git, overlays, write
from tests.rules.questions.shop import CLOSED, pod

RULE = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
"""
PUBLIC = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: public, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress: [{ports: [{port: 8080}]}]
"""
OTHER = (
    "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: watch}},"
    " podSelector: {matchLabels: {app: prometheus}}"
)
SHOP = PODS + CLOSED


def both(folder: Path, old: str, new: str) -> None:
    write(folder, {"old/shop.yaml": old, "new/shop.yaml": new})


def lines(run: RunNetlint, *arguments: str | Path, cwd: Path | None = None) -> list[str]:
    """What differs, a line each, without its section's title."""
    options = {"cwd": cwd} if cwd else {}
    result = run("diff", *arguments, "--format", "json", **options)
    assert result.returncode in {0, 1}, result.stderr
    bundles = as_promised("diff", result.stdout)["bundles"]
    return [f"{each['text']} {each['cause']}".strip() for b in bundles for each in b["summary"]]


def test_what_a_rule_opens_and_closes(tmp_path: Path, run_netlint: RunNetlint) -> None:
    both(tmp_path, SHOP, SHOP + RULE)
    line = len((SHOP + RULE).splitlines()) - 1
    assert lines(run_netlint, "old", "new") == [
        f"shop/web → shop/db: TCP 5432 newly allowed by new/shop.yaml:{line}"
    ]
    assert lines(run_netlint, "new", "old") == [
        f"shop/web → shop/db: TCP 5432 no longer allowed, as it was by new/shop.yaml:{line}"
    ]


def test_other_ports_are_a_change(tmp_path: Path, run_netlint: RunNetlint) -> None:
    both(tmp_path, SHOP + RULE, SHOP + RULE.replace("5432", "5433"))
    (line,) = lines(run_netlint, "old", "new")
    assert line.startswith("shop/web → shop/db: TCP 5433 instead of TCP 5432 newly allowed by new/")


def test_many_are_told_as_one(tmp_path: Path, run_netlint: RunNetlint) -> None:
    both(tmp_path, SHOP, SHOP + OPEN)
    found = lines(run_netlint, "old", "new")
    assert found[0].startswith("every pod of shop → shop/api and shop/web: all ports newly allowed")
    assert len(found) == 3


def test_isolation_is_one_thing(tmp_path: Path, run_netlint: RunNetlint) -> None:
    both(tmp_path, PODS, SHOP)
    shut, guarded = lines(run_netlint, "old", "new")
    deny = len(PODS.splitlines()) + 5
    assert shut == (
        f"shop/api and shop/web: ingress is now isolated, nothing passes (new/shop.yaml:{deny})"
    )
    still = "open only from shop/api on TCP 5432, from 11.0.0.0/13"
    assert guarded.startswith(f"shop/db: ingress is now isolated, {still}")
    exposed, *opened = lines(run_netlint, "new", "old")
    assert exposed == "the internet and every namespace newly reach every pod of shop on all ports"
    assert opened[0] == (
        "shop/api and shop/web: no policy isolates ingress any more; before, nothing passes"
    )


def test_isolation_that_opens_something_too_is_told_by_connection(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    egress = RULE.replace("app: db", "app: api").replace("[Ingress]", "[Egress]")
    shut = PODS + egress.partition("  ingress:")[0]
    both(tmp_path, shut, PODS + PUBLIC)
    found = lines(run_netlint, "old", "new")
    assert found[0] == "shop/api: no policy isolates egress any more; before, nothing passes"
    assert not any(each.startswith("shop/web: ingress is now isolated") for each in found)


def test_policies_alone_can_be_compared(tmp_path: Path, run_netlint: RunNetlint) -> None:
    both(tmp_path, CLOSED.removeprefix("---\n"), CLOSED.removeprefix("---\n") + RULE)
    (found,) = lines(run_netlint, "old", "new")
    assert found == "shop/app=web → shop/app=db: TCP 5432 newly allowed by new/shop.yaml:25"


def test_pods_elsewhere_count(tmp_path: Path, run_netlint: RunNetlint) -> None:
    there = RULE.replace("podSelector: {matchLabels: {app: web}}", OTHER)
    both(tmp_path, SHOP, SHOP + there)
    (found,) = lines(run_netlint, "old", "new")
    assert found.startswith("watch/app=prometheus → shop/db: TCP 5432 newly allowed by new/")


def test_exposure_comes_first(tmp_path: Path, run_netlint: RunNetlint) -> None:
    both(tmp_path, SHOP, SHOP + PUBLIC)
    text = run_netlint("diff", "old", "new").stdout
    assert text.splitlines()[:4] == [
        "old → new",
        "",
        "New exposure",
        "  ! the internet and every namespace newly reach shop/web on TCP 8080",
    ]
    whole = "any address and every other pod of shop → shop/web: TCP 8080 newly allowed by new/"
    assert whole in " ".join(text.split())  # however wide the terminal
    assert text.endswith("\n3 connections opened.\n")


def test_workloads_come_and_go(tmp_path: Path, run_netlint: RunNetlint) -> None:
    both(tmp_path, PODS, PODS.replace("name: api", "name: ipa"))
    result = run_netlint("diff", "old", "new").stdout
    assert "Opened" not in result
    assert "New workloads\n  + shop/ipa" in result
    assert "Removed workloads\n  - shop/api" in result
    assert result.endswith("\n\n1 new workload, 1 removed workload.\n")


def test_renamed_files_and_folders_do_not_matter(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"old/a.yaml": SHOP, "new/deep/b.yaml": PODS, "new/c.yaml": CLOSED})
    assert lines(run_netlint, "old", "new") == []
    plain = SHOP.replace(", namespace: shop", "")
    write(tmp_path, {"one/a.yaml": plain, "two/b.yaml": plain})
    assert lines(run_netlint, "one", "two") == []
    text = run_netlint("diff", "one/a.yaml", "two/b.yaml").stdout
    assert text.endswith("No connection differs.\n")


@pytest.mark.parametrize(
    ("condition", "old", "new", "code"),
    [
        ("new-exposure", SHOP, SHOP + PUBLIC, 1),
        ("new-exposure", SHOP, SHOP + RULE, 0),
        ("any-opened", SHOP, SHOP + RULE, 1),
        ("any-opened", SHOP + RULE, SHOP, 0),
        ("any-closed", SHOP + RULE, SHOP, 1),
        ("any-closed", SHOP, SHOP + RULE, 0),
        ("new-exposure,any-closed", SHOP + RULE, SHOP, 1),
        ("new-exposure", PODS, PODS + pod("job"), 1),
    ],
)
def test_conditions(
    condition: str, old: str, new: str, code: int, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    both(tmp_path, old, new)
    assert run_netlint("diff", "old", "new", "--fail-on", condition).returncode == code
    assert run_netlint("diff", "old", "new").returncode == 0


def test_each_bundle_for_itself(tmp_path: Path, run_netlint: RunNetlint) -> None:
    overlays(tmp_path)
    commit(tmp_path, "one")
    write(tmp_path, {"base/all.yaml": (SHOP + RULE).replace(", namespace: shop", "")})
    found = lines(run_netlint, "HEAD")
    assert len(found) == 1, "what is open anyway doesn't change"
    assert found[0].startswith("shut/web → shut/db: TCP 5432 newly allowed by base/all.yaml:")
    assert "\nbundle overlays/closed\n" in run_netlint("diff", "HEAD").stdout
    assert "#### overlays/closed" in run_netlint("diff", "HEAD", "--format", "markdown").stdout
    one = run_netlint("diff", "HEAD", "--bundle", "*/open").stdout
    assert one.endswith("No connection differs.\n")


def test_a_renamed_environment_is_the_same(tmp_path: Path, run_netlint: RunNetlint) -> None:
    environments(tmp_path)
    commit(tmp_path, "one")
    git(tmp_path, "mv", "prod", "production")
    assert lines(run_netlint, "HEAD") == []


def test_markdown_is_a_comment(tmp_path: Path, run_netlint: RunNetlint) -> None:
    both(tmp_path, SHOP, SHOP + RULE + PUBLIC)
    text = run_netlint("diff", "old", "new", "--format", "markdown").stdout
    assert text.startswith("### Network policies: 4 connections opened\n\n`old → new`\n")
    assert "**⚠️ New exposure**\n\n- the internet" in text
    assert "- shop/web → shop/db: TCP 5432 newly allowed by new/shop.yaml:" in text
    assert "<details>" not in text
    crowd = "".join(
        pod(f"p{number}")
        + RULE.replace("allow-web", f"a{number}").replace("app: db", f"app: p{number}")
        for number in range(20)
    )
    both(tmp_path, SHOP + "".join(pod(f"p{number}") for number in range(20)), SHOP + crowd)
    long = run_netlint("diff", "old", "new", "--format", "markdown").stdout
    assert long.count("\n") < 60


def test_json_has_every_connection(tmp_path: Path, run_netlint: RunNetlint) -> None:
    both(tmp_path, SHOP, SHOP + RULE)
    found = run_netlint("diff", "old", "new", "--format", "json").stdout
    (bundle,) = as_promised("diff", found)["bundles"]
    (opened,) = bundle["opened"]
    assert opened["source"] == {"namespace": "shop", "kind": "Deployment", "name": "web"}
    assert opened["ports"] == [{"protocol": "TCP", "from": 5432, "to": 5432}]
    assert bundle["closed"] == bundle["new_workloads"] == bundle["new_exposure"] == []


def test_json_tells_how_sure_new_exposure_is(tmp_path: Path, run_netlint: RunNetlint) -> None:
    other = "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
    unread = f"{other}metadata: {{name: all, namespace: shop}}\nspec: {{}}\n"
    for addition, certain in ((PUBLIC, True), (PUBLIC + unread, False)):
        both(tmp_path, SHOP, SHOP + addition)
        found = run_netlint("diff", "old", "new", "--format", "json").stdout
        (bundle,) = as_promised("diff", found)["bundles"]
        assert {each["certain"] for each in bundle["new_exposure"]} == {certain}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "required: OLD NEW"),
        (("nope", "old"), "no such file: nope"),
        (("old",), "compare old with what?"),
        (("old", "new", "more"), "only two can be compared, not more as well"),
        (("a..b",), "a..b needs a git repository"),
        (("old", "new", "--fail-on", "new-exposur"), "did you mean new-exposure?"),
    ],
)
def test_wrong_use(
    words: tuple[str, ...], message: str, tmp_path: Path, run_netlint: RunNetlint
) -> None:
    both(tmp_path, SHOP, SHOP)
    result = run_netlint("diff", *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_file_that_can_not_be_read_is_told_with_its_state(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    both(tmp_path, PODS, PODS)
    write(tmp_path, {"new/policy.yaml": "kind: NetworkPolicy\nspec: [\n"})
    result = run_netlint("diff", "old", "new")
    assert result.stderr.startswith("netlint: in new: policy.yaml:2 is left out: this is not valid")


def test_renamed_folders_are_told_apart_by_what_their_objects_say(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    """Two environments whose objects have the same names, with folders in another order now."""
    narrow = SHOP + PUBLIC
    wide = SHOP + PUBLIC.replace("[{ports: [{port: 8080}]}]", "[{}]")
    write(tmp_path, {"old/prod/all.yaml": narrow, "old/staging/all.yaml": wide})
    write(tmp_path, {"new/zed/all.yaml": narrow, "new/alpha/all.yaml": wide})
    assert lines(run_netlint, "old", "new") == []


def test_two_files_of_one_folder_are_two_states(tmp_path: Path, run_netlint: RunNetlint) -> None:
    """Each with the rest of the folder, and without the other."""
    one = RULE.removeprefix("---\n")
    other = one.replace("allow-web", "allow-api").replace("{app: web}", "{app: api}")
    write(tmp_path, {"shop.yaml": SHOP, "one.yaml": one, "other.yaml": other})
    assert lines(run_netlint, "one.yaml", "other.yaml") == [
        "shop/web → shop/db: TCP 5432 now blocked by other.yaml:5 (ingress)"
    ]


def test_exposure_that_only_may_be_is_said_so(tmp_path: Path, run_netlint: RunNetlint) -> None:
    """What a policy of another API does can't be read: it may open, or close."""
    other = "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
    both(tmp_path, SHOP, f"{SHOP}{other}metadata: {{name: all, namespace: shop}}\nspec: {{}}\n")
    first, *rest = lines(run_netlint, "old", "new")
    assert first.startswith("the internet and every namespace may newly reach every pod of shop")
    assert all(
        "may be newly allowed, netlint can't read CiliumNetworkPolicy" in each for each in rest
    )
