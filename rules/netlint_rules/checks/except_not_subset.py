"""An `except` that isn't a smaller part of its `cidr`

`except` takes addresses out of the block, so each of its CIDRs has to lie inside of `cidr`, with
a longer prefix. The API server looks at the network that the text stands for: `172.17.1.9/16` is
`172.17.0.0/16`.

## Why it matters

The policy is never created, so it isolates nothing and allows nothing.

## How to fix

Often the two prefix lengths are swapped: `cidr: 172.17.0.0/24` with `except: [172.17.1.0/16]`
should be `172.17.0.0/16` with `172.17.1.0/24`. Delete an `except` that lies outside: it takes
nothing away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netlint_rules.apivalidation.cause import Cause, Kind
from netlint_rules.apivalidation.cidrs import Cidr, is_strict_subset, parse
from netlint_rules.context import Context
from netlint_rules.finding import Applicability, Finding, Fix, Severity
from netlint_rules.policy import Policy
from netlint_rules.refusal import refusal, refused
from netlint_rules.rule import Code, Example, Rule
from netlint_rules.source.document import json_pointer
from netlint_rules.traits import Trait

OUTSIDE = Code(
    "NP712",
    "except-not-subset",
    Severity.ERROR,
    "an except that isn't a smaller part of its cidr",
    fixable=True,
)
_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
"""


def check(context: Context, namespace: str) -> Iterator[Finding]:
    """Report each except that the API server doesn't find inside of its cidr."""
    for policy, cause in refused(context, namespace, Kind.EXCEPT):
        block = policy.document.at((*cause.path[:-2], "cidr"))
        whole, cut = parse(str(block)), parse(str(cause.value))
        assert whole is not None and cut is not None
        hint, fix = _advice(policy, cause, whole, cut)
        yield refusal(context, OUTSIDE, policy, cause, f"cidr is {whole.text}; {hint}", fix)


def _advice(policy: Policy, cause: Cause, whole: Cidr, cut: Cidr) -> tuple[str, Fix | None]:
    swapped = _swapped(whole, cut)
    if swapped:
        return f"did you mean cidr {swapped[0]} with except {swapped[1]}?", _swap(cause, swapped)
    if cut.network == whole.network:
        return "nothing would be left of the block", None
    title = f"delete the except {cut.text}, which takes nothing away"
    removed = _removal(policy, cause)
    return "it lies outside, so it takes nothing away", Fix(title, Applicability.UNSAFE, removed)


def _swapped(whole: Cidr, cut: Cidr) -> tuple[str, str] | None:
    """The two in each other's place, or with each other's length, where that makes them valid."""
    if cut.number == cut.base and is_strict_subset(whole, cut):
        return cut.network, whole.network
    if whole.version != cut.version or whole.length == cut.length:
        return None
    outer = parse(f"{whole.address}/{cut.length}")
    inner = parse(f"{cut.address}/{whole.length}")
    if outer is None or inner is None or not is_strict_subset(inner, outer):
        return None
    return outer.network, inner.network


def _swap(cause: Cause, swapped: tuple[str, str]) -> Fix:
    block = json_pointer(cause.path[:-2])
    operations: tuple[Mapping[str, object], ...] = (
        {"op": "replace", "path": f"{block}/cidr", "value": swapped[0]},
        {"op": "replace", "path": json_pointer(cause.path), "value": swapped[1]},
    )
    return Fix(f"write {swapped[0]} except {swapped[1]}", Applicability.UNSAFE, operations)


def _removal(policy: Policy, cause: Cause) -> tuple[Mapping[str, object], ...]:
    """Remove the entry, or the list with its only entry."""
    is_only = policy.document.at(cause.path[:-1]) == [cause.value]
    return ({"op": "remove", "path": json_pointer(cause.path[:-1] if is_only else cause.path)},)


RULE = Rule(
    name="except-not-subset",
    title="an except outside of its cidr",
    codes=(OUTSIDE,),
    groups=("validity", "addresses"),
    since="0.1.0",
    doc=__doc__,
    references=(
        "https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/",
    ),
    bad=(
        Example(
            "Swapped prefix lengths; the server drops the bits beyond the prefix before 1.36",
            _HEAD
            + """\
    - ipBlock:
        cidr: 172.17.0.0/24
        except:
        - 172.17.1.0/16  # <- NP712
""",
            {"cluster": {"kube-version": "1.35"}},
        ),
        Example(
            "Outside, another family, the same block",
            _HEAD
            + """\
    - ipBlock:
        cidr: 203.0.113.0/24
        except:
        - 198.51.100.0/25  # <- NP712
        - 2001:db8::/64  # <- NP712
        - 203.0.113.0/24  # <- NP712
""",
        ),
    ),
    good=(
        Example(
            "Inside, overlapping, at the edges",
            _HEAD
            + """\
    - ipBlock:
        cidr: 203.0.113.0/24
        except: [203.0.113.0/25, 203.0.113.0/26, 203.0.113.255/32]
    - ipBlock: {cidr: "::/0", except: ["2001:db8::/32"]}
""",
        ),
    ),
    check=check,
    alone=True,
    needs=frozenset({Trait.REFUSED}),
)
