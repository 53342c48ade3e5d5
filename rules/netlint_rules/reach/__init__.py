"""Who can talk to whom: one question with its reasons, or all pairs as sets of ports."""

from netlint_rules.reach.connections import Connection, Group, Map
from netlint_rules.reach.ends import Controller, Destination, End, Outside, Owner, Pods, Stranger
from netlint_rules.reach.entries import Entry
from netlint_rules.reach.exposure import Exposure
from netlint_rules.reach.network import Network
from netlint_rules.reach.open import Open
from netlint_rules.reach.trace import Half, PeerStep, PolicyStep, RuleStep, Trace
from netlint_rules.reach.verdict import Verdict

__all__ = [
    "Connection",
    "Controller",
    "Destination",
    "End",
    "Entry",
    "Exposure",
    "Group",
    "Half",
    "Map",
    "Network",
    "Open",
    "Outside",
    "Owner",
    "PeerStep",
    "Pods",
    "PolicyStep",
    "RuleStep",
    "Stranger",
    "Trace",
    "Verdict",
]
