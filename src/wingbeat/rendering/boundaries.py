"""Elements that are no tags: fragments, Suspense and error boundaries.

The error boundary is a client component of the browser runtime. Its first HTML is its children, or its
fallback when something in it failed on the server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn, cast, final

from wingbeat import html as h
from wingbeat.errors import ElementError
from wingbeat.flight import FRAGMENT, SUSPENSE, ClientReference, Element, ReactSymbol
from wingbeat.html.builder import prepare_children

__all__ = [
    "ERROR_BOUNDARY",
    "INTERRUPT_DIGEST",
    "RUNTIME_MODULE",
    "Wrapper",
    "error_boundary",
    "fragment",
    "suspense",
]

RUNTIME_MODULE = "wingbeat"
"""The module id under which the browser runtime finds itself."""


def _first_html(props: Mapping[str, object]) -> object:
    failed = props.get("failed")
    if failed is None:
        return props.get("children")
    fallback = props.get("fallback")
    return _built_in_message(failed) if fallback is None else fallback


INTERRUPT_DIGEST = "wingbeat:"
"""With this begins a digest that stands for a redirect or a status (twin: packages/client/src/wire-names.ts)."""

_LATE_STATUSES = {
    "401": "This part of the page is for people who are signed in.",
    "403": "You may not see this part of the page.",
    "404": "There is nothing here.",
}


def _built_in_message(failed: object) -> object:
    """Return what a boundary without a fallback shows (twin: packages/client/src/built-in-message.tsx)."""
    shown = cast("Mapping[str, object]", failed)
    digest = shown.get("digest")
    if isinstance(digest, str) and digest.startswith(INTERRUPT_DIGEST):
        text = _LATE_STATUSES.get(digest.removeprefix(INTERRUPT_DIGEST))
        return None if text is None else h.p[text]
    return h.div(role="alert", style={"fontFamily": "system-ui,sans-serif", "padding": "1rem"})[
        h.p[shown.get("message", "Something went wrong.")],
        h.p[f"Error reference: {digest}"] if digest else None,
        h.button(type="button")["Reload"],
    ]


ERROR_BOUNDARY = ClientReference(RUNTIME_MODULE, "ErrorBoundary", _first_html)


@final
class Wrapper(Element):
    """An element that is no tag; `[...]` gives it children and `keyed` its key, each as a new element."""

    __slots__ = ()

    def __getitem__(self, children: object) -> Wrapper:
        if "children" in self.props:
            raise ElementError(f"{self!r} already has children. Give them all in one pair of brackets.")
        prepared = prepare_children(children, repr(self))
        return Wrapper(self.type, self.key, {**self.props, "children": prepared})

    def keyed(self, key: object) -> Wrapper:
        """Return this element with `key`, which tells it from its siblings when a list changes."""
        return Wrapper(self.type, str(key), self.props)

    def __iter__(self) -> NoReturn:
        # Without this, iteration would call __getitem__ with 0, 1, 2 and never end.
        raise TypeError(f"{self!r} is an element, not a list of its children")

    def __repr__(self) -> str:
        """Return the name that the author wrote: `submit_button` for the runtime's `SubmitButton`."""
        if isinstance(self.type, ReactSymbol):
            return self.type.name.removeprefix("react.")
        return re.sub(r"\B(?=[A-Z])", "_", getattr(self.type, "__name__", "element")).lower()


@final
class _FragmentMaker:
    def __call__(self) -> Wrapper:
        return Wrapper(FRAGMENT, None, {})

    def __getitem__(self, children: object) -> Wrapper:
        return self()[children]

    def __iter__(self) -> NoReturn:
        raise TypeError("fragment is an element, not a list of its children")

    def keyed(self, key: object) -> Wrapper:
        """Return a fragment without children under `key`."""
        return self().keyed(key)


fragment = _FragmentMaker()
"""Several children as one: `fragment[a, b]`, or with a key `fragment.keyed(7)[a, b]` (React's Fragment)."""


def suspense(*, fallback: object = None) -> Wrapper:
    """Show `fallback` until the children are there: `suspense(fallback=h.p["…"])[slow()]` (React's Suspense)."""
    return Wrapper(SUSPENSE, None, {"fallback": prepare_children(fallback, "suspense(fallback=…)")})


def error_boundary(*, fallback: object = None) -> Wrapper:
    """Show `fallback` when something inside fails, on the server or in the browser, and keep the rest.

    `error_boundary(fallback=h.p["Sorry."])[risky()]` (an error boundary in React's sense). Without a fallback
    it shows a sentence of its own. `redirect()`, `not_found()` and their kin are no failures.
    """
    prepared = prepare_children(fallback, "error_boundary(fallback=…)")
    return Wrapper(ERROR_BOUNDARY, None, {"fallback": prepared})
