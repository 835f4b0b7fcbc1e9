"""Where user code made a call, for errors that name it."""

from __future__ import annotations

import inspect

__all__ = ["call_site"]

_PACKAGE = __name__.partition(".")[0]


def call_site() -> str:
    """Return `file:line: ` of the innermost code outside this package, or nothing if there is none."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}: " if frame is not None else ""
