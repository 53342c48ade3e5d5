"""The options of a run on nothing but paths, which needs no parser: that takes a third of it."""

from __future__ import annotations

from types import SimpleNamespace

from netlint_rules.typed import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_UNSET = (
    *("namespace", "cni", "dns_profile", "platform", "kube_version", "min_severity"),
    *("min_confidence", "baseline", "write_baseline", "config", "fail_on", "cache_dir"),
)
_EMPTY = (
    *("complete_namespace", "exclude", "cluster_cidr", "service_cidr", "node_cidr", "api_server"),
    *("select", "extend_select", "ignore", "severity", "fix_only", "targets"),
)
_OFF = (
    *("complete", "pedantic", "strict", "fix", "unsafe_fixes", "diff", "statistics", "quiet"),
    *("isolated", "exit_zero", "no_cache"),
)


def options(paths: Sequence[str]) -> argparse.Namespace:
    """What the parser makes of paths alone."""
    unset = dict.fromkeys(_UNSET)
    lists: dict[str, list[str]] = {name: [] for name in _EMPTY}
    off = dict.fromkeys(_OFF, False)
    made = SimpleNamespace(
        **unset, **lists, **off, paths=list(paths), color="auto", verbose=0, jobs=0
    )
    return cast("argparse.Namespace", made)
