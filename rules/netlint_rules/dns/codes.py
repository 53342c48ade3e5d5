"""The codes of the rule dns-egress, and what each partial grant is called."""

from __future__ import annotations

from netlint_rules.dns.verdict import Verdict
from netlint_rules.finding import Severity
from netlint_rules.record import dataclass
from netlint_rules.rule import Code

_ERROR, _WARNING, _INFO = Severity
MISSING = Code(
    "NP101", "dns-missing", _ERROR, "pods can't resolve names", fixable=True, needs_view=True
)
UDP_ONLY = Code(
    "NP102",
    "dns-udp-only",
    _WARNING,
    "long DNS answers are lost: TCP is closed",
    fixable=True,
    needs_view=True,
)
TCP_ONLY = Code(
    "NP103",
    "dns-tcp-only",
    _ERROR,
    "DNS queries are lost: UDP is closed",
    fixable=True,
    needs_view=True,
)
WRONG_PEER = Code(
    "NP104",
    "dns-wrong-peer",
    _ERROR,
    "port 53 is open to what can't be the cluster's DNS",
    fixable=True,
    needs_view=True,
)
WRONG_PORT = Code(
    "NP105",
    "dns-wrong-port",
    _ERROR,
    "DNS servers are allowed on a port where they don't answer",
    fixable=True,
    needs_view=True,
)
SERVICE_IP = Code(
    "NP106",
    "dns-service-ip",
    _WARNING,
    "only the address of the DNS Service is allowed",
    fixable=True,
    needs_view=True,
)
EVERYWHERE = Code(
    "NP107", "dns-to-everywhere", _INFO, "port 53 is open to every destination, for tunnels too"
)
BLOCKED = Code(
    "NP108",
    "dns-server-ingress-blocked",
    _ERROR,
    "the DNS servers don't let queries in",
    needs_view=True,
)
UNKNOWN = Code(
    "NP109",
    "dns-unknown",
    _INFO,
    "names resolve only if another policy selects the pods too",
    needs_view=True,
)
DENIED = Code(
    "NP110", "egress-fully-denied", _INFO, "pods can't open any connection", needs_view=True
)
CUSTOM = Code(
    "NP111",
    "dns-custom-resolver",
    _INFO,
    "port 53 is open to an unknown resolver only",
    needs_view=True,
)
CODES = (
    MISSING,
    UDP_ONLY,
    TCP_ONLY,
    WRONG_PEER,
    WRONG_PORT,
    SERVICE_IP,
    EVERYWHERE,
    BLOCKED,
    UNKNOWN,
    DENIED,
    CUSTOM,
)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How a grant that isn't enough is reported. `message` has places for pods, ports and scope.

    `at_peer`: the peer is to blame, not the port. `lacks`: the protocol to add.
    """

    code: Code
    message: str
    note: str
    at_peer: bool = False
    lacks: str = ""


SHORTFALLS = {
    Verdict.UDP_ONLY: Shortfall(
        UDP_ONLY,
        "{pods} can't get DNS answers that are too long for UDP: TCP 53 is closed{scope}",
        "opens UDP only",
        lacks="TCP",
    ),
    Verdict.TCP_ONLY: Shortfall(
        TCP_ONLY,
        "{pods} can't resolve names: TCP 53 is open, UDP 53 is not{scope}",
        "opens TCP only; a port without protocol is TCP",
        lacks="UDP",
    ),
    Verdict.WRONG_PEER: Shortfall(
        WRONG_PEER,
        "{pods} can't resolve names: port 53 is open, but not to {servers}",
        "doesn't match the DNS servers",
        at_peer=True,
    ),
    Verdict.WRONG_PORT: Shortfall(
        WRONG_PORT,
        "{pods} can't resolve names: the DNS servers answer on port {ports}",
        "isn't the port of the DNS servers' pods",
    ),
    Verdict.SERVICE_IP: Shortfall(
        SERVICE_IP,
        "{pods} can't resolve names on most network plugins: policies see the DNS pods' "
        "addresses, not the Service's",
        "allows the address of the DNS Service only",
        at_peer=True,
    ),
    Verdict.CUSTOM: Shortfall(
        CUSTOM,
        "{pods} can ask an unknown resolver only: right if they don't use the cluster's DNS",
        "isn't a DNS server that netlint knows",
        at_peer=True,
    ),
    Verdict.UNKNOWN: Shortfall(
        UNKNOWN,
        "{pods} can resolve names only where another policy selects them too",
        "would allow DNS",
    ),
}
