"""What a rule reports: severity, confidence, places and a fix."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.apivalidation.cause import Cause
from netlint_rules.choices import StrEnum
from netlint_rules.record import dataclass
from netlint_rules.source.document import Document, Path, Span, format_path


class Severity(StrEnum):
    """How bad it is for the cluster. `error` and `warning` fail a run, `info` never does."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    rank: int
    """0 for the most severe."""

    def __init__(self, name: str) -> None:
        self.rank = ("error", "warning", "info").index(name)

    def capped(self, limit: Severity) -> Severity:
        """This severity, but at most `limit`."""
        return max(self, limit, key=lambda severity: severity.rank)


class Confidence(StrEnum):
    """How sure the finding is, given what was in view."""

    CERTAIN = "certain"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    rank: int
    """0 for the most sure."""

    def __init__(self, name: str) -> None:
        self.rank = ("certain", "high", "medium", "low").index(name)

    def capped(self, limit: Confidence) -> Confidence:
        """This confidence, but at most `limit`."""
        return max(self, limit, key=lambda confidence: confidence.rank)

    def lowered(self) -> Confidence:
        """One step less sure."""
        return _CONFIDENCES[min(self.rank + 1, len(_CONFIDENCES) - 1)]


_CONFIDENCES = tuple(Confidence)


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a document: symbolic path first, characters only when somebody asks.

    `exact` overrides the span that the path has in the text (a parser's error, a comment).
    """

    document: Document
    path: Path = ()
    note: str = ""
    exact: Span | None = None

    @property
    def file(self) -> str:
        """The file as the user named it."""
        return self.document.origin.file

    @property
    def span(self) -> Span | None:
        """The range to underline; None where no text exists (admission requests)."""
        return self.exact or self.document.span(self.path)

    @property
    def api_path(self) -> str:
        """The field path as the API server prints it, `spec.egress[0].to[1]`."""
        return format_path(self.path)

    def with_note(self, note: str) -> Location:
        """The same place with another note."""
        return Location(self.document, self.path, note, self.exact)


class Applicability(StrEnum):
    """Whether a fix may be applied without reading it: `unsafe` changes what traffic passes."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair: RFC 6902 operations on the primary location's object, or an object to create.

    `patch` holds `{"op", "path", "value"}` mappings. `creates` is a whole new object (JSON form)
    where the repair is one more policy; `patch` is empty then.
    """

    title: str
    applicability: Applicability
    patch: tuple[Mapping[str, object], ...] = ()
    creates: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake, in one sentence that says what it does to the cluster.

    `bundles` names the bundles it holds in, empty where it holds in every one that has the file.
    `cause` holds the API server's own words where it is the server that refuses the object.
    """

    code: str
    name: str
    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    primary: Location
    related: tuple[Location, ...] = ()
    fix: Fix | None = None
    bundles: tuple[str, ...] = ()
    cause: Cause | None = None
