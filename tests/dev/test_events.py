"""The stream by which open pages learn what changed: who may listen, what comes, and how it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest

from support.projects import Project, loaded_project
from wingbeat.dev.events import EventStreams
from wingbeat.server import DEVELOPMENT_EVENTS_PATH, DEVELOPMENT_HOST_VARIABLE, Hosts

SECRET = "File app/page.py: secret"


async def _app(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"the app"})


def _listen(
    act: Callable[[EventStreams], object] = EventStreams.close,
    *,
    path: str = DEVELOPMENT_EVENTS_PATH,
    method: str = "GET",
    until: str = "nothing",
    **headers: str,
) -> tuple[int, str]:
    """Ask for the events; once they have begun, `act` is called, and the server
    ends after `until`. Returns the status and all that came."""
    streams = EventStreams(_app, Hosts(development=True), SECRET)
    sent: list[dict[str, Any]] = []

    async def run() -> None:
        left = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)
            if until.encode() in message.get("body", b""):
                streams.close()
            if len(sent) == 2 and message.get("more_body") and act(streams) == "leave":
                left.set()

        names = {"host": "localhost", **{name.replace("_", "-"): value for name, value in headers.items()}}
        raw = [(name.encode(), value.encode()) for name, value in names.items()]
        await streams({"type": "http", "path": path, "method": method, "headers": raw}, receive, send)

    asyncio.run(asyncio.wait_for(run(), 30))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


def test_it_begins_with_who_serves_and_why_it_cannot() -> None:
    status, text = _listen(sec_fetch_site="same-origin")

    name, data = text.strip().split("\n")
    assert (status, name) == (200, "event: hello")
    hello = json.loads(data.removeprefix("data: "))
    assert set(hello) == {"child", "failure"}
    assert hello["failure"] == SECRET


def test_what_the_parent_orders_is_passed_on() -> None:
    received, orders = Pipe(duplex=False)

    def act(streams: EventStreams) -> None:
        streams.follow(received)
        orders.send("styles")
        orders.send("reload")

    status, text = _listen(act, until="event: reload")

    assert status == 200
    assert [line for line in text.split("\n") if line.startswith("event")] == [
        "event: hello",
        "event: styles",
        "event: reload",
    ]


def test_it_ends_when_the_browser_leaves() -> None:
    assert _listen(lambda _streams: "leave")[0] == 200


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (421, {"host": "evil.example"}),
        (403, {"sec_fetch_site": "cross-site"}),
        (403, {"sec_fetch_site": "same-site"}),
        (403, {"sec_fetch_site": "none"}),
        (403, {"method": "POST"}),
    ],
)
def test_n06_no_page_of_another_site_listens(status: int, asked: dict[str, Any]) -> None:
    """What the stream says may hold lines of the app: cross-site pages and rebound names get none of it."""
    answered, text = _listen(**asked)

    assert answered == status
    assert "secret" not in text


def test_everything_else_is_the_app_s() -> None:
    assert _listen(path="/_wingbeat/dev-events/x") == (299, "the app")


@pytest.mark.parametrize(
    ("development", "host", "asks"),
    [(False, "localhost", False), (True, "", False), (True, "localhost", True)],
)
def test_n06_only_pages_of_the_development_server_ask_for_it(
    tmp_path: Path, *, development: bool, host: str, asks: bool
) -> None:
    """Nobody else answers, and a request that fails would be an error in the console of each page."""
    with loaded_project(
        tmp_path,
        {"page.py": "def page(): return 'x'"},
        development=development,
        environ={DEVELOPMENT_HOST_VARIABLE: host},
    ) as project:
        headers = {"Host": "localhost"}
        assert ("data-wingbeat-events" in project.get(headers=headers).text) is asks
        assert project.get(DEVELOPMENT_EVENTS_PATH, headers=headers).status == 404


def test_pages_of_two_states_of_the_sources_are_one_deployment_in_development_alone(tmp_path: Path) -> None:
    """Otherwise an open page would load its document anew at each save, and lose what was typed."""
    builds = [
        project.app.site.build
        for development in (True, False)
        for text in ("one", "two")
        for project in _loaded(tmp_path, text, development=development)
    ]

    assert builds[0] == builds[1]
    assert len(set(builds)) == 3


def _loaded(folder: Path, text: str, *, development: bool) -> Iterator[Project]:
    with loaded_project(
        folder, {"page.py": f"def page(): return '{text}'"}, development=development
    ) as project:
        yield project
