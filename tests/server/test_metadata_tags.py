"""Metadata as elements of the head: each field, its order, and the URLs in it."""

from typing import Any

import pytest

from wingbeat.html.writer import write_html
from wingbeat.server.metadata_tags import Place, metadata_tags

PLACE = Place("/shop/cart", None)


def tags(fields: dict[str, Any], place: Place = PLACE) -> str:
    return write_html(metadata_tags(fields, place))


@pytest.mark.parametrize(
    ("fields", "html"),
    [
        ({"title": "A & B"}, "<title>A &amp; B</title>"),
        ({"title": ""}, ""),
        ({"description": "text"}, '<meta name="description" content="text"/>'),
        ({"application_name": "Acme"}, '<meta name="application-name" content="Acme"/>'),
        (
            {"authors": [{"name": "Ada", "url": "https://ada.example"}, {"name": "Bob"}]},
            (
                '<link rel="author" href="https://ada.example"/><meta name="author" content="Ada"/>'
                '<meta name="author" content="Bob"/>'
            ),
        ),
        ({"manifest": "/app.webmanifest"}, '<link rel="manifest" href="/app.webmanifest"/>'),
        ({"keywords": ["a", "b"]}, '<meta name="keywords" content="a,b"/>'),
        ({"robots": "noindex"}, '<meta name="robots" content="noindex"/>'),
        (
            {
                "robots": {
                    "index": False,
                    "follow": True,
                    "nocache": True,
                    "max_snippet": 5,
                    "noarchive": False,
                }
            },
            '<meta name="robots" content="noindex, follow, nocache, max-snippet:5"/>',
        ),
        (
            {"robots": {"index": True, "google_bot": {"index": False, "max_image_preview": "large"}}},
            (
                '<meta name="robots" content="index"/>'
                '<meta name="googlebot" content="noindex, max-image-preview:large"/>'
            ),
        ),
        (
            {
                "alternates": {
                    "canonical": "/cart",
                    "languages": {"de": "/de/cart"},
                    "media": {"(max-width: 9em)": "/m"},
                    "types": {"application/rss+xml": "/rss"},
                }
            },
            (
                '<link rel="canonical" href="/cart"/><link rel="alternate" hrefLang="de" href="/de/cart"/>'
                '<link rel="alternate" media="(max-width: 9em)" href="/m"/>'
                '<link rel="alternate" type="application/rss+xml" href="/rss"/>'
            ),
        ),
        (
            {"verification": {"google": "g", "yahoo": "y", "other": {"me": ["a", "b"]}}},
            (
                '<meta name="google-site-verification" content="g"/><meta name="y_key" content="y"/>'
                '<meta name="me" content="a"/><meta name="me" content="b"/>'
            ),
        ),
        ({"other": {"theme-color": "#fff"}}, '<meta name="theme-color" content="#fff"/>'),
        ({"icons": "/icon.png"}, '<link rel="icon" href="/icon.png"/>'),
        (
            {"icons": {"shortcut": "/s", "icon": [{"url": "/i", "sizes": "32x32"}, "/j"], "apple": "/a"}},
            (
                '<link rel="shortcut icon" href="/s"/><link rel="icon" href="/i" sizes="32x32"/>'
                '<link rel="icon" href="/j"/><link rel="apple-touch-icon" href="/a"/>'
            ),
        ),
        (
            {"icons": {"other": {"rel": "mask-icon", "url": "/m.svg", "color": "red"}}},
            '<link rel="mask-icon" href="/m.svg" color="red"/>',
        ),
        (
            {
                "open_graph": {
                    "title": "T",
                    "url": "/cart",
                    "site_name": "Acme",
                    "images": ["/a.png", {"url": "/b.png", "width": 8, "alt": "B"}],
                    "type": "article",
                    "published_time": "2026-01-31",
                    "authors": ["Ada", "Bob"],
                }
            },
            (
                '<meta property="og:title" content="T"/><meta property="og:url" content="/cart"/>'
                '<meta property="og:site_name" content="Acme"/><meta property="og:image" content="/a.png"/>'
                '<meta property="og:image" content="/b.png"/><meta property="og:image:width" content="8"/>'
                '<meta property="og:image:alt" content="B"/><meta property="og:type" content="article"/>'
                '<meta property="article:published_time" content="2026-01-31"/>'
                '<meta property="article:author" content="Ada"/><meta property="article:author" content="Bob"/>'
            ),
        ),
        (
            {"twitter": {"title": "T", "site_id": "7"}},
            (
                '<meta name="twitter:card" content="summary"/><meta name="twitter:site:id" content="7"/>'
                '<meta name="twitter:title" content="T"/>'
            ),
        ),
        (
            {"twitter": {"images": "/a.png"}},
            '<meta name="twitter:card" content="summary_large_image"/><meta name="twitter:image" content="/a.png"/>',
        ),
    ],
)
def test_fields_as_tags(fields: dict[str, Any], html: str) -> None:
    assert tags(fields) == html


@pytest.mark.parametrize(
    ("url", "base", "found"),
    [
        ("/a", None, "/a"),
        ("/a", "https://x.example", "https://x.example/a"),
        ("/a", "https://x.example/docs/", "https://x.example/docs/a"),
        ("a", "https://x.example", "https://x.example/a"),
        ("/", "https://x.example", "https://x.example"),
        ("./", None, "/shop/cart"),
        ("./", "https://x.example", "https://x.example/shop/cart"),
        (".", "https://x.example", "https://x.example/shop/cart"),
        ("./b", "https://x.example", "https://x.example/shop/cart/b"),
        ("https://y.example/a", "https://x.example", "https://y.example/a"),
        ("//y.example/a", "https://x.example", "//y.example/a"),
        ("data:image/png;base64,AA", "https://x.example", "data:image/png;base64,AA"),
    ],
)
def test_urls_are_completed(url: str, base: str | None, found: str) -> None:
    assert Place("/shop/cart", base).url(url) == found


def test_metadata_base_goes_before_the_apps_origin() -> None:
    place = Place("/", "https://public.example")
    fields = {"alternates": {"canonical": "/a"}}

    assert tags(fields, place) == '<link rel="canonical" href="https://public.example/a"/>'
    fields["metadata_base"] = "https://base.example"
    assert tags(fields, place) == '<link rel="canonical" href="https://base.example/a"/>'


def test_every_tag_has_a_key_of_its_own() -> None:
    found = metadata_tags({"title": "T", "keywords": "a", "icons": ["/a", "/b"]}, PLACE)

    assert [tag.key for tag in found] == ["0", "1", "2", "3"]
