"""Elements with a start tag of their own: the document's, links, objects, preformatted text, custom elements.

Each function writes a start tag and returns the children that are left to write. `enter` says what an element
means for those inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

from wingbeat.errors import ElementError
from wingbeat.flight import UNDEFINED

from .form_elements import FORM_ELEMENTS
from .hoisted_elements import HOISTED
from .host_attributes import CONTENT, inner_html, taken_attributes, without_children
from .javascript import is_nothing, text_of
from .markup import escape, opening
from .page import DOCUMENT, HEAD, HTML, NOSCRIPT, PICTURE, ROOT, SVG, Page
from .properties import custom_element_attribute, sanitize_url

__all__ = ["RULES", "Rule", "enter", "rule_of", "write_document_tag"]

Props = Mapping[str, object]

VOID = "area base br col embed hr keygen param source track wbr".split()  # noqa: SIM905

UNCLOSED = frozenset({*VOID, *HOISTED, "input"})
"""Elements whose function writes the whole element."""

# Names with a hyphen that are no custom elements.
_HYPHENATED = frozenset(
    [
        "annotation-xml",
        "color-profile",
        "font-face",
        "font-face-src",
        "font-face-uri",
        "font-face-format",
        "font-face-name",
        "missing-glyph",
    ]
)


def write_document_tag(page: Page, tag: str, props: Props) -> object:
    """Write `<html>`, `<head>` or `<body>` into the preamble and return its children."""
    preamble = page.preamble
    if getattr(preamble, tag) is not None:
        raise ElementError(f"<{tag}> may only be rendered once.")
    attributes, taken = taken_attributes(props)
    doctype = "<!DOCTYPE html>" if tag == "html" else ""
    setattr(preamble, tag, f"{doctype}<{tag}{attributes}>{_inner(taken)}")
    if preamble.is_contribution:
        page.parts.append(f"<!--{tag}-->")
    return taken.get("children")


def enter(page: Page, tag: str, props: Props) -> None:
    """Change the surroundings to those inside an element of `tag`."""
    if tag == "select":
        value = props.get("value")
        page.mode, page.selected = HTML, props.get("defaultValue") if is_nothing(value) else value
        return
    if tag == "html" and page.mode == ROOT:
        page.mode = DOCUMENT
    elif tag == "head" and page.mode < HTML:
        page.mode = HEAD
    elif page.mode < HTML or tag in CHANGING_SURROUNDINGS:
        page.mode = SVG if tag == "svg" else HTML
        page.scope |= _SCOPES.get(tag, 0)
    page.selected = None


_SCOPES = {"noscript": NOSCRIPT, "picture": PICTURE}

CHANGING_SURROUNDINGS = frozenset(
    "noscript select svg picture math foreignObject table thead tbody tfoot colgroup tr".split()  # noqa: SIM905
)
"""Tags of which `enter` must be told; below HTML mode it must be told of every tag."""


def _write_object(page: Page, props: Props) -> object:
    attributes = ""
    taken: dict[str, object] = {}
    for prop, value in props.items():
        if prop != "data":
            attribute, found = taken_attributes({prop: value})
            attributes += attribute
            taken.update(found)
        elif not is_nothing(value):
            attributes += _object_data(value)
    page.parts.append(f"<object{attributes}>{_inner(taken)}")
    return taken.get("children")


def _object_data(value: object) -> str:
    url = sanitize_url(text_of(value))
    return f' data="{escape(url)}"' if url else ""


def _write_preformatted(tag: str) -> Callable[[Page, Props], object]:
    def write(page: Page, props: Props) -> object:
        attributes, taken = taken_attributes(props)
        children = taken.get("children")
        inner = _inner(taken)
        # The parser drops a newline at the start.
        text = inner or children
        newline = "\n" if isinstance(text, str) and text[:1] == "\n" else ""
        page.parts.append(f"<{tag}{attributes}>{newline}{inner}")
        return children

    return write


def _write_custom_element(tag: str) -> Callable[[Page, Props], object]:
    def write(page: Page, props: Props) -> object:
        attributes = [
            custom_element_attribute(prop, value)
            for prop, value in props.items()
            if prop not in CONTENT and value is not None and value is not UNDEFINED
        ]
        page.parts.append(f"{opening(tag)}{''.join(attributes)}>{_inner(props)}")
        return props.get("children")

    return write


def _is_custom_element(tag: str) -> bool:
    return "-" in tag and tag not in _HYPHENATED


def _write_void(tag: str) -> Callable[[Page, Props], object]:
    return lambda page, props: page.parts.append(without_children(tag, props))


def _write_menuitem(page: Page, props: Props) -> object:
    attributes, taken = taken_attributes(props)
    if taken:
        raise ElementError("<menuitem> cannot have children or dangerously_set_inner_html.")
    page.parts.append(f"<menuitem{attributes}>")
    return None


def _inner(taken: Props) -> str:
    html = taken.get("dangerouslySetInnerHTML")
    return "" if html is None else inner_html(html, taken.get("children"))


SPECIAL_ELEMENTS: dict[str, Callable[[Page, Props], object]] = {
    **{tag: _write_void(tag) for tag in VOID},
    **HOISTED,
    **FORM_ELEMENTS,
    "object": _write_object,
    "pre": _write_preformatted("pre"),
    "listing": _write_preformatted("listing"),
    "menuitem": _write_menuitem,
}
"""Tag -> what writes its start; any other known element is written by the generic rule."""


@final
@dataclass(slots=True)  # and not a tuple, whose fields Python finds more slowly
class Rule:
    """How elements of one tag are written."""

    tag: str
    opening: str
    closing: str
    """Empty where the function writes the whole element."""
    write: Callable[[Page, Props], object] | None
    """Writes the start tag and returns the children; None for the generic way."""
    surrounds: bool
    """Whether the element means something for those inside it."""
    document_below: int
    """In modes below this one the tag belongs to the document itself."""


_DOCUMENT_BELOW = {"html": DOCUMENT, "head": HTML, "body": HTML}


def rule_of(tag: str) -> Rule:
    """Return the rule of a tag. Raises ElementError for an unsafe name."""
    write = SPECIAL_ELEMENTS.get(tag)
    if write is None and _is_custom_element(tag):
        write = _write_custom_element(tag)
    rule = Rule(
        tag,
        opening(tag),
        "" if tag in UNCLOSED else f"</{tag}>",
        write,
        tag in CHANGING_SURROUNDINGS,
        _DOCUMENT_BELOW.get(tag, ROOT),
    )
    if len(RULES) < MAX_RULES:
        RULES[tag] = rule
    return rule


MAX_RULES = 1000
"""Tags come from an app's source; whoever makes up more of them pays for each."""

RULES: dict[str, Rule] = {}
"""The rules of the tags met so far."""
