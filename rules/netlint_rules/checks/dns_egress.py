"""DNS is cut off by egress isolation

A pod that an egress policy selects may reach only what some policy allows, and its cluster's DNS
servers are no exception. netlint looks at all the policies that select a pod together: an
`allow-dns` policy beside a default-deny is enough, wherever it is in the files.

DNS needs UDP *and* TCP on port 53. Which servers must be reached depends on the cluster: CoreDNS
pods in kube-system, NodeLocal DNSCache at 169.254.20.10, Cloud DNS at 169.254.169.254, port 5353
on OpenShift. netlint accepts any of the known ones until it knows more: it sees DNS Services and
DaemonSets in the files, and `cluster.dns-profile` (or `--dns-profile`) names the profile. It also
looks whether the servers' own policies let queries in, from pods and from caches on the nodes.

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
from netlint_rules.dns.certainty import of_missing, of_shortfall
from netlint_rules.dns.codes import (
    BLOCKED,
    CODES,
    DENIED,
    EVERYWHERE,
    MISSING,
    SHORTFALLS,
    UNKNOWN,
)
from netlint_rules.dns.grants import Grants
from netlint_rules.dns.ingress import BlockedServer, blocked_servers
from netlint_rules.dns.servers import Servers, ServersOf
from netlint_rules.dns.verdict import (
    Judged,
    Verdict,
    asks_servers,
    asks_the_node,
    judge,
    own_nameservers,
    reaches_outside,
    unreached,
    uses_cluster_dns,
    wide_open,
)
from netlint_rules.dns.words import (
    allow_dns,
    allow_dns_everywhere,
    called,
    egress_path,
    isolating,
    repair,
    shown,
)
from netlint_rules.finding import Confidence, Finding, Fix, Location, Severity
from netlint_rules.isolation import Isolation, is_uncertain
from netlint_rules.peers import pods_of
from netlint_rules.policy import Direction, Policy
from netlint_rules.record import replace
from netlint_rules.rule import ExamplesOf, Rule

_SHOWN = 3


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Judge every subject of the namespace; one finding for each cause."""
    cni = context.facts.cni(context.config.cluster.cni)
    if not context.index.policies.get(namespace) or (cni is not None and cni.enforces == "no"):
        return
    found = context.workspace.derived(ServersOf(context.config.cluster, context.facts))
    is_known = not context.index.unmodelled_in(namespace)
    if context.is_about(Direction.INGRESS) and is_known and found.may_be_in(namespace):
        for blocked in blocked_servers(found, context.isolation(namespace)):
            yield _blocked(context, blocked)
    if context.is_about(Direction.EGRESS):
        yield from _everywhere(context, found, namespace)
        if is_known:
            yield from _cut_off(context, found, context.isolation(namespace))


def _cut_off(context: Context, found: Servers, isolation: Isolation) -> Iterator[Finding]:
    """Pods that can't ask their servers."""
    judged = list(_judge_all(context, found, isolation))
    yield from _missing(context, found, isolation, judged)
    yield from _denied(context, judged)
    yield from _short(context, found, judged)
    yield from _other_resolvers(context, isolation)


def _judge_all(context: Context, found: Servers, isolation: Isolation) -> Iterator[Judged]:
    granting = Grants(context.index, found)
    asking = [subject for subject in isolation.subjects if asks_servers(found, subject)]
    if asking and granting.serve_all(isolation.selecting(asking[0], Direction.EGRESS).certain):
        return  # a policy for all pods, as in most namespaces
    judged = (judge(granting, found, isolation, subject) for subject in asking)
    yield from (each for each in judged if each is not None)


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
        if policy.subject.matches_all
        and policy.isolates(Direction.EGRESS)
        and not is_uncertain(policy)
    ]
    if len(groups) > 1 and whole:
        everyone = [each for group in groups for each in group]
        taken = {policy.name for policy in isolation.policies}
        fix = allow_dns_everywhere(found, isolation.namespace, taken)
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
    severity, confidence = of_missing(group, complete=context.index.complete(primary.namespace))
    scope = context.index.scope(primary.namespace)
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
    complete = context.index.complete(judged.subject.namespace)
    severity, confidence = of_shortfall(found, judged, short.code, complete=complete)
    others = [policy for policy in judged.selecting.certain if policy is not grant.policy]
    subject = grant.policy if len(others) < len(judged.selecting.certain) else others[0]
    return context.finding(
        short.code,
        short.message.format(
            pods=pods_of(context.index, [subject]),
            ports=" or ".join(map(str, sorted(grant.numbers))),
            scope=context.index.scope(judged.subject.namespace),
            servers=called(found),
        ),
        shown(context.index, grant, short),
        severity=severity,
        confidence=confidence,
        related=[isolating(context.index, policy) for policy in others[:_SHOWN]],
        fix=repair(found, judged.verdict, grant),
    )


