"""Root-relative URLs of an app that is mounted below `/`: `/invoices` becomes `/app/invoices`.

Only URL props of elements are rewritten, so that a page needs not know where its app is mounted.
"""

from __future__ import annotations

__all__ = ["rebased", "rebased_props"]

_URL_PROPS = {
    "a": ("href",),
    "area": ("href",),
    "audio": ("src",),
    "button": ("formAction",),
    "embed": ("src",),
    "form": ("action",),
    "iframe": ("src",),
    "img": ("src",),
    "input": ("formAction", "src"),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src",),
    "track": ("src",),
    "video": ("src", "poster"),
}


def rebased(url: str, base: str) -> str:
    """Return `url` below `base`, if it is root-relative."""
    return base + url if url.startswith("/") and not url.startswith("//") else url


def rebased_props(tag: str, props: dict[str, object], base: str) -> dict[str, object]:
    """Return the props of a host element with its URLs below `base`."""
    moved = {
        name: rebased(value, base)
        for name in _URL_PROPS.get(tag, ())
        if isinstance(value := props.get(name), str) and value.startswith("/")
    }
    return {**props, **moved} if moved else props
