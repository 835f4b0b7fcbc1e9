"""What holds after every refused request is asserted of each (`support.refusals`); here, that it would be missed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from support.projects import FORM_TYPE, OWN, ask, ask_async
from wingbeat.errors import ReplyError
from wingbeat.request.context import current_request

REFUSED = b"Bad request"
log = logging.getLogger("wingbeat")


def refusing(
    before: Callable[[], None] = lambda: None,
    *,
    headers: dict[str, str] | None = None,
    body: bytes = REFUSED,
    line: str = "why",
) -> Any:
    """Return an ASGI app that refuses every request, and does *before* what it must not."""
    sent = {
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
        "content-type": "text/plain; charset=utf-8",
        **(headers or {}),
    }

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        before()
        log.warning("refused %d: %s", 400, line)
        raw = [(name.encode(), value.encode()) for name, value in sent.items()]
        await send({"type": "http.response.start", "status": 400, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    return app


def test_a_clean_refusal_passes() -> None:
    assert ask(refusing()).status == 400


@pytest.mark.parametrize(
    "app",
    [
        refusing(headers={"set-cookie": "a=1"}),
        refusing(headers={"cache-control": "public"}),
        refusing(headers={"access-control-allow-origin": "*"}),
        refusing(body=b"Bad request /srv/app/page.py"),
        refusing(body=b"Bad request: read 7 bytes"),
        refusing(body=b"Traceback (most recent call last)"),
        refusing(line="two\nlines"),
        refusing(line="x" * 1000),
        refusing(lambda: log.warning("refused %d: %s", 400, "once more")),
        refusing(lambda: log.error("it failed")),
    ],
)
def test_a_refusal_that_is_not_clean_is_found(app: Any) -> None:
    with pytest.raises((AssertionError, ValueError)):
        ask(app)


def test_an_action_that_began_is_found(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    project = load(
        """
        def page(): return "page"
        async def save(amount: int): "use server"
        """
    )
    monkeypatch.setattr("wingbeat.server.action_requests.read_body", beginning)

    with pytest.raises(AssertionError):
        project.call("page.save", 7)


async def beginning(*_args: Any, **_kwargs: Any) -> Any:
    with current_request("the test").action_phase():
        raise ReplyError("too late")


def test_a_long_list_of_wrong_fields_is_a_short_line(load: Any) -> None:
    """Their names are a stranger's."""
    project = load(
        """
        from pydantic import BaseModel

        class Strict(BaseModel, extra="forbid"):
            email: str

        def page(): return "page"

        async def save(form: Strict):
            "use server"
        """
    )
    fields = {f"field {number} {'x' * 500}": "" for number in range(100)}

    assert project.post("page.save", fields).status == 422
    assert project.call("page.save", fields).status == 422


def test_requests_side_by_side_are_told_apart(load: Any) -> None:
    project = load(
        """
        def page(): return "page"
        async def save(): "use server"
        """
    )
    bad = {"Content-Type": FORM_TYPE, **OWN}
    good = {
        "Wingbeat-Action": project.action_id("page.save"),
        "Content-Type": "text/plain;charset=UTF-8",
        **OWN,
    }

    async def both() -> list[int]:
        replies = await asyncio.gather(
            *(ask_async(project.app, "POST", "/", *sent) for sent in ((bad, b"--"), (good, b"[]")) * 5)
        )
        return [reply.status for reply in replies]

    assert asyncio.run(both()) == [400, 200] * 5
