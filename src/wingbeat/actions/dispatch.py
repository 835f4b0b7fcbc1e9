"""Runs one call and says how it ended. Everything before it has decided that the call may run."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import anyio.to_thread

from wingbeat.errors import ActionError, ArgumentRefused
from wingbeat.request import HttpInterrupt, Redirect, RequestContext, sole_interrupt

from .action import Action

__all__ = ["Failed", "Interrupted", "Outcome", "Redirected", "Refused", "Returned", "TimedOut", "run_action"]


@dataclass(frozen=True, slots=True)
class Returned:
    """The function returned `value`."""

    value: object


@dataclass(frozen=True, slots=True)
class Redirected:
    """`redirect()` was called, or a `Redirect` returned."""

    redirect: Redirect


@dataclass(frozen=True, slots=True)
class Interrupted:
    """`not_found()`, `forbidden()` or `unauthorized()`."""

    status: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The function raised an `ActionError`, which the browser may see."""

    error: ActionError


@dataclass(frozen=True, slots=True)
class Failed:
    """The function raised anything else, which the browser must not see."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The function took longer than `max_duration`; a sync one may still be running."""

    seconds: float
    still_running: bool


Outcome = Returned | Redirected | Interrupted | Refused | Failed | TimedOut


async def run_action(
    action: Action,
    args: tuple[object, ...],
    kwargs: dict[str, object],
    *,
    request: RequestContext,
    max_duration: float,
) -> Outcome:
    """Run the action's function with `args` and `kwargs`, a sync one in the thread pool.

    `max_duration` is in seconds, 0 for no limit. Of what the function raises, only ArgumentRefused comes through.
    """
    function = action.function
    is_async = inspect.iscoroutinefunction(inspect.unwrap(function))
    timeout = asyncio.timeout(max_duration or None)
    try:
        with request.action_phase():
            async with timeout:
                value = await _called(function, args, kwargs, is_async=is_async)
    except ActionError as error:
        return Refused(error)
    except ArgumentRefused:  # a field that the function asked for is missing: form_data.text("…")
        raise
    except TimeoutError as error:
        return TimedOut(max_duration, still_running=not is_async) if timeout.expired() else Failed(error)
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        return _interrupted(error)
    return Redirected(value) if isinstance(value, Redirect) else Returned(value)


async def _called(
    function: Callable[..., Any], args: tuple[object, ...], kwargs: dict[str, object], *, is_async: bool
) -> object:
    if is_async:
        result = function(*args, **kwargs)
    else:
        result = await anyio.to_thread.run_sync(partial(function, *args, **kwargs), abandon_on_cancel=True)
    return await result if inspect.isawaitable(result) else result


def _interrupted(error: BaseException) -> Outcome:
    interrupt = sole_interrupt(error)
    if isinstance(interrupt, Redirect):
        return Redirected(interrupt)
    if isinstance(interrupt, HttpInterrupt):
        return Interrupted(interrupt.status)
    if isinstance(error, Exception | BaseExceptionGroup):
        return Failed(error)
    raise error  # KeyboardInterrupt and SystemExit are the process's business
