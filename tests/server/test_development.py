"""Rows N: an app in development opens no door that production has not, and answers this machine's names only."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Any

import pytest

from support.projects import FORM_TYPE, ask

EVIL = "https://evil.example"


@pytest.fixture
def developed(guard: Any) -> Any:
    return guard(development=True)


@pytest.mark.parametrize("origin", [[], [(b"origin", b"null")], [(b"origin", EVIL.encode())]])
def test_n02_no_websocket_is_accepted(origin: list[tuple[bytes, bytes]], developed: Any) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError("it was listened to")

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(developed.project.app({"type": "websocket", "path": "/", "headers": origin}, receive, send))

    assert sent == ["websocket.close"]
    assert developed.untouched


def test_n03_another_site_neither_calls_nor_reads(developed: Any) -> None:
    cross = {"Sec-Fetch-Site": "cross-site", "Origin": EVIL}

    called = ask(developed.project.app, "POST", "/", {**cross, "Content-Type": FORM_TYPE}, b"")
    developed.assert_refused(called, 403)
    for url in ("/", "/?_wingbeat=1", "/_wingbeat/", "/nothing"):
        answer = ask(developed.project.app, "GET", url, {**cross, "Accept": "text/x-component"})
        assert not any(name.startswith("access-control") for name, _ in answer.headers)


@pytest.mark.parametrize(
    "url",
    [
        "/__open-in-editor?file=/etc/passwd",
        "/@fs/etc/passwd",
        "/_wingbeat/../../../../etc/passwd",
        "/_wingbeat/%2e%2e/%2e%2e/page.py",
        "/app/page.py",
        "/page.py",
        "/pyproject.toml",
        "/.wingbeat/cache/key",
        "/file:///etc/passwd",
        "//evil.example/share",
    ],
)
def test_n04_no_file_of_the_project_is_served(url: str, developed: Any) -> None:
    answer = developed.project.get(url)

    assert answer.status == 404
    assert "root:" not in answer.text
    assert "use server" not in answer.text


@pytest.mark.parametrize(
    "action", ["app.page", "page.save", "data:text/javascript,1", "virtual:x", "os.system"]
)
def test_n05_an_action_s_id_loads_nothing(action: str, developed: Any) -> None:
    before = set(sys.modules)

    answer = ask(
        developed.project.app,
        "POST",
        "/",
        {"Wingbeat-Action": action, "Sec-Fetch-Site": "same-origin", "Content-Type": "text/plain"},
    )

    assert answer.status in {400, 404}  # a comma makes two ids
    assert set(sys.modules) == before
    assert developed.untouched


@pytest.mark.parametrize(("seconds", "warned"), [(0, True), (1, False)])
def test_a_limit_that_is_switched_off_is_told(
    seconds: float, *, warned: bool, guard: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    guard(max_duration=seconds)

    assert any("max_duration = 0" in line for line in caplog.messages) is warned


def test_a_lifespan_that_fails_tells_the_lines_to_mend(load: Any) -> None:
    sent: list[Any] = []
    events = [{"type": "lifespan.startup"}]

    class Failing:
        async def __aenter__(self) -> None:
            raise RuntimeError("no database")

        async def __aexit__(self, *details: object) -> None: ...

    async def receive() -> Any:
        return events.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    app = load("def page():\n    return 1\n", lifespan=lambda _: Failing()).app
    with pytest.raises(RuntimeError):
        asyncio.run(app({"type": "lifespan"}, receive, send))

    (failed,) = sent
    assert failed["type"] == "lifespan.startup.failed"
    assert __file__ in failed["message"]
    assert "server/lifespan.py" not in failed["message"]
    assert failed["message"].endswith("RuntimeError: no database")