def _denied(context: Context, judged: Sequence[Judged]) -> Iterator[Finding]:
    """One hint for each policy that denies all egress of pods that nothing else allows."""
    denying = [each.broadest for each in judged if each.verdict is Verdict.DENIED]
    for policy in {id(policy): policy for policy in denying}.values():
        if not policy.expects("deny-all-egress"):
            pods = pods_of(context.index, [policy])
            spared = policy.subject.matches_all and _spares_others(context, policy)
            yield context.finding(
                DENIED,
                f"{pods}{' that no other policy selects' if spared else ''} can't open any "
                "connection, DNS included",
                Location(policy.document, egress_path(policy), "isolates egress"),
            )


def _spares_others(context: Context, denying: Policy) -> bool:
    """Whether other policies let some pods of the namespace out."""
    return any(each.rules[Direction.EGRESS] for each in context.index.policies[denying.namespace])


def _everywhere(context: Context, found: Servers, namespace: str) -> Iterator[Finding]:
    strict = context.option("exfil") == "strict"
    for policy, rule in wide_open(context.policies(namespace)):
        if found.is_server(policy.namespace, policy.subject.equalities()):
            continue  # a DNS server asks resolvers outside the cluster
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
    return context.finding(
        BLOCKED,
        blocked.message(pods_of(context.index, [policy]), context.index.scope(policy.namespace)),
        Location(policy.document, ("spec", "podSelector"), "isolates ingress of the DNS servers"),
        severity=Severity.ERROR if complete else Severity.WARNING,
        confidence=Confidence.CERTAIN if complete else blocked.confidence,
    )


def _other_resolvers(context: Context, isolation: Isolation) -> Iterator[Finding]:
    """Pods that don't ask the cluster's DNS: nameservers of their own, or their node's."""
    for subject in isolation.subjects:
        if uses_cluster_dns(subject):
            continue
        selecting = isolation.selecting(subject, Direction.EGRESS)
        if any(policy.rules[Direction.EGRESS] for policy in selecting.certain):
            judged = Judged(subject, selecting, Verdict.MISSING)
            servers = own_nameservers(subject)
            closed = unreached(selecting, servers)
            if closed and closed[0] == servers[0]:  # the others are asked after a time-out
                whom = f"their nameserver {', '.join(closed)}"
                yield _unreached(context, judged, whom, is_late=len(closed) < len(servers))
            elif asks_the_node(subject) and not reaches_outside(selecting):
                found = _unreached(context, judged, "their node's resolver")
                yield replace(found, code=UNKNOWN.code, name=UNKNOWN.name, severity=Severity.INFO)


def _unreached(context: Context, judged: Judged, whom: str, *, is_late: bool = False) -> Finding:
    policy = _main_policy(judged)
    effect = "wait long for every name" if is_late else "can't resolve names"
    severity, confidence = of_missing([judged], complete=context.index.complete(policy.namespace))
    return context.finding(
        MISSING,
        f"{pods_of(context.index, [policy])} {effect}: no policy allows port 53 of {whom}",
        Location(policy.document, egress_path(policy), "isolates egress"),
        severity=Severity.WARNING if is_late and severity is Severity.ERROR else severity,
        confidence=confidence,
    )


RULE = Rule(
    name="dns-egress",
    title="DNS cut off by egress isolation",
    codes=CODES,
    groups=("correctness",),
    since="0.1.0",
    doc=__doc__,
    bad=ExamplesOf("dns_egress", "BAD"),
    good=ExamplesOf("dns_egress_good", "GOOD"),
    check=check,
    options={"exfil": ("", "strict makes port 53 to every destination a warning")},
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
        "https://www.rfc-editor.org/rfc/rfc7766",
    ),
)
