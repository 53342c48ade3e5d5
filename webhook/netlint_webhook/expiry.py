"""When a certificate ends.

Read here, because the library that could tell takes 8 MB of every replica's memory for it, and
`ssl` tells it of peers only. OpenSSL has read the certificate before: what isn't one never comes
this far.
"""

from __future__ import annotations

import re
import ssl
from datetime import UTC, datetime

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_VERSION = 0xA0
_LONG = 0x80
_UTC_TIME = 0x17


def not_after(pem: str) -> datetime:
    """The end of the first certificate in a text that OpenSSL has loaded; ValueError for a text
    of the forms that it loads besides.

    In DER it is the second time of the validity, the fourth field after the optional version
    (RFC 5280, section 4.1).
    """
    found = _PEM.search(pem)
    if found is None:
        raise ValueError("no BEGIN CERTIFICATE")
    der = ssl.PEM_cert_to_DER_cert(found[0])
    _, at, _ = _element(der, 0)
    _, at, _ = _element(der, at)
    if der[at] == _VERSION:
        at = _element(der, at)[2]
    for _ in ("serial number", "signature algorithm", "issuer"):
        at = _element(der, at)[2]
    _, at, _ = _element(der, at)
    tag, begin, end = _element(der, _element(der, at)[2])
    return _time(der[begin:end].decode("ascii"), has_century=tag != _UTC_TIME)


def _element(der: bytes, at: int) -> tuple[int, int, int]:
    """The tag of an element, and where its content begins and ends."""
    begin, length = at + 2, der[at + 1]
    if length & _LONG:
        begin += length ^ _LONG
        length = int.from_bytes(der[at + 2 : begin], "big")
    return der[at], begin, begin + length


def _time(text: str, *, has_century: bool) -> datetime:
    """`491231235959Z`, where years from 50 on are those of the last century, or with a century."""
    if not has_century:
        text = ("19" if text >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
