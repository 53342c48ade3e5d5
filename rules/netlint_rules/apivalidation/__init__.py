"""What the API server does with a NetworkPolicy before it stores one: decode, then validate.

Sources: kubernetes 1.36 pkg/apis/networking/validation, apimachinery pkg/api/validation and
pkg/apis/meta/v1/validation, sigs.k8s.io/json. Compared with a real server in
tests/integration/test_api_validation.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from netlint_rules.apivalidation.cause import Cause, Kind, Reason, text
from netlint_rules.apivalidation.plain import is_plain

API_VERSION = "networking.k8s.io/v1"
NEWEST = 36
"""The minor version of the newest Kubernetes that is known here."""
STRICT_CIDRS = 36
"""The first minor version with the feature gate StrictIPCIDRValidation on."""
_NO_STATUS = 28
"""The first minor version whose NetworkPolicies have no `status`; clusters wrote `status: {}`."""


def minor_version(text: str) -> int:
    """The minor version in a text such as `1.31` or `v1.31.4`; the newest where it is empty."""
    return int(text.split(".")[1].partition("-")[0].partition("+")[0]) if text else NEWEST


def refusals(body: Mapping[str, object], minor: int = NEWEST) -> tuple[Cause, ...]:
    """Why the API server of Kubernetes 1.`minor` would refuse to create this NetworkPolicy.

    A type error comes alone. Otherwise come the unknown fields, and only where there is none the
    causes of the validation, in the server's order. Texts with a placeholder are accepted, and a
    namespace isn't compared with the one of a request.
    """
    if body.get("apiVersion") != API_VERSION:
        return (_unserved(text(body.get("apiVersion"))),)
    if is_plain(body):
        return ()  # nearly always, and found out in a quarter of the time
    return looked_at_closely(body, minor)


def looked_at_closely(body: Mapping[str, object], minor: int) -> tuple[Cause, ...]:
    """As refusals, of a policy in the API version that is served."""
    from netlint_rules.apivalidation.decoding import decode
    from netlint_rules.apivalidation.metadata import validate_metadata
    from netlint_rules.apivalidation.spec import validate_spec

    if minor < _NO_STATUS:
        body = {field: value for field, value in body.items() if field != "status"}
    found = decode(body)
    if not found:
        validate_metadata(body.get("metadata"), found)
        validate_spec(body.get("spec"), found, strict_cidrs=minor >= STRICT_CIDRS)
    return tuple(found)


def _unserved(version: str) -> Cause:
    message = f'no matches for kind "NetworkPolicy" in version "{version}"'
    path = ("apiVersion",)
    return Cause(Kind.API_VERSION, path, Reason.BAD_REQUEST, "apiVersion", message, version)
