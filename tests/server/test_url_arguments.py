"""Path parameters by annotation: what does not convert is a 404, what never could is an error at start."""

from typing import Any

import pytest

from wingbeat.errors import RouteError

ENUMS = "from enum import Enum\nclass Colour(Enum): RED = 'red'\nclass Size(Enum): SMALL = 1\n"


@pytest.mark.parametrize(
    ("annotation", "url", "shown"),
    [
        ("str", "/7", "'7'"),
        ("str", "/AC%2FDC", "'AC/DC'"),
        ("str", "/%E6%97%A5%E6%9C%AC", "'日本'"),
        ("int", "/7", "7"),
        ("int", "/seven", None),
        ("int", "/" + "9" * 5000, None),
        ("UUID", "/12345678-1234-5678-1234-567812345678", "UUID('12345678-1234-5678-1234-567812345678')"),
        ("UUID", "/1234", None),
        ("date", "/2026-01-31", "datetime.date(2026, 1, 31)"),
        ("date", "/2026-02-31", None),
        ("Colour", "/red", "<Colour.RED: 'red'>"),
        ("Colour", "/RED", None),
        ("Size", "/1", "<Size.SMALL: 1>"),
        ("Size", "/2", None),
        ("Literal['new', 'old']", "/new", "'new'"),
        ("Literal['new', 'old']", "/other", None),
        ("Literal[2026]", "/2026", "2026"),
        ("Literal[2026]", "/2027", None),
        ("Annotated[int, Field(gt=0)]", "/0", None),
        ("int | Literal['all']", "/all", "'all'"),
        ("int | Literal['all']", "/some", None),
    ],
)
def test_a_part_becomes_what_its_annotation_says(
    annotation: str, url: str, shown: str | None, load: Any
) -> None:
    site = load(
        {
            "value/__init__.py": "segment = '[value]'",
            "value/page.py": "from typing import Annotated, Literal\nfrom datetime import date\nfrom uuid import UUID\n"
            f"from pydantic import Field\n{ENUMS}"
            f"async def page(value: {annotation}): return 'found ' + repr(value)",
        }
    )

    reply = site.get(url)

    assert reply.status == (404 if shown is None else 200)
    text = reply.text.replace("&#x27;", "'").replace("&lt;", "<").replace("&gt;", ">")
    assert (f"found {shown}" in text) is (shown is not None)


@pytest.mark.parametrize(
    ("url", "shown"), [("/1/2", "[1, 2]"), ("/1", "[1]"), ("/", "[]"), ("/1/x", None), ("/1//2", None)]
)
def test_a_catch_all_converts_every_part(url: str, shown: str | None, load: Any) -> None:
    site = load({"[[...numbers]]/page.py": "def page(numbers: list[int]): return 'found ' + repr(numbers)"})

    reply = site.get(url)

    assert reply.status == (404 if shown is None else 200)
    assert (f"found {shown}" in reply.text) is (shown is not None)


def test_an_escaped_slash_stays_in_its_part(load: Any) -> None:
    site = load(
        {
            "bands/[name]/page.py": "def page(name): return f'band {name}'",
            "bands/[name]/[album]/page.py": "def page(name, album): return f'album {album}'",
        }
    )

    assert "band AC/DC" in site.get("/bands/AC%2FDC").text
    assert "album DC" in site.get("/bands/AC/DC").text
    assert site.payload("/bands/AC%2FDC").root["url"] == "/bands/AC%2FDC"
    assert site.get("/bands/..%2F..%2Fetc%2Fpasswd").status == 404


def test_a_redirect_arrives_at_a_part_with_a_slash(load: Any) -> None:
    site = load(
        {
            "page.py": """
                from wingbeat import redirect
                async def go() -> None:
                    "use server"
                    redirect("/bands/AC%2FDC")
                def page(): return "start"
            """,
            "bands/[name]/page.py": "def page(name): return f'band {name}'",
        }
    )

    reply = site.call("page.go")

    assert reply["wingbeat-redirect"] == "/bands/AC%2FDC"
    assert (reply.root["url"], "band AC/DC" in reply.text) == ("/bands/AC%2FDC", True)


def test_below_a_mount_point_the_spelling_is_kept(load: Any) -> None:
    site = load({"[name]/page.py": "def page(name): return f'band {name}'"})

    reply = site.payload("/shop%20a/AC%2FDC", root_path="/shop a")

    assert "band AC/DC" in reply.text
    assert (reply.root["url"], reply.root["base"]) == ("/shop%20a/AC%2FDC", "/shop%20a")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("def page(number): ...", "takes 'number', which /items/[id] does not have. "),
        ("class X: ...\ndef page(id: X): ...", "takes 'id', but a part of a URL cannot be made a <class"),
        ("def page(id: 'Missing'): ...", "an annotation cannot be evaluated: name 'Missing' is not defined."),
    ],
)
def test_what_no_url_can_give_is_an_error_at_start(source: str, problem: str, load: Any) -> None:
    with pytest.raises(RouteError) as error:
        load({"items/[id]/page.py": source})

    assert f"app/items/[id]/page.py: page(){': ' if 'annotation' in problem else ' '}{problem}" in str(
        error.value
    )
