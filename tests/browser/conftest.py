"""Browser tests share one Chromium per module and a server whose answers are scripted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.chromium import browser, open_tab
from support.scripted_server import ScriptedServer, serve

__all__ = ["browser", "open_tab"]

COMPONENTS = Path(__file__).with_name("components.js")


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[ScriptedServer]:
    """Run a scripted server with the production runtime, or the mode that `parametrize` names."""
    with serve(getattr(request, "param", "production")) as server:
        server.modules["/components.js"] = COMPONENTS.read_text(encoding="utf-8")
        yield server
