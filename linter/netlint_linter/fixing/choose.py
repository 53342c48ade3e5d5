"""Which fixes of a report can be made together, and what they change in their files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from netlint_linter.baseline import Known, fingerprint
from netlint_linter.fixing.links import Links
from netlint_linter.fixing.overlays import Overlays
from netlint_linter.reading import STDIN, Inputs
from netlint_rules.bundle.model import CLUSTER_SCOPED
from netlint_rules.edit.editor import EditError
from netlint_rules.edit.patch import Operation, PatchError, patched, pointed, same
from netlint_rules.edit.plan import Hunk, appended_hunks, patch_hunks
from netlint_rules.finding import Applicability, Finding, Fix, Severity
from netlint_rules.record import NamedTuple, dataclass, field
from netlint_rules.registry import find
from netlint_rules.source.document import Document
from netlint_rules.source.reader import read
from netlint_rules.source.trouble import TroubleKind

_MARKDOWN = (".md", ".markdown")

Body = dict[str, object]


class Name(NamedTuple):
    """What tells objects apart, as written."""

    kind: object
    namespace: object
    name: object


def name_of(body: Mapping[str, object]) -> Name:
    """The name of an object."""
    metadata = body.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    return Name(body.get("kind"), named.get("namespace"), named.get("name"))


class Planned(NamedTuple):
    """A fix with what it changes: lines of `file`, the value of `document`, or a new object."""

    finding: Finding
    fix: Fix
    file: str
    document: Document
    hunks: tuple[Hunk, ...]
    body: object = None
    created: Mapping[str, object] | None = None

    @property
    def claim(self) -> tuple[Name, str] | None:
        """The name of the new object, and its folder where it names no namespace."""
        return None if self.created is None else _claim(self.created, self.document)


@dataclass(slots=True)
class Choice:
    """What the user wants fixed, and what turned out not to be possible, with the reason.

    `rendered`: what a renderer printed too. `links`: files that have several names. `overlays`
    says what kustomizations make of the objects at hand.
    """

    unsafe: bool = False
    only: tuple[str, ...] = ()
    rendered: bool = False
    links: Links = field(default_factory=Links)
    overlays: Callable[[Inputs], Overlays] = lambda _: Overlays()
    rejected: dict[Known, tuple[Finding, str]] = field(default_factory=dict)

    def wants(self, finding: Finding) -> bool:
        """Whether a finding's fix is to be made."""
        if finding.fix is None or fingerprint(finding) in self.rejected:
            return False
        if finding.fix.applicability is Applicability.UNSAFE and not self.unsafe:
            return False
        return not self.only or any(
            code.code == finding.code for word in self.only for _, code in find(word)
        )

    def reject(self, finding: Finding, reason: str) -> None:
        """Remember that a fix can't be made."""
        self.rejected[fingerprint(finding)] = (finding, reason)


def source_of(document: Document) -> str:
    """The file, or the label of the rendered text, that a document's lines are in."""
    return document.origin.rendered_from or document.origin.file


def chosen(findings: Iterable[Finding], inputs: Inputs, choice: Choice) -> Iterator[Planned]:
    """The fixes for one round: one a document, one new object a namespace, no lines twice."""
    overlays: Overlays | None = None
    taken: dict[str, list[Hunk]] = {}
    busy: set[object] = set()
    for finding in findings:
        if not choice.wants(finding) or _own(finding, choice.links) in busy:
            continue  # planning takes long
        overlays = overlays or choice.overlays(inputs)
        try:
            planned = _by_own_name(plan(finding, inputs, choice), choice.links)
            _check_overlays(planned, overlays)
        except EditError as error:
            choice.reject(finding, str(error))
            continue
        others = taken.setdefault(planned.file, [])
        claims = {(planned.file, planned.document.index), planned.claim}
        crossing = any(hunk.touches(other) for hunk in planned.hunks for other in others)
        if not crossing and busy.isdisjoint(claims):
            busy |= claims - {None}
            others.extend(planned.hunks)
            yield planned


def _own(finding: Finding, links: Links) -> tuple[str, int] | None:
    """The document that a fix changes, None where it makes a new one."""
    if finding.fix is None or finding.fix.creates is not None:
        return None
    document = finding.primary.document
    return links.names(source_of(document))[0], document.index


def _check_overlays(planned: Planned, overlays: Overlays) -> None:
    if planned.created is None:
        overlays.check_patch(planned.document, planned.fix.patch)
    else:
        overlays.check_created(source_of(planned.document), name_of(planned.created).name)


def _by_own_name(planned: Planned, links: Links) -> Planned:
    return planned._replace(file=links.names(planned.file)[0])


def plan(finding: Finding, inputs: Inputs, choice: Choice) -> Planned:
    """What a finding's fix changes. Raises EditError with the reason where that isn't possible."""
    assert finding.fix is not None
    document = _written(finding.primary.document, inputs)
    if document.origin.rendered_from and not choice.rendered:
        raise EditError("its text was rendered: fix the source")
    if finding.fix.creates is not None:
        return _created(finding, finding.fix, document, inputs)
    body = _patched(document, finding.primary.document, finding.fix.patch)
    hunks = patch_hunks(document, finding.fix.patch)
    return Planned(finding, finding.fix, source_of(document), document, hunks, body)


