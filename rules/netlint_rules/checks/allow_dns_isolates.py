"""A policy that allows DNS cuts off everything else

A policy for egress isolates the pods that it selects: they may do what some policy allows, and
nothing else. Where a policy allows DNS only, and no other policy isolates the egress of the same
pods, it takes all other connections away from pods that were open before.

Beside a default-deny for egress the same policy is right, and nothing is said. netlint warns where
other policies expect connections from these pods, where settings of the pods name a Service that
they can't reach any more, and where everything is in view and no policy of the namespace allows
any other egress. Elsewhere the rest may not be in view, and it's a hint. Policies whose name says
that egress is restricted (`deny`, `only`) are left alone.

## Why it matters

"Allow DNS" sounds like something that can do no harm. Applied to a namespace without other egress
policies, it stops every client in it at once, and names still resolve, which misleads whoever
looks for the cause.

## How to fix

Allow what the pods need, in policies of their own, or leave egress alone until you deny it on
purpose: DNS needs no policy as long as nothing isolates egress.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from netlint_rules.context import Context
from netlint_rules.dns.verdict import is_dns
from netlint_rules.dns.words import egress_path
from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.index import ResourceIndex
from netlint_rules.isolation import Isolation, Subject, is_uncertain, labels_match
from netlint_rules.patterns import compiled
from netlint_rules.peers import pods_of
from netlint_rules.policy import Direction, PodPeer, Policy
from netlint_rules.resources import Service, Workload
from netlint_rules.rule import Code, ExamplesOf, Rule
from netlint_rules.selector import Selector
from netlint_rules.traits import Trait
from netlint_rules.truth import Truth

ISOLATES = Code(
    "NP409",
    "allow-dns-isolates",
    Severity.WARNING,
    "a policy that allows DNS cuts off all other egress of pods that were open",
)
_EGRESS = Direction.EGRESS
_IS_MEANT = compiled(r"deny|only|restrict|isolat|block", re.IGNORECASE)
_SHOWN = 3
_DNS_HOMES = frozenset({"kube-system", "openshift-dns"})


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Look at the policies that allow no egress but DNS."""
    for policy in context.policies(namespace) if context.is_about(_EGRESS) else ():
        rules = policy.rules[_EGRESS]
        is_for_dns = rules and all(map(is_dns, rules)) and not is_uncertain(policy)
        if is_for_dns and _IS_MEANT.search(policy.name) is None:
            yield from _check_policy(context, policy)


def _check_policy(context: Context, policy: Policy) -> Iterator[Finding]:
    if any(rule.is_partly_unknown for rule in policy.rules[_EGRESS]):
        return
    isolation = context.isolation(policy.namespace)
    subjects = isolation.subjects_of(policy)
    stranded = list(_stranded(isolation, policy, subjects))
    if stranded and not context.index.unmodelled_in(policy.namespace):
        yield _finding(context, policy, stranded, is_whole=len(stranded) == len(subjects))


def _stranded(
    isolation: Isolation, policy: Policy, subjects: Sequence[Subject]
) -> Iterator[Subject]:
    """The pods whose egress no other policy decides."""
    for subject in subjects:
        selecting = isolation.selecting(subject, _EGRESS)
        others = [each for each in (*selecting.certain, *selecting.possible) if each is not policy]
        if not others:
            yield subject
        elif any(each.subject.matches_all for each in others):
            return  # they all have it, as in most namespaces


def _finding(
    context: Context, policy: Policy, stranded: Sequence[Subject], *, is_whole: bool
) -> Finding:
    index = context.index
    shown = chain(_expecting(index, policy.namespace, stranded), _naming(index, stranded))
    expecting = list(islice(shown, _SHOWN))
    is_warning = bool(expecting) or _is_surprising(context.isolation(policy.namespace), policy)
    pods = pods_of(index, [policy])
    who = pods if is_whole else f"{pods} that no other policy isolates"
    scope = index.scope(policy.namespace)
    return context.finding(
        ISOLATES,
        f"{who} can do nothing but DNS: {policy.name} isolates their egress, and no policy{scope} "
        "allows more",
        Location(policy.document, egress_path(policy), "isolates egress"),
        severity=Severity.WARNING if is_warning else Severity.INFO,
        confidence=Confidence.HIGH if is_warning else Confidence.MEDIUM,
        related=expecting,
    )


def _is_surprising(isolation: Isolation, policy: Policy) -> bool:
    """Whether everything is in view, and nobody in the namespace may do more than ask for names.

    Where some pods may, the others may be those that connect to nothing.
    """
    is_general = policy.subject.matches_all or "allow" in policy.name.lower()
    return (
        isolation.index.complete(isolation.namespace)
        and is_general
        and all(is_dns(rule) for other in isolation.policies for rule in other.rules[_EGRESS])
    )


def _expecting(
    index: ResourceIndex, namespace: str, stranded: Sequence[Subject]
) -> Iterator[Location]:
    """The peers in ingress rules that name the pods: somebody expects their connections.

    Of a live cluster only the pods' own namespace is looked at: the policies of all the others
    are not at hand in a moment.
    """
    for where in (namespace,) if index.view.live else tuple(index.policies):
        for other in index.policies.get(where, ()):
            for rule in other.rules[Direction.INGRESS]:
                for peer in rule.peers or ():
                    if isinstance(peer, PodPeer) and not peer.pods.matches_all:
                        is_there = index.means(where, peer, namespace) is Truth.YES
                        if is_there and any(_names(peer, subject) for subject in stranded):
                            yield Location(
                                other.document, peer.path, "expects connections from these pods"
                            )


def _naming(index: ResourceIndex, stranded: Sequence[Subject]) -> Iterator[Location]:
    """The settings in which the pods name Services of others; a live cluster's aren't at hand."""
    from netlint_rules.wiring.needs import mentioned  # few policies are for DNS alone

    for subject in stranded if not index.view.live else ():
        for workload in subject.workloads:
            for mention, place in mentioned(index, workload):
                if not _is_near(mention.service, workload):
                    note = f"names Service {mention.service.name}, which these pods can't reach"
                    yield Location(place.document, place.path, note)


def _is_near(service: Service, workload: Workload) -> bool:
    """Whether pods reach a Service all the same: it is their own, or may be that of the DNS."""
    if service.namespace in _DNS_HOMES:
        return True
    selector = service.selector
    return bool(selector) and labels_match(Selector.of(selector or {}), workload) is not Truth.NO


def _names(peer: PodPeer, subject: Subject) -> bool:
    """Whether a peer surely selects the pods, by their labels."""
    if subject.workloads:
        return labels_match(peer.pods, subject.workloads[0]) is Truth.YES
    return subject.selector.implies(peer.pods)


RULE = Rule(
    name="allow-dns-isolates",
    title="a policy for DNS that cuts off everything else",
    codes=(ISOLATES,),
    groups=("isolation", "correctness"),
    since="0.1.0",
    doc=__doc__,
    bad=ExamplesOf("allow_dns_isolates", "BAD"),
    good=ExamplesOf("allow_dns_isolates", "GOOD"),
    check=check,
    eased=True,
    needs=frozenset({Trait.EGRESS}),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation",
    ),
)
