"""The Python files of a page and of the folders around it, and the element that they make for one request."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

from starlette.requests import Request

from wingbeat.actions import Guard, guards_of_function, guards_of_module, run_guards
from wingbeat.errors import RouteError
from wingbeat.flight import FRAGMENT, ClientReference, Element
from wingbeat.rendering import ERROR_BOUNDARY, Component
from wingbeat.routing import Match, Route, RouteFolder

from .boundary_files import BoundaryFiles, built_in_notice, read_boundary_files, read_global_error
from .file_functions import as_component, file_function
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
        self._folders = {folder.package: folder for route in routes for folder in route.folders}
        self._files = {
            name: read_boundary_files(folder, import_module) for name, folder in self._folders.items()
        }
        root = self._folders.get(package)
        self._root = () if root is None else (root,)
        self._document = BoundaryFiles() if root is None else read_global_error(root, import_module)
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
        """Return the page in its layouts, loading states and error pages."""
        folders = found.route.folders
        node = self._page(found, request, path, search_params)
        outermost = self._outermost_loading(folders)
        for index in reversed(range(len(folders))):
            files = self._files[folders[index].package]
            node = files.while_loading(node, _shown_below(folders, index, path))
            if index == outermost:
                node = self._headed(node, found, request, path, search_params)
            node = self._laid_out(files.guarded(node), folders[index])
        return self._document.guarded(node)

    def _page(self, found: FoundPage, request: Request, path: str, search_params: SearchParams) -> Element:
        page = self._pages[found.route.module]
        offered: dict[str, object] = {"request": request, "search_params": search_params}
        props = found.params | {name: offered[name] for name in page.arguments.takes}
        content = Element(page.component, None, props)
        # The nearest error page shows what fails in the browser; where there is none, a message in the page's place.
        boundary = FRAGMENT if self._has_error_page(found.route.folders) else _SEGMENT
        # The key makes another page a new one to React, and the same page after an action the same one.
        return Element(boundary, path, {"children": content})

    def _headed(
        self, node: Element, found: FoundPage, request: Request, path: str, search_params: SearchParams
    ) -> Element:
        """Return `node` with the page's metadata, behind its guards: both are part of the shell, for its status."""
        if metadata := self._metadata[found.route.module]:
            tags = metadata.nodes(found.path_params, request, search_params)
            node = Element(FRAGMENT, path, {"children": (tags, node)})
        if guards := self._pages[found.route.module].guards:
            node = Element(_GUARD, None, {"guards": guards, "request": request, "children": node})
        return node

    def status_pages(self, match: Match | None, status: int) -> Iterator[Element]:
        """Yield the pages for a status, each in its layouts, nearest first; the built-in one without any last.

        Without a match, that is for a URL which is no page's, they are those of the root.
        """
        folders = self._folders_of(match)
        for index in reversed(range(len(folders))):
            if page := self._files[folders[index].package].status_page(status):
                yield self._in_layouts(page, folders[: index + 1])
        notice = built_in_notice(status)
        yield self._in_layouts(notice, self._root)
        yield notice

    def late_status_page(self, match: Match | None, status: int) -> Element | None:
        """Return the nearest page for a status, to stand in a part that arrives late."""
        for folder in reversed(self._folders_of(match)):
            if page := self._files[folder.package].status_page(status):
                return page
        return None

    def error_pages(self, match: Match | None, error: Exception, digest: str | None) -> Iterator[Element]:
        """Yield the app's pages for an error, each in its layouts, nearest first."""
        folders = self._folders_of(match)
        for index in reversed(range(len(folders))):
            if page := self._files[folders[index].package].error_page(error, digest):
                yield self._in_layouts(page, folders[: index + 1])
        if page := self._document.error_page(error, digest):
            yield page

    def _folders_of(self, match: Match | None) -> tuple[RouteFolder, ...]:
        return match.route.folders if match is not None and match.route.is_page else self._root

    def _has_error_page(self, folders: tuple[RouteFolder, ...]) -> bool:
        every = [self._document, *(self._files[folder.package] for folder in folders)]
        return any(files.error is not None for files in every)

    def _outermost_loading(self, folders: tuple[RouteFolder, ...]) -> int:
        loading = (index for index, one in enumerate(folders) if self._files[one.package].loading is not None)
        return next(loading, len(folders) - 1)

    def _in_layouts(self, node: Element, folders: tuple[RouteFolder, ...]) -> Element:
        if self._app_tags:
            node = Element(FRAGMENT, "status", {"children": (self._app_tags, node)})
        for folder in reversed(folders):
            node = self._laid_out(node, folder)
        return node

    def _laid_out(self, node: Element, folder: RouteFolder) -> Element:
        layout = self._layouts.get(f"{folder.package}.layout")
        return node if layout is None else Element(layout, None, {"children": node})


def _shown_below(folders: tuple[RouteFolder, ...], index: int, path: str) -> str:
    """Return what tells the content of a folder from another's: the URL down to the folder below it."""
    if index >= len(folders) - 2:
        return path
    return "/".join(path.split("/")[: folders[index + 1].depth + 1])


def _page(route: Route, module: ModuleType) -> _Page:
    function = file_function(module, "page")
    arguments = read_url_arguments(
        function, where=f"{route.file}: page()", url=route.pattern, parameters=route.parameters
    )
    guards = (*guards_of_module(module), *guards_of_function(function))
    return _Page(as_component(function), arguments, guards)


async def _guarded(guards: tuple[Guard, ...], request: Request, children: object) -> object:
    ended = await run_guards(guards, request)
    if ended is not None:
        raise ended
    return children


_GUARD: Component[...] = Component(_guarded)


def _layout(module: ModuleType) -> Component[...]:
    function = file_function(module, "layout")
    if guards_of_module(module) or guards_of_function(function):
        raise RouteError(
            f"{module.__file__}: a layout guards nothing: it renders beside its pages, and actions are called without "
            "it. State guard in the module of each page, and of each action."
        )
    if list(inspect.signature(function).parameters) != ["children"]:
        raise RouteError(f"{module.__file__}: layout() takes one argument, children.")
    return as_component(function)
