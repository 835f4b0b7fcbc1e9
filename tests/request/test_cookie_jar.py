"""Rows H10 to H16 and C23: cookies that are read as browsers send them and written so that nothing forges a header."""

from datetime import datetime, timedelta, timezone
from http.cookies import SimpleCookie
from typing import Any

import pytest
from hypothesis import given, strategies as st

from wingbeat.errors import UsageError
from wingbeat.request import Cookies


@pytest.fixture
def jar() -> Cookies:
    cookies = Cookies("theme=light; id=7", secure=True)
    cookies.writable = True
    return cookies


def test_reading() -> None:
    cookies = Cookies("a=1; b=2; a=3")

    assert (cookies.get("a"), cookies.get("c"), cookies.get_all("a"), cookies.get_all("c")) == (
        "1",
        None,
        ["1", "3"],
        [],
    )
    assert (list(cookies), len(cookies), "b" in cookies, "c" in cookies) == (["a", "b"], 2, True, False)
    assert list(cookies.items()) == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", {}),
        ("a", {}),
        ("=1", {}),
        ("a=", {"a": ""}),
        ('a="1"', {"a": "1"}),
        ('a="', {"a": '"'}),
        ("a=1=2", {"a": "1=2"}),
        (" a=1 ;\tb=2", {"a": "1", "b": "2"}),
        ("a=%C3%A5%20;b=%", {"a": "å ", "b": "%"}),
        ("a=Ã¥", {"a": "å"}),  # UTF-8 as ASGI shows it
        ("a=%ff", {"a": "\ufffd"}),
        ("$Version=1; a=1", {"$Version": "1", "a": "1"}),
        ("a b=1; c=2", {"c": "2"}),
        ("å=1; c=2", {"c": "2"}),
        (";;;", {}),
    ],
)
def test_c23_whatever_browsers_and_scripts_send(header: str, found: dict[str, str]) -> None:
    assert dict(Cookies(header).items()) == found


def test_c23_a_thousand_pairs() -> None:
    cookies = Cookies("; ".join(f"c{i % 500}={i}" for i in range(1000)))

    assert (len(cookies), cookies.get("c7")) == (500, "7")


@given(st.text())
def test_no_header_is_an_error(header: str) -> None:
    Cookies(header)


def test_the_defaults_are_safe(jar: Cookies) -> None:
    jar.set("a", "1")

    assert jar.set_cookie_headers() == ["a=1; Path=/; Secure; HttpOnly; SameSite=Lax"]


def test_every_attribute(jar: Cookies) -> None:
    expires = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1)))

    jar.set(
        "a",
        "1",
        max_age=60,
        expires=expires,
        path="/x",
        domain="example.com",
        secure=False,
        httponly=False,
        samesite="strict",
    )

    assert jar.set_cookie_headers() == [
        "a=1; Path=/x; Domain=example.com; Max-Age=60; Expires=Fri, 02 Jan 2026 02:04:05 GMT; SameSite=Strict"
    ]


def test_a_partitioned_cookie(jar: Cookies) -> None:
    jar.set("a", "1", samesite="none", partitioned=True)

    assert jar.set_cookie_headers() == ["a=1; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"]


def test_deleting(jar: Cookies) -> None:
    jar.delete("id")
    jar.delete("never", path="/x", domain="example.com")

    assert jar.get("id") is None
    assert jar.set_cookie_headers() == [
        "id=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; SameSite=Lax",
        "never=; Path=/x; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=example.com; Secure; SameSite=Lax",
    ]


def test_the_path_and_security_are_the_apps() -> None:
    jar = Cookies(path="/app", secure=False)
    jar.writable = True

    jar.set("a", "1")
    jar.delete("b")

    assert [header.split("; ")[1] for header in jar.set_cookie_headers()] == ["Path=/app", "Path=/app"]
    assert "Secure" not in str(jar.set_cookie_headers())


def test_the_last_one_wins_and_comes_last(jar: Cookies) -> None:
    jar.set("a", "1")
    jar.set("b", "1")
    jar.set("a", "2")
    jar.set("a", "3", path="/other")

    assert [header.split(";")[0] for header in jar.set_cookie_headers()] == ["b=1", "a=2", "a=3"]


def test_what_is_set_is_read(jar: Cookies) -> None:
    jar.set("theme", "dark; Path=/")

    assert jar.get("theme") == "dark; Path=/"
    assert jar.header() == "id=7; theme=dark%3B%20Path=/"  # what came unchanged first, as it came
    assert dict(Cookies(jar.header()).items()) == dict(jar.items())


