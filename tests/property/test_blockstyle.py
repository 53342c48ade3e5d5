"""What is read a line at a time is what the parser reads, or is left to the parser."""

from __future__ import annotations

from pathlib import Path as File

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from netlint_rules.source import blockstyle, linespots, spots
from netlint_rules.source.broken import BrokenError
from netlint_rules.source.compose import compose
from netlint_rules.source.encoding import normalise
from netlint_rules.source.lines import Range
from netlint_rules.source.pieces import Piece, split
from netlint_rules.source.survey import Spot
from netlint_rules.source.yamltext import parse
from tests.property.test_source import VALUES


def check(text: str) -> bool:
    """Compare both ways of reading; whether a line at a time was enough."""
    found = blockstyle.read(text)
    if not found:
        return False
    content = parse(Piece(text.encode()))
    assert content is not None
    assert content.faults == ()
    # The notation tells 1 from True, and the order of keys.
    assert repr(found) == repr(content.value)
    same_places(text)
    return True


def same_places(text: str) -> None:
    """Everything stands where the parser says it does; or no line is asked."""
    places = linespots.survey(text, 0)
    if places is not None:
        root = compose(text.encode()).root
        assert root is not None
        parsed = spots.survey(text, root)
        assert layout(places.root) == layout(parsed.root)
        assert places.masked == parsed.masked


def layout(spot: Spot) -> tuple[Range, object]:
    """A spot with what is in it."""
    if isinstance(spot.children, dict):
        return spot.range, {key: (at, layout(value)) for key, (at, value) in spot.children.items()}
    return spot.range, [layout(item) for item in spot.children]


WORDS = st.sampled_from(
    [
        *("a", "b-c", "app.kubernetes.io/name", "y", "on", "null", "~", "1", "0x1f", "1_0", "1e3"),
        *("-1", "--flag=x", "-", "--", "---", "...", "a:b", "a: b", "a :b", "a#b", "a #b", "a  b"),
        *("http://x:80/#y", "{}", "[]", "{a: b}", "[a, b]", "{a: [b, {c: d}]}", "[a b]", "{a}"),
        *("{a: b, a: c}", "[a,b]", "[a, ]", "[-1, 1.5]", "{ a: 'b' }", '{"a": b}', '{"a":b}'),
        *("'a'", "'it''s'", "'a", '"a"', '"a: b"', '"a\\n"', '"', "''", '""', "é", "'é'"),
        *("|", ">-", "&x a", "*x", "!!str 1", "%a", "@a", "`a`", "?", "? a", ":", ",", "a,", "<<"),
        *(
            "[a: b]",
            "[a: {b: c}, d]",
            "[a: b, ",
            "{a: b,",
            "c: d}",
            "c]",
            "[a,",
            "a b c.",
            "{a: b c}",
        ),
        *("['a'", "['a,", "b', c]", '{a: "b', 'c"}', "[--a=b, -c, -]", "[-1, --]"),
        *("=", "$(X)", "\\", "(a)", ".5", "2001-01-01", "12:30:45", "{{ x }}", "*", "a\tb", "\t"),
    ]
)
KEYS = st.sampled_from(["a", "b", "c-d", "x.y/z", '"q"', "'r'", "y", "1", "<<", "a b", "-k", "é"])
REMARKS = st.sampled_from(["", "", "", "", " ", "  # c", " #", " # é: x", "#c", "\t", " # \x07"])


@st.composite
def lines(draw: st.DrawFn) -> str:
    """One line of about the right shape."""
    margin = " " * draw(st.sampled_from([0, 0, 2, 2, 4, 4, 6, 1, 3]))
    dashes = draw(st.sampled_from(["", "", "", "- ", "- ", "-   ", "- - ", "-"]))
    key = draw(st.one_of(st.just(""), KEYS.map(lambda key: f"{key}:"), KEYS.map("{}:".format)))
    value = draw(st.one_of(st.just(""), WORDS))
    return margin + dashes + key + (f" {value}" if key and value else value) + draw(REMARKS)


@example(["a:", "  text", "  more", "b: c"])
@example(["a:", "  text", "  b: c"])
@example(["a: text", "# c", "  more"])
@example(["a: text", "", "  more"])
@example(["- - - a", "  - - b", "a: [b,", "  c]", "  d"])
@example(["a: {b: [c,", "   d], e: f}", "g: h", "  i", "  j", "k:", "- l"])
@given(st.lists(st.one_of(lines(), st.sampled_from(["", "# c", "  # c", "a:", "- b"])), max_size=9))
def test_lines_of_every_sort(written: list[str]) -> None:
    text = "\n".join(["k: v", *written])
    try:
        check(text)
    except BrokenError as error:
        raise AssertionError(f"the parser refuses what was read: {text!r}") from error


@given(VALUES, st.sampled_from([2, 4]), st.booleans())
def test_what_pyyaml_writes(value: object, indent: int, flow: bool) -> None:
    check(yaml.safe_dump({"x": value}, indent=indent, default_flow_style=flow or None, width=40))


def test_manifests_are_read_alike(corpus: File) -> None:
    plain = 0
    for path in sorted(corpus.rglob("*.y*ml")):
        text = normalise(path.read_bytes())
        if text.odd or text.flaw:
            continue
        pieces = (piece for piece in split(Piece(text.data)) if piece)
        plain += sum(check(piece.data[piece.content :].decode()) for piece in pieces)
    assert plain > 500
