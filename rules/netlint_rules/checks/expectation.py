"""An expectation of the configuration that the policies don't meet

`expect` in the configuration says who must reach whom, and who must not:

```yaml
expect:
- shop/api -> shop/db:5432 allow
- any -> shop/db deny except shop/api
- internet -> any deny except shop/web
```

netlint follows every connection through all policies of both ends, as the network plugin does, and
reports expectations that don't hold, with the rules that let through or the policies that block.

An end is a workload `shop/api`, a namespace `shop`, labels `shop/app=web`, a Service
`svc/shop/db` with the port that its clients use, an address or a CIDR, `internet`, `node`,
`ingress-controller`, or `any`: every pod and every public address. `*` stands in for parts of
names, and for `any`; YAML wants quotes around what begins with it. Ports follow a colon: `:5432`,
`:UDP/53`, `:8000-8010`, `:http`. Without one, `allow` asks for some port and `deny` for none.
`except` leaves out sources; destinations where only the destination is `any`, or with `except to`.

Where the files hold several bundles (environments, overlays), an expectation is checked in each
that has its pods.

## Why it matters

Policies add up: a rule that somebody adds for one purpose opens what another one closed, and a
renamed label closes what was open. Neither shows in the diff of a single file. Expectations are the
tests of a set of policies: they fail when a change breaks them.

## How to fix

Look at the places that are named: rules that open too much, or policies that block what must pass.
`netlint can SOURCE DESTINATION PORT` explains one connection, `netlint suggest` writes policies
that meet the expectations. Where the expectation is out of date, change it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlint_rules.config import Expected
from netlint_rules.context import Context
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.questions.endpoint import EndpointError
from netlint_rules.questions.expectation import Expectation, expectation
from netlint_rules.questions.names import Names
from netlint_rules.questions.passages import Passage
from netlint_rules.questions.resolve import NotInViewError
from netlint_rules.questions.unmet import judged
from netlint_rules.questions.words import places, sentence, why_unknown
from netlint_rules.reach import Half, Network, Pods
from netlint_rules.rule import Code, Example, Rule, Scope
from netlint_rules.source.document import Document, Origin
from netlint_rules.source.pieces import Piece
from netlint_rules.truth import Truth

VIOLATED = Code(
    "NP430",
    "expectation-violated",
    Severity.ERROR,
    "policies let through what must not pass, or block what must",
)
UNDECIDED = Code(
    "NP431",
    "expectation-undecided",
    Severity.INFO,
    "what is in view doesn't tell whether an expectation holds",
)
NOTHING = Code(
    "NP432",
    "expectation-names-nothing",
    Severity.WARNING,
    "an expectation about pods that aren't in view is never checked",
    everywhere=True,
)


def check(context: Context, _: str) -> Iterator[Finding]:
    """Judge every expectation in a bundle; examples in prose are no cluster."""
    documents = (each.document for placed in context.index.documents.values() for each in placed)
    if context.config.expect and not all(each.origin.is_excerpt for each in documents):
        network = Network(context.index, context.config.cluster, context.facts)
        names = Names.of(context.index)
        for each in context.config.expect:
            yield from _judged(context, each, expectation(each.text), network, names)


def _judged(
    context: Context, said: Expected, expected: Expectation, network: Network, names: Names
) -> Iterator[Finding]:
    try:
        outcome = judged(expected, network)
    except EndpointError as error:
        yield _nothing(context, said, error)
        return
    if outcome.wrong:
        yield _violated(context, said, expected, outcome.wrong, names)
    elif outcome.doubtful:
        reason = why_unknown(outcome.doubtful[0], names)
        yield context.finding(
            UNDECIDED,
            f"can't tell whether `{expected.text}` holds: {reason}",
            _place(said, ()),
            related=places(expected, outcome.doubtful[:1], names),
        )


def _violated(
    context: Context,
    said: Expected,
    expected: Expectation,
    wrong: Sequence[Passage],
    names: Names,
) -> Finding:
    related = places(expected, wrong, names)
    is_sure = any(_is_sure(context, expected, passage) for passage in wrong)
    return context.finding(
        VIOLATED,
        f"{sentence(expected, wrong, names)}, against `{expected.text}`",
        _place(said, related),
        severity=Severity.ERROR if is_sure else Severity.WARNING,
        confidence=Confidence.CERTAIN if is_sure else Confidence.HIGH,
        related=related if said.span else related[1:],
    )


def _is_sure(context: Context, expected: Expectation, passage: Passage) -> bool:
    """Whether no policy that isn't in view could make the expectation hold."""
    port = passage.shut_port() if expected.allows else passage.open_port()
    halves = [half for half in passage.trace(port).halves if isinstance(half.subject, Pods)]
    if expected.allows:
        halves = [half for half in halves if half.open.answer(*port) is not Truth.YES]
        return any(_is_complete(context, half) for half in halves)
    return all(half.steps or _is_complete(context, half) for half in halves)


def _is_complete(context: Context, half: Half) -> bool:
    return isinstance(half.subject, Pods) and context.index.complete(
        half.subject.workload.namespace
    )


def _nothing(context: Context, said: Expected, error: EndpointError) -> Finding:
    elsewhere = isinstance(error, NotInViewError) and not error.known
    return context.finding(
        NOTHING,
        f"`{said.text}` is not checked: {error}",
        _place(said, ()),
        severity=Severity.INFO if elsewhere else NOTHING.severity,
    )


def _place(said: Expected, others: Sequence[Location]) -> Location:
    """Where the expectation is written; without a file, what it is about."""
    if said.span is None:
        return others[0] if others else Location(Document(Origin("the configuration"), {}))
    from netlint_rules.source.positions import YamlPositions

    positions = YamlPositions(Piece(said.line.encode(), said.span.line)) if said.line else None
    document = Document(Origin(said.file), {}, positions=positions)
    return Location(document, ("expect", said.number), exact=said.span)


_POLICIES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
    ports: [{port: 5432}]
---
"""


def _pods(name: str) -> str:
    return f"""\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}
spec: {{containers: [{{name: {name}, image: {name}}}]}}
---
"""


_SHOP = _POLICIES + _pods("db") + _pods("api") + _pods("web")
_OPEN = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-same-namespace, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {}}]  # <- NP430
"""
_GUARDED = {"expect": ["any -> shop/db deny except shop/api"]}

RULE = Rule(
    name="expectation",
    title="expectations of the configuration that don't hold",
    codes=(VIOLATED, UNDECIDED, NOTHING),
    groups=("isolation",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "A rule for the whole namespace opens the database too",
            _SHOP + _OPEN,
            _GUARDED,
        ),
        Example(
            "What must pass is blocked: the policy opens another port",
            _SHOP.replace(
                "  podSelector: {}\n  policyTypes: [Ingress]",
                "  podSelector: {}  # <- NP430\n  policyTypes: [Ingress]",
                1,
            ),
            {"expect": ["shop/api -> shop/db:5433 allow"], "complete": True},
        ),
    ),
    good=(
        Example("Only the pods that are excepted get through", _SHOP, _GUARDED),
        Example("What must pass passes", _SHOP, {"expect": ["shop/api -> shop/db:5432 allow"]}),
        Example(
            "The same rule where nothing is expected", _SHOP + _OPEN.replace("  # <- NP430", "")
        ),
    ),
    check=check,
    scope=Scope.BUNDLE,
)
