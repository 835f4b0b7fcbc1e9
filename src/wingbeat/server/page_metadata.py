"""The `metadata` and `generate_metadata` of a page's modules, and the component that renders what they say.

    # app/posts/post/page.py
    async def generate_metadata(slug: str, parent):
        return {"title": (await posts.get(slug)).title}

It runs beside the page, behind the page's guards; what it raises (`not_found()`, `redirect()`) ends the page too.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any, Final, final

import anyio.to_thread
from starlette.requests import Request

from wingbeat.errors import RouteError
from wingbeat.flight import Element
from wingbeat.rendering import Component
from wingbeat.routing import Route

from .metadata import MergedMetadata, completed
from .metadata_fields import checked_metadata
from .metadata_tags import Place, metadata_tags
from .mount_points import split_mount
from .url_arguments import OFFERED, SearchParams, UrlArguments, read_url_arguments

__all__ = ["PageMetadata", "read_app_tags", "read_page_metadata"]

_OF_LAYOUTS: Final = ("request", "parent")
"""What a layout's function may take: the query changes without its layouts."""
_OF_PAGES: Final = (*OFFERED, "parent")
_OF_APP: Final = ("application_name", "icons", "manifest")
"""The fields that are the same for all pages."""


@dataclass(frozen=True, slots=True)
class MetadataSource:
    """What one module says: a constant, or a function that returns it."""

    package: str
    """The folder's package: a template is meant for the folders below."""
    where: str
    constant: Mapping[str, Any] | None
    function: Callable[..., object] | None
    arguments: UrlArguments | None

    async def read(self, params: Mapping[str, object], offered: Mapping[str, object]) -> Mapping[str, Any]:
        """Return the metadata for one request. Raises what the function raises."""
        if self.function is None or self.arguments is None:
            return self.constant or {}
        call = partial(self.function, **self.arguments.chosen(params, offered))
        is_async = inspect.iscoroutinefunction(inspect.unwrap(self.function))
        result = call() if is_async else await anyio.to_thread.run_sync(call)
        return checked_metadata(await result if inspect.isawaitable(result) else result, self.where)


@final
class PageMetadata:
    """The metadata of one page with its layouts, outermost first."""

    def __init__(self, sources: Iterable[MetadataSource], package: str, origin: str | None) -> None:
        self._sources = tuple(sources)
        self._package = package
        self._origin = origin
        """The app's own, for URLs that must be complete."""
        self._is_constant = all(source.function is None for source in self._sources)
        self._last: tuple[Place, list[Element]] | None = None
        """The tags of the last request, which are those of the next one where all sources are constants."""

    def nodes(
        self, path_params: Mapping[str, object], request: Request, search_params: SearchParams
    ) -> list[Element] | Element:
        """Return the tags for one request, or what renders them; `path_params` are as the URL has them."""
        if self._is_constant:
            return self._constant_tags(self._place(request))
        props: dict[str, object] = {"page": self, "path_params": path_params, "request": request}
        return Element(_TAGS, None, {**props, "search_params": search_params})

    async def tags(
        self, path_params: Mapping[str, object], request: Request, search_params: SearchParams
    ) -> list[Element]:
        """Return the tags for one request. Raises what the functions raise."""
        merged = MergedMetadata()
        for source in self._sources:
            offered = {"request": request, "search_params": search_params, "parent": dict(merged.fields)}
            found = await source.read(path_params, offered)
            merged.add(found, above=source.package != self._package)
        return metadata_tags(completed(merged.fields), self._place(request))

    def _constant_tags(self, place: Place) -> list[Element]:
        if self._last is None or self._last[0] != place:
            merged = MergedMetadata()
            for source in self._sources:
                merged.add(source.constant or {}, above=source.package != self._package)
            self._last = place, metadata_tags(completed(merged.fields), place)
        return self._last[1]

    def _place(self, request: Request) -> Place:
        base, path = split_mount(request.scope)
        return Place(path, None if self._origin is None else self._origin + base)


async def _tags(
    page: PageMetadata, path_params: Mapping[str, object], request: Request, search_params: SearchParams
) -> list[Element]:
    return await page.tags(path_params, request, search_params)


_TAGS: Component[...] = Component(_tags)


def read_page_metadata(
    route: Route, import_module: Callable[[str], ModuleType], origin: str | None
) -> PageMetadata | None:
    """Return the metadata of a page, None where neither it nor a layout around it has any.

    `origin` completes URLs where there is no `metadata_base`. Raises RouteError for what is no metadata.
    """
    modules = [import_module(name) for name in (*route.layouts, route.module)]
    found = [_source(module, route, _OF_LAYOUTS) for module in modules[:-1]]
    sources = [source for source in (*found, _source(modules[-1], route, _OF_PAGES)) if source]
    return PageMetadata(sources, _package(modules[-1]), origin) if sources else None


def read_app_tags(root_layout: ModuleType) -> list[Element]:
    """Return what a constant of the root layout says of every page, also of one that only tells a status."""
    constant = vars(root_layout).get("metadata")
    if constant is None or isinstance(constant, ModuleType):
        return []
    found = checked_metadata(constant, f"{root_layout.__file__}: metadata")
    of_app = {name: value for name, value in found.items() if name in _OF_APP and value is not None}
    return metadata_tags(of_app, Place("/", None))


def _source(module: ModuleType, route: Route, offered: Sequence[str]) -> MetadataSource | None:
    names = vars(module)
    constant, function = names.get("metadata"), names.get("generate_metadata")
    if isinstance(constant, ModuleType):  # a file metadata.py beside a layout in an __init__.py
        constant = None
    if constant is None and function is None:
        return None
    if constant is not None and function is not None:
        raise RouteError(f"{module.__file__} has metadata and generate_metadata(). Keep one of them.")
    if constant is not None:
        where = f"{module.__file__}: metadata"
        return MetadataSource(_package(module), where, checked_metadata(constant, where), None, None)
    where = f"{module.__file__}: generate_metadata()"
    if not inspect.isfunction(function):
        raise RouteError(f"{where} is no function. Define `async def generate_metadata(...)`.")
    arguments = read_url_arguments(
        function, where=where, url=route.pattern, parameters=route.parameters, offered=offered
    )
    return MetadataSource(_package(module), where, None, function, arguments)


def _package(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[0]
