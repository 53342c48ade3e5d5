"""What questions about traffic are asked of: the bundles of the files, each with its objects."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from netlint_linter.discover import Found, find
from netlint_linter.errors import UsageError
from netlint_linter.examining import workspace_of
from netlint_linter.reading import Inputs
from netlint_linter.request import Request
from netlint_linter.run import gather, parts_of, uncollected
from netlint_linter.settings import Settings
from netlint_rules.bundle import Bundle
from netlint_rules.config import Config
from netlint_rules.facts import Facts
from netlint_rules.guess import closest
from netlint_rules.index import ResourceIndex
from netlint_rules.record import dataclass, field, replace
from netlint_rules.source.trouble import TroubleKind

_LOST = frozenset({TroubleKind.YAML_ERROR, TroubleKind.TEMPLATE, TroubleKind.UNREADABLE})
_PROSE = (".md", ".markdown", ".txt")


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One bundle: objects that are applied together, and what is known of their cluster."""

    name: str
    reason: str
    index: ResourceIndex
    config: Config
    facts: Facts

    @property
    def policies(self) -> int:
        """How many policies it has."""
        return sum(map(len, self.index.policies.values()))

    @property
    def workloads(self) -> int:
        """How many workloads it has."""
        return sum(map(len, self.index.workloads.values()))

    @property
    def weight(self) -> tuple[bool, bool, int]:
        """How much there is to ask about: most in a bundle with both pods and policies."""
        is_prose = self.name.lower().endswith(_PROSE)
        both = bool(self.policies and self.workloads)
        return not is_prose, both, self.policies + self.workloads


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was read: its bundles, and remarks about what they can't show.

    `unread` says which documents are missing, as they are no valid YAML, or templates.
    """

    views: tuple[View, ...]
    notes: tuple[str, ...] = field(default=())
    unread: tuple[str, ...] = field(default=())

    def named(self, name: str) -> tuple[View, ...]:
        """The bundles whose name is this, or fits this glob. Raises UsageError for none."""
        found = tuple(view for view in self.views if name in {view.name, "all"})
        found = found or tuple(view for view in self.views if fnmatchcase(view.name, name))
        if not found:
            names = [view.name for view in self.views]
            hint = closest(name, names) or f" (known: {', '.join(names) or 'none'})"
            raise UsageError(f"no bundle {name}{hint}")
        return found

    def main(self) -> View | None:
        """The bundle with most to ask about, None where nothing was found."""
        return max(self.views, key=lambda view: view.weight, default=None)


def look(
    settings: Settings,
    paths: Sequence[str],
    kinds: frozenset[str] = frozenset(),
    apart: Path | None = None,
) -> Seen:
    """Read files and cut them into bundles; those of named files alone, where files are named.

    What is `apart`, a file or folder, isn't read with named files as a part of their project.
    Raises discover.NotFound.
    """
    request = Request(tuple(paths), settings, settings.namespace, kinds=kinds)
    facts = Facts(settings.config.facts)
    with uncollected():
        inputs = gather(request, found=_found(request, apart) if apart else None)
        parts = parts_of(request, inputs)
        meant = [bundle for bundle in parts.bundles if _has(bundle, inputs.named)]
        views = tuple(_view(bundle, settings, facts) for bundle in meant)
    return Seen(views, tuple(parts.notes), tuple(_unread(inputs)))


def _found(request: Request, apart: Path) -> Found:
    """The files of a run without those that belong to what it is compared with."""
    found = find(request.paths, exclude=request.settings.exclude, cwd=Path.cwd())
    kept = [each for each in found.files if each.named or not Path(each.path).is_relative_to(apart)]
    return replace(found, files=tuple(kept))


def _has(bundle: Bundle, files: Container[str]) -> bool:
    return any(placed.document.origin.file in files for placed in bundle.placed)


def _view(bundle: Bundle, settings: Settings, facts: Facts) -> View:
    space = workspace_of(bundle, settings.config, facts)
    return View(bundle.name, bundle.reason, space.index, space.config, facts)


def _unread(inputs: Inputs) -> Iterator[str]:
    """What could not be read, with its place."""
    for file, parsed in inputs.contents.items():
        for trouble in parsed.troubles:
            if trouble.kind in _LOST:
                place = f"{file}:{trouble.span.line}" if trouble.span else file
                yield f"{place} is left out: {trouble.message}"
