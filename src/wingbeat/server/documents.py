"""A rendered tree -> the HTML document that the browser shows, hydrates and needs no JavaScript for."""

from __future__ import annotations

import base64
import html
import secrets
from typing import cast

import orjson

from wingbeat.flight import Element, FormState, Lazy
from wingbeat.html.writer import write_html

from .assets import Assets
from .wire_names import INLINE_QUEUE

__all__ = ["new_nonce", "with_document", "write_document"]

_VIEWPORT: dict[str, object] = {"name": "viewport", "content": "width=device-width, initial-scale=1"}

# What could end the script element or its string early, in any parser's eyes.
_INERT = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


def new_nonce() -> str:
    """Return a fresh nonce for one response's inline scripts."""
    return secrets.token_urlsafe(16)


def with_document(tree: object) -> object:
    """Return `tree` as a whole document: a page without a layout gets a plain one around it."""
    if _root_tag(tree) == "html":
        return tree
    head = Element(
        "head",
        None,
        {"children": (Element("meta", None, {"charSet": "utf-8"}), Element("meta", None, _VIEWPORT))},
    )
    return Element(
        "html", None, {"lang": "en", "children": (head, Element("body", None, {"children": tree}))}
    )


def write_document(
    tree: object,
    payload: bytes,
    assets: Assets,
    *,
    base: str,
    nonce: str,
    form_state: FormState | None = None,
) -> bytes:
    """Return the document of `tree`, with `payload` inlined for hydration and the runtime to do it."""
    return write_html(
        tree,
        head_end=_runtime_scripts(assets, base, nonce),
        body_end=_payload_scripts(payload, nonce),
        form_state=form_state,
    ).encode()


def _root_tag(tree: object) -> object:
    """Return the type of the outermost host element, seen through what leaves no mark in HTML."""
    while True:
        if isinstance(tree, Lazy):
            tree = tree.value
        elif isinstance(tree, list):
            nodes = cast("list[object]", tree)
            tree = nodes[0] if len(nodes) == 1 else None
        elif isinstance(tree, Element) and not isinstance(tree.type, str):
            tree = tree.props.get("children")
        else:
            return tree.type if isinstance(tree, Element) else None


def _runtime_scripts(assets: Assets, base: str, nonce: str) -> str:
    import_map = orjson.dumps(assets.import_map(base)).decode().translate(_INERT)
    return (
        f'<script type="importmap" nonce="{nonce}">{import_map}</script>'
        f'<script type="module" async="" nonce="{nonce}" src="{html.escape(assets.runtime_url(base))}"></script>'
    )


def _payload_scripts(payload: bytes, nonce: str) -> str:
    try:
        chunk: object = payload.decode()
    except UnicodeDecodeError:
        chunk = [base64.b64encode(payload).decode()]
    literal = orjson.dumps(chunk).decode().translate(_INERT)
    return (
        f'<script nonce="{nonce}">(self.{INLINE_QUEUE}=self.{INLINE_QUEUE}||[]).push({literal})</script>'
        f'<script nonce="{nonce}">self.{INLINE_QUEUE}.push(null)</script>'
    )
