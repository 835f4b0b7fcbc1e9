"""`route.py`: functions named for methods, what they may return, and how they end."""

import json
from typing import Any

import pytest

from support.projects import ask
from wingbeat.errors import RouteError

API = """
    from dataclasses import dataclass
    from datetime import date
    from pydantic import BaseModel
    from starlette.responses import PlainTextResponse, StreamingResponse
    from wingbeat import Redirect, after, cookies, forbidden, not_found, permanent_redirect, redirect, revalidate_path

    ran = []

    @dataclass
    class Point:
        x: int

    class Model(BaseModel):
        day: date

    async def pieces():
        yield b"one "
        yield b"two"

    def late():
        ran.append("late")

    answers = {
        "text": lambda: "åäö",
        "bytes": lambda: b"\\xff",
        "dict": lambda: {"day": date(2026, 1, 31)},
        "list": lambda: [1, None],
        "point": lambda: Point(1),
        "model": lambda: Model(day=date(2026, 1, 31)),
        "nothing": lambda: None,
        "response": lambda: PlainTextResponse("own", 418, {"Cache-Control": "public, max-age=60", "X-Own": "1"}),
        "stream": lambda: StreamingResponse(pieces(), media_type="text/plain"),
        "redirect": lambda: redirect("/next"),
        "returned": lambda: Redirect("/next"),
        "moved": lambda: permanent_redirect("/next"),
        "missing": not_found,
        "forbidden": forbidden,
        "broken": lambda: 1 / 0,
        "odd": lambda: object(),
        "odd-list": lambda: [object()],
        "cookie": lambda: cookies().set("seen", "yes"),
        "after": lambda: after(late),
        "path": lambda: revalidate_path("/"),
    }

    async def get(name: str, search_params, request):
        ran.append(("get", request.method, search_params))
        return answers[name]()

    def post(name):
        ran.append("post")
        return answers[name]()

    async def put(request):
        return {"sent": (await request.body()).decode(), "type": request.headers["content-type"]}
"""
SITE = {"page.py": "def page(): return 'page'", "api/[name]/route.py": API}


@pytest.fixture
def site(load: Any) -> Any:
    return load(SITE)


@pytest.mark.parametrize(
    ("name", "status", "kind", "body"),
    [
        ("text", 200, "text/plain; charset=utf-8", "åäö".encode()),
        ("bytes", 200, "application/octet-stream", b"\xff"),
        ("dict", 200, "application/json", b'{"day":"2026-01-31"}'),
        ("list", 200, "application/json", b"[1,null]"),
        ("point", 200, "application/json", b'{"x":1}'),
        ("model", 200, "application/json", b'{"day":"2026-01-31"}'),
        ("response", 418, "text/plain; charset=utf-8", b"own"),
        ("stream", 200, "text/plain; charset=utf-8", b"one two"),
    ],
)
def test_what_a_function_returns_is_the_answer(
    name: str, status: int, kind: str, body: bytes, site: Any
) -> None:
    got, head = site.get(f"/api/{name}"), ask(site.app, "HEAD", f"/api/{name}")

    assert (got.status, got["content-type"], got.body) == (status, kind, body)
    assert (head.status, head["content-type"], head.body) == (status, kind, b"")
    assert head.all("content-length") == got.all("content-length")
    assert got["x-content-type-options"] == "nosniff"
    assert got["cache-control"] == ("public, max-age=60" if name == "response" else "private, no-store")


def test_nothing_is_204(site: Any) -> None:
    reply = site.get("/api/nothing")

    assert (reply.status, reply.body) == (204, b"")
    assert "content-type" not in reply


def test_a_function_takes_what_a_page_takes(site: Any) -> None:
    site.get("/api/text?a=1&a=2")

    assert site.module("api.[name].route").ran == [("get", "GET", {"a": ["1", "2"]})]


def test_head_runs_get_and_options_runs_nothing(site: Any) -> None:
    options = ask(site.app, "OPTIONS", "/api/text")

    assert (options.status, options["allow"], options.body) == (204, "GET, HEAD, OPTIONS, POST, PUT", b"")
    assert site.module("api.[name].route").ran == []


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "TRACE", "get", "PURGE"])
def test_other_methods_are_405_with_what_is_allowed(method: str, site: Any) -> None:
    reply = ask(site.app, method, "/api/text")

    assert (reply.status, reply["allow"]) == (405, "GET, HEAD, OPTIONS, POST, PUT")
    assert site.module("api.[name].route").ran == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST"])
