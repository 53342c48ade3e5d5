"""How a place is named in every format: file and range, object and field."""

from __future__ import annotations

from netlint_rules.finding import Location
from netlint_rules.source.document import Document, Span


def file_span(location: Location) -> Span | None:
    """The range in the file that `location` names.

    None where there is no text, or where the text is what a renderer printed: its lines are not
    the lines of the file.
    """
    return None if location.document.origin.rendered_from else location.span


def object_name(document: Document) -> str:
    """`NetworkPolicy shop/api`, or as much of it as is written."""
    name = "/".join(part for part in (document.namespace, document.name) if part)
    return f"{document.kind} {name}".strip()


def field_name(location: Location) -> str:
    """`NetworkPolicy shop/api spec.egress[0]`: the object and the field in it."""
    return f"{object_name(location.document)} {location.api_path}".strip()


def place(location: Location) -> str:
    """`policies/api.yaml:8:3`, or file, object and field where no line is known."""
    span = file_span(location)
    if span:
        return f"{location.file}:{span.line}:{span.column}"
    return ": ".join(part for part in (location.file, field_name(location)) if part)


def relative_file(location: Location) -> str:
    """The file with forward slashes and without a leading `./`, as CI systems match it."""
    from pathlib import PurePath

    return PurePath(location.file).as_posix()
