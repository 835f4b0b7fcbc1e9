"""A real Chromium for tests: tabs with fresh profiles that remember what the page said and asked for.

A folder of browser tests makes the fixtures its own in its `conftest.py`:

    from support.chromium import browser, open_tab  # noqa: F401

    @pytest.mark.browser
    def test_a_page_hydrates_in_silence(open_tab, server):
        tab = open_tab()
        tab.open(server.url)
        tab.assert_silence()

Playwright's synchronous face occupies the thread's event loop while a browser is open, so such a module
cannot also hold `async` tests; the browser is closed at the end of each module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

__all__ = ["FLAGS", "OpenTab", "Tab", "browser", "open_tab"]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# React's development build says this once on every page.
GREETING = "Download the React DevTools"


@dataclass
class Tab:
    """One page of a profile of its own."""

    page: Page
    console: list[str] = field(default_factory=list)
    """Every console message, as `type: text`."""
    errors: list[str] = field(default_factory=list)
    """Every uncaught error and unhandled rejection."""
    requests: list[Request] = field(default_factory=list)

    def open(self, url: str, alive: str = "body") -> None:
        """Go to *url* and wait until React has taken over the element *alive*; a click before that is lost."""
        self.page.goto(url)
        self.page.wait_for_function(
            """(selector) => {
                const element = document.querySelector(selector)
                const isReacts = element && Object.keys(element).some((key) => key.startsWith('__reactProps'))
                return isReacts && history.state?.wingbeat !== undefined  // written once the root has mounted
            }""",
            arg=alive,
        )

    def await_react(self, selector: str) -> None:
        """Wait until React has taken over the element that *selector* finds."""
        self.page.wait_for_function(
            """(selector) => {
                const element = document.querySelector(selector)
                return element && Object.keys(element).some((key) => key.startsWith('__reactProps'))
            }""",
            arg=selector,
        )

    def urls(self, method: str = "GET") -> list[str]:
        """Return the URLs that were asked for with *method*, in order."""
        return [request.url for request in self.requests if request.method == method]

    def assert_silence(self) -> None:
        """Assert that the page logged nothing and that no error escaped."""
        assert (self.console, self.errors) == ([], [])


class OpenTab(Protocol):
    """Open a tab: `open_tab()`, `open_tab(java_script=False)`; keywords go to Playwright's `new_context`."""

    def __call__(self, *, java_script: bool = True, **options: object) -> Tab: ...


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Start one Chromium for the module."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[OpenTab]:
    """Return a function that opens tabs, each with a fresh profile; they are closed after the test."""
    closing: list[Callable[[], None]] = []

    def open_one(*, java_script: bool = True, **options: object) -> Tab:
        context = browser.new_context(java_script_enabled=java_script, **options)  # type: ignore[arg-type]
        closing.append(context.close)
        context.set_default_timeout(10_000)
        page = context.new_page()
        tab = Tab(page)
        page.on("console", lambda message: _listen(tab, message))
        page.on("pageerror", lambda error: tab.errors.append(_text_of(error)))
        page.on("request", lambda request: tab.requests.append(request))  # noqa: PLW0108  # not a built-in
        return tab

    yield open_one
    for close in closing:
        close()


def _listen(tab: Tab, message: ConsoleMessage) -> None:
    if GREETING not in message.text:
        tab.console.append(f"{message.type}: {message.text}")


def _text_of(error: Error) -> str:
    return error.message or str(error)
