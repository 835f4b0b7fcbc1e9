"""What a page's elements move to the head: metadata, style sheets, async scripts, preloads of images.

React hoists these wherever they stand, once per URL, and writes the groups in a fixed order before whatever
else the head holds. `Resources` is filled while the tree is written and read once per flush.

    <main><title>Invoices</title><link rel="icon" href="/i.svg"/></main>   both stand in the head
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

from .javascript import is_nothing, is_truthy
from .markup import escape
from .properties import attribute

__all__ = ["Resources", "StyleQueue", "link_tag", "preload_image"]

MAX_HIGH_PRIORITY_IMAGES = 10


@dataclass(slots=True)
class StyleQueue:
    """The style sheets of one precedence, in order of appearance."""

    precedence: str
    rules: list[str] = field(default_factory=list[str])
    hrefs: list[str] = field(default_factory=list[str])
    sheets: list[str] = field(default_factory=list[str])

    def flush(self) -> str:
        """Return the group's HTML and empty it."""
        html = "".join(self.sheets)
        if not self.sheets or self.hrefs:
            hrefs = f' data-href="{" ".join(self.hrefs)}"' if self.hrefs else ""
            html += f'<style data-precedence="{self.precedence}"{hrefs}>{"".join(self.rules)}</style>'
        self.rules, self.hrefs, self.sheets = [], [], []
        return html


@dataclass(slots=True)
class Resources:
    """Everything hoisted so far, by group in the order of writing."""

    charset: list[str] = field(default_factory=list[str])
    viewport: list[str] = field(default_factory=list[str])
    # An image's preload may move to the first group: a one-element list that is emptied when written.
    high_images: list[list[str]] = field(default_factory=list[list[str]])
    styles: dict[str, StyleQueue] = field(default_factory=dict[str, StyleQueue])
    scripts: list[str] = field(default_factory=list[str])
    bulk_images: list[list[str]] = field(default_factory=list[list[str]])
    hoistables: list[str] = field(default_factory=list[str])
    promotable_images: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Kind and URL of every resource written so far."""

    def is_new(self, kind: str, url: str) -> bool:
        """Return whether `url` was not there before, and remember it."""
        if (kind, url) in self.seen:
            return False
        self.seen.add((kind, url))
        return True

    def style_queue(self, precedence: str) -> StyleQueue:
        """Return the group of `precedence`; groups stand in the order in which they first appear."""
        return self.styles.setdefault(precedence, StyleQueue(escape(precedence)))

    def copied(self) -> Resources:
        """Return a copy that later additions do not change."""
        if not self.seen and not self.hoistables and not self.charset and not self.viewport:
            return Resources()
        return copy.deepcopy(self)

    def flush(self) -> str:
        """Return the HTML of everything hoisted since the last flush."""
        groups = [
            *self.charset,
            *self.viewport,
            *_taken(self.high_images),
            *[queue.flush() for queue in self.styles.values()],
            *self.scripts,
            *_taken(self.bulk_images),
            *self.hoistables,
        ]
        for group in (self.charset, self.viewport, self.scripts, self.hoistables):
            group.clear()
        self.styles.clear()
        self.high_images.clear()
        self.bulk_images.clear()
        return "".join(groups)


def link_tag(props: Mapping[str, object]) -> str:
    """Return a `<link/>` of `props`, in their order."""
    attributes = [attribute(prop, value) for prop, value in props.items() if not is_nothing(value)]
    return f"<link{''.join(attributes)}/>"


def preload_image(resources: Resources, props: Mapping[str, object]) -> None:
    """Hoist the preload of an `<img>` outside `<picture>` and `<noscript>`, unless it may load late."""
    src, src_set = props.get("src"), props.get("srcSet")
    if not _is_preloadable(props, src, src_set):
        return
    sizes = props.get("sizes") if isinstance(props.get("sizes"), str) else None
    key = f"{src_set}\n{sizes or ''}" if src_set else str(src)
    is_high = props.get("fetchPriority") == "high"
    earlier = resources.promotable_images.get(key)
    if earlier is not None:
        if is_high or len(resources.high_images) < MAX_HIGH_PRIORITY_IMAGES:
            resources.high_images.append(resources.promotable_images.pop(key))
    elif resources.is_new("image", key):
        preload = [_image_preload(props, None if src_set else src, src_set, sizes)]
        if is_high or len(resources.high_images) < MAX_HIGH_PRIORITY_IMAGES:
            resources.high_images.append(preload)
        else:
            resources.bulk_images.append(preload)
            resources.promotable_images[key] = preload


def _is_preloadable(props: Mapping[str, object], src: object, src_set: object) -> bool:
    if props.get("loading") == "lazy" or props.get("fetchPriority") == "low":
        return False
    if not (is_truthy(src) or is_truthy(src_set)):
        return False
    return all(
        is_nothing(url) or (isinstance(url, str) and url[:5].lower() != "data:") for url in (src, src_set)
    )


def _image_preload(props: Mapping[str, object], src: object, src_set: object, sizes: object) -> str:
    cross_origin = props.get("crossOrigin")
    if isinstance(cross_origin, str):
        cross_origin = cross_origin if cross_origin == "use-credentials" else ""
    else:
        cross_origin = None
    return link_tag(
        {
            "rel": "preload",
            "as": "image",
            "href": src,
            "imageSrcSet": src_set,
            "imageSizes": sizes,
            "crossOrigin": cross_origin,
            **{prop: props.get(prop) for prop in ("integrity", "type", "fetchPriority", "referrerPolicy")},
        }
    )


def _taken(preloads: list[list[str]]) -> list[str]:
    return [preload.pop() for preload in preloads if preload]
