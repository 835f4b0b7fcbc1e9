"""The served example and somebody who uses it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

from support.chromium import Tab
from support.live_server import LiveServer

__all__ = ["Invoices", "Person"]


@dataclass(frozen=True)
class Invoices:
    """The example, served; `run` reads and changes its database behind its back."""

    server: LiveServer
    database: Path

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Execute one SQL statement and return its rows."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            return connection.execute(statement).fetchall()


@dataclass(frozen=True)
class Person:
    """Somebody with one tab open."""

    invoices: Invoices
    tab: Tab
    java_script: bool

    @property
    def page(self) -> Page:
        """What stands in the tab."""
        return self.tab.page

    def open(self, path: str) -> None:
        """Load a page by its address, and let React take it over."""
        (self.tab.open if self.java_script else self.page.goto)(self.invoices.server.url + path)

    def press(self, name: str, within: Locator | None = None) -> None:
        """Press a button by its name."""
        (within or self.page).get_by_role("button", name=name, exact=True).click()

    def document_loads(self) -> int:
        """Return how often the tab has loaded a document."""
        return sum(request.is_navigation_request() for request in self.tab.requests)
