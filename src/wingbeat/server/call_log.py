"""One line in the log for each call of an action: how it ended and how long it took.

    save(7, 'Ada') returned in 12 ms (app/page.py:7)     in development
    app.page.save() returned in 12 ms                    in production: never a value

In development the browser's own tools show the same times, by a `Server-Timing` header.
"""

from __future__ import annotations

import logging
import reprlib
from time import perf_counter

from wingbeat.actions import Action, Outcome, Returned, TimedOut
from wingbeat.errors import ActionError
from wingbeat.request import HttpInterrupt, Redirect

__all__ = ["CallLog"]

log = logging.getLogger("wingbeat")

MAX_VALUE_CHARACTERS = 40
MAX_CALL_CHARACTERS = 200

_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = MAX_VALUE_CHARACTERS
_short.maxlevel = 3


class CallLog:
    """Follows one call from its headers on."""

    def __init__(self, *, development: bool) -> None:
        self._development = development
        self._last = perf_counter()
        self._phases: dict[str, float] = {}

    def end(self, phase: str) -> None:
        """Say that `phase` ends now: `read`, `action` or `answer`."""
        now = perf_counter()
        self._phases[phase] = (now - self._last) * 1000
        self._last = now

    def write(
        self, action: Action, args: tuple[object, ...], kwargs: dict[str, object], outcome: Outcome
    ) -> None:
        """Write the line of a call that has run. What it was called with is for the developer alone."""
        if not log.isEnabledFor(logging.INFO):
            return
        ended = f"{_ending(outcome)} in {self._phases.get('action', 0):.0f} ms"
        if not self._development:
            log.info("%s %s", action, ended)
            return
        values = [_shown(value) for value in args] + [f"{name}={_shown(kwargs[name])}" for name in kwargs]
        call = f"{action.__name__}({', '.join(values)})"
        log.info("%s %s (%s)", _cut(call), ended, action.definition.where)

    @property
    def server_timing(self) -> str:
        """The value of a `Server-Timing` header: https://www.w3.org/TR/server-timing/."""
        return ", ".join(f"{phase};dur={duration:.1f}" for phase, duration in self._phases.items())


def _ending(outcome: Outcome) -> str:
    if isinstance(outcome, Returned):
        return "returned"
    if isinstance(outcome, TimedOut):
        return "was given up"
    match outcome.by:
        case Redirect():
            return "redirected"
        case HttpInterrupt() as interrupt:
            return f"ended with status {interrupt.status}"
        case ActionError():
            return "refused (ActionError)"
        case error:
            return f"failed ({type(error).__name__})"


def _shown(value: object) -> str:
    try:
        return _short.repr(value)
    except Exception:  # noqa: BLE001 (a broken repr of the app's must not end its call)
        return f"<{type(value).__name__}>"


def _cut(text: str) -> str:
    """Return `text` on one line; a `repr` of the app's may hold anything."""
    line = text.encode("unicode_escape").decode()
    return line if len(line) <= MAX_CALL_CHARACTERS else f"{line[: MAX_CALL_CHARACTERS - 2]}…)"
