"""`netlint diff` on git revisions, in repositories made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.conftest import RunNetlint
from tests.linter.shops import PODS, commit, environments, git, overlays, write
from tests.linter.test_diff import PUBLIC, RULE, SHOP, lines
from tests.rules.questions.shop import CLOSED


def repository(folder: Path) -> None:
    """Two commits on main, one more on a branch `work`, and a change that isn't committed."""
    environments(folder)
    write(folder, {"netlint.yaml": "bundles: [{name: live, paths: [prod]}]\n"})
    commit(folder, "one")
    write(folder, {"prod/rule.yaml": RULE})
    commit(folder, "two")
    git(folder, "checkout", "-q", "-b", "work", "HEAD~1")
    write(folder, {"prod/public.yaml": PUBLIC})
    commit(folder, "three")
    git(folder, "checkout", "-q", "main")
    write(folder, {"prod/rule.yaml": RULE.replace("5432", "1234")})


def test_git_revisions(tmp_path: Path, run_netlint: RunNetlint) -> None:
    repository(tmp_path)
    rule = "shop/web → shop/db: TCP 5432 newly allowed by prod/rule.yaml:9"
    assert lines(run_netlint, "HEAD~1..HEAD") == [rule]
    assert lines(run_netlint, "HEAD~1..") == [rule]
    assert lines(run_netlint, "HEAD~1", "HEAD") == [rule]
    assert lines(run_netlint, "HEAD~1", "HEAD", "staging") == []
    assert lines(run_netlint, "HEAD~1..HEAD", "staging") == []
    assert lines(run_netlint, "HEAD", "staging") == []
    now = "shop/web → shop/db: TCP 1234 newly allowed by prod/rule.yaml:9"
    assert lines(run_netlint, "HEAD~1") == [now]
    assert lines(run_netlint, "HEAD~1", "prod") == [now]
    before = git(tmp_path, "status", "--porcelain")
    assert before == " M prod/rule.yaml\n", "the work tree is as it was"


def test_three_dots_are_what_a_branch_changes(tmp_path: Path, run_netlint: RunNetlint) -> None:
    repository(tmp_path)
    two = "\n".join(lines(run_netlint, "main..work"))
    assert "no longer allowed" in two and "TCP 8080" in two
    three = "\n".join(lines(run_netlint, "main...work"))
    assert "no longer allowed" not in three and "TCP 8080" in three


def test_a_folder_of_a_revision(tmp_path: Path, run_netlint: RunNetlint) -> None:
    repository(tmp_path)
    assert lines(run_netlint, "HEAD~1:prod", "HEAD:prod")[0].startswith("shop/web → shop/db")
    inside = lines(run_netlint, "HEAD~1..HEAD", cwd=tmp_path / "prod")
    assert inside == ["shop/web → shop/db: TCP 5432 newly allowed by rule.yaml:9"]


def test_the_configuration_of_today_counts(tmp_path: Path, run_netlint: RunNetlint) -> None:
    repository(tmp_path)
    result = run_netlint("diff", "HEAD~1..HEAD", "--format", "json")
    assert [each["name"] for each in json.loads(result.stdout)["bundles"]] == ["live"]


def test_what_was_not_there_before(tmp_path: Path, run_netlint: RunNetlint) -> None:
    write(tmp_path, {"README": ""})
    commit(tmp_path, "one")
    write(tmp_path, {"app/shop.yaml": SHOP})
    result = run_netlint("diff", "HEAD", "app")
    assert result.returncode == 0
    assert "New workloads\n  + shop/api" in result.stdout
    assert "HEAD has no Kubernetes objects in app" in result.stderr


def test_links_out_of_the_repository_are_not_followed(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    repo = tmp_path / "repo"
    write(tmp_path, {"secret.yaml": CLOSED, "repo/real.yaml": PODS})
    up = "../" * 20
    (repo / "out.yaml").symlink_to(f"{up}{tmp_path}/secret.yaml".replace("//", "/"))
    (repo / "in.yaml").symlink_to("real.yaml")
    commit(repo, "one")
    result = run_netlint("diff", "HEAD", "HEAD", cwd=repo)
    assert result.stdout.endswith("No connection differs.\n")
    body: dict[str, Any] = json.loads(
        run_netlint("diff", "HEAD:nothing", "HEAD", "--format", "json", cwd=repo).stdout
    )
    assert body["bundles"][0]["new_exposure"], "no policy of secret.yaml was read"


def test_wrong_revisions(tmp_path: Path, run_netlint: RunNetlint) -> None:
    repository(tmp_path)
    words = "neither a path nor a revision of this repository (did you mean main?)"
    for word in ("mian", "mian..HEAD", "HEAD..mian", "mian...HEAD"):
        result = run_netlint("diff", word)
        assert result.returncode == 2
        assert words in result.stderr
    assert "unknown option" in run_netlint("diff", "--output=x", "HEAD").stderr


def test_a_named_file_is_compared_in_its_project(tmp_path: Path, run_netlint: RunNetlint) -> None:
    overlays(tmp_path)
    commit(tmp_path, "one")
    assert lines(run_netlint, "HEAD", "base/all.yaml") == []
    write(tmp_path, {"base/all.yaml": PODS.replace(", namespace: shop", "")})
    assert lines(run_netlint, "HEAD", "base/all.yaml") != []


ROUND = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]}
"""


def test_the_order_of_what_is_told_is_always_the_same(
    tmp_path: Path, run_netlint: RunNetlint
) -> None:
    closed = ROUND[: ROUND.rindex("---")].replace("name: deny", "name: deny-all")
    write(tmp_path, {"old/shop.yaml": PODS + ROUND, "new/shop.yaml": PODS + closed})
    texts = {
        run_netlint("diff", "old", "new", env={"PYTHONHASHSEED": str(seed)}).stdout
        for seed in range(6)
    }
    assert len(texts) == 1
