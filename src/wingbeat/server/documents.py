"""A rendered tree -> the HTML document that the browser shows, hydrates and needs no JavaScript for."""

from __future__ import annotations

import base64
import html
import secrets
from collections.abc import Callable
from typing import ClassVar, cast, final

import orjson

from wingbeat.flight import Element, FormState, Lazy
from wingbeat.html.writer import BrowserOnly, Hole, HtmlWriter

from .assets import Assets
from .wire_names import DEVELOPMENT_EVENTS_MARK, FAIL_CONTENT, INLINE_QUEUE, SHOW_CONTENT

__all__ = ["Document", "new_nonce", "with_document"]

_VIEWPORT: dict[str, object] = {"name": "viewport", "content": "width=device-width, initial-scale=1"}

# What could end the script element or its string early, in any parser's eyes.
_INERT = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})

_CLOSING = "</body></html>"


def new_nonce() -> str:
    """Return a fresh nonce for one response's inline scripts."""
    return secrets.token_urlsafe(16)


def with_document(tree: object) -> object:
    """Return `tree` as a whole document: a page without a layout gets a plain one around it."""
    if _is_document(tree):
        return tree
    head = Element(
        "head",
        None,
        {"children": (Element("meta", None, {"charSet": "utf-8"}), Element("meta", None, _VIEWPORT))},
    )
    return Element(
        "html", None, {"lang": "en", "children": (head, Element("body", None, {"children": tree}))}
    )


@final
class Document:
    """One document being written: `opening` with its shell, `more` for what arrives later, `closing`.

    Each takes the payload's rows that are there by then; they are inlined, for React to hydrate the document.
    `whole_url` is where a browser without JavaScript finds the page with everything in it. `digest` names an
    error that the browser will meet again in the payload. `panel` is HTML behind the tree.
    """

    headers: ClassVar[dict[str, str]] = {"Content-Type": "text/html; charset=utf-8"}

    def __init__(  # noqa: PLR0913 (what is shown, and where)
        self,
        assets: Assets,
        *,
        tree: object,
        base: str,
        nonce: str,
        whole_url: str,
        digest: Callable[[BaseException], str],
        form_state: FormState | None = None,
        panel: str = "",
    ) -> None:
        self._assets = assets
        self._tree = tree
        self._base = base
        self._nonce = nonce
        self._whole_url = whole_url
        self._digest = digest
        self._panel = panel
        self._writer = HtmlWriter(nonce=nonce, form_state=form_state, on_error=digest)
        self._contents = 0

    def opening(self, rows: bytes) -> bytes:
        """Return the document without its end. Raises ElementError for what cannot be rendered."""
        shell = self._writer.shell(self._tree, head_end=self._runtime_scripts()).removesuffix(_CLOSING)
        if self._writer.holes:
            shell += self._refresh() + self._script(self._assets.late_content_script)
        return (shell + self._payload_script(rows)).encode()

    def more(self, rows: bytes) -> bytes:
        """Return `rows` and the contents that are there now: rows first, as a failed content needs its error."""
        written = self._payload_script(rows) if rows else ""
        while arrived := self._arrived():  # which may hold boundaries whose content is there, too
            written += arrived
        return written.encode()

    def closing(self) -> bytes:
        """Return the end, which also ends the payload. What has not arrived is left to the browser."""
        given_up = "".join(self._failed(hole, "") for hole in list(self._writer.holes))
        return (given_up + self._script(f"self.{INLINE_QUEUE}.push(null)") + self._panel + _CLOSING).encode()

    def _arrived(self) -> str:
        return "".join([self._content(hole) for hole in list(self._writer.holes)])

    def _content(self, hole: Hole) -> str:
        try:
            content = self._writer.fill(hole)
        except BrowserOnly:
            return self._failed(hole, "")  # React's mark for what is left to the browser, without an error
        except Exception as error:  # noqa: BLE001 (whatever it is, the browser's nearest boundary shows it)
            return self._failed(hole, self._digest(error))
        if content is None:
            return ""
        name = f"S:{self._contents:x}"
        self._contents += 1
        show = self._script(f'{SHOW_CONTENT}("{hole.id}","{name}")')
        return f'{self._writer.take_hoisted()}<template id="{name}">{content}</template>{show}'

    def _failed(self, hole: Hole, digest: str) -> str:
        self._writer.holes.remove(hole)
        return self._script(f"{FAIL_CONTENT}({_literal(hole.id)},{_literal(digest)})")

    def _refresh(self) -> str:
        target = html.escape(self._whole_url)
        return f'<noscript><meta http-equiv="refresh" content="0;url={target}"/></noscript>'

    def _runtime_scripts(self) -> str:
        import_map = _literal(self._assets.import_map(self._base))
        source = html.escape(self._assets.runtime_url(self._base))
        mark = f' {DEVELOPMENT_EVENTS_MARK}=""' if self._assets.tells_changes else ""
        return (
            f'<script type="importmap" nonce="{self._nonce}">{import_map}</script>'
            f'<script type="module" async="" nonce="{self._nonce}" src="{source}"{mark}></script>'
        )

    def _payload_script(self, rows: bytes) -> str:
        try:
            chunk: object = rows.decode()
        except UnicodeDecodeError:
            chunk = [base64.b64encode(rows).decode()]
        return self._script(f"(self.{INLINE_QUEUE}=self.{INLINE_QUEUE}||[]).push({_literal(chunk)})")

    def _script(self, source: str) -> str:
        return f'<script nonce="{self._nonce}">{source}</script>'


def _literal(value: object) -> str:
    """Return a JSON literal that may stand in a script element."""
    return orjson.dumps(value).decode().translate(_INERT)


def _is_document(tree: object) -> bool:
    """Tell whether `<html>` stands outermost, seen through what leaves no mark in HTML, maybe beside its metadata."""
    while True:
        if isinstance(tree, Lazy):
            tree = tree.value
        elif isinstance(tree, list | tuple):
            return any(map(_is_document, cast("list[object] | tuple[object, ...]", tree)))
        elif isinstance(tree, Element) and not isinstance(tree.type, str):
            tree = tree.props.get("fallback" if "failed" in tree.props else "children")
        else:
            return isinstance(tree, Element) and tree.type == "html"
