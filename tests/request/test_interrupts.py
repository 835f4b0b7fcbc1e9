"""Control flow that user code cannot swallow, and rows H01 to H08: where a redirect may lead."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import assume, given, strategies as st

from wingbeat.errors import UsageError
from wingbeat.request import (
    ENDINGS,
    Forbidden,
    HttpInterrupt,
    NotFound,
    Redirect,
    Unauthorized,
    forbidden,
    not_found,
    permanent_redirect,
    redirect,
    sole_interrupt,
    unauthorized,
)


@pytest.mark.parametrize(
    ("end", "kind", "status"),
    [(not_found, NotFound, 404), (forbidden, Forbidden, 403), (unauthorized, Unauthorized, 401)],
)
def test_each_ends_with_its_status(
    end: Callable[[], NoReturn], kind: type[HttpInterrupt], status: int
) -> None:
    with pytest.raises(kind) as interrupt:
        end()

    assert interrupt.value.status == status


def test_except_exception_does_not_swallow_it() -> None:
    with pytest.raises(Redirect), suppress(Exception):
        redirect("/x")


def test_redirects_say_how() -> None:
    with pytest.raises(Redirect) as plain:
        redirect("/x")
    with pytest.raises(Redirect) as replacing:
        redirect("/x", type="replace")
    with pytest.raises(Redirect) as permanent:
        permanent_redirect("/x")

    found = [(one.value.url, one.value.type, one.value.permanent) for one in (plain, replacing, permanent)]
    assert found == [("/x", "push", False), ("/x", "replace", False), ("/x", "replace", True)]


LEAVING = [
    "//evil",
    "/\\evil",
    "/\t/evil",
    "///evil",
    ".//evil",
    "..//evil",
    "x//evil",
    "http:///evil",
    "https:evil",
    "\x01https://evil",
    " //evil",
    "//evil ",
    "\\\\evil",
    "https://app.example@evil",
    "javascript:alert(1)",
    "JaVa\nScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "blob:x",
    "mailto:a@b",
    "//[",
    "/\r\nX: 1",
    "/\0",
    "/\ud800",
    "/" + "x" * 2048,
]


@pytest.mark.parametrize("target", LEAVING)
def test_h01_h02_h03_h08_a_target_that_may_leave_is_refused(target: str) -> None:
    with pytest.raises(UsageError, match=r"^redirect\("):
        Redirect(target)


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("/", "/"),
        ("/%09/evil", "/%09/evil"),
        ("/å b", "/%C3%A5%20b"),
        ("/100%", "/100%"),
        ("/a?b=c&d=//e#f", "/a?b=c&d=//e#f"),
        ('/"<>', "/%22%3C%3E"),
        ("./x", "./x"),
        ("?q", "?q"),
        ("#h", "#h"),
        ("/" + "x" * 2047, "/" + "x" * 2047),
    ],
)
def test_h04_h08_a_path_is_encoded_for_a_header(target: str, url: str) -> None:
    assert Redirect(target).url == url


@pytest.mark.parametrize("target", ["https://other.example/å", "http://localhost:3000"])
def test_another_site_needs_external(target: str) -> None:
    with pytest.raises(
        UsageError, match=r"leaves this app\. Use a path such as '/invoices', or external=True"
    ):
        Redirect(target)
    assert Redirect(target, external=True).url.isascii()


@pytest.mark.parametrize(
    "target",
    [
        *["javascript:alert(1)", "data:x", "/x", "//x", "https:", "https://", "http:///x"],
        *[
            "https://app.example@evil",
            "https://app.example:1@evil/",
            "https://@evil",
            "https://evil\\@app.example",
        ],
    ],
)
def test_h01_h02_external_takes_http_and_no_user_name_only(target: str) -> None:
    with pytest.raises(
        UsageError, match=r"external=True\) needs a full http\(s\) URL without a user name\.$"
    ):
        Redirect(target, external=True)


@given(
    st.text(alphabet="/\\.:?#@ab%\t", min_size=1, max_size=12), st.sampled_from(["/", "/a", "/a/", "/a/b"])
)
def test_no_accepted_target_leaves(target: str, page: str) -> None:
    try:
        url = Redirect(target).url
    except UsageError:
        assume(False)

    joined = urljoin(f"https://app.example{page}", url)
    assert urlsplit(joined)[:2] == ("https", "app.example")
    assert url.isascii()
    assert url.isprintable()


def test_a_group_that_holds_one_interrupt_is_that_interrupt() -> None:
    async def end() -> None:
        not_found()

    async def grouped() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(end())

    with pytest.raises(BaseExceptionGroup) as raised:
        asyncio.run(grouped())

    assert isinstance(sole_interrupt(raised.value), NotFound)
    nested = BaseExceptionGroup("outer", [raised.value])
    assert isinstance(sole_interrupt(nested), NotFound)


def test_anything_else_is_no_interrupt() -> None:
    several = BaseExceptionGroup("several", [NotFound(), NotFound()])
    other = ExceptionGroup("other", [ValueError()])

    assert [sole_interrupt(error) for error in (several, other, ValueError())] == [None, None, None]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, asyncio.CancelledError, GeneratorExit])
def test_what_ends_the_process_or_the_task_is_no_ending(error: type[BaseException]) -> None:
    assert not issubclass(error, ENDINGS)
