"""Facts about service meshes: the ports that their traffic takes instead of the pods' own."""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.facts.row import PortOrZero, Row, Text
from netlint_rules.record import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh(Row):
    """A port that pods of a mesh need. A namespace is in the mesh by a label or an annotation.

    title: the mesh, for messages.
    labels: namespace labels of which each puts the namespace into the mesh.
    annotations: namespace annotations that do.
    opt_out: pod labels of which each takes the pods out again.
    ingress_port: TCP port at which connections from other pods of the mesh arrive; 0 if it is
      the pods' own.
    egress_port: TCP port of the control plane that the pods connect to; 0 if there is none.
    note: what comes through the port, as messages say it.
    """

    title: Text
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    opt_out: Mapping[str, str] = field(default_factory=dict)
    ingress_port: PortOrZero = 0
    egress_port: PortOrZero = 0
    note: str = ""
