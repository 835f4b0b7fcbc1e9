"""The example as `./dev demo` serves it, its database as it was at the start of each test, and a Chromium."""

from __future__ import annotations

import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from support.chromium import OpenTab, browser, open_tab
from support.invoices import Invoices, Person
from support.live_server import live_server

__all__ = ["browser", "open_tab"]


@pytest.fixture(scope="module")
def served_example(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Invoices]:
    """Serve the example for development, once for the module."""
    database = tmp_path_factory.mktemp("invoices") / "invoices.db"
    with live_server(root / "examples" / "invoices", environ={"INVOICES_DB": str(database)}) as server:
        urllib.request.urlopen(server.url).close()  # the first page makes the database
        yield Invoices(server, database)


@pytest.fixture(scope="module")
def first_state(served_example: Invoices) -> Iterator[sqlite3.Connection]:
    """Return the database as it was made."""
    with (
        closing(sqlite3.connect(":memory:")) as copy,
        closing(sqlite3.connect(served_example.database)) as live,
    ):
        live.backup(copy)
        yield copy


@pytest.fixture
def invoices(served_example: Invoices, first_state: sqlite3.Connection) -> Invoices:
    """Return the example with the invoices it starts with."""
    with closing(sqlite3.connect(served_example.database)) as live:
        first_state.backup(live)
    return served_example


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def person(request: pytest.FixtureRequest, invoices: Invoices, open_tab: OpenTab) -> Iterator[Person]:
    """Return somebody who uses the example; the same must work with JavaScript and without."""
    somebody = Person(invoices, open_tab(java_script=request.param), java_script=request.param)
    yield somebody
    somebody.tab.assert_silence()


@pytest.fixture
def visitor(invoices: Invoices, open_tab: OpenTab) -> Person:
    """Return somebody whose browser runs JavaScript."""
    return Person(invoices, open_tab(), java_script=True)
