"""The texts of `netlint init`: a base set, and what the manifests call for beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from netlint_linter.errors import UsageError
from netlint_linter.fixing.choose import Choice
from netlint_linter.fixing.command import Linter
from netlint_linter.fixing.rounds import Fixed, settle
from netlint_linter.reading import Inputs
from netlint_linter.request import Request
from netlint_linter.run import gather, uncollected
from netlint_linter.settings import Settings
from netlint_rules.baseset import base_set
from netlint_rules.bundle import BundleSpec, cut
from netlint_rules.dns.servers import Servers, ServersOf
from netlint_rules.edit import emit
from netlint_rules.edit.style import Style
from netlint_rules.facts import Facts
from netlint_rules.index import ResourceIndex
from netlint_rules.record import replace

_OPENINGS = ("webhook-ingress", "ingress-controller-blocked")
"""Rules whose fixes let in what calls the pods from outside of their namespace."""


def proposed(
    settings: Settings, namespaces: Sequence[str], paths: Sequence[str], same_namespace: bool
) -> dict[str, str]:
    """The text of each namespace's policies. `paths` hold the manifests of what runs there.

    The policies are put beside the manifests, and the rules are asked what these cut off. Raises
    UsageError for the namespace of the DNS servers.
    """
    everything = BundleSpec("init", ("**",))
    settings = replace(settings, bundles=(everything,))
    request = Request(tuple(paths), settings, settings.namespace)
    with uncollected():
        linter = Linter(request, Counter())
        inputs = gather(request) if paths else Inputs()
        servers = _servers(inputs, settings)
        inputs.named = set()
        for namespace in dict.fromkeys(namespaces):
            if servers.may_be_in(namespace):
                raise UsageError(
                    f"{namespace} is where the cluster's DNS servers run: a default-deny there "
                    "would keep every pod from resolving names, so init makes none"
                )
            file = _file(namespace)
            text = _text(namespace, servers, same_namespace=same_namespace)
            inputs.texts[file] = text.encode()
            inputs.add(linter.read(file, inputs.texts[file]), file, named=True)
        start = Fixed(inputs, linter.judge(inputs))
        fixed = settle(start, Choice(unsafe=True, only=_OPENINGS), linter)
    return {each: fixed.inputs.texts[_file(each)].decode() for each in namespaces}


def _file(namespace: str) -> str:
    """The name of a file that is never written."""
    return f"netlint-init/{namespace}.yaml"


def _servers(inputs: Inputs, settings: Settings) -> Servers:
    """The DNS servers, as far as settings and manifests tell."""
    config = settings.config
    facts = Facts(config.facts)
    bundles = cut(inputs.documents, namespace=settings.namespace).bundles
    placed = [each for bundle in bundles for each in bundle.placed]
    return ServersOf(config.cluster, facts)(ResourceIndex.build(placed, config, facts))


def _text(namespace: str, servers: Servers, *, same_namespace: bool) -> str:
    documents = [
        "\n".join([*(f"# {text}" for text in each.remarks), *emit.block(each.body, Style()), ""])
        for each in base_set(namespace, servers, same_namespace=same_namespace)
    ]
    return "---\n".join(documents)
