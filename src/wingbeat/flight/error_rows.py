"""What an exception tells the browser: in production a digest, in development everything.

    production     {"digest": "2f6c"}
    development    {"digest": "2f6c", "name": "ValueError", "message": "…", "stack": […], "env": "Server"}

A frame is `[function, file, line, column, first line, first column, is async]`, innermost first. The
development build of React's client fails the whole response without `name`, `message`, `stack` or `env`.
"""

from __future__ import annotations

import inspect
from types import TracebackType
from typing import Final, cast

__all__ = ["error_frames", "error_message", "related_errors"]

ASYNC_CODE: Final = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
MAX_FRAMES: Final = 50

Frame = list[str | int | bool]


def error_frames(error: BaseException) -> list[Frame]:
    """Return the frames of the traceback, innermost first, as React's client shows them."""
    frames: list[Frame] = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(_frame(trace))
        trace = trace.tb_next
    return frames[::-1][:MAX_FRAMES]


def error_message(error: BaseException) -> str:
    """Return the text of an error, whose own `__str__` may fail."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001 (an error that cannot describe itself still has to be shown)
        return ""


def related_errors(error: BaseException) -> tuple[BaseException | None, tuple[BaseException, ...]]:
    """Return the cause of an error and the errors of a group."""
    cause = error.__cause__
    if cause is None and not error.__suppress_context__:
        cause = error.__context__
    if not isinstance(error, BaseExceptionGroup):
        return cause, ()
    return cause, cast("BaseExceptionGroup[BaseException]", error).exceptions


def _frame(trace: TracebackType) -> Frame:
    code = trace.tb_frame.f_code
    positions = list(code.co_positions())
    instruction = trace.tb_lasti // 2
    column = positions[instruction][2] if 0 <= instruction < len(positions) else None
    line = trace.tb_lineno or code.co_firstlineno
    is_async = bool(code.co_flags & ASYNC_CODE)
    # A file or function that begins with `$` would be an instruction where the browser revives the frame.
    return [
        code.co_qualname.lstrip("$"),
        code.co_filename.lstrip("$"),
        line,
        (column or 0) + 1,
        code.co_firstlineno,
        1,
        is_async,
    ]
