from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from netlint_linter.picture import render
from netlint_linter.picture.model import Picture

Show = Callable[..., Page]
"""`show(picture, dark=False, width=1440, height=900)` opens its page; see the fixture."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


# One a module: Playwright's event loop runs as long as it, and asyncio allows no other meanwhile.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        why = "no Chromium for the tests of the web page (Debian: apt install chromium)"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        # Its sandbox needs rights that root in a container hasn't.
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Open the page of a picture, or a file. Nothing may go wrong in it, or leave it."""
    wrong: list[str] = []
    asked: set[str] = set()
    files: set[str] = set()
    contexts = []

    def opened(
        picture: Picture | Path, *, dark: bool = False, width: int = 1440, height: int = 900
    ) -> Page:
        file = picture if isinstance(picture, Path) else tmp_path / "picture.html"
        if isinstance(picture, Picture):
            file.write_text(render("html", picture), encoding="utf-8")
        files.add(file.as_uri())
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: wrong.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("request", lambda request: asked.add(request.url))
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
    assert asked == files
