"""Calls of the API server that policies block: which policy does it, and what would open it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from netlint_rules.apiserver import Admission, ApiServer
from netlint_rules.backends import Backend, container_port, opening
from netlint_rules.finding import Applicability, Fix, Location
from netlint_rules.isolation import Isolation
from netlint_rules.policy import AddressPeer, Policy, PolicyRule
from netlint_rules.record import dataclass
from netlint_rules.resources import ServicePort
from netlint_rules.source.document import json_pointer
from netlint_rules.webhooks.missed import MissedPort, missed_port
from netlint_rules.webhooks.openings import Judgement, admitted, judge

_SHOWN = 3


@dataclass(frozen=True, slots=True, eq=False)
class BlockedCall:
    """Pods that the API server doesn't get to, all for the same reason.

    `is_whole`: these are all the pods behind the Service. `missed` is a port entry that was
    meant for it, looked for where no rule that it passes holds the port.
    """

    server: ApiServer
    judgements: tuple[Judgement, ...]
    is_whole: bool
    missed: MissedPort | None

    @property
    def backend(self) -> Backend:
        """The first of the pods, which stands for them."""
        return self.judgements[0].backend

    @property
    def admission(self) -> Admission:
        """How far the API server gets."""
        return self.judgements[0].admission

    @property
    def is_open_to_others(self) -> bool:
        """Whether some rule opens the port, though not to the API server."""
        return bool(self.judgements[0].openings)

    @property
    def is_open_to_one_address(self) -> bool:
        """Whether it is open to a single address and nothing else."""
        peers = self.judgements[0].peers
        blocks = [peer.block for peer in peers if isinstance(peer, AddressPeer)]
        return len(peers) == len(blocks) == 1 and blocks[0].size() == 1

    @property
    def is_proven(self) -> bool:
        """Whether this holds on the platform for sure, and not only on most."""
        depends = self.admission is not Admission.NEVER
        is_partly = self.admission > Admission.ELSEWHERE
        return self.server.is_verified and not is_partly and (self.server.is_known or not depends)

    @property
    def place(self) -> Location:
        """The smallest thing to change: a port entry, a `from`, else the isolating policy."""
        if self.missed is not None:
            note = f"opens {self.missed.entry.ports}, {self.missed.slip.value}"
            return Location(self.missed.policy.document, self.missed.path, note)
        opening = self._opening
        if opening is not None:
            policy, rule = opening
            return Location(policy.document, (*rule.path, "from"), self._note(policy, rule))
        note = f"isolates ingress of these pods and opens no {self.backend.tcp}"
        return _isolating(self.judgements[0].policies[0], note)

    def related(self) -> Iterator[Location]:
        """The container port, and the other policies that isolate the pods."""
        workload = self.backend.workload
        declared = container_port(workload, self.backend.port) if workload else None
        if declared is not None:
            yield declared
        primary = self.place.document
        others = [each for each in self.judgements[0].policies if each.document is not primary]
        for policy in others[:_SHOWN]:
            whom = "every pod" if policy.subject.matches_all else f"pods {policy.subject}"
            yield _isolating(policy, f"isolates ingress of {whom}")

    def fix(self, name: str, labels: Mapping[str, str]) -> Fix | None:
        """What opens the port; `name` and `labels` are for a new policy where one is needed."""
        port = self.backend.tcp
        if self.missed is not None and self.missed.admission is not Admission.ELSEWHERE:
            title = f"open {port} instead"
            return Fix(title, Applicability.UNSAFE, self.missed.patch(self.backend))
        if self.admission is Admission.PARTLY:
            return self._complete()
        if self.admission is Admission.UNKNOWN:
            return None
        return Fix(
            f"add a policy that opens {port} on these pods",
            Applicability.UNSAFE,
            creates=opening(name, self.backend, labels),
        )

    @property
    def _opening(self) -> tuple[Policy, PolicyRule] | None:
        """The rule that comes closest to letting the API server in."""
        openings = self.judgements[0].openings
        return max(openings, key=lambda each: self._admitted(*each), default=None)

    def _admitted(self, policy: Policy, rule: PolicyRule) -> Admission:
        return admitted(self.server, [rule], policy.namespace)

    @property
    def missing(self) -> tuple[str, ...]:
        """CIDRs of the API server to which the port isn't open."""
        return self.server.missing(self.judgements[0].peers).prefixes()

    def _complete(self) -> Fix:
        assert self._opening is not None
        _, rule = self._opening
        path = json_pointer((*rule.path, "from", "-"))
        operations = tuple(
            {"op": "add", "path": path, "value": {"ipBlock": {"cidr": cidr}}}
            for cidr in self.missing
        )
        return Fix("add the API server's other addresses", Applicability.UNSAFE, operations)

    def _note(self, policy: Policy, rule: PolicyRule) -> str:
        """What is wrong with the peers of a rule."""
        peers = rule.peers or ()
        if self.admission is Admission.PARTLY:
            return f"leaves out {', '.join(self.missing)}"
        if self.admission is Admission.UNKNOWN:
            if self.is_open_to_one_address:
                return "is one address; several API servers call from one each"
            return "may match the API server; the setting cluster.api-server tells"
        platforms = self.server.platforms(peers, policy.namespace)
        if platforms:
            return f"matches the API server on {', '.join(platforms)} only"
        if self.server.block_blind and any(isinstance(peer, AddressPeer) for peer in peers):
            return f"never matches nodes with {self.server.block_blind}"
        return f"opens {self.backend.tcp} to others, not to the API server"


def blocked_call(
    isolation: Isolation,
    server: ApiServer,
    pods: Sequence[Backend],
    port: ServicePort,
    strangers: Collection[Policy] = (),
) -> BlockedCall | None:
    """What keeps the API server from the pods behind a Service's port; None where nothing does.

    Where pods differ, those it gets to least. `strangers` are policies for other pods.
    """
    judgements = [judge(isolation, server, pod, strangers) for pod in pods]
    blocked = [
        each for each in judgements if each is not None and each.admission < Admission.ALWAYS
    ]
    if not blocked:
        return None
    worst = min(each.admission for each in blocked)
    chosen = tuple(each for each in blocked if each.admission is worst)
    missed = missed_port(chosen, server, port) if worst is Admission.NEVER else None
    return BlockedCall(server, chosen, len(chosen) == len(judgements), missed)


def _isolating(policy: Policy, note: str) -> Location:
    spec = policy.document.body.get("spec")
    is_written = isinstance(spec, dict) and "policyTypes" in spec
    return Location(policy.document, ("spec", "policyTypes" if is_written else "podSelector"), note)
