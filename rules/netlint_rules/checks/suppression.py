"""A suppression that silences nothing, has expired, or names a rule that doesn't exist

`# netlint: ignore[NP101] reason` on a line silences what is reported there; on a line of its own
it covers the next line and everything inside it; above a document, the whole document.
`# netlint: ignore-file[NP101]` covers a file, the annotation `netlint.dev/ignore` an object, and
`until=2027-01-31` ends a suppression after that day.

## Why it matters

A suppression outlives the mistake that it was written for, and then hides the next one. One with
a misspelt code hides nothing, though everybody believes it does.

## How to fix

Remove what isn't needed any more; take the code from the report (`netlint rules` lists them all);
renew a date only after a look at what it hides.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.directives import Suppression
from netlint_rules.finding import Finding, Severity
from netlint_rules.rule import Code, Example, Rule, Scope

UNUSED = Code("NP906", "unused-suppression", Severity.WARNING, "a suppression silences nothing")
EXPIRED = Code("NP907", "expired-suppression", Severity.WARNING, "a suppression is past its date")
UNKNOWN = Code(
    "NP909", "bad-suppression", Severity.WARNING, "a suppression that can't be read as one"
)


def check(context: Context, _: str) -> Iterator[Finding]:
    """Judge each directive by what it did in this run."""
    for suppression in context.workspace.suppressions:
        yield from _judge(context, suppression)


def _judge(context: Context, suppression: Suppression) -> Iterator[Finding]:
    place = suppression.place
    if suppression.slip:
        yield context.finding(UNKNOWN, f"this silences nothing: {suppression.slip}", place)
        return
    unknown = [word for word in suppression.words if word not in context.workspace.words]
    if unknown:
        yield context.finding(UNKNOWN, f"no rule is called {', '.join(unknown)}", place)
    if suppression.bad_date:
        message = f"until={suppression.until} is no date such as 2027-01-31"
        yield context.finding(UNKNOWN, message, place)
    elif suppression.expired:
        yield context.finding(EXPIRED, f"this suppression ended on {suppression.until}", place)
        return
    idle = [word for word in suppression.words if word not in {*suppression.used, *unknown}]
    ran = [word for word in idle if context.workspace.words[word]]
    if ran:
        yield context.finding(UNUSED, f"nothing to silence here for {', '.join(ran)}", place)
    elif not suppression.words and not suppression.used:
        yield context.finding(UNUSED, "nothing to silence here", place)


_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, namespace: shop}
spec:
  podSelector: {}
  ingress:
"""

RULE = Rule(
    name="suppression",
    title="a suppression without effect",
    codes=(UNUSED, EXPIRED, UNKNOWN),
    groups=("input",),
    since="0.1.0",
    doc=__doc__,
    bad=(
        Example(
            "Nothing is reported on this line",
            _HEAD + "  - from: [{podSelector: {}}]  # netlint: ignore[NP403] open # <- NP906\n",
        ),
        Example(
            "The day is over, so the finding is back",
            _HEAD + "  - {}  # netlint: ignore[NP403] migration until=2020-01-31 # <- NP907\n",
        ),
        Example(
            "No such code",
            _HEAD + "  - {}  # netlint: ignore[NP403,NP999] open # <- NP909\n",
        ),
        Example(
            "No such day",
            _HEAD + "  - {}  # netlint: ignore[NP403] until=soon # <- NP909\n",
        ),
        Example(
            "Without brackets it would silence everything",
            _HEAD + "  - {}  # netlint: ignore NP403 open # <- NP909\n",
        ),
        Example(
            "No such word",
            _HEAD + "  - {}  # netlint: disable[NP403] open # <- NP909\n",
        ),
    ),
    good=(
        Example("A finding that is meant", _HEAD + "  - {}  # netlint: ignore[NP403] a demo\n"),
        Example(
            "A comment of its own covers the next line",
            _HEAD + "  # netlint: ignore[default-deny] a demo\n  - {}\n",
        ),
        Example("A whole file", "# netlint: ignore-file[NP4]\n" + _HEAD + "  - {}\n"),
        Example(
            "An annotation",
            _HEAD.replace(
                "namespace: shop",
                "namespace: shop, annotations: {netlint.dev/ignore: default-deny-cancelled}",
            )
            + "  - {}\n",
        ),
    ),
    check=check,
    scope=Scope.SUPPRESSIONS,
)
