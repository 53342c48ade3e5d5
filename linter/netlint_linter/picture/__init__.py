"""Pictures of who can talk to whom: a web page, an SVG image, Mermaid and Graphviz sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netlint_linter.picture.model import Picture

FORMATS: tuple[str, ...] = ("html", "svg", "mermaid", "dot")


def render(fmt: str, picture: Picture) -> str:
    """`picture` in one of `FORMATS`, ready to write as it is; the same for the same input.

    Raises:
        ValueError: `fmt` is none of `FORMATS`.
    """
    match fmt:
        case "html":
            from netlint_linter.picture import html

            return html.render(picture)
        case "svg":
            from netlint_linter.picture import svg

            return svg.render(picture)
        case "mermaid":
            from netlint_linter.picture import mermaid

            return mermaid.render(picture)
        case "dot":
            from netlint_linter.picture import dot

            return dot.render(picture)
    raise ValueError(f"unknown picture format {fmt!r}")
