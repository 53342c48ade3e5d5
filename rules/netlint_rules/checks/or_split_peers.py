"""Two peer entries allow either, where both conditions were meant

Each `-` in `from` or `to` is an alternative of its own. A `namespaceSelector` and a
`podSelector` in one entry must both hold; written as two entries, either is enough: all pods of
those namespaces, or those pods of this policy's own namespace.

netlint weighs the evidence that both were meant. Certain: the second entry adds nothing, or
selects no pod here though the namespace next to it has such pods. Likely: it names a well-known
component beside the namespace where that runs. Two lone entries are reported with a question,
longer lists only with `--pedantic`. An empty `podSelector: {}` ("and my own namespace") is a
common, deliberate idiom and never reported.

## Why it matters

One `- ` too many opens the pod to every pod of the namespace, and the pods that were meant are
looked for in the wrong place. Nothing complains: the policy is valid, and what was meant to work
does work.

## How to fix

Remove the dash before the second selector:

```yaml
  - from:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: monitoring}
      podSelector:
        matchLabels: {app.kubernetes.io/name: prometheus}
```

If either was meant, keep both entries and say so: `# netlint: ignore[NP201] both are meant`.
"""

from __future__ import annotations

from collections.abc import Iterator

from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Confidence, Finding, Fix, Location, Severity
from netlint_rules.peers import describe_namespaces, describe_pods
from netlint_rules.policy import Direction, Policy, PolicyRule
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.splitpeers import Candidate, Evidence, judged
from netlint_rules.traits import Trait

SPLIT = Code(
    "NP201",
    "or-split-peers",
    Severity.WARNING,
    "two peer entries allow either of two things where both were meant to hold",
    fixable=True,
)


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report each podSelector entry that was probably meant for the entry beside it."""
    for policy in context.policies(namespace):
        for direction in Direction:
            for rule in policy.rules[direction]:
                is_list = rule.peers is not None and len(rule.peers) > 1
                if is_list and not is_patched(policy.document, rule.path):
                    yield from _check_rule(context, policy, direction, rule)


def _check_rule(
    context: Context, policy: Policy, direction: Direction, rule: PolicyRule
) -> Iterator[Finding]:
    found = judged(context.index, context.facts, policy, rule)
    for candidate, evidence, confidence in found:
        yield _finding(context, policy, direction, candidate, evidence, confidence)


def _finding(
    context: Context,
    policy: Policy,
    direction: Direction,
    candidate: Candidate,
    evidence: Evidence,
    confidence: Confidence,
) -> Finding:
    whole = describe_namespaces(context.index, policy, candidate.whole)
    pods = describe_pods(context.index, policy, candidate.pods)
    if evidence is Evidence.REDUNDANT:
        message = f"all pods of {whole} are allowed already: the entry for {pods} adds nothing"
    else:
        message = f"2 entries allow all pods of {whole} OR {pods}"
    if evidence in {Evidence.PAIR, Evidence.LIST}:
        message += "; if both were meant to hold, they belong in one entry"
    return context.finding(
        SPLIT,
        message,
        Location(policy.document, candidate.pods.path, evidence.value),
        severity=_severity(confidence, direction, candidate),
        confidence=confidence,
        related=[Location(policy.document, candidate.whole.path, f"allows all pods of {whole}")],
        fix=_fix(policy, candidate),
    )


def _severity(confidence: Confidence, direction: Direction, candidate: Candidate) -> Severity:
    if confidence is Confidence.LOW:
        return Severity.INFO
    namespaces = candidate.whole.namespaces
    opens_all = namespaces is not None and namespaces.matches_all
    is_certain = confidence is Confidence.CERTAIN
    if is_certain and (direction is Direction.INGRESS or opens_all):
        return Severity.ERROR
    return Severity.WARNING


def _fix(policy: Policy, candidate: Candidate) -> Fix:
    """Move the podSelector into the other entry, and drop the entry that is left empty."""
    entry = policy.document.at(candidate.pods.path)
    selector = policy.document.at((*candidate.pods.path, "podSelector"))
    pods, whole = json_pointer(candidate.pods.path), json_pointer(candidate.whole.path)
    return Fix(
        "put podSelector into the same entry as namespaceSelector",
        Applicability.UNSAFE,
        (
            {"op": "test", "path": pods, "value": entry},
            {"op": "add", "path": f"{whole}/podSelector", "value": selector},
            {"op": "remove", "path": pods},
        ),
    )


RULE = Rule(
    name="or-split-peers",
    title="two peer entries where one was meant",
    codes=(SPLIT,),
    groups=("correctness", "exposure"),
    since="0.1.0",
    doc=__doc__,
    bad=ExamplesOf("or_split_peers", "BAD"),
    good=ExamplesOf("or_split_peers", "GOOD"),
    check=check,
    alone=True,
    needs=frozenset({Trait.SEVERAL_PEERS}),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors",
    ),
)
