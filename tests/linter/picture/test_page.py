"""The web page in a real browser: what is on it, and what it does."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from netlint_linter.picture import render
from netlint_linter.picture.model import Picture
from tests.linter.picture import samples
from tests.linter.picture.conftest import Show
from tests.linter.picture.samples import HOSTILE


def chip(page: Page, name: str) -> Locator:
    return page.locator(".chip").filter(has=page.get_by_text(name, exact=True))


def panel(page: Page) -> Locator:
    return page.locator("#panel")


def row(page: Page, text: str) -> Locator:
    return panel(page).locator(".row").filter(has_text=text)


def line(page: Page, text: str) -> Locator:
    return page.locator("#lines .line").filter(has_text=text)


def test_the_page_shows_every_workload_and_what_is_open(show: Show) -> None:
    page = show(samples.shop())
    expect(page).to_have_title("shop.yaml: who can reach whom")
    expect(page.locator(".chip")).to_have_count(6)
    expect(page.locator(".card")).to_have_count(3)
    expect(panel(page)).to_contain_text("6 workloads in 3 namespaces, 3 policies")
    expect(panel(page)).to_contain_text("3 open for ingress")
    expect(line(page, "every pod in edge → shop/api: TCP 8080")).to_have_count(1)
    assert page.locator("#lines .line").count() == 3, "open traffic has no arrows"


def test_a_click_on_a_workload_answers_who_can_reach_it(show: Show) -> None:
    page = show(samples.shop())
    chip(page, "db").click()
    expect(panel(page).locator("h2")).to_have_text("db")
    expect(row(page, "shop/api")).to_contain_text("TCP 5432")
    expect(row(page, "203.0.113.0/24")).to_contain_text("TCP 443")
    expect(panel(page).locator(".policy summary b")).to_have_text(["shop/deny", "shop/db"])
    expect(chip(page, "api")).to_have_class(re.compile("source"))
    expect(chip(page, "mailer")).not_to_have_class(re.compile("source|target"))


def test_a_second_click_shows_the_lines_of_the_policies_behind_it(show: Show) -> None:
    page = show(samples.shop())
    chip(page, "db").click()
    row(page, "shop/api").click()
    expect(panel(page).locator(".verdict")).to_have_text("Allowed on TCP 5432")
    expect(panel(page).locator(".policy[open] summary b")).to_have_text(["shop/api", "shop/db"])
    marked = panel(page).locator(".code .marked")
    assert any(
        "- to: [{podSelector: {matchLabels: {app: db}}}]" in text
        for text in marked.all_inner_texts()
    )
    numbers = panel(page).locator(".policy").last.locator(".marked i").all_inner_texts()
    place = panel(page).locator(".policy").last.locator("summary .place").inner_text()
    assert place == f"test.yaml:{numbers[0].strip()}"


def test_a_click_on_an_arrow_explains_it(show: Show) -> None:
    page = show(samples.shop())
    line(page, "every pod in edge → shop/api").locator(".hit").dispatch_event("click")
    expect(panel(page).locator("h2")).to_have_text("every pod in edge → shop/api")
    expect(panel(page)).to_contain_text("No policy restricts the egress of every pod in edge")
    expect(panel(page).locator(".policy summary")).to_contain_text("spec.ingress[0]: TCP 8080")


def test_open_workloads_are_reached_by_all_and_told_in_few_rows(show: Show) -> None:
    page = show(samples.without_policies())
    expect(page.locator("#lines .line")).to_have_count(0)
    expect(panel(page)).to_contain_text("every pod may reach every pod")
    chip(page, "app-0").first.click()
    rows = panel(page).locator("#panel > .rows > li, .rows > li").all_inner_texts()
    assert len(rows) < 30
    expect(row(page, "every pod in team-03").first).to_contain_text("open")
    row(page, "every pod in team-03").first.click()
    expect(row(page, "team-03/app-4").first).to_be_visible()


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


def test_search_finds_by_name_label_and_policy(show: Show) -> None:
    page = show(samples.shop())
    page.keyboard.press("/")
    search = page.get_by_role("combobox", name="Search")
    expect(search).to_be_focused()
    search.fill("app=mail")
    options = page.locator("#results [role=option]")
    expect(options).to_have_text([re.compile("shop/mailer")])
    expect(chip(page, "mailer")).to_have_class(re.compile("found"))
    expect(chip(page, "api")).not_to_have_class(re.compile("found"))
    search.fill("shop db")
    expect(options).to_have_text(
        [re.compile("shop/db ?Deployment"), re.compile("shop/db ?NetworkPolicy")]
    )
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(panel(page).locator("h2")).to_have_text("db")
    expect(panel(page).locator(".kicker")).to_have_text("NetworkPolicy")
    search.fill("nothing at all")
    expect(page.locator("#results")).to_contain_text("Nothing by that name")
    page.keyboard.press("Escape")
    expect(page.locator("#results")).to_be_hidden()
    expect(search).to_have_value("")


def test_filters_leave_what_matches_and_its_peers(show: Show) -> None:
    page = show(samples.shop())
    page.get_by_label("Port or range of ports").fill("5432")
    expect(page.locator(".chip:not(.context) b")).to_have_text(["api", "db"])
    expect(page.locator("#count")).to_have_text("2 workloads of 6")
    page.get_by_label("Protocol").select_option("UDP")
    expect(page.locator(".empty")).to_contain_text("No workload passes these filters")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".chip")).to_have_count(6)
    page.get_by_label("Namespace", exact=True).select_option("tools")
    expect(page.locator(".chip b")).to_have_text(["debug"])
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="Exposed").click()
    expect(page.locator(".chip:not(.context) b")).to_have_text(["gateway", "proxy", "debug"])
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="With findings").click()
    assert "api" in page.locator(".chip:not(.context) b").all_inner_texts()


def test_a_port_that_is_none_says_so_and_changes_nothing(show: Show) -> None:
    page = show(samples.shop())
    page.get_by_label("Port or range of ports").fill("70000")
    expect(page.get_by_label("Port or range of ports")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".chip")).to_have_count(6)


def test_the_keyboard_is_enough(show: Show) -> None:
    page = show(samples.shop())
    page.locator("#viewport").focus()
    page.keyboard.press("ArrowRight")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") != first
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(panel(page).locator("h2")).not_to_have_text("At a glance")
    expect(page.locator("#live")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(panel(page).locator("h2")).to_have_text("At a glance")
    page.get_by_role("tab", name="Map").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Matrix")).to_be_focused()
    expect(page.locator("#grid")).to_be_visible()


def test_findings_are_shown_where_they_bite(show: Show) -> None:
    page = show(samples.shop())
    expect(chip(page, "api").locator(".badge")).to_be_visible()
    expect(panel(page).locator(".problems > li").first).to_contain_text("NP101")
    chip(page, "api").click()
    expect(panel(page).locator(".problems")).to_contain_text("NP101")


def test_light_and_dark_follow_the_system_and_the_button(show: Show) -> None:
    def background(page: Page) -> str:
        return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))

    light = background(show(samples.shop()))
    page = show(samples.shop(), dark=True)
    dark = background(page)
    assert light != dark
    page.get_by_role("button", name="Switch between light and dark").click()
    assert background(page) == light
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert background(page) == light, "remembered"


@pytest.mark.parametrize("dark", [False, True])
def test_text_has_enough_contrast(show: Show, *, dark: bool) -> None:
    page = show(samples.shop(), dark=dark)
    chip(page, "api").click()
    assert page.evaluate(CONTRAST) == []


# Texts with less than 4.5:1 against what is painted behind them (WCAG AA); dimmed ones left out.
CONTRAST = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (colour) => colour.slice(0, 3).map((each) => each / 255)
    .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return rgb(getComputedStyle(document.documentElement).backgroundColor);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const low = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest("script, svg, .chip:not(.selected), .outside, .code i")) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))].sort();
    const [small, large] = [Math.min(a, b), Math.max(a, b)];
    if ((large + 0.05) / (small + 0.05) < 4.5) low.push(walker.currentNode.data.trim());
  }
  return low;
}"""