def _written(document: Document, inputs: Inputs) -> Document:
    """A document as its file has it: in bundles it may be a copy that a kustomization changed."""
    parsed = inputs.contents.get(source_of(document))
    for each in parsed.documents if parsed else ():
        if each.index == document.index:
            return each
    raise EditError("its text isn't at hand")


def _patched(document: Document, judged: Document, operations: Iterable[Operation]) -> object:
    """The value after a patch, that was made for what a kustomization makes of the document."""
    operations = tuple(operations)
    try:
        if judged is not document:
            for operation in operations:
                _check_unchanged(document, judged, operation)
        body = patched(document.body, operations)
    except PatchError as error:
        raise EditError(str(error)) from error
    if same(body, document.body):
        raise EditError("it changes nothing")
    return body


def _check_unchanged(document: Document, judged: Document, operation: Operation) -> None:
    path = pointed(operation.get("path"), document.body)
    place = path if operation.get("op") != "add" else path[:-1]
    if not same(document.at(place), judged.at(place)):
        raise EditError("a kustomization changes this place: fix it there")


def _created(finding: Finding, fix: Fix, document: Document, inputs: Inputs) -> Planned:
    """One more document behind the last one of a file, or of a code block in Markdown."""
    assert fix.creates is not None
    if finding.severity is Severity.INFO:
        raise EditError("too little is in view to add a policy for a mere remark")
    home = _home(document, inputs)
    _check_no_template(source_of(home), inputs)
    body = _fitting(fix.creates, document)
    planned = Planned(
        finding, fix, source_of(home), home, appended_hunks(home, body), home.body, body
    )
    for each in inputs.documents:
        if _claim(each.body, each) == planned.claim:
            reason = f"{source_of(each)} has a NetworkPolicy {each.name} of that namespace"
            raise EditError(f"{reason}: use it here too")
    return planned


def _check_no_template(file: str, inputs: Inputs) -> None:
    """Raise EditError for a file that may hold a policy only under some condition."""
    if any(each.kind is TroubleKind.TEMPLATE for each in inputs.contents[file].troubles):
        raise EditError("its file has templates: add the policy by hand")


def _home(document: Document, inputs: Inputs) -> Document:
    """The document behind which a new policy goes: the last one of the finding's file, but in
    Markdown its own one.

    Where the finding isn't at a policy, a file with policies of the namespace is taken before its
    own, if one is in its folder, above, or below.
    """
    file = source_of(document)
    if file.lower().endswith(_MARKDOWN):
        return document
    if document.kind != "NetworkPolicy":
        file = next(_homes(document, inputs), file)
    return read(current(file, inputs), file).documents[-1]


def _homes(document: Document, inputs: Inputs) -> Iterator[str]:
    """Files with policies of an object's namespace, those nearest to it first."""
    namespace = document.name if document.kind == "Namespace" else document.namespace
    own = _folder(document)
    found = {
        source_of(each): _distance(own, _folder(each))
        for each in inputs.documents
        if each.kind == "NetworkPolicy"
        and each.namespace == namespace
        and _is_writable(each, inputs)
    }
    near = {file: distance for file, distance in found.items() if distance is not None}
    yield from sorted(near, key=lambda file: (near[file], file))


def _distance(own: str, other: str) -> int | None:
    """How many folders lie between two, None where neither is in the other."""
    short, long = sorted((own, other), key=len)
    inside = long == short or not short or long.startswith(f"{short}/")
    return long.count("/") - short.count("/") if inside else None


def current(file: str, inputs: Inputs) -> bytes:
    """The text of a file as it was changed so far. Raises EditError where it can't be read."""
    if file in inputs.texts:
        return inputs.texts[file]
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise EditError(error.strerror or str(error)) from error


def _is_writable(document: Document, inputs: Inputs) -> bool:
    file = document.origin.file
    is_text = not file.lower().endswith((*_MARKDOWN, ".json", ".txt"))
    return is_text and file in inputs.named and not document.origin.rendered_from and file != STDIN


def _fitting(body: Mapping[str, object], written: Document) -> Body:
    """With the namespace that the finding's object writes, or none: a kustomization or the command
    line may have given it another one, as it will to the new policy.
    """
    if written.kind in CLUSTER_SCOPED:
        return dict(body)
    metadata = body["metadata"]
    assert isinstance(metadata, dict)
    kept = {key: metadata[key] for key in metadata if key != "namespace"}
    own = {"namespace": written.namespace} if written.namespace else {}
    return {**body, "metadata": kept | own}


def _claim(body: Mapping[str, object], document: Document) -> tuple[Name, str]:
    name = name_of(body)
    return name, "" if name.namespace else _folder(document)


def _folder(document: Document) -> str:
    return source_of(document).rpartition("/")[0]
