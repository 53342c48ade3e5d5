"""The web page in a real browser, with what is hostile, large, small, or nothing at all."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from netlint_linter.picture import render
from netlint_linter.picture.model import Picture
from tests.linter.picture import samples
from tests.linter.picture.conftest import Show
from tests.linter.picture.pages import chip, panel
from tests.linter.picture.samples import HOSTILE


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
