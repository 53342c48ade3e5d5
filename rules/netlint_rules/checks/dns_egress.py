"""DNS is cut off by egress isolation

A pod that an egress policy selects may reach only what some policy allows, and its cluster's DNS
servers are no exception. netlint looks at all the policies that select a pod together: an
`allow-dns` policy beside a default-deny is enough, wherever it is in the files.

DNS needs UDP *and* TCP on port 53. Which servers must be reached depends on the cluster: CoreDNS
pods in kube-system, NodeLocal DNSCache at 169.254.20.10, Cloud DNS at 169.254.169.254, port 5353
on OpenShift. netlint accepts any of the known ones until it knows more: it sees DNS Services and
DaemonSets in the files, and `cluster.dns-profile` (or `--dns-profile`) names the profile.

## Why it matters

Without DNS nearly everything fails, with time-outs that look like anything but a policy. With UDP
alone it fails now and then: answers over 512 bytes are cut off and asked for again over TCP, as
with headless Services, SRV records and DNSSEC. With TCP alone (a port without `protocol` is TCP)
the first query is never answered.

## How to fix

Allow DNS once for the namespace, or in the policy itself:

```yaml
  egress:
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: kube-dns}}
    ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]
```

Both selectors stand in one entry: a `podSelector` alone looks in the policy's own namespace. The
address of the DNS Service in an `ipBlock` doesn't help on most network plugins: they see the
pod's address. Pods that are cut off on purpose need no rule: a pod without any allowed egress is
only mentioned with `--pedantic`, and not at all with `netlint.dev/expects: deny-all-egress`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from netlint_rules.context import Context
from netlint_rules.dns.certainty import of_missing
from netlint_rules.dns.codes import (
    BLOCKED,
    CODES,
    DENIED,
    EVERYWHERE,
    MISSING,
    SHORTFALLS,
    WRONG_PEER,
    WRONG_PORT,
)
from netlint_rules.dns.ingress import BlockedServer, blocked_servers
from netlint_rules.dns.servers import Servers, servers
from netlint_rules.dns.verdict import (
    Judged,
    Verdict,
    judge,
    own_nameservers,
    unreached,
    uses_cluster_dns,
    wide_open,
)
from netlint_rules.dns.words import (
    add_protocol,
    allow_dns,
    allow_dns_everywhere,
    egress_path,
    isolating,
    pods_of,
)
from netlint_rules.examples.dns_egress import BAD
from netlint_rules.examples.dns_egress_good import GOOD
from netlint_rules.finding import Confidence, Finding, Fix, Location, Severity
from netlint_rules.isolation import Isolation
from netlint_rules.policy import Direction, Policy
from netlint_rules.rule import Code, Rule

_SHOWN = 3


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Judge every subject of the namespace; one finding for each cause."""
    found = servers(context.index, context.config, context.facts)
    isolation = context.isolation(namespace)
    yield from _everywhere(context, isolation)
    if context.index.unmodelled_in(namespace):
        return
    for blocked in blocked_servers(found, isolation):
        yield _blocked(context, blocked)
    judged = list(_judge_all(context, found, isolation))
    yield from _missing(context, found, isolation, judged)
    yield from _denied(context, judged)
    yield from _short(context, found, judged)
    yield from _own_resolvers(context, isolation)


def _judge_all(context: Context, found: Servers, isolation: Isolation) -> Iterator[Judged]:
    for subject in isolation.subjects:
        labels = subject.labels or subject.selector.equalities()
        if uses_cluster_dns(subject) and not found.is_server(subject.namespace, labels):
            judged = judge(context.index, found, isolation, subject)
            if judged is not None:
                yield judged


def _missing(
    context: Context, found: Servers, isolation: Isolation, judged: Sequence[Judged]
) -> Iterator[Finding]:
    """One finding for the namespace where every pod of it is isolated, else one a policy."""
    by_policy: dict[int, list[Judged]] = defaultdict(list)
    for each in judged:
        if each.verdict is Verdict.MISSING:
            by_policy[id(_main_policy(each))].append(each)
    groups = list(by_policy.values())
    whole = [
        policy
        for policy in isolation.policies
        if policy.subject.matches_all and policy.isolates(Direction.EGRESS) and not policy.broken
    ]
    if len(groups) > 1 and whole:
        everyone = [each for group in groups for each in group]
        fix = allow_dns_everywhere(found, isolation.namespace)
        yield _lacking(context, everyone, whole[0], fix)
        return
    for group in groups:
        policy = _main_policy(group[0])
        yield _lacking(context, group, policy, allow_dns(found, policy))


def _main_policy(judged: Judged) -> Policy:
    """The policy that says most of the pods' egress: one with rules, the narrowest of them."""
    return min(
        judged.selecting.certain,
        key=lambda policy: (not policy.rules[Direction.EGRESS], policy.subject.matches_all),
    )


def _lacking(context: Context, group: Sequence[Judged], primary: Policy, fix: Fix) -> Finding:
    mains = list({id(policy): policy for policy in map(_main_policy, group)}.values())
    involved = {id(p): p for each in group for p in each.selecting.certain if p is not primary}
    complete = context.index.complete(primary.namespace)
    severity, confidence = of_missing(group, complete=complete)
    scope = "" if complete else " in the files given"
    return context.finding(
        MISSING,
        f"{pods_of(context.index, mains)} can't resolve names: no policy{scope} allows port 53",
        Location(primary.document, egress_path(primary), "isolates egress"),
        severity=severity,
        confidence=confidence,
        related=[isolating(context.index, policy) for policy in list(involved.values())[:_SHOWN]],
        fix=fix,
    )


