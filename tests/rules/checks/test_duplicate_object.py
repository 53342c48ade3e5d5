"""duplicate-object: how sure it is in one file, in several, in documents, and what it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlint_linter.request import Request
from netlint_linter.run import lint
from netlint_linter.settings import from_body
from netlint_rules.finding import Finding, Severity

SETTINGS = from_body({"select": ["duplicate-object"], "min-severity": "info"})
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: APP}}}
"""
ONE, TWO = POLICY.replace("APP", "one"), POLICY.replace("APP", "two")
HOMELESS = POLICY.replace(", namespace: shop", "")
BILLING = TWO.replace("shop", "billing")


def found(folder: Path, *, namespace: str = "", **texts: str) -> list[Finding]:
    """What the command line says of files by their names (`_` for the dot)."""
    for name, text in texts.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    report = lint(Request((str(folder),), SETTINGS, namespace))
    assert report.errors == ()
    return list(report.findings)


def joined(*texts: str) -> str:
    return "---\n".join(texts)


def test_in_one_file_it_is_an_error(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, a_yaml=joined(ONE, TWO, POLICY))
    assert finding.severity is Severity.ERROR
    assert finding.message == (
        "NetworkPolicy web in shop is defined 3 times, and only the one applied last takes effect"
    )
    assert finding.primary.document.index == 2
    assert [place.document.index for place in finding.related] == [0, 1]


@pytest.mark.parametrize(
    ("texts", "severity"),
    [
        ({"a_yaml": joined(ONE, HOMELESS), "b_yaml": joined(TWO, BILLING)}, Severity.WARNING),
        ({"a_md": f"```yaml\n{ONE}```\n```yaml\n{TWO}```\n"}, Severity.INFO),
        ({"a_yaml": joined(ONE, ONE)}, Severity.INFO),
    ],
)
def test_less_is_sure_across_files_and_in_documents(
    tmp_path: Path, texts: dict[str, str], severity: Severity
) -> None:
    (finding,) = found(tmp_path, **texts)
    assert finding.severity is severity


def test_the_current_namespace_is_nobody_s_when_the_run_names_it(tmp_path: Path) -> None:
    text = joined(ONE, BILLING, HOMELESS)
    (finding,) = found(tmp_path, a_yaml=text)
    assert (finding.code, finding.severity) == ("NP912", Severity.WARNING)
    assert found(tmp_path, namespace="web", a_yaml=text) == []


def test_only_policies_are_missed_and_examples_leave_namespaces_out(tmp_path: Path) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
    assert found(tmp_path, a_yaml=joined(ONE, BILLING, pod)) == []
    blocks = [f"```yaml\n{text}```\n" for text in (ONE, BILLING, HOMELESS)]
    (tmp_path / "a.yaml").unlink()
    assert found(tmp_path, b_md="".join(blocks)) == []


def test_a_base_of_two_overlays_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    base = {"kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": joined(ONE, TWO)}
    for name, text in base.items():
        (tmp_path / "base" / name).write_text(text, encoding="utf-8")
    for overlay in ("dev", "prod"):
        (tmp_path / overlay).mkdir()
        text = f"resources: [../base]\nnamePrefix: {overlay}-\n"
        (tmp_path / overlay / "kustomization.yaml").write_text(text, encoding="utf-8")
    (finding,) = found(tmp_path)
    assert finding.primary.file.endswith("base/a.yaml")
