"""A payload, read for a test: the value of a call, the tree of a page, and what stands in it.

client.payload("/").find("li")             every <li> of the tree, as the browser gets it
client.get("/").submit("Sign").answer.value     what the action returned
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import httpx2

from wingbeat.flight import ClientReference, Element, decode_payload

__all__ = ["Payload", "end_of", "read_payload", "settled"]


@dataclass(frozen=True, slots=True)
class Payload:
    """A decoded payload."""

    status: int
    root: Mapping[str, Any]
    """The whole root row, as the browser runtime reads it."""
    raw: bytes = field(repr=False)
    """The bytes; nothing that was sealed is readable in them."""

    @property
    def value(self) -> Any:
        """What the action returned. Raises what it raised."""
        return settled(self.root.get("value"))

    @property
    def tree(self) -> object:
        """The page; None if nothing that it shows has changed. After a streamed result it is what came at the end."""
        return settled(end_of(self.root).get("tree") if "end" in self.root else self.root.get("tree"))

    @property
    def text(self) -> str:
        """The words in the tree, piece by piece, with single blanks between them."""
        return " ".join(" ".join(str(node) for node in _walk(self.tree) if _is_text(node)).split())

    def find(self, name: str, **props: object) -> list[Element]:
        """Return the elements called `name`, in order, that have all of `props`.

        `name` is a tag or the export of a client component, `"SubmitButton"`; props are spelled as React spells
        them, so `className` and not `class_`.
        """
        return [
            node
            for node in _walk(self.tree)
            if isinstance(node, Element)
            and _name(node) == name
            and all(node.props.get(prop) == value for prop, value in props.items())
        ]


def read_payload(response: httpx2.Response) -> Payload:
    """Decode an answer. Raises AssertionError, naming the status, for one that is no payload."""
    if response.headers.get("Content-Type", "") != "text/x-component":
        raise AssertionError(f"{response.url.path} was answered {response.status_code}, without a payload")
    root = cast("Mapping[str, Any]", decode_payload(response.content))
    return Payload(response.status_code, root, response.content)


def end_of(root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the last row of a streamed result says: where it leads, how it failed, the page anew."""
    return cast("Mapping[str, Any]", settled(root.get("end"))) or {}


def settled(value: Any) -> Any:
    """Return what a promise of a complete payload holds; awaiting it never waits."""
    while isinstance(value, Awaitable):
        promise = cast("Awaitable[object]", value)
        try:
            next(promise.__await__())
        except StopIteration as end:
            value = end.value
    return value


def _walk(node: object) -> Iterator[object]:
    """Yield every node of a tree, in the order of the document."""
    node = settled(node)
    if isinstance(node, list | tuple):
        for child in cast("list[object]", node):
            yield from _walk(child)
        return
    yield node
    if isinstance(node, Element):
        yield from _walk(node.props.get("children"))


def _is_text(node: object) -> bool:
    return isinstance(node, str | int | float) and not isinstance(node, bool)


def _name(element: Element) -> object:
    kind = element.type
    return kind.name if isinstance(kind, ClientReference) else kind
