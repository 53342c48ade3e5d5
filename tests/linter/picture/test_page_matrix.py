"""The matrix of the web page in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.linter.picture import samples
from tests.linter.picture.conftest import Show
from tests.linter.picture.pages import panel


def test_what_is_refused_says_which_end_refuses(show: Show) -> None:
    page = show(samples.shop())
    page.get_by_role("tab", name="Matrix").click()
    go_to(page, "tools/debug to shop/db")
    page.keyboard.press("Enter")
    expect(panel(page).locator(".verdict")).to_have_text("Not allowed")
    expect(panel(page)).to_contain_text("Policies isolate the ingress of shop/db, and none")
    expect(panel(page).locator(".policy summary b")).to_have_text(["shop/deny", "shop/db"])


def cells(page: Page) -> Iterator[tuple[str, str]]:
    """Walk through the whole matrix, and yield what each cell says."""
    page.locator("#grid").focus()
    size = int(page.locator("#grid").get_attribute("aria-rowcount") or 0)
    for number in range(size):
        for step in range(size):
            title, _, answer = page.locator("#cell").inner_text().partition(": ")
            yield title, answer
            if step < size - 1:
                page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")
        page.keyboard.press("ArrowDown")


def go_to(page: Page, cell: str) -> None:
    next(title for title, _ in cells(page) if title == cell)


def test_the_matrix_has_the_right_cells(show: Show) -> None:
    page = show(samples.shop())
    page.get_by_role("tab", name="Matrix").click()
    found = dict(cells(page))
    assert len(found) == 12 * 12
    assert (
        found.items()
        >= {
            "shop/api to shop/db": "TCP 5432",
            "shop/db to shop/api": "not allowed",
            "edge/gateway to shop/api": "TCP 8080",
            "edge/gateway to tools/debug": "open, all ports",
            "shop/db to 203.0.113.0/24": "TCP 443",
            "internet to shop/db": "not allowed",
            "internet to edge/proxy": "open, all ports",
            "shop/db to shop/db": "the same workload",
            "edge to shop": "2 of 6 connections allowed",
        }.items()
    )


def test_the_matrix_is_painted_and_a_click_opens_a_cell(show: Show) -> None:
    page = show(samples.shop())
    page.get_by_role("tab", name="Matrix").click()
    colours = """() => { const canvas = document.getElementById("cells");
      const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      const seen = new Set();
      for (let at = 0; at < data.length; at += 4) seen.add(data.slice(at, at + 3).join());
      return seen.size; }"""
    assert page.evaluate(colours) > 5
    page.locator("#grid").click(position={"x": 200 + 24 * 2 + 12, "y": 150 + 12})
    expect(page.locator("#cell")).to_have_attribute("aria-rowindex", "1")
    expect(page.locator("#cell")).to_have_attribute("aria-colindex", "3")
