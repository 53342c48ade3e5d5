"""A picture as one web page that needs nothing else: no network, no other file."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape
from importlib.resources import files
from string import Template

from netlint_linter.picture.data import page_data, script_text
from netlint_linter.picture.model import Picture

SCRIPTS = (
    "dom",
    "data",
    "reach",
    "layout",
    "cards",
    "lines",
    "map",
    "view",
    "panel",
    "why",
    "matrix",
    "matrixview",
    "search",
)
"""The page's own scripts in `assets/app`, in the order in which they build on each other."""


def render(picture: Picture) -> str:
    """The page as one HTML document."""
    assets = files(__package__) / "assets"
    script = _script()
    style = (assets / "style.css").read_text(encoding="utf-8")
    return Template((assets / "page.html").read_text(encoding="utf-8")).substitute(
        title=escape(picture.title),
        csp=_policy(script, style),
        licences=(assets / "vendor" / "LICENSES.txt").read_text(encoding="utf-8").strip(),
        style=style,
        script=script,
        data=script_text(page_data(picture)),
    )


def _script() -> str:
    """All scripts as one, in one scope that nothing outside can see."""
    assets = files(__package__) / "assets"
    library = (assets / "vendor" / "graph.min.js").read_text(encoding="utf-8").strip()
    parts = [(assets / "app" / f"{name}.js").read_text("utf-8") for name in (*SCRIPTS, "main")]
    return "\n".join(["", library, '(() => {\n"use strict";', *parts, "})();", ""])


def _policy(script: str, style: str) -> str:
    """A content security policy that lets this script and this style in, and no request out."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