def _short(context: Context, found: Servers, judged: Sequence[Judged]) -> Iterator[Finding]:
    """One finding for each rule that comes near to granting DNS and falls short."""
    seen = set()
    for each in judged:
        if each.grant is not None:
            place = (each.verdict, id(each.grant.policy), each.grant.path, each.grant.peer)
            if place not in seen and not each.grant.policy.broken:
                seen.add(place)
                yield _shortfall(context, found, each)


def _shortfall(context: Context, found: Servers, judged: Judged) -> Finding:
    grant, short = judged.grant, SHORTFALLS[judged.verdict]
    assert grant is not None
    severity, confidence = _certainty(context, found, judged, short.code)
    at_peer = short.at_peer and grant.peer is not None
    path = grant.peer if at_peer and grant.peer is not None else grant.path
    others = [policy for policy in judged.selecting.certain if policy is not grant.policy]
    shown = [_main_policy(judged)] if grant.policy not in judged.selecting.certain else []
    ports = " or ".join(map(str, sorted(grant.numbers)))
    return context.finding(
        short.code,
        short.message.format(pods=pods_of(context.index, shown or [grant.policy]), ports=ports),
        Location(grant.policy.document, path, short.note),
        severity=severity,
        confidence=confidence,
        related=[isolating(context.index, policy) for policy in others[:_SHOWN]],
        fix=add_protocol(grant, short.lacks) if short.lacks and grant.explicit else None,
    )


def _certainty(
    context: Context, found: Servers, judged: Judged, code: Code
) -> tuple[Severity, Confidence]:
    if code.severity is Severity.INFO:
        return code.severity, Confidence.MEDIUM
    guessed = code in {WRONG_PEER, WRONG_PORT} and not found.known
    if guessed or not context.index.complete(judged.subject.namespace):
        return Severity.WARNING, Confidence.HIGH
    return code.severity, Confidence.CERTAIN


def _denied(context: Context, judged: Sequence[Judged]) -> Iterator[Finding]:
    """One hint for each policy that denies all egress of pods that nothing else allows."""
    denying = [each.selecting.certain[0] for each in judged if each.verdict is Verdict.DENIED]
    for policy in {id(policy): policy for policy in denying}.values():
        if not policy.expects("deny-all-egress"):
            yield context.finding(
                DENIED,
                f"{pods_of(context.index, [policy])} can't open any connection, DNS included",
                Location(policy.document, egress_path(policy), "isolates egress"),
            )


def _everywhere(context: Context, isolation: Isolation) -> Iterator[Finding]:
    strict = context.option("exfil") == "strict"
    for policy, rule in wide_open(isolation.policies):
        yield context.finding(
            EVERYWHERE,
            f"{pods_of(context.index, [policy])} can send DNS queries to any address, a way out "
            "for data too",
            Location(policy.document, rule.path, "opens port 53 to every destination"),
            severity=Severity.WARNING if strict else Severity.INFO,
        )


def _blocked(context: Context, blocked: BlockedServer) -> Finding:
    policy = blocked.selecting.certain[0]
    complete = context.index.complete(policy.namespace)
    protocols = " and ".join(blocked.protocols)
    return context.finding(
        BLOCKED,
        f"the DNS servers don't let queries in: no policy opens {protocols} {blocked.port} of "
        f"{pods_of(context.index, [policy])}",
        Location(policy.document, ("spec", "podSelector"), "isolates ingress of the DNS servers"),
        severity=Severity.ERROR if complete else Severity.WARNING,
        confidence=Confidence.CERTAIN if complete else Confidence.HIGH,
    )


def _own_resolvers(context: Context, isolation: Isolation) -> Iterator[Finding]:
    """Pods with dnsPolicy None ask the nameservers of their dnsConfig."""
    for subject in isolation.subjects:
        selecting = isolation.selecting(subject, Direction.EGRESS)
        allowed = any(policy.rules[Direction.EGRESS] for policy in selecting.certain)
        closed = unreached(selecting, own_nameservers(subject)) if allowed else []
        if closed:
            judged = Judged(subject, selecting, Verdict.MISSING)
            policy = _main_policy(judged)
            complete = context.index.complete(isolation.namespace)
            severity, confidence = of_missing([judged], complete=complete)
            yield context.finding(
                MISSING,
                f"{pods_of(context.index, [policy])} can't resolve names: no policy allows port "
                f"53 of their nameserver {', '.join(closed)}",
                Location(policy.document, egress_path(policy), "isolates egress"),
                severity=severity,
                confidence=confidence,
            )


RULE = Rule(
    name="dns-egress",
    title="DNS cut off by egress isolation",
    codes=CODES,
    groups=("correctness",),
    since="0.1.0",
    doc=__doc__,
    bad=BAD,
    good=GOOD,
    check=check,
    options={"exfil": ("", "strict makes port 53 to every destination a warning")},
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
        "https://www.rfc-editor.org/rfc/rfc7766",
    ),
)
