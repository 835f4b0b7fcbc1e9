"""What `metadata` may hold: Next.js's fields under Python names, checked when the app starts.

    metadata = {"title": {"template": "%s · Acme", "default": "Acme"}, "open_graph": {"images": ["/og.png"]}}

It is a dict, or a dataclass with these fields, of which `None` ones count as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any, Literal, TypeAlias, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict  # below Python 3.12 Pydantic takes no other

from wingbeat.errors import RouteError

__all__ = ["MetadataFields", "checked_metadata"]

_CLOSED: ConfigDict = {"extra": "forbid"}
_Text: TypeAlias = str | int | float


@with_config(_CLOSED)
class _Title(TypedDict, total=False):
    default: str
    template: str
    absolute: str


@with_config(_CLOSED)
class _Author(TypedDict, total=False):
    name: str
    url: str


@with_config(_CLOSED)
class _Directives(TypedDict, total=False):
    index: bool
    follow: bool
    noarchive: bool
    nosnippet: bool
    noimageindex: bool
    nocache: bool
    notranslate: bool
    indexifembedded: bool
    nositelinkssearchbox: bool
    unavailable_after: str
    max_video_preview: int | str
    max_image_preview: Literal["none", "standard", "large"]
    max_snippet: int


@with_config(_CLOSED)
class _Robots(_Directives, total=False):
    google_bot: str | _Directives


@with_config(_CLOSED)
class _Alternates(TypedDict, total=False):
    canonical: str | None
    languages: dict[str, str]
    media: dict[str, str]
    types: dict[str, str]


@with_config(_CLOSED)
class _Icon(TypedDict, total=False):
    url: str
    rel: str
    type: str
    sizes: str
    media: str
    color: str
    fetch_priority: Literal["high", "low", "auto"]


_IconList: TypeAlias = str | _Icon | list[str | _Icon]


@with_config(_CLOSED)
class _Icons(TypedDict, total=False):
    shortcut: _IconList
    icon: _IconList
    apple: _IconList
    other: _IconList


@with_config(_CLOSED)
class _Media(TypedDict, total=False):
    url: str
    secure_url: str
    alt: str
    type: str
    width: int
    height: int


_MediaList: TypeAlias = str | _Media | list[str | _Media]


@with_config(_CLOSED)
class _OpenGraph(TypedDict, total=False):
    determiner: str
    title: str | _Title
    description: str
    url: str
    site_name: str
    locale: str
    country_name: str
    ttl: int
    images: _MediaList
    videos: _MediaList
    audio: _MediaList
    emails: str | list[str]
    phone_numbers: str | list[str]
    fax_numbers: str | list[str]
    alternate_locale: str | list[str]
    type: str
    published_time: str
    modified_time: str
    expiration_time: str
    release_date: str
    authors: str | list[str]
    section: str
    tags: str | list[str]
    isbn: str
    first_name: str
    last_name: str
    username: str
    gender: str


@with_config(_CLOSED)
class _Twitter(TypedDict, total=False):
    card: Literal["summary", "summary_large_image", "player", "app"]
    site: str
    site_id: str
    creator: str
    creator_id: str
    title: str | _Title
    description: str
    images: _MediaList


@with_config(_CLOSED)
class _Verification(TypedDict, total=False):
    google: str | list[str]
    yahoo: str | list[str]
    yandex: str | list[str]
    me: str | list[str]
    other: dict[str, str | list[str]]


@with_config(_CLOSED)
class MetadataFields(TypedDict, total=False):
    """The fields of one page's or layout's metadata. `None` takes back what a layout above said."""

    metadata_base: str | None
    title: str | _Title | None
    description: str | None
    application_name: str | None
    authors: _Author | list[_Author] | None
    manifest: str | None
    generator: str | None
    keywords: str | list[str] | None
    referrer: str | None
    creator: str | None
    publisher: str | None
    robots: str | _Robots | None
    category: str | None
    alternates: _Alternates | None
    verification: _Verification | None
    open_graph: _OpenGraph | None
    twitter: _Twitter | None
    icons: _IconList | _Icons | None
    other: dict[str, _Text | list[_Text]] | None


_FIELDS: TypeAdapter[MetadataFields] = TypeAdapter(MetadataFields)


def checked_metadata(value: object, where: str) -> Mapping[str, Any]:
    """Return `value` as a dict of known fields. `where` names its place in the RouteError for what is none."""
    if is_dataclass(value) and not isinstance(value, type):
        value = {name: field for name, field in asdict(value).items() if field is not None}
    if not isinstance(value, dict):
        raise RouteError(f"{where} is a {type(value).__name__}. It is a dict or a dataclass.")
    try:
        # As JSON's types: a number is no text, so nothing is converted silently.
        checked = _FIELDS.validate_python(value, strict=True)
    except ValidationError as error:
        raise RouteError(f"{where}: {_problem(error)}.") from error
    return cast("Mapping[str, Any]", checked)


def _problem(error: ValidationError) -> str:
    """Return the first thing that is wrong, with its path: the names of unions are Pydantic's own affair."""
    first = max(error.errors(), key=lambda one: len(one["loc"]))
    path = [str(part) for part in first["loc"] if isinstance(part, int) or str(part).isidentifier()]
    names = [part for part in path if part not in {"str", "dict", "list", "int"} and not part.startswith("_")]
    text = "is no such field" if first["type"] == "extra_forbidden" else first["msg"]
    return f"{'.'.join(names)}: {text}"
