"""The client components of `tests/browser/components.js`, as a page writes them."""

from __future__ import annotations

from typing import Any

from support.scripted_server import Client, action_id, h

__all__ = ["COUNTER", "boundary", "component", "expose", "reference"]

MODULE = "/components.js"
COUNTER = Client(MODULE, "Counter", html='<button id="counter">0</button>')


def component(name: str, html: str = "", **props: Any) -> Client:
    """Write the component *name*, with the HTML that the server would write for it."""
    return Client(MODULE, name, props, html=html)


def reference(name: str, **options: Any) -> dict[str, Any]:
    """Write a server reference as a prop."""
    return {"$action": action_id(name, **options)}


def expose(*names: str, **references: Any) -> Client:
    """Hand actions to the test as `window.actions`; the router becomes `window.router`."""
    return component("Expose", actions={**{name: reference(name) for name in names}, **references})


def boundary(*children: Any, fallback: str | None = None, **props: Any) -> Client:
    """Put an error boundary around *children*; *fallback* becomes a paragraph with that text."""
    if fallback is not None:
        props["fallback"] = h("p", fallback, id="fallback")
    return Client("wingbeat", "ErrorBoundary", props, children)