def test_hostile_names_are_only_names(show: Show) -> None:
    page = show(samples.hostile())
    shown = page.locator(".chip b").all_inner_texts()
    assert HOSTILE[0] in shown and HOSTILE[1] in shown and "__proto__" in shown
    page.get_by_label(f"Namespace {HOSTILE[1]},").first.click()
    chip(page, HOSTILE[0]).click()
    expect(panel(page).locator("h2")).to_have_text(HOSTILE[0])
    page.get_by_role("tab", name="Matrix").click()
    page.locator("#grid").press("Enter")
    page.keyboard.press("/")
    page.keyboard.type("constructor")
    page.keyboard.press("Enter")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img, iframe, object, embed, script[src], link").count() == 0


def test_the_page_may_load_nothing_and_run_nothing_else(show: Show) -> None:
    page = show(samples.shop())
    policy = page.locator("meta[http-equiv]").get_attribute("content") or ""
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy and "http" not in policy
    text = render("html", samples.shop())
    assert len(text.encode()) < 400_000
    assert "@dagrejs/dagre" in text and "Permission is hereby granted" in text


def test_hundreds_of_workloads_begin_folded_and_unfold(show: Show) -> None:
    page = show(samples.large())
    expect(page.locator(".card")).to_have_count(40)
    expect(page.locator(".chip")).to_have_count(0)
    page.get_by_label("Unfold team-03").click()
    expect(page.locator(".chip")).to_have_count(13)
    page.get_by_role("button", name="Unfold all").click()
    expect(page.locator(".chip")).to_have_count(520)
    page.keyboard.press("/")
    page.keyboard.type("team-33/app-07")
    page.keyboard.press("Enter")
    expect(panel(page).locator("h2")).to_have_text("app-07")
    expect(page.locator(".chip.selected")).to_be_in_viewport()
    page.get_by_role("tab", name="Matrix").click()
    page.get_by_role("button", name="Unfold all").click()
    expect(page.locator("#grid")).to_have_attribute("aria-rowcount", "561")
    page.locator("#grid").focus()
    page.keyboard.press("End")
    expect(page.locator("#cell")).to_contain_text("team-39/app-12")


def test_on_a_phone_nothing_is_wider_than_the_screen(show: Show) -> None:
    page = show(samples.shop(), width=390, height=844)
    for element in (page.locator(".card").first, chip(page, "api"), page.locator(".bar")):
        box = element.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
    chip(page, "gateway").click()
    expect(panel(page).locator("h2")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Close details")).to_be_in_viewport()


def test_nothing_in_view_says_what_to_give(show: Show) -> None:
    page = show(Picture("nothing", ()))
    expect(page.locator(".empty")).to_contain_text("No workloads in view")
    page.get_by_role("tab", name="Matrix").click()
    expect(page.locator("#cell")).to_have_text("Nothing to show")
