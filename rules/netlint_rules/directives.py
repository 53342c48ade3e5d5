"""What users write to silence findings, in comments and annotations.

`# netlint: ignore[NP101] reason` silences what starts on its line; on a line of its own, what
starts on the next one, with everything inside it; above the first line of a document, the whole
document. `# netlint: ignore-file[…]` silences a file, the annotation `netlint.dev/ignore` an
object. `until=2027-01-31` ends a suppression after that day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from netlint_rules.choices import Enum
from netlint_rules.finding import Finding, Location
from netlint_rules.patterns import compiled
from netlint_rules.record import dataclass, field
from netlint_rules.source.document import Comment, Document, Path, Span

_DIRECTIVE = compiled(r"#\s*netlint:\s*(ignore[\w-]*|[\w-]+(?=\[))\s*(?:\[([^\]]*)\])?\s*([^#]*)")
_UNTIL = compiled(r"\buntil=(\S+)")
_UNTIL_WITHOUT = compiled(r"\buntil[:\s]+(\d{4}-\d{2}-\d{2})")
_DATE = compiled(r"\d{4}-\d{2}-\d{2}")
_VERBS = ("ignore", "ignore-file")
ANNOTATION = "netlint.dev/ignore"
_ANNOTATION_PATH: Path = ("metadata", "annotations", ANNOTATION)


class Reach(Enum):
    """How far a suppression goes."""

    LINE = "line"
    DOCUMENT = "document"
    FILE = "file"


@dataclass(slots=True, eq=False)
class Suppression:
    """One directive. `words` are what it ignores, none for everything; `line` its target.

    `used` collects the words that silenced a finding; `expired` and `bad_date` are about `until`.
    `remark` is what follows; a `slip` says how it is written wrongly, so that it silences nothing.
    """

    place: Location
    reach: Reach
    words: tuple[str, ...]
    line: int = 0
    until: str = ""
    expired: bool = False
    remark: str = ""
    slip: str = ""
    used: set[str] = field(default_factory=set)

    @property
    def bad_date(self) -> bool:
        """Whether `until` isn't a date such as 2027-01-31."""
        return bool(self.until) and not _is_date(self.until)

    def covers(self, finding: Finding) -> bool:
        """Whether the finding lies where the directive reaches."""
        document = finding.primary.document
        if self.slip:
            return False
        if self.reach is Reach.FILE:
            return document.origin.file == self.place.file
        if document is not self.place.document and not _is_same(document, self.place.document):
            return False
        return self.reach is Reach.DOCUMENT or self.line in _lines(finding)


def directives(document: Document, today: str) -> Iterable[Suppression]:
    """The suppressions that one document holds."""
    annotations = document.metadata.get("annotations")
    ignored = annotations.get(ANNOTATION) if isinstance(annotations, dict) else None
    if ignored is None and not document.has_directives:
        return ()  # nearly always
    return _directives(document, ignored, today)


def _directives(document: Document, ignored: object, today: str) -> Iterator[Suppression]:
    if isinstance(ignored, str):
        place = Location(document, _ANNOTATION_PATH)
        yield _suppression(place, Reach.DOCUMENT, ignored, "", 0, today)
    if document.has_directives and document.positions is not None:
        for comment in document.positions.comments():
            found = _DIRECTIVE.match(comment.text)
            if found is not None:
                yield _from_comment(document, comment, found, today)


def _from_comment(
    document: Document, comment: Comment, found: re.Match[str], today: str
) -> Suppression:
    end = comment.column + len(comment.text)
    place = Location(document, exact=Span(comment.line, comment.column, comment.line, end))
    reach, line = Reach.FILE, 0
    if found[1] != "ignore-file":
        start = document.span(())
        above = comment.own_line and start is not None and comment.line < start.line
        reach = Reach.DOCUMENT if above else Reach.LINE
        line = _next_line(document, comment) if comment.own_line else comment.line
    result = _suppression(place, reach, found[2] or "", found[3], line, today)
    result.slip = _slip(found[1], found[2], found[3])
    return result


def _slip(verb: str, words: str | None, remark: str) -> str:
    """What is wrong with how a directive is written."""
    if verb not in _VERBS:
        return f"write ignore or ignore-file, not {verb}"
    if words is None and remark.startswith("["):
        return "the bracket is not closed"
    without = _UNTIL_WITHOUT.search(remark)
    return f"write until={without[1]}" if without else ""


def _suppression(
    place: Location, reach: Reach, words: str, remark: str, line: int, today: str
) -> Suppression:
    listed = tuple(word for word in re.split(r"[,\s]+", words) if word)
    until = _UNTIL.search(remark)
    date = until[1] if until else ""
    expired = _is_date(date) and bool(today) and date < today
    return Suppression(place, reach, listed, line, date, expired, remark.strip())


def _is_date(text: str) -> bool:
    """Whether a text is a day such as 2027-01-31."""
    from datetime import date

    try:
        return _DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _next_line(document: Document, comment: Comment) -> int:
    """The first line below a comment that is neither blank nor a comment."""
    number = comment.line + 1
    assert document.positions is not None
    while (text := document.positions.line(number)) is not None:
        if text.strip() and not text.lstrip().startswith("#"):
            break
        number += 1
    return number


def _is_same(first: Document, second: Document) -> bool:
    """Whether two documents are one in the text: bundles may hold changed copies."""
    return first.origin == second.origin and first.index == second.index


def _lines(finding: Finding) -> set[int]:
    """The lines on which the finding's place, or anything that holds it, begins."""
    if finding.primary.exact is not None:
        return {finding.primary.exact.line}
    document, path = finding.primary.document, finding.primary.path
    spans = (document.span(path[:length]) for length in range(1, len(path) + 1))
    return {span.line for span in spans if span is not None}
