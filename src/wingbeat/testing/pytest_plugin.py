"""A pytest plugin for an app's tests.

A project asks for it in its `pyproject.toml`:

    [tool.pytest.ini_options]
    addopts = ["-p", "wingbeat.testing.pytest_plugin"]
    wingbeat_project = "."     # the folder that holds app/, seen from this file; "." if left out

It loads the app before it collects the tests, so that they may import the app's modules, and gives the fixtures
`wingbeat_app` and `client`. It is no entry point on purpose: nobody gets fixtures unasked.
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


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Load the app: its modules need Wingbeat's import hook, so no test may import them earlier."""
    config = session.config
    folder = (config.inipath.parent if config.inipath else config.rootpath) / config.getini(_PROJECT)
    try:
        config.stash[_APP] = development_app(folder)
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
