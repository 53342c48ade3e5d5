"""SVG, Mermaid and Graphviz: what is in them, and that names can't be anything but names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

import pytest

from netlint_linter.picture import FORMATS, render
from netlint_linter.picture.mermaid import escaped
from netlint_linter.picture.model import Picture
from netlint_rules.policy import Direction
from tests.linter.picture import samples

SVG = "{http://www.w3.org/2000/svg}"
STILL = [fmt for fmt in FORMATS if fmt != "html"]
PICTURES = {
    "shop": samples.shop(),
    "open": samples.without_policies(),
    "large": samples.large(),
    "hostile": samples.hostile(),
    "empty": Picture("nothing", ()),
}


def texts(svg: str) -> list[str]:
    found = ["".join(each.itertext()) for each in ET.fromstring(svg).iter(f"{SVG}text")]
    return [text.strip() for text in found]


def elements(svg: str, kind: str) -> list[ET.Element]:
    return [each for each in ET.fromstring(svg).iter() if kind in (each.get("class") or "").split()]


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_draws_the_same_twice_and_ends_in_a_newline(fmt: str, name: str) -> None:
    text = render(fmt, PICTURES[name])
    assert text == render(fmt, PICTURES[name])
    assert text.endswith("\n") and not text.endswith("\n\n")
    text.encode()


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="'png'"):
        render("png", PICTURES["empty"])


@pytest.mark.parametrize("name", PICTURES)
def test_an_svg_is_well_formed_and_needs_nothing(name: str) -> None:
    svg = render("svg", PICTURES[name])
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg" and root.get("role") == "img"
    assert {each.tag for each in root.iter()} <= {
        SVG + tag for tag in ("svg", "title", "style", "rect", "g", "path", "text", "tspan")
    }
    assert not re.search(r"url\(|@import|href", svg)
    assert "prefers-color-scheme: dark" in svg


def test_an_svg_shows_workloads_ports_and_what_is_not_drawn() -> None:
    svg = render("svg", PICTURES["shop"])
    found = texts(svg)
    for text in ("api", "db", "TCP 5432", "TCP 8080", "203.0.113.0/24", "shop3 workloads"):
        assert text in found
    assert any(text.startswith("Open for ingress, not drawn: 3 of 6 workloads.") for text in found)
    assert len(elements(svg, "line")) == 3
    assert len(elements(svg, "shut")) == 2 * 3


def test_boxes_of_an_svg_are_inside_of_it() -> None:
    for name in ("shop", "open", "hostile"):
        root = ET.fromstring(render("svg", PICTURES[name]))
        _, _, width, height = map(float, (root.get("viewBox") or "").split())
        for rect in (each for each in root.iter(f"{SVG}rect") if each.get("class") != "paper"):
            x, y, w, h = (float(rect.get(key) or 0) for key in ("x", "y", "width", "height"))
            assert x >= -0.1 and y >= -0.1 and x + w + 20 <= width + 0.1 and y + h + 20 <= height


def test_many_namespaces_are_a_matrix_that_fits_a_page() -> None:
    svg = render("svg", PICTURES["large"])
    root = ET.fromstring(svg)
    assert float((root.get("viewBox") or "").split()[2]) <= 820
    assert {"team-00", "team-39"} <= set(texts(svg))
    cells = [each.findtext(f"{SVG}title") for each in elements(svg, "cell")]
    assert "team-01 → team-03: TCP 9102" in cells
    assert len(cells) == 14 * 4, "to each that is restricted from four others"


def test_a_tangle_of_workloads_is_a_matrix_too() -> None:
    nodes = tuple(samples.node("shop", f"app-{at}", Direction.INGRESS) for at in range(12))
    ids = [node.id for node in nodes]
    rules = [samples.policy("shop", f"p{at}", ids[at]) for at in range(12)]
    flows = [
        samples.flow({one}, {two}, 1000 + at + 12 * to, f"shop/p{to}")
        for at, one in enumerate(ids)
        for to, two in enumerate(ids[:6])
        if one != two
    ]
    svg = render("svg", Picture("", nodes, (), tuple(flows), tuple(rules)))
    assert len(elements(svg, "cell")) == 66 and not elements(svg, "line")
    assert {"app-0", "app-11"} <= set(texts(svg))


def test_mermaid_has_a_subgraph_for_each_namespace_and_arrows_by_kind() -> None:
    text = render("mermaid", PICTURES["shop"])
    assert text.startswith("flowchart LR\n")
    titles = re.findall(r'subgraph g\d+\["(.*)"\]', text)
    assert titles == ["edge", "shop", "tools"]
    assert re.search(r'\w+ -->\|"TCP 5432"\| \w+', text)
    assert "finding" in text and "No policies" not in text


def test_mermaid_escapes_everything_that_could_mean_something() -> None:
    text = render("mermaid", PICTURES["hostile"])
    assert not re.search(r"<(?!br>)|\$\{|\"\]\s*;\s*click", text)
    assert escaped('a"b]<c>#;') == "a#34;b#93;#60;c#62;#35;#59;"
    assert text.count("\n") == len(text.splitlines()), "no name breaks a line"


def test_many_namespaces_are_folded_in_mermaid() -> None:
    text = render("mermaid", PICTURES["large"])
    assert "subgraph" not in text and text.count("13 workloads") == 40
    assert len(text) < 50_000, "what Mermaid reads unless its page allows more"


def test_without_policies_there_is_a_sentence_and_no_arrow() -> None:
    for fmt, arrow in (("svg", 'class="line'), ("mermaid", "-->"), ("dot", "->")):
        text = render(fmt, PICTURES["open"])
        assert "No policies: every pod may reach every pod" in text
        assert arrow not in text


def test_dot_quotes_every_name() -> None:
    text = render("dot", PICTURES["hostile"])
    without_strings = re.sub(r'"(?:\\.|[^"\\])*"', '""', text)
    assert not re.search(r'[^\w\s{}\[\]=;,.">-]', without_strings)
    assert "onerror" not in without_strings


@pytest.mark.parametrize("name", PICTURES)
def test_graphviz_draws_it(name: str) -> None:
    if not shutil.which("dot"):
        why = "no Graphviz for the tests of DOT (Debian: apt install graphviz)"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    result = subprocess.run(
        ["dot", "-Tsvg"],
        input=render("dot", PICTURES[name]).encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (result.returncode, result.stderr) == (0, b"")
