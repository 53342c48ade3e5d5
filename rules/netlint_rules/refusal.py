"""Findings about what the API server refuses: one for each of its causes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netlint_rules.apivalidation.cause import Cause, Kind
from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Finding, Fix, Location
from netlint_rules.patterns import compiled
from netlint_rules.policy import Policy
from netlint_rules.record import replace
from netlint_rules.resources import is_patched
from netlint_rules.rule import Code
from netlint_rules.source.document import json_pointer

_PATTERN = compiled(r" \(e\.g\. [^()]*regex used for validation is '[^']*'\)")


def refused(context: Context, namespace: str, *kinds: Kind) -> Iterator[tuple[Policy, Cause]]:
    """The causes of these kinds, but for places that a kustomize patch changes."""
    for policy in context.policies(namespace):
        for cause in policy.causes:
            if cause.kind in kinds and not is_patched(policy.document, cause.path):
                yield policy, cause


def refusal(
    context: Context,
    code: Code,
    policy: Policy,
    cause: Cause,
    hint: str = "",
    fix: Fix | None = None,
) -> Finding:
    """A finding in the server's words, without its regular expressions, and with a `hint`."""
    said = f"{cause.field}: {_PATTERN.sub('', cause.message)}"
    return retold(context, code, policy, cause, f"{said}; {hint}" if hint else said, fix)


def retold(
    context: Context,
    code: Code,
    policy: Policy,
    cause: Cause,
    words: str,
    fix: Fix | None = None,
) -> Finding:
    """A finding in plainer words than the server's."""
    message = f"the API server refuses {policy.name or 'this policy'}: {words}"
    place = Location(policy.document, cause.path)
    return replace(context.finding(code, message, place, fix=fix), cause=cause)


def meant(word: str, known: Iterable[str], cutoff: float = 0.7) -> str:
    """The known word that is most like a misspelt one, empty where none is."""
    from difflib import get_close_matches

    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[close[0]] if close else ""


def did_you_mean(word: str) -> str:
    """The hint that proposes a word, empty where there is none."""
    return f"did you mean {word}?" if word else ""


def corrected(cause: Cause, word: str) -> Fix | None:
    """Replace a misspelt word, None where no word is meant.

    Unsafe like every repair of what is refused: the policy starts to isolate and to allow.
    """
    if not word:
        return None
    operation = {"op": "replace", "path": json_pointer(cause.path), "value": word}
    return Fix(f"write {word}", Applicability.UNSAFE, (operation,))
