"""The pages about installing and running the webhook say what is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pytest
import yaml

from netlint_webhook.cluster import NoCluster
from netlint_webhook.configuration import read
from netlint_webhook.modes import PRESETS, Mode
from netlint_webhook.protocol import AdmissionRequest, Operation
from netlint_webhook.respond import denial
from netlint_webhook.review import review
from netlint_webhook.settings import Settings
from tests.conftest import ROOT
from tests.deploy.rendering import CHART, KUSTOMIZE
from tests.deploy.test_alerts import exported

WEBHOOK = ROOT / "docs" / "webhook"
PAGES = [ROOT / "README.md", ROOT / "deploy" / "README.md", *sorted(WEBHOOK.glob("*.md"))]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """Anchors of its headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """The files that a page links to, with the anchors."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if not target.startswith("https://"):
            path, _, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks in a language."""
    text = page.read_text()
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in links(page):
        assert target.exists(), target
        if anchor:
            assert anchor in anchors(target), f"{target.name}#{anchor}"


def test_every_page_is_linked_from_the_readme() -> None:
    linked = {target for target, _ in links(ROOT / "README.md")}
    assert {*WEBHOOK.glob("*.md")} <= linked


@pytest.mark.parametrize("text", blocks(WEBHOOK / "modes.md", "yaml"))
def test_configurations_are_right(text: str) -> None:
    assert read(text.encode(), "webhook.yaml") != Settings()


def test_the_example_is_denied_with_that_message() -> None:
    page = WEBHOOK / "install.md"
    (manifest,) = re.findall(r"<<'EOF'\n(.*?)^EOF$", page.read_text(), re.MULTILINE | re.DOTALL)
    body = yaml.safe_load(manifest)
    request = AdmissionRequest("1", Operation.CREATE, "default", "try", new=body)
    verdict = review(request, NoCluster(), Settings(), lambda: False)
    (shown,) = blocks(page, "text")
    promised = shown.partition("denied the request: ")[2].strip().removesuffix("…")
    assert promised.startswith("NP201")
    assert denial(verdict, 20).startswith(promised)
    assert not verdict.allowed


def test_the_rules_that_only_warn_are_named() -> None:
    (row,) = re.findall(r"^\| `default` \|.*$", (WEBHOOK / "modes.md").read_text(), re.MULTILINE)
    named = {*re.findall(r"`([\w-]+)`", row.rpartition("always")[2])}
    mild = {word for word, mode in PRESETS["default"].modes.items() if mode is Mode.WARN}
    assert named == mild


def test_every_preset_is_described() -> None:
    text = (WEBHOOK / "modes.md").read_text()
    assert {*re.findall(r"^\| `([\w-]+)` \|", text.partition("## Presets")[2], re.MULTILINE)} == {
        *PRESETS
    }


def test_every_metric_is_described() -> None:
    described = {*re.findall(r"`(netlint_\w+)`", (WEBHOOK / "operations.md").read_text())}
    names = {re.sub(r"_(bucket|count|sum)$", "", name) for name in exported()}
    assert {name for name in names if name.startswith("netlint_")} == described


def test_every_reason_of_a_rejection_is_described() -> None:
    sources = (ROOT / "webhook" / "netlint_webhook").rglob("*.py")
    text = "".join(path.read_text() for path in sources)
    reasons = {*re.findall(r'RejectedError\(\s*\d+, "([\w-]+)"', text)}
    section = (WEBHOOK / "runbook.md").read_text().partition("## NetlintRequestsRejected")[2]
    table = section.partition("\n## ")[0]
    described = {name for row in table.splitlines() for name in re.findall(r"`([\w-]+)`", row[:60])}
    assert reasons == described - {"failurePolicy"}


@pytest.mark.parametrize("kind", ["overlays", "components"])
def test_every_folder_is_described(kind: str) -> None:
    text = (ROOT / "deploy" / "README.md").read_text()
    for path in (KUSTOMIZE / kind).iterdir():
        assert f"`{path.name}`" in text


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_and_values_that_are_named_exist(page: Path) -> None:
    text = page.read_text()
    for path in re.findall(r"deploy/(?:kustomize|helm)/[\w./-]+\w", text):
        assert (ROOT / path).exists(), path
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    for name in re.findall(r"--set ([\w.]+)=", text):
        reduce(lambda found, key: found[key], name.split("."), values)
