"""Values that something else fills in before the cluster sees them."""

from __future__ import annotations

from netlint_rules.patterns import compiled

# envsubst and Flux (`${VAR}`, `${VAR:-default}`), kustomize (`$(VAR)`), Helm and Jinja (`{{ … }}`);
# the two words are for sed.
_PLACEHOLDER = compiled(r"\$\{[^}]*\}|\$\([^)]*\)|\{\{|PLACEHOLDER|__[A-Z][A-Z0-9_]*__")


def is_placeholder(value: object) -> bool:
    """Whether `value` is text with a variable in it, so that the real value is not known."""
    return isinstance(value, str) and _PLACEHOLDER.search(value) is not None
