"""Merged metadata -> the elements of the head that say it, in Next.js's order.

    {"title": "Cart", "open_graph": {"type": "website"}}   ->   <title>Cart</title>
                                                                <meta property="og:title" content="Cart"/>
                                                                <meta property="og:type" content="website"/>

They stand beside the page in its tree; React moves them to the head, in the HTML and on each navigation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from wingbeat.flight import Element

__all__ = ["Place", "metadata_tags"]

Fields = Mapping[str, Any]

_NAMED: Final = ("generator", "keywords", "referrer", "creator", "publisher")
_DIRECTIVES: Final = (
    *("noarchive", "nosnippet", "noimageindex", "nocache", "notranslate", "indexifembedded"),
    *("nositelinkssearchbox", "unavailable_after", "max_video_preview", "max_image_preview", "max_snippet"),
)
_VERIFICATIONS: Final = {
    "google": "google-site-verification",
    "yahoo": "y_key",
    "yandex": "yandex-verification",
    "me": "me",
}
_ICONS: Final = {"shortcut": "shortcut icon", "icon": "icon", "apple": "apple-touch-icon", "other": "icon"}
_GRAPH: Final = ("determiner", "title", "description", "url", "site_name", "locale", "country_name", "ttl")
_GRAPH_LISTS: Final = {
    "images": "image",
    "videos": "video",
    "audio": "audio",
    "emails": "email",
    "phone_numbers": "phone_number",
    "fax_numbers": "fax_number",
    "alternate_locale": "locale:alternate",
}
_GRAPH_TYPES: Final = {
    "article": {
        "published_time": "published_time",
        "modified_time": "modified_time",
        "expiration_time": "expiration_time",
        "authors": "author",
        "section": "section",
        "tags": "tag",
    },
    "book": {"isbn": "isbn", "release_date": "release_date", "authors": "author", "tags": "tag"},
    "profile": {name: name for name in ("first_name", "last_name", "username", "gender")},
}
_TWITTER: Final = ("site", "site_id", "creator", "creator_id", "title", "description")
_HAS_SCHEME = re.compile("[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands, to complete the URLs of its metadata."""

    path: str
    """Percent-encoded, below the mount point."""
    base: str | None
    """What stands before it outside, such as `https://example.com`; None if that is unknown."""

    def url(self, url: str) -> str:
        """Return `url` in full, as far as it is known; `./` is relative to the page."""
        if _HAS_SCHEME.match(url):
            return url
        if url == "." or url.startswith("./"):
            url = f"{self.path.rstrip('/')}/{url[2:]}".rstrip("/") or "/"
        return url if self.base is None else f"{self.base.rstrip('/')}/{url.lstrip('/')}".rstrip("/")


def metadata_tags(fields: Fields, place: Place) -> list[Element]:
    """Return the elements of completed metadata, each with a key."""
    place = Place(place.path, fields.get("metadata_base") or place.base)
    groups = (
        _basic(fields),
        _robots(fields.get("robots")),
        _named("category", fields.get("category")),
        _others(fields.get("other", {})),
        _alternates(fields.get("alternates", {}), place),
        _verification(fields.get("verification", {})),
        _open_graph(fields.get("open_graph", {}), place),
        _twitter(fields.get("twitter"), place),
        _icons(fields.get("icons")),
    )
    tags = (tag for group in groups for tag in group)
    return [Element(tag, str(index), props) for index, (tag, props) in enumerate(tags)]


Tags = Iterator[tuple[str, dict[str, object]]]


def _basic(fields: Fields) -> Tags:
    if title := fields.get("title"):
        yield "title", {"children": title}
    yield from _named("description", fields.get("description"))
    yield from _named("application-name", fields.get("application_name"))
    for author in _items(fields.get("authors")):
        if url := author.get("url"):
            yield "link", {"rel": "author", "href": url}
        yield from _named("author", author.get("name"))
    if manifest := fields.get("manifest"):
        yield "link", {"rel": "manifest", "href": manifest}
    for name in _NAMED:
        yield from _named(name, ",".join(_items(fields.get(name))))


