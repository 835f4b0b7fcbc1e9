"""Random trees of server components, described so that React's server and ours can build the same one.

    ["tag", key, "li", ...children]      ["sync", key, ...children]            ["list", ...items]
    ["fragment", key, ...children]       ["async", key, ticks, ...children]    ["awaited", child]
    ["suspense", key, fallback, ...]     ["client", key, header, ...]          ["twice", child]

Text, numbers, booleans and None stand for themselves. The components render their children, so all that is
seen of them is what becomes of their keys. The twin of the builder is `tests/oracle/server_components.cjs`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import strategies as st

from wingbeat import component, fragment, html as h, suspense
from wingbeat.flight import ClientReference, Element

__all__ = ["build", "component_trees", "expand"]

DIALOG = ClientReference("/dialog.js", "Dialog")

NOTHING = ["null"]

KEYS = st.one_of(st.none(), st.sampled_from(["a", "b", "in", "1", "a,b", "", "$x"]))
LEAVES = st.one_of(st.sampled_from(["x", "", "$y", 1, 0.5, None, True, False]))
TAGS = st.sampled_from(["ul", "li", "p"])


def _nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    children = st.lists(inner, max_size=3)
    # A coroutine is awaited once, and in a prop it is a promise, which a page does not wait for.
    complete = inner.filter(lambda child: "awaited" not in str(child))
    return st.one_of(
        st.tuples(st.lists(st.tuples(st.sampled_from(["sync", "fragment"]), KEYS), max_size=4), children).map(
            _chain
        ),
        st.tuples(st.just("tag"), KEYS, TAGS).flatmap(lambda head: _with(head, children)),
        st.tuples(st.just("sync"), KEYS).flatmap(lambda head: _with(head, children)),
        st.tuples(st.just("async"), KEYS, st.integers(0, 2)).flatmap(lambda head: _with(head, children)),
        st.tuples(st.just("fragment"), KEYS).flatmap(lambda head: _with(head, children)),
        st.tuples(st.just("suspense"), KEYS, inner).flatmap(lambda head: _with(head, children)),
        st.tuples(st.just("client"), KEYS, complete).flatmap(lambda head: _with(head, children)),
        children.map(lambda items: ["list", *items]),
        inner.map(lambda child: ["awaited", child]),
        complete.map(lambda child: ["twice", child]),
    )


def _with(head: tuple[object, ...], children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return children.map(lambda drawn: [*head, *drawn])


def _chain(drawn: tuple[list[tuple[str, str | None]], list[object]]) -> object:
    """Nest components around a list: what their keys add up to is the heart of the rules."""
    heads, children = drawn
    node: object = ["list", *children]
    for head in heads:
        node = [*head, node]
    return node


component_trees = st.recursive(LEAVES, _nodes, max_leaves=14)


@component
def sync(children: object = None) -> object:
    return children


@component
async def later(ticks: int, children: object = None) -> object:
    for _ in range(ticks):
        await asyncio.sleep(0)
    return children


async def awaited(child: object) -> object:
    return child


def build(described: Any) -> Any:
    """Return the tree that `described` stands for, as an author writes it."""
    if not isinstance(described, list):
        return described
    kind, *rest = described
    match kind:
        case "list":
            return [build(item) for item in rest]
        case "awaited":
            return awaited(build(rest[0]))
        case "twice":
            built = build(rest[0])
            return [built, built]
        case "suspense" | "client":
            key, extra, *children = rest
            element: Any = suspense(fallback=build(extra)) if kind == "suspense" else _dialog(extra)
        case "tag":
            key, tag, *children = rest
            element = getattr(h, tag)()
        case "async":
            key, ticks, *children = rest
            element = later(ticks)
        case _:
            key, *children = rest
            element = sync() if kind == "sync" else fragment()
    if children:
        element = element[tuple(build(child) for child in children)]
    return element if key is None else element.keyed(key)


class _Dialog(Element):
    """An element of a client component, written as the runtime's own are."""

    __slots__ = ()

    def __getitem__(self, children: object) -> _Dialog:
        static = children if isinstance(children, tuple) and len(children) != 1 else children[0]  # type: ignore[index]
        return _Dialog(self.type, self.key, {**self.props, "children": static})

    def keyed(self, key: str) -> _Dialog:
        return _Dialog(self.type, key, self.props)


def _dialog(header: object) -> _Dialog:
    return _Dialog(DIALOG, None, {"header": build(header), "rows": [{"cell": build(header)}]})


def expand(description: dict[str, Any]) -> Any:
    """Return what arrived as a tree: shared objects are repeated, and a promise is what it became.

    Where JavaScript has undefined for children that are not there, Python has None; both render nothing.
    """
    nodes = description["nodes"]

    def node(leaf: Any) -> Any:
        if isinstance(leaf, list) and leaf and leaf[0] in {"error", "lazy error", "failed"}:
            raise AssertionError(f"a failure arrived: {leaf}")
        if not isinstance(leaf, int):
            return NOTHING if leaf == ["undefined"] else leaf
        kind, *rest = nodes[leaf]
        match kind:
            case "promise":
                return node(rest[0])
            case "array":
                return ["array", *map(node, rest)]
            case "element":
                type_, key, entries = rest
                return ["element", node(type_), key, properties(entries)]
            case "object":
                return ["object", properties(rest)]
        raise AssertionError(f"not expected in a tree: {kind}")

    def properties(entries: Any) -> dict[str, Any]:
        values = {name: node(value) for name, value in entries}
        return {name: value for name, value in values.items() if value != NOTHING}

    return node(description["root"])
