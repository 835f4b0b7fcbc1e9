"""Elements as users write them: `h.li(class_="row", key=7)["Ada", " ", 3]`.

A `Tag` is called for attributes and indexed for children; both give a `Node`, which is never changed later.
Children are text, numbers, elements, iterables and awaitables; None, True and False render nothing but keep
their place. Sync iterables are consumed at once (a database session that closes later cannot hurt), async
ones and awaitables wait for the renderer. What `[a, b]` lists is a tuple; what comes from data is a list.

A value that no element can hold is an ElementError here, where the author's line is on the stack.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Iterable, Mapping
from types import NoneType
from typing import Any, NoReturn, cast, final

from wingbeat.errors import ElementError
from wingbeat.flight import BigInt, Element, Lazy, ServerReference, Undefined

from .attribute_values import (
    attribute_value,
    is_mapping,
    is_sequence,
    plain_text_or_number,
    shown,
)
from .attributes import PROP_NAMES, custom_element_prop, prop_name
from .server_functions import PLAIN_TYPES, ServerFunction, hand_over

__all__ = ["Node", "Tag", "VoidNode", "VoidTag", "element", "prepare_children", "prepare_value"]

# The tags that React closes at once, `<br/>`; menuitem is not one of them but takes no children either.
VOID_TAGS = frozenset(
    "area base br col embed hr img input keygen link menuitem meta param source track wbr".split()  # noqa: SIM905
)

# React writes nothing, or fails, for a list of texts in one of these.
ONE_TEXT_TAGS = frozenset({"title", "textarea"})

_NAMES = PROP_NAMES
_CHECKED_PROPS = frozenset({"style", "dangerouslySetInnerHTML"})


class Node(Element):
    """An element of the page; `[...]` gives it children and `keyed` its key, each as a new element."""

    __slots__ = ()

    type: str
    """The tag's name."""

    def __getitem__(self, children: object) -> Node:
        if "children" in self.props:
            raise ElementError(f"<{self.type}> already has children. Give them all in one pair of brackets.")
        return Node(self.type, self.key, {**self.props, "children": _host_children(self.type, children)})

    def keyed(self, key: object) -> Node:
        """Return this element with `key`, which tells it from its siblings when a list changes."""
        return type(self)(self.type, str(key), self.props)

    def __iter__(self) -> NoReturn:
        # Without this, iteration would call __getitem__ with 0, 1, 2 and never end.
        raise TypeError(f"<{self.type}> is an element, not a list of its children")


@final
class VoidNode(Node):
    """An element that has no children, such as `<br/>`."""

    __slots__ = ()

    def __getitem__(self, children: object) -> NoReturn:
        raise ElementError(f"<{self.type}> cannot have children, but was given {shown(children)}.")


class Tag:
    """A kind of element: call it with attributes, index it with children, or do both in this order."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, /, *, key: object = None, **attributes: Any) -> Node:  # noqa: D102 (see the class)
        return Node(self.name, None if key is None else str(key), _props(self.name, attributes))

    def __getitem__(self, children: object) -> Node:
        return Node(self.name, None, {"children": _host_children(self.name, children)})

    def keyed(self, key: object) -> Node:
        """Return an element without attributes under `key`."""
        return self(key=key)

    def __iter__(self) -> NoReturn:
        raise TypeError(f"<{self.name}> is an element, not a list of its children")

    def __repr__(self) -> str:
        return f"<{self.name}>"


@final
class VoidTag(Tag):
    """A kind of element that has no children, such as `<br/>`."""

    __slots__ = ()

    def __call__(self, /, *, key: object = None, **attributes: Any) -> VoidNode:  # noqa: D102 (see the class)
        return VoidNode(self.name, None if key is None else str(key), _props(self.name, attributes))

    def __getitem__(self, children: object) -> NoReturn:
        raise ElementError(f"<{self.name}> cannot have children, but was given {shown(children)}.")


def element(name: str) -> Tag:
    """Return the tag of any name, such as a custom element's: `h.element("my-tag")`."""
    return VoidTag(name) if name in VOID_TAGS else Tag(name)


