"""The files of a folder for what is slow, not there or went wrong, and the elements that they make.

    loading.py  loading()                          error.py     error(error, digest)
    not_found.py  not_found()                      forbidden.py, unauthorized.py

Around what a folder shows stand, from the outside in: its layout, its error page, its loading state. So a folder's
error page shows what fails in its page and in the folders below, but not in its own layout (as in Next.js).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType, ModuleType
from typing import Final

from wingbeat import html as h
from wingbeat.errors import RouteError
from wingbeat.flight import FRAGMENT, SUSPENSE, Element
from wingbeat.rendering import Component, ErrorPage
from wingbeat.routing import GLOBAL_ERROR, RouteFolder

from .file_functions import as_component, file_function

__all__ = ["BoundaryFiles", "built_in_notice", "read_boundary_files", "read_global_error"]

_STATUS_FILES: Final[Mapping[int, str]] = {401: "unauthorized", 403: "forbidden", 404: "not_found"}
_ERROR_ARGUMENTS: Final = ("error", "digest")

_NOTICES = {
    401: ("Please sign in", "This page is for people who are signed in."),
    403: ("Not allowed", "You may not see this page."),
    404: ("Page not found", "There is nothing at this address."),
}
_NOINDEX = h.meta(name="robots", content="noindex")


@dataclass(frozen=True, slots=True)
class BoundaryFiles:
    """What one folder has of them."""

    error: Component[...] | None = None
    loading: Component[...] | None = None
    statuses: Mapping[int, Component[...]] = field(default_factory=lambda: MappingProxyType({}))

    def status_page(self, status: int) -> Element | None:
        """Return the folder's page for a status. Search engines are told to leave it out."""
        found = self.statuses.get(status)
        if found is None:
            return None
        return Element(FRAGMENT, f"status {status}", {"children": (_NOINDEX, Element(found, None, {}))})

    def error_page(self, error: Exception | None, digest: str | None) -> Element | None:
        """Return what the folder shows of an error."""
        return None if self.error is None else ErrorPage(self.error).shown(error, digest)

    def while_loading(self, node: Element, key: str) -> Element:
        """Return `node` with the folder's loading state until it is there; `key` tells what is shown from another."""
        if self.loading is None:
            return node
        if self.error is not None:  # what fails late is shown by the server, which knows the error
            node = Element(ErrorPage(self.error, on_server_only=True), None, {"children": node})
        return Element(SUSPENSE, key, {"fallback": Element(self.loading, None, {}), "children": node})

    def guarded(self, node: Element) -> Element:
        """Return `node` with the folder's error page in its place once something in it fails."""
        return node if self.error is None else Element(ErrorPage(self.error), None, {"children": node})


def read_boundary_files(folder: RouteFolder, import_module: Callable[[str], ModuleType]) -> BoundaryFiles:
    """Return the boundary files of a folder. Raises RouteError for what is none, naming the file."""

    def read(name: str, takes: tuple[str, ...] = ()) -> Component[...] | None:
        module = folder.module(name)
        return None if module is None else _component(import_module(module), name, takes)

    found = {status: read(name) for status, name in _STATUS_FILES.items()}
    statuses = MappingProxyType({status: one for status, one in found.items() if one is not None})
    return BoundaryFiles(read("error", _ERROR_ARGUMENTS), read("loading"), statuses)


def read_global_error(root: RouteFolder, import_module: Callable[[str], ModuleType]) -> BoundaryFiles:
    """Return the boundary around the root layout itself."""
    module = root.module(GLOBAL_ERROR)
    if module is None:
        return BoundaryFiles()
    return BoundaryFiles(_component(import_module(module), GLOBAL_ERROR, _ERROR_ARGUMENTS))


def built_in_notice(status: int) -> Element:
    """Return the page for a status where the app has none."""
    title, text = _NOTICES[status]
    return h.main[
        _NOINDEX,
        h.title[title],
        h.h1[title],
        h.p[text],
        h.p[h.a(href="/")["Go to the start page"]],
    ]


def _component(module: ModuleType, name: str, takes: tuple[str, ...]) -> Component[...]:
    function = file_function(module, name)
    if not set(inspect.signature(function).parameters) <= set(takes):
        may_take = f"may take {' and '.join(takes)}" if takes else "takes no arguments"
        raise RouteError(f"{module.__file__}: {name}() {may_take}.")
    return as_component(function)
