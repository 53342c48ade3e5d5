"""Renders kustomizations and charts with the user's own programs."""

from __future__ import annotations

import re
import shutil
import subprocess
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from posixpath import normpath

from netlint_linter.discover import extra
from netlint_linter.errors import UsageError
from netlint_rules.bundle.origins import RenderedKey, origins, unread
from netlint_rules.record import dataclass, field
from netlint_rules.source.document import Document
from netlint_rules.source.reader import read

_LONGEST = 400
_LOG_PREFIX = re.compile(r'^(?:[EF]\d{4} \S+ +\d+ \S+\] )?(?:"command failed" err=)?(?:Error: )?')
_NOISE = re.compile(r"#|[WI]\d{4} |WARNING:|level=|walk\.go|coalesce\.go")
_SOURCE = re.compile(rb"# Source: (\S.*)")

_ADVICE = (
    ("unable to find one of", "to lint plain manifests: netlint {target}"),
    ("must specify --enable-helm", "it includes Helm charts: add --enable-helm"),
    ("is not in or below", "to allow that: add --load-restrictor LoadRestrictionsNone"),
    ("Chart.yaml file is missing", "to lint plain manifests: netlint {target}"),
    ("missing in charts/", "fetch the charts that it needs: helm dependency build {target}"),
)
"""What to do, by what the program says."""


class RenderError(UsageError):
    """A renderer that isn't there, or that fails. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a renderer printed for a folder or chart, its `label`.

    `sources` gives the source files by kind, written namespace and name, where they are known.
    """

    text: bytes
    label: str
    sources: Mapping[RenderedKey, str] = field(default_factory=dict)


def kustomize(directory: str, args: Sequence[str] = ()) -> Rendered:
    """Render a kustomization with kustomize, else with kubectl. Raises RenderError."""
    program, label = _kustomize_program(directory), normpath(directory.replace("\\", "/"))
    text = _output([*program, directory, *args], directory)
    return Rendered(text, label, origins(_included(label), label))


def helm(chart: str, args: Sequence[str] = ()) -> Rendered:
    """Render a chart with helm: a folder, an archive, a reference. Raises RenderError."""
    program = shutil.which("helm")
    if program is None:
        raise RenderError(
            f"can't render {chart}: helm isn't on the PATH; install it, or pipe what it renders"
            " elsewhere: helm template CHART | netlint -"
        )
    text = _output([program, "template", chart, *args], chart)
    return Rendered(text, chart, chart_sources(text, chart))


def _kustomize_program(directory: str) -> list[str]:
    if program := shutil.which("kustomize"):
        return [program, "build"]
    if program := shutil.which("kubectl"):
        return [program, "kustomize"]
    raise RenderError(
        f"can't render {directory}: neither kustomize nor kubectl is on the PATH; install one, or"
        " pipe what it renders elsewhere: kustomize build DIR | netlint -"
    )


def _output(command: Sequence[str], target: str) -> bytes:
    """What a program prints. Raises RenderError with what it says if it fails."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise RenderError(f"can't run {command[0]}: {error.strerror}") from None
    if done.returncode != 0:
        message = done.stderr.decode(errors="replace")
        advice = next((text for said, text in _ADVICE if said in message), "")
        hint = f"; {advice.format(target=target)}" if advice else ""
        name = Path(command[0]).stem
        raise RenderError(f"{name} can't render {target}: {shortened(message)}{hint}")
    return done.stdout


def shortened(message: str) -> str:
    """What a program says went wrong: one line without log prefixes, cut where it is long."""
    lines = [line for line in message.splitlines() if not _NOISE.match(line)]
    text = " ".join(" ".join(_LOG_PREFIX.sub("", line) for line in lines).split())
    text = re.sub(r'^(["<])\s*(.*?)\s*["> ]*$', r"\2", text).replace('\\"', '"')
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"
    return text or "it doesn't say why"


def _included(directory: str) -> list[Document]:
    """Every object of the files that the kustomization of a folder includes."""
    documents: list[Document] = []
    seen: set[str] = set()
    missing = {directory}
    while missing:
        seen |= missing
        for source in extra(missing, cwd=Path.cwd()):
            seen.add(source.shown)
            documents += read(Path(source.path).read_bytes(), source.shown).documents
        missing = unread(documents, seen) - seen
    return documents


def chart_sources(text: bytes, chart: str) -> dict[RenderedKey, str]:
    """The templates of the objects that helm printed: it names each one in a comment."""
    lines, names = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if found := _SOURCE.match(line):
            lines.append(number)
            names.append(_template(found[1].decode(errors="replace").strip(), chart))
    sources: dict[RenderedKey, str] = {}
    for document in read(text, chart).documents:
        if at := bisect_right(lines, document.last_line):
            sources[document.kind, document.namespace, document.name] = names[at - 1]
    return sources


def _template(name: str, chart: str) -> str:
    """The file of a template that helm calls `chart-name/templates/x.yaml`."""
    path = normpath(f"{chart}/{name.partition('/')[2]}".replace("\\", "/"))
    return path if Path(path).is_file() else name