def prepare_children(children: object, owner: str) -> object:
    """Return what stands in the brackets as the `children` that travel; `owner` is named in errors."""
    if type(children) in _READY_TYPES:
        return children
    if type(children) is not tuple:
        return _child(children, owner)
    static = cast("tuple[object, ...]", children)
    # A formatter may leave a comma behind a single child.
    return _child(static[0], owner) if len(static) == 1 else tuple(_prepared(static, owner))


def prepare_value(value: object) -> object:
    """Return a component's argument as it travels: server functions handed over, nothing else changed."""
    return hand_over(value)


def _prepared(children: Iterable[object], owner: str) -> list[object]:
    return [child if type(child) in _READY_TYPES else _child(child, owner) for child in children]


def _child(child: object, owner: str) -> object:
    if type(child) is tuple:
        return tuple(_prepared(cast("tuple[object, ...]", child), owner))
    if isinstance(child, _LATER_OR_READY):
        return child
    if isinstance(child, str | int | float):
        return plain_text_or_number(child)
    if isinstance(child, Tag):
        return child()
    if isinstance(child, _NO_CHILD_ITERABLES) or not isinstance(child, Iterable):
        raise ElementError(_no_child(child, owner))
    return _prepared(cast("Iterable[object]", child), owner)


_READY_TYPES = PLAIN_TYPES | {Node, VoidNode}
_LATER_OR_READY: tuple[type, ...] = (
    Element,
    bool,
    NoneType,
    BigInt,
    Undefined,
    Lazy,
    Awaitable,
    AsyncIterable,
)
_BYTES: tuple[type, ...] = (bytes, bytearray, memoryview)
_NO_CHILD_ITERABLES: tuple[type, ...] = (*_BYTES, Mapping, set, frozenset)


def _no_child(child: object, owner: str) -> str:
    if isinstance(hand_over(child), ServerFunction | ServerReference):
        return f"{owner} was given an action as a child. Give it to a form: h.form(action=...)."
    if isinstance(child, _BYTES):
        fix = "Decode it first, such as value.decode()."
    elif is_mapping(child):
        fix = "Render its items, such as [h.li[key, value] for key, value in items.items()]."
    elif isinstance(child, _NO_CHILD_ITERABLES):
        fix = "A set has no order; sort it first, such as sorted(values)."
    elif callable(child):
        fix = "Call it first."
    else:
        fix = "Turn it into text first, such as str(value)."
    return f"{owner} was given the {type(child).__name__} {shown(child)}, which cannot be rendered. {fix}"


def _host_children(tag: str, children: object) -> object:
    prepared = prepare_children(children, f"<{tag}>")
    if tag in ONE_TEXT_TAGS and is_sequence(prepared) and prepared:
        raise ElementError(
            f"<{tag}> holds one text, but was given {shown(children)}. "
            'Write one string, such as f"{first} {second}".'
        )
    return prepared


def _props(tag: str, attributes: dict[str, object]) -> dict[str, object]:
    is_custom = "-" in tag
    props: dict[str, object] = {}
    for name, value in attributes.items():
        prop = None if is_custom else _NAMES.get(name)
        if prop is not None and type(value) in PLAIN_TYPES and prop not in _CHECKED_PROPS:
            props[prop] = value
            continue
        prop = custom_element_prop(name) if is_custom else prop_name(name)
        props[prop] = attribute_value(tag, prop, value)
    if len(props) != len(attributes) or "children" in props:
        raise ElementError(_unusable_attributes(tag, attributes))
    return props


def _unusable_attributes(tag: str, attributes: dict[str, object]) -> str:
    if "children" in attributes:
        return f"<{tag}> was given children=. Write them in brackets: h.{tag}[...]."
    return f"<{tag}> was given one attribute in two spellings: {', '.join(attributes)}. Keep one of them."
