"""The Python files of a page and its layouts, and the element that they make for one request."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, get_type_hints

from pydantic import PydanticUserError, TypeAdapter, ValidationError
from starlette.requests import Request

from wingbeat.errors import RouteError
from wingbeat.flight import ClientReference, Element
from wingbeat.rendering import ERROR_BOUNDARY, Component
from wingbeat.request import NotFound
from wingbeat.routing import Match, Route

__all__ = ["FoundPage", "PageModules", "SearchParams"]

SearchParams = dict[str, str | list[str]]
"""Query parameter -> its value, or its values where it is repeated."""

# What any page may take besides its path parameters.
_OFFERED = ("request", "search_params")

# The same component of the runtime as a user's boundary, but not caught on the server: a failing page is an
# error response, not a page with a notice.
_SEGMENT = ClientReference(ERROR_BOUNDARY.module, ERROR_BOUNDARY.name, ERROR_BOUNDARY.twin)


@dataclass(frozen=True, slots=True)
class _Page:
    component: Component[...]
    adapters: Mapping[str, TypeAdapter[Any]]
    """The checks of the path parameters that the function takes."""
    takes: frozenset[str]
    """Which of `request` and `search_params` it takes."""


@dataclass(frozen=True, slots=True)
class FoundPage:
    """The page of one URL, with its path parameters converted."""

    route: Route
    params: dict[str, object]


class PageModules:
    """The imported `page` and `layout` functions of every route. Raises RouteError for what makes no page."""

    def __init__(self, routes: list[Route], import_module: Callable[[str], ModuleType], package: str) -> None:
        self._root_layout = f"{package}.layout"
        self._pages = {route.page: _page(route, import_module(route.page)) for route in routes}
        layouts = {name for route in routes for name in route.layouts}
        self._layouts = {name: _layout(import_module(name)) for name in layouts}

    def find(self, match: Match) -> FoundPage:
        """Return the page of a match. Raises NotFound when a path parameter does not fit its annotation."""
        page = self._pages[match.route.page]
        params = {name: _converted(adapter, match.params[name]) for name, adapter in page.adapters.items()}
        return FoundPage(match.route, params)

    def element(self, found: FoundPage, request: Request, path: str, search_params: SearchParams) -> Element:
        """Return the page in its layouts."""
        page = self._pages[found.route.page]
        offered: dict[str, object] = {"request": request, "search_params": search_params}
        props = found.params | {name: offered[name] for name in page.takes}
        # The key makes another page a new one to React, and the same page after an action the same one.
        node = Element(_SEGMENT, path, {"children": Element(page.component, None, props)})
        return self._laid_out(node, found.route.layouts)

    def in_root_layout(self, node: Element) -> Element:
        """Return `node` in the layout that all pages share, if there is one."""
        return self._laid_out(node, (self._root_layout,) if self._root_layout in self._layouts else ())

    def _laid_out(self, node: Element, layouts: tuple[str, ...]) -> Element:
        for name in reversed(layouts):
            node = Element(self._layouts[name], None, {"children": node})
        return node


def _page(route: Route, module: ModuleType) -> _Page:
    function = _function(module, "page")
    hints = _hints(function, route)
    adapters: dict[str, TypeAdapter[Any]] = {}
    takes: set[str] = set()
    for name in inspect.signature(function).parameters:
        if name in route.parameters:
            adapters[name] = _adapter(hints.get(name, Any), name, route)
        elif name in _OFFERED:
            takes.add(name)
        else:
            raise RouteError(
                f"{route.file}: page() takes {name!r}, which {route.pattern} does not have. "
                f"It may take {', '.join([*sorted(route.parameters), *_OFFERED])}."
            )
    return _Page(_component(function), adapters, frozenset(takes))


def _hints(function: Callable[..., object], route: Route) -> dict[str, Any]:
    try:
        return get_type_hints(inspect.unwrap(function), include_extras=True)
    except (NameError, TypeError, SyntaxError) as error:
        raise RouteError(f"{route.file}: an annotation of page() cannot be evaluated: {error}.") from error


def _adapter(annotation: Any, name: str, route: Route) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(annotation)
    except PydanticUserError as error:
        raise RouteError(
            f"{route.file}: page() takes {name!r}, but a part of a URL cannot be made a {annotation!r}."
        ) from error


def _layout(module: ModuleType) -> Component[...]:
    function = _function(module, "layout")
    if list(inspect.signature(function).parameters) != ["children"]:
        raise RouteError(f"{module.__file__}: layout() takes one argument, children.")
    return _component(function)


def _function(module: ModuleType, name: str) -> Callable[..., object]:
    function = getattr(module, name, None)
    if isinstance(function, Component):
        function = function.function
    if not inspect.isfunction(function):
        raise RouteError(f"{module.__file__} has no function {name}(). Define `async def {name}(...)` in it.")
    return function


def _component(function: Callable[..., object]) -> Component[...]:
    return Component(function, threaded=not inspect.iscoroutinefunction(inspect.unwrap(function)))


def _converted(adapter: TypeAdapter[Any], value: object) -> object:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        raise NotFound from None
