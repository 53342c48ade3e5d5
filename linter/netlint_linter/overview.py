"""What a report says of the files themselves, whatever rules find in them."""

from __future__ import annotations

from netlint_linter.reading import Inputs
from netlint_rules.bundle import Bundle, Cut
from netlint_rules.directives import Suppression
from netlint_rules.index import policies_among
from netlint_rules.lazy import cached_property
from netlint_rules.report import BundleInfo, Summary
from netlint_rules.source.trouble import TroubleKind
from netlint_rules.suppress import suppressions_of


class Overview:
    """Found out on first use, or ahead of it while others judge: it walks all documents."""

    def __init__(self, parts: Cut, inputs: Inputs) -> None:
        self._parts, self._inputs = parts, inputs

    def prepare(self) -> None:
        """Find out everything."""
        _ = self.suppressions, self.bundles, self._counts

    @cached_property
    def suppressions(self) -> tuple[Suppression, ...]:
        """Every directive in the named files."""
        named = self._inputs.named
        documents = (each for each in self._inputs.documents if each.origin.file in named)
        return suppressions_of(documents, _today())

    @cached_property
    def bundles(self) -> tuple[BundleInfo, ...]:
        """What is told of each bundle."""
        return tuple(map(_bundle_info, self._parts.bundles))

    @cached_property
    def _counts(self) -> tuple[int, int]:
        """How many policies and namespaces there are: what bundles share counts once."""
        bundles = self._parts.bundles
        policies = policies_among(each for bundle in bundles for each in bundle.placed)
        places = {(each.document.origin.file, each.document.index) for each in policies}
        return len(places), len({each.namespace for each in policies})

    def summary(self, hidden: int, suppressed: int) -> Summary:
        """The numbers at a report's end, with those of findings that aren't shown."""
        policies, namespaces = self._counts
        troubles = self._inputs.troubles
        return Summary(
            files=len(self._inputs.files),
            documents=self._inputs.total,
            policies=policies,
            namespaces=namespaces,
            hidden=hidden,
            suppressed=suppressed,
            templates=sum(trouble.kind is TroubleKind.TEMPLATE for trouble in troubles),
        )


def _today() -> str:
    import time

    return time.strftime("%Y-%m-%d")


def _bundle_info(bundle: Bundle) -> BundleInfo:
    files = sorted({placed.document.origin.file for placed in bundle.placed})
    policies = len(policies_among(bundle.placed))
    return BundleInfo(bundle.name, bundle.reason, tuple(files), policies)
