"""Pages and routes as a tree of segments, and the search for the one of a path.

    ("invoices", "7")   ->   Match(Route(module="app.invoices.detail.page", …), params={"id": "7"})

Static segments win over dynamic ones, these over catch-alls, at every level, with backtracking.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from wingbeat.errors import RouteError

from .folders import RouteFolder
from .segments import Segment, SegmentKind

__all__ = ["Match", "Route", "RouteTree"]


@dataclass(frozen=True, slots=True)
class Route:
    """One page, or one `route.py`: its pattern, its module and the layouts around it, outermost first."""

    segments: tuple[Segment, ...]
    module: str
    layouts: tuple[str, ...]
    file: str
    is_page: bool = True
    """Whether the module holds a page; the functions of a `route.py` answer by themselves."""
    folders: tuple[RouteFolder, ...] = ()
    """Of a page: the folders from `app/` down to its own."""

    @property
    def pattern(self) -> str:
        """The URL pattern, such as `/invoices/[id]`."""
        return "/" + "/".join(_SPELLING[segment.kind].format(segment.name) for segment in self.segments)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the path parameters, in order."""
        return tuple(segment.name for segment in self.segments if segment.kind is not SegmentKind.STATIC)


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a path. A catch-all parameter is the list of its parts."""

    route: Route
    params: dict[str, str | list[str]]


@dataclass(slots=True)
class _Branch:
    """The pages below one place of the tree. Parameters are told apart by their position, not their name."""

    static: dict[str, _Branch] = field(default_factory=dict[str, "_Branch"])
    dynamic: _Branch | None = None
    pages: dict[SegmentKind, Route] = field(default_factory=dict[SegmentKind, Route])
    """What is left of the path -> its page: `STATIC` nothing, `CATCH_ALL` something, the optional one either."""


class RouteTree:
    """All pages and routes of an app. Raises RouteError when two claim one URL, naming both files."""

    def __init__(self, routes: list[Route]) -> None:
        self.routes = routes
        self._root = _Branch()
        for route in routes:
            self._add(route)

    @property
    def pages(self) -> list[Route]:
        """Those that are pages."""
        return [route for route in self.routes if route.is_page]

    def match(self, parts: tuple[str, ...]) -> Match | None:
        """Return the page or route for the decoded parts of a path, or None."""
        return next(_search(self._root, parts, ()), None)

    def _add(self, route: Route) -> None:
        if len(set(route.parameters)) != len(route.parameters):
            raise RouteError(f"{route.file}: a parameter of {route.pattern} is named twice. Rename one.")
        branch = self._root
        for index, segment in enumerate(route.segments):
            if segment.kind in _CATCH_ALLS:
                if index != len(route.segments) - 1:
                    raise RouteError(f"{route.file}: nothing can follow the catch-all in {route.pattern}.")
                _claim(branch, segment.kind, route)
                return
            branch = _child(branch, segment)
        _claim(branch, SegmentKind.STATIC, route)


def _child(branch: _Branch, segment: Segment) -> _Branch:
    if segment.kind is SegmentKind.STATIC:
        return branch.static.setdefault(segment.name, _Branch())
    branch.dynamic = branch.dynamic or _Branch()
    return branch.dynamic


def _claim(branch: _Branch, kind: SegmentKind, route: Route) -> None:
    for rival in _RIVALS[kind]:
        if other := branch.pages.get(rival):
            raise RouteError(
                f"{route.file} ({route.pattern}) and {other.file} ({other.pattern}) claim the same URLs. "
                "Remove or move one."
            )
    branch.pages[kind] = route


def _search(branch: _Branch, parts: tuple[str, ...], values: tuple[str | list[str], ...]) -> Iterator[Match]:
    if not parts:
        if page := branch.pages.get(SegmentKind.STATIC):
            yield _found(page, values)
        if page := branch.pages.get(SegmentKind.OPTIONAL_CATCH_ALL):
            yield _found(page, (*values, []))
        return
    first, rest = parts[0], parts[1:]
    if first in branch.static:
        yield from _search(branch.static[first], rest, values)
    if branch.dynamic:
        yield from _search(branch.dynamic, rest, (*values, first))
    for kind in (SegmentKind.CATCH_ALL, SegmentKind.OPTIONAL_CATCH_ALL):
        if page := branch.pages.get(kind):
            yield _found(page, (*values, list(parts)))


def _found(route: Route, values: tuple[str | list[str], ...]) -> Match:
    return Match(route, dict(zip(route.parameters, values, strict=True)))


_CATCH_ALLS: Final = {SegmentKind.CATCH_ALL, SegmentKind.OPTIONAL_CATCH_ALL}

# How a page ends a path, and which others at the same place would answer one of its URLs.
_RIVALS: Final = {
    SegmentKind.STATIC: (SegmentKind.STATIC, SegmentKind.OPTIONAL_CATCH_ALL),
    SegmentKind.CATCH_ALL: (SegmentKind.CATCH_ALL, SegmentKind.OPTIONAL_CATCH_ALL),
    SegmentKind.OPTIONAL_CATCH_ALL: (
        SegmentKind.STATIC,
        SegmentKind.CATCH_ALL,
        SegmentKind.OPTIONAL_CATCH_ALL,
    ),
}

_SPELLING: Final = {
    SegmentKind.STATIC: "{}",
    SegmentKind.DYNAMIC: "[{}]",
    SegmentKind.CATCH_ALL: "[...{}]",
    SegmentKind.OPTIONAL_CATCH_ALL: "[[...{}]]",
}
