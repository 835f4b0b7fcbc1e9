"""What a page's module, and its layouts', say about how it runs: `runtime`, `max_duration` and `sequential`.

    # app/reports/page.py
    runtime = "thread"
    max_duration = 120

The innermost module that has a constant decides; what none has, the app's settings decide.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType

from wingbeat.actions import Runtime
from wingbeat.errors import RouteError

__all__ = ["PageSettings", "read_page_settings"]

_RUNTIMES = ("asyncio", "thread")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSettings:
    """How one page and the actions used on it run; None where the app's settings decide."""

    runtime: Runtime | None = None
    max_duration: float | None = None
    """Seconds, 0 for no limit."""
    sequential: bool = False
    """No two components run at the same time."""


def read_page_settings(modules: Iterable[ModuleType]) -> PageSettings:
    """Return the settings of a page from its modules, outermost layout first. Raises RouteError naming the file."""
    runtime: Runtime | None = None
    max_duration: float | None = None
    sequential = False
    for module in modules:
        runtime = _runtime(module) or runtime
        seconds = _max_duration(module)
        max_duration = max_duration if seconds is None else seconds
        sequential = _switch(module, "sequential", inherited=sequential)
    return PageSettings(runtime=runtime, max_duration=max_duration, sequential=sequential)


def _runtime(module: ModuleType) -> Runtime | None:
    value = vars(module).get("runtime")
    if value is None or isinstance(value, ModuleType):  # a file runtime.py beside a layout in an __init__.py
        return None
    if value not in _RUNTIMES:
        raise RouteError(f'{module.__file__}: runtime = {value!r}; it is "asyncio" or "thread".')
    return "thread" if value == "thread" else "asyncio"


def _max_duration(module: ModuleType) -> float | None:
    value = vars(module).get("max_duration")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise RouteError(f"{module.__file__}: max_duration = {value!r}; it is seconds, 0 for no limit.")
    return float(value)


def _switch(module: ModuleType, name: str, *, inherited: bool) -> bool:
    value = vars(module).get(name, inherited)
    if not isinstance(value, bool):
        raise RouteError(f"{module.__file__}: {name} = {value!r}; it is True or False.")
    return value
