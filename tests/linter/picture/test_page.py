"""The web page in a real browser: what its map shows, and what it does."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from netlint_linter.picture.model import Picture
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
from netlint_rules.record import replace
from tests.linter.picture import samples
from tests.linter.picture.conftest import Show
from tests.linter.picture.pages import chip, line, panel, row
from tests.linter.picture.samples import flow, node, policy


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
    before = page.locator("#scene").get_attribute("style")
    page.keyboard.press("+")
    assert page.locator("#scene").get_attribute("style") != before
    page.keyboard.press("0")
    assert page.locator("#scene").get_attribute("style") == before
    page.get_by_label("Namespace shop, 3 workloads").press("Enter")
    panel(page).get_by_role("button", name="Fold in the map").press("Enter")
    expect(page.locator(".chip")).to_have_count(3)
    expect(panel(page)).to_contain_text("Unfold in the map")
    page.get_by_role("tab", name="Map").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Matrix")).to_be_focused()
    expect(page.locator("#grid")).to_be_visible()


def test_ports_of_several_rules_are_told_as_one_set(show: Show) -> None:
    nodes = (node("shop", "api"), node("shop", "db", Direction.INGRESS))
    ports = PortSet.of("TCP", 80) | PortSet.of("TCP", 90, 99), PortSet.of("TCP", 81, 92)
    rules = [policy("shop", name, "shop/db") for name in ("one", "two")]
    flows = [
        replace(flow({"shop/api"}, {"shop/db"}, 1, rule.id), ports=each)
        for rule, each in zip(rules, ports, strict=True)
    ]
    page = show(Picture("", nodes, (), tuple(flows), tuple(rules)))
    chip(page, "db").click()
    row(page, "api").click()
    expect(panel(page).locator(".verdict")).to_have_text("Allowed on TCP 80-99")


def test_a_way_in_is_marked_and_told_with_its_place(show: Show) -> None:
    page = show(samples.shop())
    expect(page.locator(".chip b .globe")).to_have_count(1)
    chip(page, "gateway").click()
    expect(panel(page).locator(".ways")).to_contain_text("Service gateway, TCP 80")
    expect(panel(page).locator(".ways .mark")).to_have_text("let in")
    chip(page, "db").click()
    expect(panel(page).locator(".ways .mark")).to_have_text("refused")


def test_findings_are_shown_where_they_bite(show: Show) -> None:
    page = show(samples.shop())
    expect(chip(page, "api").locator(".badge")).to_be_visible()
    expect(panel(page).locator(".problems > li").first).to_contain_text("NP101")
    chip(page, "api").click()
    expect(panel(page).locator(".problems")).to_contain_text("NP101")
