"""A rule's page on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from netlint_linter.output.terminal import Pen, wrap
from netlint_linter.output.text import LOOKS
from netlint_rules.docs import as_yaml, headline, sections, settings_of
from netlint_rules.rule import Code, Example, Rule

_CODE = re.compile(r"`([^`]+)`")
_BULLET = re.compile(r"(?:[-*]|\d+\.) ")
_MARK = re.compile(r"# <- NP\d{3}.*")
_GLUE = "\ue000"
"""Stands for a space inside code, where no line may break."""


def page(rule: Rule, code: Code | None, pen: Pen) -> str:
    """The page; where it is about one code, that one is marked and its example is shown."""
    parts = sections(rule)
    fix = parts.pop("How to fix", "")
    lines = list(_wrapped(f"{rule.name}: {headline(rule)}", pen, looks=("bold",)))
    lines += ["", *(line for each in rule.codes for line in _code(each, each == code, pen))]
    for heading, text in parts.items():
        lines += ["", *_section(heading, rendered(text, pen), pen)]
    lines += ["", *_section("Example", _examples(rule, code, pen), pen)]
    lines += ["", *_section("How to fix", rendered(fix, pen), pen)]
    if rule.options:
        lines += ["", *_section("Settings", _options(rule, pen), pen)]
    if rule.references:
        lines += ["", *_section("References", iter(rule.references), pen)]
    return "\n".join(lines) + "\n"


def _section(heading: str, lines: Iterator[str], pen: Pen) -> Iterator[str]:
    if heading:
        yield pen.paint(heading, "bold")
    yield from lines


def _code(code: Code, marked: bool, pen: Pen) -> Iterator[str]:
    sign = pen.paint("> ", "bold") if marked else "  "
    fix = ", with a fix" if code.fixable else ""
    severity = pen.paint(code.severity, LOOKS[code.severity])
    yield f"{sign}{pen.paint(code.code, 'bold')} {code.name} ({severity}{fix})"
    yield from _wrapped(code.title, pen, indent=8)


def rendered(text: str, pen: Pen) -> Iterator[str]:
    """Markdown of paragraphs, lists and fenced code as lines of the terminal."""
    for number, block in enumerate(_blocks(text)):
        if number:
            yield ""
        if block[0].startswith("```"):
            yield from (f"    {line}".rstrip() for line in block[1:-1])
        else:
            yield from _paragraph(block, pen)


def _blocks(text: str) -> Iterator[list[str]]:
    """Runs of lines between empty lines; fenced code is one block, with its fences."""
    block: list[str] = []
    fenced = False
    for line in [*text.splitlines(), ""]:
        if line.startswith("```"):
            fenced = not fenced
        if line or fenced:
            block.append(line)
        elif block:
            yield block
            block = []


def _paragraph(lines: Sequence[str], pen: Pen) -> Iterator[str]:
    item = ""
    for line in lines:
        if _BULLET.match(line) and item:
            yield from _item(item, pen)
            item = line
        else:
            item = f"{item} {line.strip()}".strip()
    yield from _item(item, pen)


def _item(text: str, pen: Pen) -> Iterator[str]:
    bullet = _BULLET.match(text)
    if not bullet:
        return _wrapped(text, pen)
    return _wrapped(text[bullet.end() :], pen, indent=bullet.end(), lead=bullet[0])


def _wrapped(
    text: str, pen: Pen, *, indent: int = 0, lead: str = "", looks: Sequence[str] = ()
) -> Iterator[str]:
    """The text in lines: the first after `lead`, all of them indented; code in colour."""
    glued = _CODE.sub(lambda match: match[0].replace(" ", _GLUE), text)
    margin = lead.ljust(indent)
    room = pen.width - indent
    for number, line in enumerate(wrap(glued, pen.width - len(margin), room)):
        yield (" " * indent if number else margin) + _painted(line, pen, looks)


def _painted(line: str, pen: Pen, looks: Sequence[str]) -> str:
    line = line.replace(_GLUE, " ")
    if pen.colour and not looks:
        return _CODE.sub(lambda match: pen.paint(match[1], "cyan"), line)
    return pen.paint(line, *looks)


def _examples(rule: Rule, code: Code | None, pen: Pen) -> Iterator[str]:
    """The first mistake, of the code asked for if there is one, and the first correct set."""
    wanted = code.code if code else rule.codes[0].code
    marked = [each for each in rule.bad if re.search(f"# <-.*{wanted}", each.text)]
    yield from _example((marked or rule.bad)[0], "reported", "red", pen)
    yield ""
    yield from _example(rule.good[0], "accepted", "green", pen)


def _example(example: Example, verdict: str, look: str, pen: Pen) -> Iterator[str]:
    settings = f" (with `{settings_of(example)}`)" if example.settings else ""
    first, *rest = _wrapped(f"{example.title}{settings}", pen, indent=len(verdict) + 2)
    yield f"{pen.paint(verdict, look)}: {first.lstrip()}"
    yield from rest
    for line in example.text.splitlines():
        yield f"    {_MARK.sub(lambda match: pen.paint(match[0], look), line)}".rstrip()


def _options(rule: Rule, pen: Pen) -> Iterator[str]:
    for name, (default, sentence) in rule.options.items():
        text = f"`{rule.name}.{name}` (default `{as_yaml(default)}`): {sentence}"
        yield from _wrapped(text, pen, indent=2, lead="- ")
