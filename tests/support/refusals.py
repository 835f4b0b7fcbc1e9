"""What holds after every refused request, whatever it was refused for.

    with watched(app) as watch:
        await app(scope, receive, send)
    watch.require_clean(reply)

`ask_async` does this for each request, so that no test of a refusal can forget it. A refusal is known by its line in
the log. Whether an action began is seen only while `watching_actions()` is on, as it is in `tests/server`.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest

from wingbeat.errors import ArgumentRefused, ProtocolError
from wingbeat.request import RequestContext

__all__ = ["Watch", "watched", "watching_actions"]

MAX_LINE_CHARACTERS = 600
MAX_PAGE_CHARACTERS = 2000
NO_PAGE = "where there is no page"
MIDDLEWARES = "session=1"
"""The cookie of the spy in `tests/server`: middleware answers for itself."""


class Answer(Protocol):
    status: int
    headers: list[tuple[str, str]]

    @property
    def text(self) -> str: ...


@dataclass
class Watch:
    """What one request did."""

    app: Any
    alone: bool
    """Whether nothing was held for any other request when this one began."""
    phases: list[str] = field(default_factory=list)
    """The phases of user code that began: `action`, `route`, …"""
    records: list[logging.LogRecord] = field(default_factory=list)

    def require_clean(self, answer: Answer) -> None:
        """Assert that, if the request was refused, it left nothing, and told its sender nothing."""
        refused = [record for record in self.records if str(record.msg).startswith("refused %d")]
        if not refused:
            return
        (record,) = refused
        status = record.args[0] if isinstance(record.args, tuple) else None
        _require_one_line(record)
        assert self.holds_nothing or not self.alone or _open
        if str(record.msg).endswith(NO_PAGE):
            # Answered by the app's own page for it, which may end as any page does.
            assert "action" not in self.phases
            return
        _require_silence(answer)
        if status != ArgumentRefused.status:  # by then an action may have asked for a missing field
            assert answer.status == status
            assert [one for one in self.records if one.levelno > logging.WARNING] == []
            assert "action" not in self.phases
            assert not any(name == "set-cookie" and value != MIDDLEWARES for name, value in answer.headers)
            _require_fixed_text(answer, development=self._is_development)

    @property
    def _is_development(self) -> bool:
        return hasattr(self.app, "site") and self.app.site.development

    @property
    def holds_nothing(self) -> bool:
        """Whether no piece of a body is held in memory, and no file is left on disk."""
        return not hasattr(self.app, "site") or self.app.site.intake.is_empty


def _require_one_line(record: logging.LogRecord) -> None:
    assert record.levelno == logging.WARNING
    assert "\n" not in record.getMessage()
    assert len(record.getMessage()) <= MAX_LINE_CHARACTERS


def _require_silence(answer: Answer) -> None:
    headers = dict(answer.headers)
    assert headers["cache-control"] == "private, no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert not any(name.startswith("access-control") for name in headers)
    assert "Traceback" not in answer.text


def _require_fixed_text(answer: Answer, *, development: bool) -> None:
    texts = _TEXTS[answer.status]
    if dict(answer.headers)["content-type"].startswith("text/plain"):
        said, _, reason = answer.text.partition(": ")
        assert said in texts
        assert development or not reason
    else:
        assert any(f"<h1>{text}</h1>" in answer.text for text in texts)
        assert len(answer.text) < MAX_PAGE_CHARACTERS


def _texts(error: type[ProtocolError]) -> dict[int, set[str]]:
    found = {error.status: {error.public_text}}
    for one in error.__subclasses__():
        for status, texts in _texts(one).items():
            found.setdefault(status, set()).update(texts)
    return found


_TEXTS = _texts(ProtocolError)
_TEXTS[404] |= {"Not found", "Page not found"}  # a POST to where no page is
_current: ContextVar[Watch | None] = ContextVar("watch", default=None)
_open: list[Watch] = []


class _Listener(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if watch := _current.get():
            watch.records.append(record)


logging.getLogger("wingbeat").addHandler(_Listener())


@contextmanager
def watched(app: Any) -> Generator[Watch]:
    """Watch the request that `app` serves inside."""
    watch = Watch(app, alone=not _open)
    watch.alone = watch.alone and watch.holds_nothing
    _open.append(watch)
    token = _current.set(watch)
    try:
        yield watch
    finally:
        _current.reset(token)
        _open.remove(watch)


@contextmanager
def watching_actions() -> Generator[None]:
    """See which user code begins, in every request."""
    enter = RequestContext.enter

    def watched_enter(context: RequestContext, phase: Any) -> None:
        if watch := _current.get():
            watch.phases.append(phase)
        enter(context, phase)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RequestContext, "enter", watched_enter)
        yield
