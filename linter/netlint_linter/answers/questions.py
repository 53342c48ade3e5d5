"""One question of `netlint can`, asked of each bundle that has both ends in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netlint_linter.errors import UsageError
from netlint_rules.questions.endpoint import Endpoint, EndpointError
from netlint_rules.questions.names import Names
from netlint_rules.questions.passages import Passage, passages, united
from netlint_rules.questions.resolve import NotInViewError, ends, targets
from netlint_rules.reach import Network
from netlint_rules.record import dataclass
from netlint_rules.truth import Truth

if TYPE_CHECKING:
    from netlint_linter.views import View
    from netlint_rules.netset import PortSet

_MOST_PAIRS = 20_000
"""Each takes about 0.1 ms to answer, and a reader has no use for so many reasons."""


@dataclass(frozen=True, slots=True)
class Question:
    """May `source` connect to `destination`; `ports` None: on any port."""

    source: Endpoint
    destination: Endpoint
    ports: PortSet | None

    def __str__(self) -> str:
        ports = "any port" if self.ports is None else str(self.ports)
        return f"{self.source} → {self.destination} on {ports}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one bundle says: one passage for each kind of pods or addresses at the ends."""

    view: View
    names: Names
    passages: tuple[Passage, ...]

    @property
    def truth(self) -> Truth | None:
        """The answer of all passages, None where they differ."""
        return united(passage.every for passage in self.passages)


def asked(question: Question, views: Sequence[View]) -> list[Answer]:
    """The answers of the bundles that can give one. Raises UsageError where none can."""
    found: list[Answer] = []
    troubles: list[EndpointError] = []
    for view in views:
        try:
            found.append(_answer(question, view))
        except EndpointError as error:
            troubles.append(error)
    if not found:
        telling = [each for each in troubles if not isinstance(each, NotInViewError) or each.known]
        raise UsageError(str((telling or troubles)[0]))
    return found


def _answer(question: Question, view: View) -> Answer:
    network = Network(view.index, view.config.cluster, view.facts)
    sources = ends(question.source, network)
    at = targets(question.destination, question.ports, network)
    if (pairs := len(sources) * len(at)) > _MOST_PAIRS:
        raise EndpointError(
            f"{question.source} and {question.destination} are {pairs:,} pairs, too many to "
            "explain: narrow one end, or see them all with netlint reach"
        )
    found = tuple(passages(sources, at, network))
    if not found:
        raise EndpointError("no policy has a say between addresses: name pods at one end")
    return Answer(view, Names.of(view.index), found)
