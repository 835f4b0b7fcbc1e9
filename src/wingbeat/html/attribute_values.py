"""Check one attribute as the author gave it, and return the prop that travels.

    "p", "style", {"margin_top": 4}   ->  {"marginTop": 4}
    "form", "action", delete          ->  delete.handed_over()

Never turns a value into text: what a number, a boolean or None means for an attribute is the writer's
knowledge. A value that no attribute can hold is an ElementError here, where the author's line is on the
stack.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeGuard

from wingbeat.errors import ElementError
from wingbeat.flight import BigInt, ServerReference, Undefined

from .server_functions import ServerFunction, hand_over

__all__ = [
    "attribute_value",
    "is_event",
    "is_mapping",
    "is_sequence",
    "plain_text_or_number",
    "shown",
    "style_name",
]

ACTION_PROPS = {"form": "action", "button": "formAction", "input": "formAction"}
"""The one prop of each tag that takes a server function."""
LIST_PROPS = frozenset({"value", "defaultValue"})
"""Props of `<select multiple>` that take several values."""

MAX_SHOWN = 80
_VENDOR = re.compile(r"^-?(webkit|moz|o)-")
_WORD_START = re.compile(r"-([a-z0-9])")


def shown(value: object) -> str:
    """Return what an error message shows of `value`."""
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def is_event(prop: str) -> bool:
    """Return whether React takes `prop` of a known element for an event handler and writes no attribute."""
    return len(prop) > 2 and prop[0] in "oO" and prop[1] in "nN"  # noqa: PLR2004 (what react-dom does)


def attribute_value(tag: str, prop: str, value: object) -> object:
    """Return the value of `prop` as it travels. Raises ElementError when `<tag>` cannot hold it."""
    if value is None or isinstance(value, _AS_THEY_ARE):
        return value
    if prop == "style":
        return _style(tag, value)
    if prop == "dangerouslySetInnerHTML":
        return _inner_html(tag, value)
    if is_event(prop) and "-" not in tag:
        return _event_handler(tag, prop, value)
    return _value(tag, prop, hand_over(value))


def _value(tag: str, prop: str, value: object) -> object:
    if isinstance(value, str | int | float):
        return plain_text_or_number(value)
    if isinstance(value, ServerFunction):
        return _server_function(tag, prop, value)
    if is_sequence(value) and prop in LIST_PROPS and tag == "select":
        return [attribute_value(tag, prop, item) for item in value]
    # A custom element takes any value as a property; a function as action exists in client components.
    if "-" in tag or prop == "ref" or (callable(value) and ACTION_PROPS.get(tag) == prop):
        return value
    raise ElementError(_no_attribute(tag, prop, value))


def plain_text_or_number(value: str | float) -> str | int | float:
    """Return `value` as the built-in type, so that a member of a `StrEnum` is its text."""
    if isinstance(value, str):
        return str.__str__(value)
    return int(value) if isinstance(value, int) else float(value)


def style_name(name: str) -> str:
    """Return React's name of a CSS property: `margin_top` and `margin-top` -> `marginTop`."""
    if name.startswith("--"):
        return name
    name = _VENDOR.sub(lambda prefix: f"-{prefix[1]}-", name.replace("_", "-").rstrip("-"))
    if name.startswith("-ms-"):
        name = name[1:]
    return _WORD_START.sub(lambda word: word[1].upper(), name)


def _style(tag: str, value: object) -> object:
    if not is_mapping(value):
        raise ElementError(
            f"style of <{tag}> is {shown(value)}, but a style is a dict of CSS properties: "
            'style={"margin_top": 4, "color": "red"}.'
        )
    style: dict[str, object] = {}
    for name, text in value.items():
        style[style_name(str(name))] = attribute_value(tag, f"style.{name}", text)
    return style


def _inner_html(tag: str, value: object) -> object:
    if is_mapping(value) and set(value) == {"__html"}:
        html = value["__html"]
        if html is None or isinstance(html, str):
            return {"__html": None if html is None else str.__str__(html)}
    raise ElementError(
        f"dangerously_set_inner_html of <{tag}> is {shown(value)}, but it takes the HTML as "
        '{"__html": "..."}, so that no text becomes HTML by accident.'
    )


def _event_handler(tag: str, prop: str, value: object) -> object:
    if isinstance(hand_over(value), ServerFunction):
        raise ElementError(
            f"{prop} of <{tag}> is an action, but an element of the server's tree has no event handlers. "
            "Use <form action=...>, or a client component that calls the action."
        )
    if callable(value):
        return value
    raise ElementError(
        f"{prop} of <{tag}> is {shown(value)}, but an event handler is a function of a client component; "
        "a script in an attribute is never written."
    )


def _server_function(tag: str, prop: str, value: ServerFunction) -> ServerFunction:
    if "-" in tag or ACTION_PROPS.get(tag) == prop:
        return value
    raise ElementError(
        f"{prop} of <{tag}> is an action, but only action= of <form> and form_action= of <button> and "
        "<input> take one."
    )


def _no_attribute(tag: str, prop: str, value: Any) -> str:
    kind = type(value).__name__
    if isinstance(value, _JOINABLE):
        fix = 'Join it into one string, such as " ".join(names).'
    elif isinstance(value, bytes | bytearray):
        fix = "Decode it first, such as value.decode()."
    else:
        fix = "Turn it into text first, such as str(value)."
    return f"{prop} of <{tag}> is the {kind} {shown(value)}, but an attribute is text or a number. {fix}"


def is_sequence(value: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    """Return whether `value` is a JavaScript array on the wire."""
    return isinstance(value, list | tuple)


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Return whether `value` is a JavaScript object on the wire."""
    return isinstance(value, Mapping)


_AS_THEY_ARE: tuple[type, ...] = (bool, Undefined, ServerReference, BigInt)
_JOINABLE: tuple[type, ...] = (list, tuple, set, frozenset)
