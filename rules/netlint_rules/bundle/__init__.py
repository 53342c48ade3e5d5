"""Bundles: which objects are applied together, and to which namespace each one goes."""

from netlint_rules.bundle.cutting import cut
from netlint_rules.bundle.model import (
    Bundle,
    BundleSpec,
    Cut,
    Placed,
    describe_namespace,
    group_key,
)

__all__ = [
    "Bundle",
    "BundleSpec",
    "Cut",
    "Placed",
    "cut",
    "describe_namespace",
    "group_key",
]
