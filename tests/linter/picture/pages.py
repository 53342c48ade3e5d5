"""Parts of the web page, as tests name them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def chip(page: Page, name: str) -> Locator:
    return page.locator(".chip").filter(has=page.get_by_text(name, exact=True))


def panel(page: Page) -> Locator:
    return page.locator("#panel")


def row(page: Page, text: str) -> Locator:
    return panel(page).locator(".row").filter(has_text=text)


def line(page: Page, text: str) -> Locator:
    return page.locator("#lines .line").filter(has_text=text)
