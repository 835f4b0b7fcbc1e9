"""Write a page as the HTML that React's server renderer writes, so that unmodified React hydrates it.

    In:    the tree as it goes over the wire (server components are gone), a form state, an id prefix
    Out:   HTML text, byte for byte react-dom/server's except the streaming containers

    write_html(h.p["1 < 2"])  ->  "<p>1 &lt; 2</p>"

`HtmlWriter.shell` writes what is there and leaves a hole for what is not; `fill` writes one hole later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from wingbeat.errors import ElementError
from wingbeat.flight import Element

from .page import Page
from .tree_writer import BrowserOnly, Hole, Pending, TreeWriter
from .twins import FormState, TwinFrame

__all__ = ["BrowserOnly", "Hole", "HtmlWriter", "write_html"]


@final
class HtmlWriter:
    """Writes one page: `shell` first, then `fill` for each of `holes`.

    `on_error` is told of each error that a Suspense boundary caught and returns its digest; without it the
    error is raised.
    """

    def __init__(
        self,
        *,
        identifier_prefix: str = "",
        form_state: FormState | None = None,
        nonce: str | None = None,
        on_error: Callable[[BaseException], str | None] | None = None,
    ) -> None:
        self._page = Page(identifier_prefix, form_state, nonce, on_error)
        self._writer = TreeWriter(self._page)

    @property
    def holes(self) -> list[Hole]:
        """The open Suspense boundaries, in the order in which they were met."""
        return self._writer.holes

    @property
    def matched(self) -> tuple[Element, TwinFrame] | None:
        """The client component that the form state belongs to, and its hooks, once it was written."""
        return self._page.matched

    def shell(self, tree: object, *, head_end: str = "", body_end: str = "") -> str:
        """Return the page. `head_end` is raw HTML before `</head>`, `body_end` before `</body>`.

        Raises ElementError for what cannot be rendered, or waits outside every Suspense boundary.
        """
        self._write(tree)
        page = self._page
        preamble = page.preamble
        has_head = preamble.html is not None or preamble.head is not None
        return well_formed(
            [
                preamble.html or "",
                preamble.head or ("<head>" if has_head else ""),
                page.resources.flush(),
                *["".join(content) for content in preamble.head_content],
                head_end,
                "</head>" if has_head else "",
                preamble.body or "",
                *page.parts,
                page.replay_script,
                body_end,
                "" if preamble.body is None else "</body>",
                "" if preamble.html is None else "</html>",
            ]
        )

    def fill(self, hole: Hole) -> str | None:
        """Return the HTML of what `hole` waited for, or None if it still waits.

        Raises BrowserOnly, or the error of a node that failed: the browser then renders the boundary.
        """
        page = self._page
        page.restore(hole.surroundings)
        page.parts, page.follows_text = [], False
        holes = len(self.holes)
        try:
            self._writer.node(hole.content)
        except Pending:
            del self.holes[holes:]
            return None
        self.holes.remove(hole)
        return well_formed(page.parts)

    def take_hoisted(self) -> str:
        """Return the HTML of what was hoisted out of the holes that were filled since the last call.

        It stands beside the holes' contents: React looks for it in the document, and takes whatever stands in a
        boundary for that boundary's own.
        """
        return well_formed([self._page.resources.flush()])

    def _write(self, tree: object) -> None:
        try:
            self._writer.node(tree)
        except Pending:
            raise ElementError("The page waits for something that stands outside every suspense().") from None
        except BrowserOnly as signal:
            raise ElementError(
                f"{signal} has no first HTML on the server, so it must stand inside a suspense()."
            ) from None
        except RecursionError:
            raise ElementError("The page is nested too deeply. Does a component contain itself?") from None


def well_formed(parts: list[str]) -> str:
    """Return `parts` as one text that can be encoded: JavaScript's halves of a character are joined or replaced."""
    html = "".join(parts)
    try:
        html.encode()
    except UnicodeEncodeError:
        return html.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return html


def write_html(
    tree: object,
    *,
    head_end: str = "",
    body_end: str = "",
    identifier_prefix: str = "",
    form_state: FormState | None = None,
    nonce: str | None = None,
) -> str:
    """Return `tree` as HTML. Raises ElementError for what cannot be rendered; see `HtmlWriter.shell`."""
    writer = HtmlWriter(identifier_prefix=identifier_prefix, form_state=form_state, nonce=nonce)
    return writer.shell(tree, head_end=head_end, body_end=body_end)
