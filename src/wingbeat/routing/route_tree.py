"""Pages and layouts as a tree of segments, and the search for the page of a path.

    ("invoices", "7")   ->   Match(page="app.invoices.detail.page", layouts=("app.layout",), params={"id": "7"})

Static segments win over dynamic ones, these over catch-alls, at every level, with backtracking.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from wingbeat.errors import RouteError

from .segments import Segment, SegmentKind

__all__ = ["Match", "Route", "RouteTree"]


@dataclass(frozen=True, slots=True)
class Route:
    """One page: its pattern, the module that holds it and the layouts around it, outermost first."""

    segments: tuple[Segment, ...]
    page: str
    layouts: tuple[str, ...]
    file: str

    @property
    def pattern(self) -> str:
        """The URL pattern, such as `/invoices/[id]`."""
        return "/" + "/".join(_SPELLING[segment.kind].format(segment.name) for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Match:
    """A page found for a path. A catch-all parameter is the list of its parts."""

    route: Route
    params: dict[str, str | list[str]]


@dataclass(slots=True)
class _Branch:
    static: dict[str, _Branch] = field(default_factory=dict)
    dynamic: dict[str, _Branch] = field(default_factory=dict)
    catch_all: tuple[str, Route] | None = None
    optional: tuple[str, Route] | None = None
    page: Route | None = None


class RouteTree:
    """All pages of an app. Raises RouteError when two pages claim one URL."""

    def __init__(self, routes: list[Route]) -> None:
        self.routes = routes
        self._root = _Branch()
        for route in routes:
            self._add(route)

    def match(self, parts: tuple[str, ...]) -> Match | None:
        """Return the page for the decoded parts of a path, or None."""
        return next(_search(self._root, parts, {}), None)

    def _add(self, route: Route) -> None:
        branch = self._root
        for index, segment in enumerate(route.segments):
            if segment.kind in {SegmentKind.CATCH_ALL, SegmentKind.OPTIONAL_CATCH_ALL}:
                if index != len(route.segments) - 1:
                    raise RouteError(f"{route.file}: nothing can follow the catch-all in {route.pattern}.")
                slot = "catch_all" if segment.kind is SegmentKind.CATCH_ALL else "optional"
                _claim(branch, slot, route, (segment.name, route))
                return
            children = branch.static if segment.kind is SegmentKind.STATIC else branch.dynamic
            branch = children.setdefault(segment.name, _Branch())
        _claim(branch, "page", route, route)


def _claim(branch: _Branch, slot: str, route: Route, value: object) -> None:
    holder: Route | tuple[str, Route] | None = getattr(branch, slot)
    if holder is not None:
        other = holder if isinstance(holder, Route) else holder[1]
        raise RouteError(
            f"{route.file} and {other.file} are both the page of {route.pattern}. Remove or move one."
        )
    setattr(branch, slot, value)


def _search(branch: _Branch, parts: tuple[str, ...], params: dict[str, str | list[str]]) -> Iterator[Match]:
    if not parts:
        if branch.page:
            yield Match(branch.page, params)
        if branch.optional:
            name, route = branch.optional
            yield Match(route, {**params, name: []})
        return
    first, rest = parts[0], parts[1:]
    if first in branch.static:
        yield from _search(branch.static[first], rest, params)
    for name, child in branch.dynamic.items():
        yield from _search(child, rest, {**params, name: first})
    for catch_all in (branch.catch_all, branch.optional):
        if catch_all:
            yield Match(catch_all[1], {**params, catch_all[0]: list(parts)})


_SPELLING = {
    SegmentKind.STATIC: "{}",
    SegmentKind.DYNAMIC: "[{}]",
    SegmentKind.CATCH_ALL: "[...{}]",
    SegmentKind.OPTIONAL_CATCH_ALL: "[[...{}]]",
}
