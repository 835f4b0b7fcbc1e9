"""The `route.py` files of an app: functions named for HTTP methods, which answer by themselves.

    # app/api/health/route.py
    async def get(): return {"ok": True}
    async def post(request): ...

They are Next.js's route handlers: no layout, no boundary, no payload.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from wingbeat.actions import Guard, guards_of_function, guards_of_module
from wingbeat.errors import RouteError
from wingbeat.routing import Route

from .page_settings import PageSettings, read_page_settings
from .url_arguments import UrlArguments, read_url_arguments

__all__ = ["RouteFunction", "RouteModule", "read_route_modules"]

METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

_CROSS_ORIGIN = "cross_origin"


@dataclass(frozen=True, slots=True)
class RouteFunction:
    """What answers one method of one URL."""

    function: Callable[..., object]
    arguments: UrlArguments
    guards: tuple[Guard, ...]
    """What runs before it, as before a page or an action."""
    where: str
    """File and name, for errors."""

    @property
    def is_async(self) -> bool:
        """Whether it is a coroutine function; any other may block, and runs in a thread."""
        return inspect.iscoroutinefunction(inspect.unwrap(self.function))


@dataclass(frozen=True, slots=True)
class RouteModule:
    """One `route.py`."""

    module: ModuleType
    functions: Mapping[str, RouteFunction]
    """Method -> its function. `HEAD` is that of `GET` unless the module has its own."""
    settings: PageSettings
    cross_origin: bool
    """Whether pages of other sites may send POST, PUT, PATCH and DELETE."""

    @property
    def allowed(self) -> str:
        """The methods that are answered, for the `Allow` header; `OPTIONS` always is."""
        return ", ".join(method for method in METHODS if method in self.functions or method == "OPTIONS")


def read_route_modules(
    routes: list[Route], import_module: Callable[[str], ModuleType]
) -> dict[str, RouteModule]:
    """Return what each `route.py` holds, by module name. Raises RouteError for one that answers nothing."""
    return {
        route.module: _route_module(route, import_module(route.module))
        for route in routes
        if not route.is_page
    }


def _route_module(route: Route, module: ModuleType) -> RouteModule:
    functions = {
        method: _route_function(route, module, method.lower(), function)
        for method in METHODS
        if (function := vars(module).get(method.lower())) is not None
    }
    if shouted := [method for method in METHODS if method in vars(module)]:
        raise RouteError(f"{route.file}: {shouted[0]} answers nothing. Name it {shouted[0].lower()}.")
    if not functions:
        raise RouteError(
            f"{route.file} answers no method. Define `async def get(...)`, or any of "
            f"{', '.join(method.lower() for method in METHODS)}, in it."
        )
    if "GET" in functions:
        functions.setdefault("HEAD", functions["GET"])
    cross_origin = vars(module).get(_CROSS_ORIGIN, False)
    if not isinstance(cross_origin, bool):
        raise RouteError(f"{route.file}: {_CROSS_ORIGIN} = {cross_origin!r}; it is True or False.")
    return RouteModule(module, functions, read_page_settings([module]), cross_origin)


def _route_function(route: Route, module: ModuleType, name: str, function: object) -> RouteFunction:
    where = f"{route.file}: {name}()"
    if not inspect.isfunction(function):
        raise RouteError(f"{where} is no function. Define `async def {name}(...)`.")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise RouteError(f"{where} is a generator. Return a StreamingResponse of it instead.")
    arguments = read_url_arguments(function, where=where, url=route.pattern, parameters=route.parameters)
    guards = (*guards_of_module(module), *guards_of_function(function))
    return RouteFunction(function, arguments, guards, where)
