"""Who may change something through a `route.py`: our pages and what is no browser, not the pages of other sites."""

from typing import Any

import pytest

from support.projects import HOST, ask

ROUTE = """
    ran = []
    def get(): return "read"
    def post(): ran.append("post")
    def delete(): ran.append("delete")
"""
OWN = f"https://{HOST}"
EVIL = "https://evil.example"


@pytest.fixture
def site(load: Any) -> Any:
    return load({"page.py": "def page(): return 'page'", "api/route.py": ROUTE})


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer token"},
        {"Stripe-Signature": "t=1"},
        {"Sec-Fetch-Site": "same-origin", "Cookie": "a=1"},
        {"Origin": OWN, "Cookie": "a=1"},
        {"Origin": OWN, "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_our_pages_and_scripts_may(method: str, headers: dict[str, str], site: Any) -> None:
    assert ask(site.app, method, "/api", headers).status == 204
    assert site.module("api.route").ran == [method.lower()]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": EVIL, "Authorization": "Bearer token"},
        {"Referer": f"{EVIL}/page"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": f"https://other.{HOST}"},
        {"Sec-Fetch-Site": "none"},
        {"Cookie": "a=1"},
    ],
)
def test_other_sites_may_not(method: str, headers: dict[str, str], site: Any) -> None:
    reply = ask(site.app, method, "/api", headers)

    assert (reply.status, reply.pieces_read) == (403, 0)
    assert site.module("api.route").ran == []


def test_anybody_may_read(site: Any) -> None:
    assert site.get("/api", {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}).text == "read"


def test_a_route_may_say_that_other_sites_may(load: Any) -> None:
    site = load({"api/route.py": f"cross_origin = True{ROUTE.replace(chr(10) + '    ', chr(10))}"})

    assert ask(site.app, "POST", "/api", {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}).status == 204


def test_two_origins_are_none(site: Any) -> None:
    assert ask(site.app, "POST", "/api", {"Origin": [OWN, EVIL]}).status == 400


def test_a_page_keeps_its_methods_and_its_rule(site: Any) -> None:
    for method in ("PUT", "DELETE", "OPTIONS"):
        assert (ask(site.app, method, "/").status, ask(site.app, method, "/")["allow"]) == (
            405,
            "GET, HEAD, POST",
        )
    assert (
        ask(site.app, "POST", "/", {"Authorization": "x", "Content-Type": "multipart/form-data"}).status
        == 403
    )


def test_what_passed_as_a_request_to_a_route_reaches_no_page(load: Any) -> None:
    def send_to_page(app: Any) -> Any:
        async def wrapped(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, "path": "/", "raw_path": b"/"}, receive, send)

        return wrapped

    site = load(
        {
            "page.py": """
                ran = []
                async def save() -> None:
                    "use server"
                    ran.append("save")
                def page(): return "page"
            """,
            "api/route.py": "def post(): ...",
        },
        middleware=[send_to_page],
    )
    action = {"Wingbeat-Action": site.action_id("page.save"), "Content-Type": "text/plain"}

    reply = ask(site.app, "POST", "/api", {**action, "Authorization": "Bearer token"}, b"[]")

    assert reply.status == 403
    assert site.module().ran == []
