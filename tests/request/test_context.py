"""What user code may ask and say, and where it may not."""

import asyncio
import re
from collections.abc import Callable

import pytest

import wingbeat
from wingbeat.errors import UsageError
from wingbeat.request import Cookies, Headers, RequestContext, current_request


def request() -> RequestContext:
    return RequestContext(path="/", url="/", headers=Headers([(b"X-A", b"1")]), cookies=Cookies("a=1"))


def test_headers_ignore_case_and_join_repeats() -> None:
    headers = Headers(
        [(b"Accept", b"a"), (b"accept", b"b"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x", b"\xe9")]
    )

    assert headers["ACCEPT"] == "a, b"
    assert headers["cookie"] == "a=1; b=2"  # HTTP/2 sends each in a header of its own
    assert headers["x"] == "é"
    assert (list(headers), len(headers)) == (["accept", "cookie", "x"], 3)
    assert ("Accept" in headers, "y" in headers, 7 in headers) == (True, False, False)
    assert headers.get("y") is None


def test_k05_header_values_are_not_shown() -> None:
    assert repr(Headers([(b"authorization", b"s3cret")])) == "<Headers authorization>"


@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (wingbeat.cookies, "cookies()"),
        (wingbeat.headers, "headers()"),
        (wingbeat.refresh, "refresh()"),
        (lambda: wingbeat.revalidate_path("/"), "revalidate_path()"),
    ],
)
def test_outside_a_request_the_error_says_what_to_do(ask: Callable[[], object], name: str) -> None:
    with pytest.raises(UsageError) as error:
        ask()

    assert str(error.value) == (
        f"{name} outside a request. In a test, run the code inside `wingbeat.testing.request_context()`."
    )


@pytest.mark.parametrize(
    ("say", "name"),
    [(wingbeat.refresh, "refresh()"), (lambda: wingbeat.revalidate_path("/"), "revalidate_path()")],
)
def test_while_rendering_nothing_is_invalidated(say: Callable[[], object], name: str) -> None:
    with request().activated() as context, pytest.raises(UsageError) as error:
        say()

    assert re.fullmatch(
        rf"{re.escape(__file__)}:\d+: {re.escape(name)} while rendering has no effect on what is being rendered\. "
        r"Call it in an action\.",
        str(error.value),
    )
    assert context.invalidated == set()


def test_an_action_may_read_write_and_invalidate() -> None:
    with request().activated() as context, context.action_phase():
        wingbeat.cookies().set("a", "2")
        wingbeat.revalidate_path("/x/")
        wingbeat.revalidate_path("/", "layout")
        wingbeat.revalidate_path("/a", "layout")
        wingbeat.refresh()

        assert (wingbeat.cookies().get("a"), wingbeat.headers()["x-a"]) == ("2", "1")
    assert context.invalidated == {"/x", "//*", "/a/*", "*"}
    assert (context.phase, context.cookies.writable) == ("render", False)


def test_the_phase_ends_with_an_exception_too() -> None:
    context = request()

    with pytest.raises(ValueError, match="x"), context.action_phase():
        raise ValueError("x")
    assert (context.phase, context.cookies.writable) == ("render", False)


def test_a_path_to_revalidate_starts_with_a_slash() -> None:
    with request().activated() as context, context.action_phase(), pytest.raises(UsageError) as error:
        wingbeat.revalidate_path("invoices")

    assert str(error.value).endswith(": revalidate_path('invoices'): paths start with '/'.")


def test_requests_are_kept_apart() -> None:
    async def one(number: int) -> int:
        context = RequestContext(path=f"/{number}", url="/")
        with context.activated():
            await asyncio.sleep(0)
            return int(current_request("test").path[1:])

    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(one(number) for number in range(20)))

    assert asyncio.run(all_of_them()) == list(range(20))


def test_a_request_ends() -> None:
    with request().activated():
        pass

    with pytest.raises(UsageError):
        wingbeat.cookies()
