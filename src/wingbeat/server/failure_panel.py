"""In development: what failed, over the error page that visitors of the app would see, until it is mended."""

from __future__ import annotations

import html
import json

from .tracebacks import traceback_html
from .wire_names import DEVELOPMENT_EVENTS_PATH

__all__ = ["failure_panel", "follow_script"]

_STYLE = (
    "section{position:fixed;inset:auto 0 0;max-height:50vh;overflow:auto;z-index:2147483647;background:#1c1917;"
    "color:#fafaf9;font:.875rem/1.5 system-ui,sans-serif;padding:.5rem 1.5rem;border-top:.25rem solid #dc2626}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere}a{color:inherit}summary{cursor:pointer}"
)

# A server of its own sends no events; the browser then asks once and leaves it at that.
_FOLLOW = (
    "(()=>{{let known='';new EventSource({path}).addEventListener('hello',event=>{{"
    "const{{child}}=JSON.parse(event.data);"
    "if(known&&known!==child)location.replace(location.pathname+location.search);known=child}})}})()"
)


def failure_panel(error: BaseException, nonce: str) -> str:
    """Return HTML that stands behind everything in the body, apart from the page's own tree and styles."""
    title = html.escape(f"{type(error).__name__}: {error}")
    return (
        '<wingbeat-failure><template shadowrootmode="open">'
        f'<style nonce="{nonce}">{_STYLE}</style><section aria-label="What failed">'
        f"<details open><summary>{title}</summary>{traceback_html(error)}</details></section>"
        f"</template></wingbeat-failure>{follow_script(nonce)}"
    )


def follow_script(nonce: str = "") -> str:
    """Return a script that loads the page again once `wingbeat dev` serves changed sources."""
    mark = f' nonce="{nonce}"' if nonce else ""
    return f"<script{mark}>{_FOLLOW.format(path=json.dumps(DEVELOPMENT_EVENTS_PATH))}</script>"