def _robots(robots: Any) -> Tags:
    yield from _named("robots", _directives(robots))
    if isinstance(robots, Mapping):
        yield from _named("googlebot", _directives(cast("Fields", robots).get("google_bot")))


def _directives(robots: str | Fields | None) -> str | None:
    if robots is None or isinstance(robots, str):
        return robots
    found = [name if robots[name] else f"no{name}" for name in ("index", "follow") if name in robots]
    for name in _DIRECTIVES:
        value = robots.get(name)
        if value is not None and value is not False:
            word = name if name == "unavailable_after" else name.replace("_", "-")
            found.append(word if value is True else f"{word}:{value}")
    return ", ".join(found)


def _alternates(alternates: Fields, place: Place) -> Tags:
    if canonical := alternates.get("canonical"):
        yield "link", {"rel": "canonical", "href": place.url(canonical)}
    for name, attribute in (("languages", "hrefLang"), ("media", "media"), ("types", "type")):
        for value, url in alternates.get(name, {}).items():
            yield "link", {"rel": "alternate", attribute: value, "href": place.url(url)}


def _verification(verification: Fields) -> Tags:
    for name, wire_name in _VERIFICATIONS.items():
        yield from _each(wire_name, verification.get(name))
    yield from _others(verification.get("other", {}))


def _others(other: Fields) -> Tags:
    for name, value in other.items():
        yield from _each(name, value)


def _open_graph(graph: Fields, place: Place) -> Tags:
    for name in _GRAPH:
        value = graph.get(name)
        yield from _property(f"og:{name}", place.url(value) if name == "url" and value else value)
    for name, word in _GRAPH_LISTS.items():
        for item in _items(graph.get(name)):
            yield from _media(
                "property", f"og:{word}", item, place, is_url=name in {"images", "videos", "audio"}
            )
    kind = graph.get("type")
    yield from _property("og:type", kind)
    for name, word in _GRAPH_TYPES.get(kind or "", {}).items():
        for item in _items(graph.get(name)):
            yield from _property(f"{kind}:{word}", item)


def _twitter(twitter: Fields | None, place: Place) -> Tags:
    if twitter is None:
        return
    images = _items(twitter.get("images"))
    yield from _named("twitter:card", twitter.get("card", "summary_large_image" if images else "summary"))
    for name in _TWITTER:
        yield from _named(f"twitter:{name.replace('_', ':')}", twitter.get(name))
    for image in images:
        yield from _media("name", "twitter:image", image, place, is_url=True)


def _media(attribute: str, name: str, item: str | Fields, place: Place, *, is_url: bool) -> Tags:
    if isinstance(item, str):
        yield "meta", {attribute: name, "content": place.url(item) if is_url else item}
        return
    for field, value in item.items():
        text = place.url(value) if field.endswith("url") else str(value)
        yield "meta", {attribute: name if field == "url" else f"{name}:{field}", "content": text}


def _icons(icons: Any) -> Tags:
    is_grouped = isinstance(icons, dict) and "url" not in icons
    groups: Fields = cast("Fields", icons) if is_grouped else {"icon": icons}
    for group, rel in _ICONS.items():
        for item in _items(groups.get(group)):
            icon = {"url": item} if isinstance(item, str) else dict(item)
            props = {"rel": icon.pop("rel", rel), "href": icon.pop("url", "")}
            priority = icon.pop("fetch_priority", None)
            yield "link", {**props, **icon, **({} if priority is None else {"fetchPriority": priority})}


def _named(name: str, value: object) -> Tags:
    if value is not None and value != "":
        yield "meta", {"name": name, "content": str(value)}


def _each(name: str, value: object) -> Tags:
    for item in _items(value):
        yield from _named(name, item)


def _property(name: str, value: object) -> Tags:
    if value is not None and value != "":
        yield "meta", {"property": name, "content": str(value)}


def _items(value: object) -> list[Any]:
    if value is None:
        return []
    return cast("list[object]", value) if isinstance(value, list) else [value]
