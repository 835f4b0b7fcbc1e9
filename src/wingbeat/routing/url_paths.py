"""A URL's path as browsers spell it, and the decoded parts that pages are found by.

    /posts/AC%2FDC   ->   ("posts", "AC/DC")      an escaped slash is text, not a border

ASGI servers decode the path before they hand it over, so that `%2F` can no longer be told from a slash; the
spelling stands in `raw_path`. Where somebody in front has changed one and not the other, the decoded path counts,
for it is what guards look at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, unquote

__all__ = ["SAFE_IN_PATH", "path_parts", "spelled_path"]

SAFE_IN_PATH: Final = "/:@!$&'()*+,;=-._~"
"""What a path may hold unescaped (RFC 3986 §3.3), beside letters and digits."""

_UPWARDS = re.compile(r"(?:^|[/\\])\.\.?(?:[/\\]|$)")


def spelled_path(scope: Mapping[str, Any]) -> str:
    """Return the path of an ASGI scope percent-encoded in one way, with its escaped slashes still escaped."""
    path: str = scope["path"]
    raw: bytes = scope.get("raw_path") or b""
    if b"%2" not in raw:  # nor can it hold an escaped slash
        return quote(path, safe=SAFE_IN_PATH)
    spelled = raw.partition(b"?")[0].decode("latin-1")
    if unquote(spelled) != path:
        return quote(path, safe=SAFE_IN_PATH)
    return "/".join(quote(unquote(part), safe=_SAFE_IN_PART) for part in spelled.split("/"))


def path_parts(spelled: str) -> tuple[str, ...] | None:
    """Return the decoded parts of a percent-encoded path; None for what no page has.

    That is a path with an empty or dot part, a NUL, or a part that would lead elsewhere if it were used as the
    path of a file: `..%2F..%2Fetc`, `%2Fetc`.
    """
    if not spelled.startswith("/"):
        return None
    parts = tuple(unquote(part) for part in spelled[1:].split("/")) if spelled != "/" else ()
    return parts if all(map(_is_plain, parts)) else None


def _is_plain(part: str) -> bool:
    return "\0" not in part and all(part.split("/")) and not _UPWARDS.search(part)


_SAFE_IN_PART = SAFE_IN_PATH.replace("/", "")
