"""The functions by which the files of `app/` say what they are: `page`, `layout`, `loading` and their kin."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType

from wingbeat.actions import Action
from wingbeat.errors import RouteError
from wingbeat.rendering import Component

__all__ = ["as_component", "file_function"]


def file_function(module: ModuleType, name: str) -> Callable[..., object]:
    """Return the function of a file. Raises RouteError where it is missing, or an action."""
    function = getattr(module, name, None)
    if isinstance(function, Action):
        raise RouteError(
            f'{function.definition.where}: {name}() is an action, because its module says "use server", so that '
            'anyone could call it. Move the actions to a module of their own, or "use server" into each of them.'
        )
    if isinstance(function, Component):
        function = function.function
    if not inspect.isfunction(function):
        raise RouteError(f"{module.__file__} has no function {name}(). Define `async def {name}(...)` in it.")
    return function


def as_component(function: Callable[..., object]) -> Component[...]:
    """Return a file's function as a component; a sync one may block, so it runs in the thread pool."""
    return Component(function, threaded=not inspect.iscoroutinefunction(inspect.unwrap(function)))
