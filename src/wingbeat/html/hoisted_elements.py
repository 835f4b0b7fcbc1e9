"""Elements that may move to the head: title, meta, link, style, script, and img for its preload.

Each function writes one element, into the page or into its resources, and returns the children that are left
to write: none. React hoists nothing inside `<svg>` and `<noscript>`, and no metadata of a fallback.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .attribute_values import is_sequence
from .host_attributes import inner_html, taken_attributes, without_children
from .javascript import is_function_or_symbol, is_nothing, is_truthy, text_of
from .markup import escape, escape_script, escape_style
from .page import FALLBACK, NOSCRIPT, PICTURE, SVG, Page
from .resources import preload_image

__all__ = ["HOISTED"]

Props = Mapping[str, object]


def _write_title(page: Page, props: Props) -> None:
    if _stays(page, props):
        page.parts.append(_title(props))
    elif not page.scope & FALLBACK:
        page.resources.hoistables.append(_title(props))


def _write_meta(page: Page, props: Props) -> None:
    if _stays(page, props):
        page.parts.append(without_children("meta", props))
        return
    page.separate()
    if page.scope & FALLBACK:
        return
    resources = page.resources
    if isinstance(props.get("charSet"), str):
        group = resources.charset
    else:
        group = resources.viewport if props.get("name") == "viewport" else resources.hoistables
    group.append(without_children("meta", props))


def _write_link(page: Page, props: Props) -> None:
    rel, href, precedence = props.get("rel"), props.get("href"), props.get("precedence")
    if _stays(page, props) or not isinstance(rel, str) or not isinstance(href, str) or not href:
        page.parts.append(without_children("link", props))
    elif rel != "stylesheet":
        _write_hoistable_link(page, props)
    elif not isinstance(precedence, str) or not is_nothing(props.get("disabled")) or _has_listeners(props):
        page.parts.append(without_children("link", props))
    else:
        _hoist_style_sheet(page, props, href, precedence)
        page.separate()


def _write_hoistable_link(page: Page, props: Props) -> None:
    if _has_listeners(props):
        page.parts.append(without_children("link", props))
        return
    page.separate()
    if not page.scope & FALLBACK:
        page.resources.hoistables.append(without_children("link", props))


def _hoist_style_sheet(page: Page, props: Props, href: str, precedence: str) -> None:
    if page.resources.is_new("style", href):
        sheet = {**props, "precedence": None, "data-precedence": precedence}
        page.resources.style_queue(precedence).sheets.append(without_children("link", sheet))


def _write_style(page: Page, props: Props) -> None:
    href, precedence = props.get("href"), props.get("precedence")
    if _stays(page, props) or not isinstance(precedence, str) or not isinstance(href, str) or not href:
        attributes, taken = taken_attributes(props)
        page.parts.append(f"<style{attributes}>{_style_text(taken)}</style>")
        return
    if page.resources.is_new("style", href):
        queue = page.resources.style_queue(precedence)
        queue.hrefs.append(escape(href))
        queue.rules.append(_style_text(props))
    page.separate()


def _write_script(page: Page, props: Props) -> None:
    src, is_async = props.get("src"), props.get("async")
    if (
        not (isinstance(src, str) and src and is_truthy(is_async) and not is_function_or_symbol(is_async))
        or _has_listeners(props)
        or _stays(page, props)
    ):
        page.parts.append(_script(props))
        return
    kind = "module" if props.get("type") == "module" else "script"
    if page.resources.is_new(kind, src):
        page.resources.scripts.append(_script(props))
    page.separate()


def _write_img(page: Page, props: Props) -> None:
    if not page.scope & (NOSCRIPT | PICTURE):
        preload_image(page.resources, props)
    page.parts.append(without_children("img", props))


def _stays(page: Page, props: Props) -> bool:
    return page.mode == SVG or bool(page.scope & NOSCRIPT) or not is_nothing(props.get("itemProp"))


def _has_listeners(props: Props) -> bool:
    return is_truthy(props.get("onLoad")) or is_truthy(props.get("onError"))


def _title(props: Props) -> str:
    attributes, taken = taken_attributes(props)
    children = _single(taken.get("children"))
    text = "" if is_nothing(children) or is_function_or_symbol(children) else escape(text_of(children))
    return f"<title{attributes}>{text}{_inner(taken)}</title>"


def _script(props: Props) -> str:
    attributes, taken = taken_attributes(props)
    children = taken.get("children")
    text = escape_script(children) if isinstance(children, str) else ""
    return f"<script{attributes}>{_inner(taken)}{text}</script>"


def _style_text(taken: Props) -> str:
    children = _single(taken.get("children"))
    text = "" if is_nothing(children) or is_function_or_symbol(children) else escape_style(text_of(children))
    return text + _inner(taken)


def _inner(taken: Props) -> str:
    return inner_html(taken.get("dangerouslySetInnerHTML"), taken.get("children"))


def _single(children: object) -> object:
    # React writes nothing for several children: a text inside these elements cannot be told apart.
    if is_sequence(children):
        return children[0] if len(children) == 1 else None
    return children


HOISTED: dict[str, Callable[[Page, Props], None]] = {
    "title": _write_title,
    "meta": _write_meta,
    "link": _write_link,
    "style": _write_style,
    "script": _write_script,
    "img": _write_img,
}
"""Tag -> what writes it."""