def test_an_equal_value_is_no_change(jar: Cookies) -> None:
    jar.set("theme", "light")
    jar.delete("never")
    assert not jar.changed

    jar.set("theme", "dark")
    assert jar.changed

    jar.set("theme", "light")
    assert not jar.changed

    jar.delete("theme")
    assert jar.changed


@given(st.text())
def test_h12_any_text_is_a_value_and_forges_nothing(value: str) -> None:
    jar = Cookies()
    jar.writable = True

    jar.set("a", value) if len(value.encode()) < 1000 else None

    for header in jar.set_cookie_headers():
        assert header.isascii()
        assert header.isprintable()
        assert header.split("; ")[1:] == ["Path=/", "HttpOnly", "SameSite=Lax"]
        assert Cookies(header.split("; ")[0]).get("a") == value


REFUSED: dict[str, dict[str, Any]] = {
    "H11 a blank": {"name": "a b"},
    "H11 a semicolon": {"name": "a;b"},
    "H11 an equals sign": {"name": "a=b"},
    "H11 nothing": {"name": ""},
    "H11 no ASCII": {"name": "å"},
    "H11 a line break": {"name": "a\r\nX: 1"},
    "H11 __Host- with a domain": {"name": "__Host-x", "domain": "example.com"},
    "H11 __Host- with a path": {"name": "__Host-x", "path": "/x"},
    "H11 __Host- without Secure": {"name": "__Host-x", "secure": False},
    "H11 __HOST- in other letters": {"name": "__HOST-x", "secure": False},
    "H11 __Secure- without Secure": {"name": "__secure-x", "secure": False},
    "H12 a path with a line break": {"path": "/\r\nX: 1"},
    "H12 a path with an attribute": {"path": "/; Domain=evil"},
    "H12 a path that is none": {"path": "x"},
    "H12 a domain with a line break": {"domain": "a\nX: 1"},
    "H12 a domain with an attribute": {"domain": "a; Path=/"},
    "H12 a value that is no text": {"value": 7},
    "H12 half a surrogate pair": {"value": "\ud800"},
    "H15 SameSite=None without Secure": {"samesite": "none", "secure": False},
    "H15 SameSite of something": {"samesite": "lax; X"},
    "H15 partitioned without Secure": {"partitioned": True, "secure": False},
    "H15 too long": {"value": "x" * 4096},
    "H15 too long once written": {"value": "å" * 700},
}


@pytest.mark.parametrize("row", REFUSED)
def test_h11_h12_h15_what_no_browser_takes_is_an_error_where_it_is_set(row: str, jar: Cookies) -> None:
    with pytest.raises(UsageError, match=r"cookie"):
        jar.set(**{"name": "a", "value": "1", **REFUSED[row]})

    assert jar.set_cookie_headers() == []
    assert not jar.changed


def test_h15_samesite_none_with_secure(jar: Cookies) -> None:
    jar.set("a", "1", samesite="none")

    assert jar.set_cookie_headers() == ["a=1; Path=/; Secure; HttpOnly; SameSite=None"]


def test_h15_fifty_cookies_and_no_more(jar: Cookies) -> None:
    for i in range(50):
        jar.set(f"c{i}", "1")
    jar.set("c7", "2")

    with pytest.raises(UsageError, match=r"^more than 50 cookies in one response; browsers drop them\.$"):
        jar.set("c50", "1")


def test_h13_a_morsel_cannot_get_in(jar: Cookies) -> None:
    morsels = SimpleCookie()
    morsels["a"] = "1"

    with pytest.raises(
        UsageError, match=r"^cookie 'a': its value is text, not Morsel\. Use str\(\) or json\.dumps\(\)\.$"
    ):
        jar.set("a", morsels["a"])  # type: ignore[arg-type]


def test_rendering_never_writes() -> None:
    jar = Cookies("a=1")

    for write in (lambda: jar.set("a", "2"), lambda: jar.delete("a")):
        with pytest.raises(
            UsageError,
            match=r"test_cookie_jar\.py:\d+: cookies\(\)\.\w+\('a'.*\) while rendering: .* Set cookies in an action\.$",
        ):
            write()
    assert jar.get("a") == "1"


def test_k05_values_are_not_shown() -> None:
    assert repr(Cookies("session=s3cret; b=1")) == "<Cookies session, b>"
