"""Where a node stands, for React's rules on the keys of server components.

A server component leaves no trace on the wire, so its key is pushed down to what it renders; otherwise client
state would be lost or mixed when a list changes. React's server does the same (ReactFlightServer.js,
`renderFunctionComponent`, `renderFragment` and `renderClientElement`), and the browser compares its results.

    row().keyed("a")  rendering  li              ->  li with the key "a"
    row().keyed("a")  rendering  li(key="b")     ->  li with the key "a,b"
    row().keyed("a")  rendering  [li, li]        ->  a fragment with the key "a" around both
    row()             rendering  li(key="b")     ->  [li with the key "b"]: the slot's own place stays implicit
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from wingbeat.flight import FRAGMENT, Element

__all__ = ["TOP", "Place"]


@final
@dataclass(slots=True, frozen=True)
class Place:
    """The keys of the server components around a node, up to the nearest element, list or prop."""

    key_path: str | None = None
    is_implicit_slot: bool = False
    """A component without a key stands here, so a key further in must not become the slot's own."""

    def inside(self, key: str | None) -> Place:
        """Return the place of what a component with `key` renders; also of an unkeyed fragment's children."""
        if key is not None:
            return Place(self._joined(key), self.is_implicit_slot)
        return IMPLICIT if self.key_path is None else self

    def element(self, type: object, key: str | None, props: dict[str, object]) -> object:  # noqa: A002 (React's word)
        """Return an element that stands here, as it goes over the wire."""
        joined = self._joined(key)
        wire = Element(type, joined, props)
        return [wire] if self.is_implicit_slot and joined is not None else wire

    def array(self, nodes: list[object] | tuple[object, ...]) -> object:
        """Return a list that stands here, as it goes over the wire."""
        return nodes if self.key_path is None else self.element(FRAGMENT, None, {"children": nodes})

    def _joined(self, key: str | None) -> str | None:
        if self.key_path is None or key is None:
            return self.key_path if key is None else key
        return f"{self.key_path},{key}"


TOP = Place()
"""No server component in between: the place of children, items and props."""
IMPLICIT = Place(is_implicit_slot=True)
