"""What a run is asked for."""

from __future__ import annotations

from netlint_rules.record import dataclass
from netlint_rules.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_linter.render import Rendered
    from netlint_linter.settings import Settings


@dataclass(frozen=True, slots=True)
class Request:
    """What to lint: paths as the user gave them, or texts that a renderer printed.

    `jobs` is the number of processes; 0: as many as pay. `kinds` are read beside what rules read.
    """

    paths: tuple[str, ...]
    settings: Settings
    namespace: str = ""
    jobs: int = 1
    rendered: tuple[Rendered, ...] = ()
    kinds: frozenset[str] = frozenset()