def test_a_final_slash_is_taken_off_with_the_method_kept(method: str, site: Any) -> None:
    reply = ask(site.app, method, "/api/text/?a=1")

    assert (reply.status, reply["location"]) == (308, "/api/text?a=1")
    assert site.module("api.[name].route").ran == []
    for url in ("/api/text//", "//api/text", "/api//text/"):
        assert ask(site.app, method, url).status in {403, 404, 405, 415}


def test_an_app_may_answer_options_and_head_itself(load: Any) -> None:
    site = load(
        {
            "page.py": "def page(): return 'page'",
            "api/route.py": """
                from starlette.responses import Response
                async def head(): return Response(headers={"X-Own": "head"})
                def options(): return Response(headers={"Access-Control-Allow-Origin": "*"})
            """,
        }
    )

    assert ask(site.app, "HEAD", "/api")["x-own"] == "head"
    assert ask(site.app, "OPTIONS", "/api")["access-control-allow-origin"] == "*"
    assert (site.get("/api").status, site.get("/api")["allow"]) == (405, "HEAD, OPTIONS")


def test_the_body_is_the_functions_own(site: Any) -> None:
    reply = ask(site.app, "PUT", "/api/x", {"Content-Type": "text/csv"}, [b"a,", b"b"])

    assert json.loads(reply.body) == {"sent": "a,b", "type": "text/csv"}


@pytest.mark.parametrize(
    ("name", "method", "kind", "status"),
    [
        ("redirect", "GET", "", 307),
        ("returned", "GET", "", 307),
        ("moved", "GET", "", 308),
        ("redirect", "POST", "application/json", 307),
        ("redirect", "POST", "application/x-www-form-urlencoded", 303),
        ("redirect", "POST", "multipart/form-data; boundary=x", 303),
        ("moved", "POST", "multipart/form-data; boundary=x", 303),
    ],
)
def test_a_redirect_repeats_no_form(name: str, method: str, kind: str, status: int, site: Any) -> None:
    reply = ask(site.app, method, f"/api/{name}", {"Content-Type": kind})

    assert (reply.status, reply["location"], reply.body) == (status, "/next", b"")


@pytest.mark.parametrize(("name", "status"), [("missing", 404), ("forbidden", 403)])
def test_an_interrupt_is_its_status(name: str, status: int, site: Any) -> None:
    reply = site.get(f"/api/{name}")

    assert (reply.status, reply["content-type"]) == (status, "text/plain; charset=utf-8")


@pytest.mark.parametrize("name", ["broken", "odd", "odd-list"])
def test_a_failure_tells_a_stranger_nothing(name: str, site: Any, caplog: Any) -> None:
    reply = site.get(f"/api/{name}")

    assert (reply.status, reply.text) == (500, "Internal Server Error")
    assert "app/api/[name]/route.py: get() failed (digest " in caplog.text


def test_a_failure_tells_the_developer_where(load: Any) -> None:
    reply = load(SITE, development=True).get("/api/odd")

    assert reply.status == 500
    assert "route.py: get() returned a object. Return text, bytes, a dict" in reply.text


def test_cookies_are_set_and_the_responses_own_come_last(load: Any) -> None:
    site = load(
        {
            "page.py": "def page(): return 'page'",
            "api/route.py": """
                from starlette.responses import Response
                from wingbeat import cookies
                def get():
                    cookies().set("a", "jar")
                    response = Response()
                    response.set_cookie("a", "response")
                    return response
            """,
        }
    )

    first, last = site.get("/api").all("set-cookie")

    assert first.startswith("a=jar;")
    assert last.startswith("a=response;")


def test_what_actions_may_do_routes_may_too(site: Any) -> None:
    assert site.get("/api/cookie")["set-cookie"].startswith("seen=yes; ")
    assert site.get("/api/after").status == site.get("/api/path").status == 204
    assert "late" in site.module("api.[name].route").ran


