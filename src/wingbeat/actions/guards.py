"""Who may call an action: functions that run after a call is resolved, before its arguments become models.

    guard = require_user                    in a module: for its page and every action in it
    @guarded_by(require_admin)              on one action, also an inline one: after the module's

A guard takes nothing, or `request`. It ends the call by raising `unauthorized()`, `forbidden()`, `redirect()` or an
ActionError, or by returning `False` (403) or a `Redirect`; anything else lets it go on. It may be sync or async.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any, TypeVar, cast

import anyio.to_thread

from wingbeat.errors import DirectiveError
from wingbeat.rendering import Component
from wingbeat.request import ENDINGS, Forbidden, Redirect

from .directives import GUARD

__all__ = ["Guard", "guarded_by", "guards_of_function", "guards_of_module", "run_guards"]

Guard = Callable[..., object]
"""A function of nothing, or of `request`."""

_MARK = "__wingbeat_guards__"
_OFFERED = "request"
_Function = TypeVar("_Function", bound=Callable[..., Any])


def guarded_by(*guards: Guard) -> Callable[[_Function], _Function]:
    """Have `guards` run, in this order, before each call of the action (or each rendering of the `page`) below.

    They do not run when Python code calls the function. Raises DirectiveError for what cannot be a guard, and for a
    component, before which nothing could stand.
    """
    checked = _checked(guards, "guarded_by()")

    def guarded(function: _Function) -> _Function:
        if isinstance(function, Component):
            raise DirectiveError(
                f"guarded_by() above the component {function.__name__}: it guards actions, and page(). Guard the page "
                "that shows the component; if this is the page, put guarded_by() below @component."
            )
        setattr(function, _MARK, (*checked, *guards_of_function(function)))
        return function

    return guarded


def guards_of_function(function: object) -> tuple[Guard, ...]:
    """Return what `guarded_by` put on `function`."""
    return getattr(function, _MARK, ())


def guards_of_module(module: ModuleType) -> tuple[Guard, ...]:
    """Return the guards that a module states as `guard`: one function, or a list of them. Raises DirectiveError."""
    stated = vars(module).get(GUARD)
    if stated is None:
        return ()
    guards = (
        cast("Iterable[object]", stated) if isinstance(stated, list | tuple) else (cast("object", stated),)
    )
    return _checked(guards, f"{module.__file__}: {GUARD}")


async def run_guards(guards: Iterable[Guard], request: object) -> BaseException | None:
    """Run `guards` one after the other; return what ended the call, None if it may go on.

    Sync ones run in the thread pool. `request` is given to those that take it.
    """
    for guard in guards:
        try:
            answer = await _answer(guard, request)
        except ENDINGS as error:
            return error
        if isinstance(answer, _Raised):
            return answer.error
        if answer is False:
            return Forbidden()
        if isinstance(answer, Redirect):
            return answer
    return None


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


async def _answer(guard: Guard, request: object) -> object:
    call = partial(guard, request=request) if _parameters(guard) else guard
    result = call() if inspect.iscoroutinefunction(guard) else await anyio.to_thread.run_sync(_kept, call)
    return await result if inspect.isawaitable(result) else result


def _kept(call: Callable[[], object]) -> object:
    """Return what `call` returns or raises; a coroutine cannot raise StopIteration, nor a future hold it."""
    try:
        return call()
    except BaseException as error:  # noqa: BLE001 (it is how the call ends)
        return _Raised(error)


def _checked(guards: Iterable[object], where: str) -> tuple[Guard, ...]:
    return tuple(_guard(guard, where) for guard in guards)


def _guard(guard: object, where: str) -> Guard:
    if not callable(guard) or isinstance(guard, type):
        raise DirectiveError(f"{where} is {guard!r:.80}, not a function. Give the function itself, uncalled.")
    if set(_parameters(guard)) - {_OFFERED}:
        taken = ", ".join(_parameters(guard))
        raise DirectiveError(f"{where}: a guard takes nothing, or request; this one takes {taken}.")
    return guard


def _parameters(guard: Guard) -> list[str]:
    """Return the parameters that a call must give, and `request`."""
    return [
        parameter.name
        for parameter in inspect.signature(guard).parameters.values()
        if parameter.name == _OFFERED
        or (parameter.default is parameter.empty and parameter.kind not in _REST)
    ]


_REST = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
