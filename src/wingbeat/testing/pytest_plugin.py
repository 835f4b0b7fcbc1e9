"""A pytest plugin for an app's tests.

A project asks for it in its `pyproject.toml`:

    [tool.pytest.ini_options]
    addopts = ["-p", "wingbeat.testing.pytest_plugin"]
    wingbeat_project = "."     # the folder that holds app/, seen from this file; "." if left out

It loads the app before the first `conftest.py`, so that this and the tests may import the app's modules, and gives the
fixtures `wingbeat_app` and `client`. It is no entry point on purpose: nobody gets fixtures unasked.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

from wingbeat.errors import WingbeatError
from wingbeat.server import App

from .client import Client, development_app

__all__ = ["client", "wingbeat_app"]

_PROJECT = "wingbeat_project"
_APP = pytest.StashKey[App]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tell pytest the setting's name."""
    parser.addini(
        _PROJECT, "the folder that holds the Wingbeat app's app/, seen from the ini file", default="."
    )


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Load the app: its modules need Wingbeat's import hook, so neither a conftest nor a test may be first."""
    root = early_config.inipath.parent if early_config.inipath else early_config.rootpath
    folder = root / early_config.getini(_PROJECT)
    try:
        early_config.stash[_APP] = development_app(folder)
    except WingbeatError as error:
        raise pytest.UsageError(f"wingbeat.testing could not load the app in {folder}: {error}") from error


@pytest.fixture(scope="session")
def wingbeat_app(pytestconfig: pytest.Config) -> App:
    """Return the app, loaded once for all tests, in development mode with a key of its own."""
    return pytestconfig.stash[_APP]


@pytest.fixture
def client(wingbeat_app: App) -> Generator[Client]:
    """Open a browser without cookies on the app; the app's lifespan starts and ends with the test."""
    with Client(wingbeat_app) as opened:
        yield opened