def test_a_route_may_run_in_a_thread_with_its_body(load: Any) -> None:
    site = load(
        {
            "api/route.py": """
                import threading
                runtime = "thread"
                body_size_limit = "1kb"
                async def put(request):
                    beside = threading.current_thread() is not threading.main_thread()
                    return {"beside": beside, "sent": (await request.body()).decode()}
                async def get():
                    return str(threading.current_thread() is not threading.main_thread())
            """
        }
    )

    assert json.loads(ask(site.app, "PUT", "/api", {}, [b"a,", b"b"]).body) == {"beside": True, "sent": "a,b"}
    assert ask(site.app, "PUT", "/api", {}, [b"x" * 1000, b"x" * 25]).status == 413
    assert site.get("/api").text == "True"
    assert site.app.site.intake.is_empty


def test_a_path_parameter_that_does_not_fit_is_a_404(load: Any) -> None:
    site = load({"api/[number]/route.py": "def get(number: int): return str(number)"})

    assert site.get("/api/7").text == "7"
    assert site.get("/api/seven").status == 404


def test_a_link_to_a_route_is_a_navigation_of_the_browser_and_runs_nothing(site: Any) -> None:
    reply = site.payload("/api/text?a=1")

    assert (reply["wingbeat-redirect"], reply["wingbeat-redirect-type"]) == ("/api/text?a=1", "external")
    assert site.module("api.[name].route").ran == []


def test_guards_run_before_a_route_as_before_a_page(load: Any) -> None:
    site = load(
        {
            "page.py": "def page(): return 'page'",
            "api/route.py": """
                from wingbeat import forbidden, guarded_by, unauthorized
                ran = []
                def guard(request):
                    if "cookie" not in request.headers: unauthorized()
                def require_admin(request): return "admin" in request.headers["cookie"]
                def get(): ran.append("get")
                @guarded_by(require_admin)
                def delete(): ran.append("delete")
            """,
        }
    )
    own = {"Sec-Fetch-Site": "same-origin"}

    assert site.get("/api").status == ask(site.app, "DELETE", "/api").status == 401
    assert ask(site.app, "DELETE", "/api", {"Cookie": "user=1", **own}).status == 403
    assert site.module("api.route").ran == []
    assert site.get("/api", {"Cookie": "user=1"}).status == 204
    assert ask(site.app, "DELETE", "/api", {"Cookie": "admin=1", **own}).status == 204
    assert site.module("api.route").ran == ["get", "delete"]


def test_a_function_that_takes_too_long_is_a_504(load: Any) -> None:
    site = load(
        {
            "api/route.py": """
                import asyncio
                max_duration = 0.01
                async def get(): await asyncio.Event().wait()
            """
        }
    )

    assert site.get("/api").status == 504


def test_a_body_has_a_bound(load: Any) -> None:
    site = load(
        {
            "api/route.py": """
                body_size_limit = "1kb"
                async def post(request): return str(len(await request.body()))
            """
        }
    )

    assert ask(site.app, "POST", "/api", {}, [b"x" * 1000, b"x" * 24]).text == "1024"
    assert ask(site.app, "POST", "/api", {}, [b"x" * 1000, b"x" * 25]).status == 413
    refused = ask(site.app, "POST", "/api", {"Content-Length": "1025"})
    assert (refused.status, refused.pieces_read) == (413, 0)
    assert ask(site.app, "POST", "/api", {"Content-Length": "many"}).status == 400
    assert site.app.site.intake.is_empty


def test_a_client_that_leaves_is_no_failure_of_ours(site: Any, caplog: Any) -> None:
    async def leave() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    assert ask(site.app, "PUT", "/api/x", {}, leave).status == 400
    assert "digest" not in caplog.text


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (
            "",
            " answers no method. Define `async def get(...)`, or any of get, head, options, post, put, patch, del",
        ),
        ("def GET(): ...", ": GET answers nothing. Name it get."),
        ("get = 'text'", ": get() is no function. Define `async def get(...)`."),
        ("def get(): yield 'text'", ": get() is a generator. Return a StreamingResponse of it instead."),
        (
            "def get(other): ...",
            ": get() takes 'other', which /api does not have. It may take request, search_params",
        ),
        ("def get(): ...\ncross_origin = 1", ": cross_origin = 1; it is True or False."),
        ("def get(): ...\nmax_duration = 'x'", ": max_duration = 'x'; it is seconds, 0 for no limit."),
    ],
)
def test_a_route_that_answers_nothing_is_an_error_at_start(source: str, problem: str, load: Any) -> None:
    with pytest.raises(RouteError) as error:
        load({"page.py": "def page(): return 'page'", "api/route.py": source})

    assert f"app/api/route.py{problem}" in str(error.value)
