"""The attributes of an element that React treats specially, and what stands between its tags as raw HTML.

taken_attributes({"id": "a", "value": 1, "children": "x"}, {"value"})
    ->  ' id="a"', {"value": 1, "children": "x"}
"""

from __future__ import annotations

from collections.abc import Mapping, Set as AbstractSet

from wingbeat.errors import ElementError
from wingbeat.flight import UNDEFINED

from .attribute_values import is_mapping
from .javascript import is_nothing, text_of
from .markup import escape, opening
from .properties import TEXT_OPENINGS, attribute

__all__ = ["inner_html", "taken_attributes", "without_children"]

CONTENT: frozenset[str] = frozenset({"children", "dangerouslySetInnerHTML"})


def taken_attributes(
    props: Mapping[str, object], taken: AbstractSet[str] = CONTENT
) -> tuple[str, dict[str, object]]:
    """Return the attributes of `props` and, apart, those in `taken`; None and UNDEFINED are neither."""
    found: dict[str, object] = {}
    attributes = ""
    for prop, value in props.items():
        if value is None or value is UNDEFINED:
            continue
        if prop in taken:
            found[prop] = value
        elif type(value) is str and (start := TEXT_OPENINGS[prop]) is not None:
            attributes += f'{start}{escape(value)}"'
        else:
            attributes += attribute(prop, value)
    return attributes, found


def without_children(tag: str, props: Mapping[str, object]) -> str:
    """Return an element that closes itself. Raises ElementError when it was given children."""
    attributes, taken = taken_attributes(props)
    if taken:
        raise ElementError(f"<{tag}> cannot have children or dangerously_set_inner_html.")
    return f"{opening(tag)}{attributes}/>"


def inner_html(value: object, children: object) -> str:
    """Return the raw HTML of `dangerouslySetInnerHTML`. Raises ElementError beside children."""
    if is_nothing(value):
        return ""
    if not is_nothing(children):
        raise ElementError("An element takes children or dangerously_set_inner_html, not both.")
    if not is_mapping(value) or "__html" not in value:
        raise ElementError('dangerously_set_inner_html takes the HTML as {"__html": "..."}.')
    html = value["__html"]
    return "" if is_nothing(html) else text_of(html)
