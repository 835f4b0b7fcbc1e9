"""`request_context`: a request for code that is called directly."""

from __future__ import annotations

import pytest

from wingbeat import cookies, headers, redirect, revalidate_path
from wingbeat.errors import UsageError
from wingbeat.request import Redirect
from wingbeat.testing import request_context


def test_cookies_and_headers_are_those_of_the_test() -> None:
    with request_context(headers={"Accept-Language": "de"}, cookies={"theme": "dark; ä=1"}):
        assert headers()["accept-language"] == "de"
        assert cookies().get("theme") == "dark; ä=1"
        assert list(cookies()) == ["theme"]


def test_what_an_action_may_do_is_seen_afterwards() -> None:
    with request_context("/invoices?page=2") as request:
        cookies().set("theme", "dark")
        revalidate_path("/invoices")

    assert (request.path, request.url) == ("/invoices", "/invoices?page=2")
    assert request.invalidated == {"/invoices"}
    assert request.cookies.set_cookie_headers() == ["theme=dark; Path=/; HttpOnly; SameSite=Lax"]


def test_an_encoded_path_is_read_as_the_app_reads_it() -> None:
    with request_context("/gr%C3%BC%C3%9Fe") as request:
        assert request.path == "/grüße"


def test_the_request_ends_with_the_block_however_it_ends() -> None:
    with pytest.raises(Redirect), request_context():
        redirect("/x")

    with pytest.raises(UsageError, match="outside a request"):
        cookies()


def test_one_request_may_stand_inside_another() -> None:
    with request_context(cookies={"a": "1"}):
        with request_context(cookies={"a": "2"}):
            assert cookies().get("a") == "2"
        assert cookies().get("a") == "1"
