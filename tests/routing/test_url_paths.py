"""A path as it was sent -> the parts that pages are found by; an escaped slash is text."""

from urllib.parse import quote

import pytest
from hypothesis import given, strategies as st

from wingbeat.routing import path_parts, spelled_path


@pytest.mark.parametrize(
    ("path", "raw", "spelled"),
    [
        ("/posts/AC/DC", b"/posts/AC%2FDC", "/posts/AC%2FDC"),
        ("/posts/AC/DC", b"/posts/AC%2fDC", "/posts/AC%2FDC"),
        ("/%2F", b"/%252F", "/%252F"),
        ("/über", b"/%C3%BCber", "/%C3%BCber"),
        ("/admin", b"/%61dmin", "/admin"),
        ("/a b", b"/a%20b", "/a%20b"),
        ("/a", b"/a?query=1", "/a"),
        ("/\ufffd", b"/%FF", "/%EF%BF%BD"),
        ("/", b"/", "/"),
    ],
)
def test_a_path_is_spelled_in_one_way(path: str, raw: bytes, spelled: str) -> None:
    assert spelled_path({"path": path, "raw_path": raw}) == spelled


@pytest.mark.parametrize("raw", [b"/other", b"/a%2Fc", b"", None, "/å".encode()])
def test_a_spelling_of_another_path_does_not_count(raw: bytes | None) -> None:
    assert spelled_path({"path": "/a/b", "raw_path": raw}) == "/a/b"
    assert spelled_path({"path": "/å b"}) == "/%C3%A5%20b"


@pytest.mark.parametrize(
    ("spelled", "parts"),
    [
        ("/", ()),
        ("/a/b", ("a", "b")),
        ("/AC%2FDC/x", ("AC/DC", "x")),
        ("/%C3%BC", ("ü",)),
        ("/a%5Cb", ("a\\b",)),
        ("/...", ("...",)),
        ("/a..b", ("a..b",)),
    ],
)
def test_parts_are_decoded(spelled: str, parts: tuple[str, ...]) -> None:
    assert path_parts(spelled) == parts


@pytest.mark.parametrize(
    "spelled",
    [
        *(
            "",
            "a",
            "//",
            "/a/",
            "/a//b",
            "/.",
            "/a/..",
            "/%2E%2E/a",
            "/a%00",
            "/%2Fetc",
            "/a%2F",
            "/a%2F%2Fb",
        ),
        *("/..%2F..%2Fetc", "/a%2F..%2Fb", "/..%5C..%5Cetc", "/a%5C..", "/.%5Ca", "/a/%2F"),
    ],
)
def test_no_part_leads_anywhere_as_the_path_of_a_file(spelled: str) -> None:
    assert path_parts(spelled) is None


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=4))
def test_parts_come_back_as_they_were_spelled(parts: list[str]) -> None:
    raw = "/" + "/".join(quote(part, safe="") for part in parts)
    scope = {"path": "/" + "/".join(parts), "raw_path": raw.encode()}

    found = path_parts(spelled_path(scope))

    assert found is None or found == tuple(parts)
    if all(part.isalnum() for part in parts):
        assert found == tuple(parts)
