"""Metadata of layouts and a page become one: fields are replaced, titles go into templates, as in Next.js."""

from typing import Any

import pytest

from wingbeat.server.metadata import MergedMetadata, completed

ACME = {"title": {"template": "%s | Acme", "default": "Acme"}}


def merged(*layers: tuple[dict[str, Any], bool]) -> dict[str, Any]:
    """Merge metadata, outermost first, each with whether the page stands in a folder below it."""
    found = MergedMetadata()
    for metadata, above in layers:
        found.add(metadata, above=above)
    return found.fields


@pytest.mark.parametrize(
    ("layers", "title"),
    [
        ([(ACME, True)], "Acme"),
        ([(ACME, True), ({"title": "Cart"}, False)], "Cart | Acme"),
        ([(ACME, False), ({"title": "Start"}, False)], "Start"),  # a template is not for its own folder
        ([(ACME, True), ({"title": {"absolute": "Cart"}}, False)], "Cart"),
        ([(ACME, True), ({"title": {"template": "%s | Blog", "default": "Blog"}}, True)], "Blog | Acme"),
        (
            [
                (ACME, True),
                ({"title": {"template": "%s | Blog", "default": "Blog"}}, True),
                ({"title": "A"}, False),
            ],
            "A | Blog",
        ),
        (
            [(ACME, True), ({"title": "Blog"}, True), ({"title": "A"}, False)],
            "A",
        ),  # a title without template ends it
        ([(ACME, True), ({"description": "text"}, True), ({"title": "A"}, False)], "A | Acme"),
        (
            [
                (ACME, True),
                ({"title": {"template": "%s, %s", "default": "-"}}, True),
                ({"title": "A"}, False),
            ],
            "A, A",
        ),
        ([(ACME, True), ({"title": None}, False)], None),
        ([({"title": {"template": "%s | Acme"}}, True)], ""),
    ],
)
def test_titles(layers: list[Any], title: str | None) -> None:
    assert merged(*layers).get("title") == title


def test_a_field_is_replaced_as_a_whole() -> None:
    found = merged(
        (
            {"robots": {"index": False}, "open_graph": {"title": "A", "images": ["/a"]}, "description": "a"},
            True,
        ),
        ({"robots": {"follow": False}, "open_graph": {"title": "B"}}, False),
    )

    assert found == {"robots": {"follow": False}, "open_graph": {"title": "B"}, "description": "a"}


def test_open_graph_has_titles_and_a_template_of_its_own() -> None:
    found = merged(
        (ACME | {"open_graph": {"title": {"template": "%s on Acme", "default": "Acme"}}}, True),
        ({"title": "Cart", "open_graph": {"title": "Your cart"}}, False),
    )

    assert (found["title"], found["open_graph"]) == ("Cart | Acme", {"title": "Your cart on Acme"})


def test_what_next_derives() -> None:
    assert completed({"title": "T", "description": "D", "keywords": None}) == {
        "title": "T",
        "description": "D",
    }
    found = completed({"title": "T", "description": "D", "open_graph": {"images": ["/a"]}})
    assert found["open_graph"] == {"title": "T", "description": "D", "images": ["/a"]}
    assert found["twitter"] == {"title": "T", "description": "D", "images": ["/a"]}
    found = completed(
        {"title": "T", "open_graph": {"title": "G"}, "twitter": {"card": "summary", "title": "W"}}
    )
    assert (found["open_graph"]["title"], found["twitter"]["title"]) == ("G", "W")
    assert "twitter" not in completed({"title": "T"})
