"""Root-relative URLs of an app that is mounted below `/`: `/invoices` becomes `/app/invoices`.

Only URL props of elements are rewritten, so that a page needs not know where its app is mounted.
"""

from __future__ import annotations

import re

__all__ = ["rebased", "rebased_props"]

_URL_PROPS = {
    "a": ("href",),
    "area": ("href",),
    "audio": ("src",),
    "button": ("formAction",),
    "embed": ("src",),
    "form": ("action",),
    "iframe": ("src",),
    "image": ("href", "xlinkHref"),
    "img": ("src", "srcSet"),
    "input": ("formAction", "src"),
    "link": ("href", "imageSrcSet"),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcSet"),
    "track": ("src",),
    "use": ("href", "xlinkHref"),
    "video": ("src", "poster"),
}
_SETS = {"srcSet", "imageSrcSet"}
# A candidate begins at the start, or behind a comma that no URL can contain: one that a blank follows or a
# descriptor precedes.
_ROOT_RELATIVE_CANDIDATE = re.compile(r"(^\s*|,\s+|\s[\d.]+[wxh],)/(?!/)")


def rebased(url: str, base: str) -> str:
    """Return `url` below `base`, if it is root-relative."""
    return base + url if url.startswith("/") and not url.startswith("//") else url


def rebased_props(tag: str, props: dict[str, object], base: str) -> dict[str, object]:
    """Return the props of a host element with its URLs below `base`."""
    moved: dict[str, object] = {}
    for name in _URL_PROPS.get(tag, ()):
        value = props.get(name)
        if isinstance(value, str):
            moved[name] = _rebased_set(value, base) if name in _SETS else rebased(value, base)
    return {**props, **moved} if moved else props


def _rebased_set(candidates: str, base: str) -> str:
    return _ROOT_RELATIVE_CANDIDATE.sub(lambda match: f"{match[1]}{base}/", candidates)
