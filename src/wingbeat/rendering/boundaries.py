"""Elements that are no tags: fragments, Suspense and error boundaries.

The error boundary and its button are client components of the browser runtime; their first HTML is their
children, so they leave no mark in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn, final

from wingbeat.errors import ElementError
from wingbeat.flight import FRAGMENT, SUSPENSE, ClientReference, Element
from wingbeat.html.builder import prepare_children

__all__ = ["ERROR_BOUNDARY", "RUNTIME_MODULE", "Wrapper", "error_boundary", "fragment", "suspense"]

RUNTIME_MODULE = "wingbeat"
"""The module id under which the browser runtime finds itself."""


def _first_html(props: Mapping[str, object]) -> object:
    return props.get("fallback") if props.get("failed") is not None else props.get("children")


ERROR_BOUNDARY = ClientReference(RUNTIME_MODULE, "ErrorBoundary", _first_html)


@final
class Wrapper(Element):
    """An element that only wraps its children; `[...]` gives it children and `keyed` its key."""

    __slots__ = ()

    def __getitem__(self, children: object) -> Wrapper:
        if "children" in self.props:
            raise ElementError(f"{self!r} already has children. Give them all in one pair of brackets.")
        return Wrapper(
            self.type, self.key, {**self.props, "children": prepare_children(children, repr(self))}
        )

    def keyed(self, key: object) -> Wrapper:
        """Return this element with `key`, which tells it from its siblings when a list changes."""
        return Wrapper(self.type, str(key), self.props)

    def __iter__(self) -> NoReturn:
        raise TypeError(f"{self!r} is an element, not a list of its children")


@final
class _FragmentMaker:
    def __call__(self) -> Wrapper:
        return Wrapper(FRAGMENT, None, {})

    def __getitem__(self, children: object) -> Wrapper:
        return self()[children]

    def keyed(self, key: object) -> Wrapper:
        return self().keyed(key)


fragment = _FragmentMaker()
"""Several children as one: `fragment[a, b]`, or with a key `fragment.keyed(7)[a, b]` (React's Fragment)."""


def suspense(*, fallback: object = None) -> Wrapper:
    """Show `fallback` until the children are there: `suspense(fallback=h.p["…"])[slow()]` (React's Suspense)."""
    return Wrapper(SUSPENSE, None, {"fallback": prepare_children(fallback, "suspense(fallback=…)")})


def error_boundary(*, fallback: object) -> Wrapper:
    """Show `fallback` when something inside fails, on the server or in the browser, and keep the rest.

    `error_boundary(fallback=h.p["Sorry."])[risky()]` (an error boundary in React's sense).
    """
    return Wrapper(
        ERROR_BOUNDARY, None, {"fallback": prepare_children(fallback, "error_boundary(fallback=…)")}
    )
