"""The Python files of a page and its layouts, and the element that they make for one request."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType

from starlette.requests import Request

from wingbeat.actions import Action, Guard, guards_of_function, guards_of_module, run_guards
from wingbeat.errors import RouteError
from wingbeat.flight import FRAGMENT, ClientReference, Element
from wingbeat.rendering import ERROR_BOUNDARY, Component
from wingbeat.routing import Match, Route

from .page_metadata import read_app_tags, read_page_metadata
from .page_settings import PageSettings, read_page_settings
from .url_arguments import SearchParams, UrlArguments, read_url_arguments

__all__ = ["FoundPage", "PageModules"]

# The same component of the runtime as a user's boundary, but not caught on the server: a failing page is an
# error response, not a page with a notice.
_SEGMENT = ClientReference(ERROR_BOUNDARY.module, ERROR_BOUNDARY.name, ERROR_BOUNDARY.twin)


@dataclass(frozen=True, slots=True)
class _Page:
    component: Component[...]
    arguments: UrlArguments
    guards: tuple[Guard, ...]


@dataclass(frozen=True, slots=True)
class FoundPage:
    """The page of one URL, with its path parameters converted."""

    route: Route
    params: dict[str, object]
    path_params: Mapping[str, object]
    """All path parameters, as the URL has them."""
    settings: PageSettings


class PageModules:
    """The imported `page` and `layout` functions of every route. Raises RouteError for what makes no page."""

    def __init__(
        self,
        routes: list[Route],
        import_module: Callable[[str], ModuleType],
        package: str,
        public_origins: tuple[str, ...] = (),
    ) -> None:
        self._root_layout = f"{package}.layout"
        self._pages = {route.module: _page(route, import_module(route.module)) for route in routes}
        layouts = {name for route in routes for name in route.layouts}
        self._layouts = {name: _layout(import_module(name)) for name in layouts}
        has_root = self._root_layout in self._layouts
        self._app_tags = read_app_tags(import_module(self._root_layout)) if has_root else []
        self._settings = {
            route.module: read_page_settings(map(import_module, (*route.layouts, route.module)))
            for route in routes
        }
        origin = public_origins[0] if public_origins else None
        self._metadata = {route.module: read_page_metadata(route, import_module, origin) for route in routes}

    def find(self, match: Match) -> FoundPage:
        """Return the page of a match. Raises NotFound when a path parameter does not fit its annotation."""
        page = self._pages[match.route.module]
        params = page.arguments.converted(match.params)
        return FoundPage(match.route, params, match.params, self._settings[match.route.module])

    def element(self, found: FoundPage, request: Request, path: str, search_params: SearchParams) -> Element:
        """Return the page in its layouts."""
        page = self._pages[found.route.module]
        offered: dict[str, object] = {"request": request, "search_params": search_params}
        props = found.params | {name: offered[name] for name in page.arguments.takes}
        # The key makes another page a new one to React, and the same page after an action the same one.
        node = Element(_SEGMENT, path, {"children": Element(page.component, None, props)})
        if metadata := self._metadata[found.route.module]:
            tags = metadata.nodes(found.path_params, request, search_params)
            node = Element(FRAGMENT, path, {"children": (tags, node)})
        if page.guards:
            node = Element(_GUARD, None, {"guards": page.guards, "request": request, "children": node})
        return self._laid_out(node, found.route.layouts)

    def in_root_layout(self, node: Element) -> Element:
        """Return `node` in the layout that all pages share, if there is one."""
        if self._root_layout not in self._layouts:
            return node
        if self._app_tags:
            node = Element(FRAGMENT, "status", {"children": (self._app_tags, node)})
        return self._laid_out(node, (self._root_layout,))

    def _laid_out(self, node: Element, layouts: tuple[str, ...]) -> Element:
        for name in reversed(layouts):
            node = Element(self._layouts[name], None, {"children": node})
        return node


def _page(route: Route, module: ModuleType) -> _Page:
    function = _function(module, "page")
    arguments = read_url_arguments(
        function, where=f"{route.file}: page()", url=route.pattern, parameters=route.parameters
    )
    guards = (*guards_of_module(module), *guards_of_function(function))
    return _Page(_component(function), arguments, guards)


async def _guarded(guards: tuple[Guard, ...], request: Request, children: object) -> object:
    ended = await run_guards(guards, request)
    if ended is not None:
        raise ended
    return children


_GUARD: Component[...] = Component(_guarded)


def _layout(module: ModuleType) -> Component[...]:
    function = _function(module, "layout")
    if guards_of_module(module) or guards_of_function(function):
        raise RouteError(
            f"{module.__file__}: a layout guards nothing: it renders beside its pages, and actions are called without "
            "it. State guard in the module of each page, and of each action."
        )
    if list(inspect.signature(function).parameters) != ["children"]:
        raise RouteError(f"{module.__file__}: layout() takes one argument, children.")
    return _component(function)


def _function(module: ModuleType, name: str) -> Callable[..., object]:
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


def _component(function: Callable[..., object]) -> Component[...]:
    return Component(function, threaded=not inspect.iscoroutinefunction(inspect.unwrap(function)))
