"""What Next.js users know of a call, where its request and answer show it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from starlette.middleware.base import BaseHTTPMiddleware

from support.projects import FORM_TYPE, OWN, Project, Reply, ask, encoded, multipart
from wingbeat.flight import Element, Lazy, ServerReference, encode_reply
from wingbeat.flight.payload_values import PayloadError

PAGES = {
    "page.py": '''
        import functools
        from functools import partial
        from wingbeat import (
            cookies, headers, html as h, not_found, redirect, refresh, revalidate_path, update_tag,
        )
        from wingbeat.ui import action_form, form_message

        ran = []

        async def page():
            captured = "captured"

            async def join(bound: str, sent: str) -> str:
                """use server"""
                return f"{captured} {bound} {sent}"

            return h.main[
                h.form(action=partial(join, "bound"))[h.button["Join"]],
                action_form(remember, initial={"message": "initial"})[
                    h.input(name="name"), form_message(), h.button["Remember"]
                ],
            ]

        async def add(*numbers: int) -> int:
            """use server"""
            ran.append("add")
            return sum(numbers)

        async def remember(state: dict, form):
            """use server"""
            return {"message": f"{state['message']}:{form.text('name')}"}

        async def save():
            """use server"""
            cookies().set("saved", "yes")
            return "saved"

        async def go():
            """use server"""
            redirect("/target")

        async def change_and_fail():
            """use server"""
            revalidate_path("/")
            raise ValueError("a secret of the server")

        async def ends():
            """use server"""
            not_found()

        async def count(items: list[dict[str, int]]) -> list[int]:
            """use server"""
            return [len(items), items[0]["id"], items[-1]["id"]]

        async def own_header() -> str | None:
            """use server"""
            return headers().get("wingbeat-action")

        def signed_in(function):
            @functools.wraps(function)
            async def checked(text: str) -> str:
                if cookies().get("auth") != "1":
                    raise PermissionError("nobody is signed in")
                return f"Prefix: {await function(text)}"
            return checked

        @signed_in
        async def shout(text: str) -> str:
            """use server"""
            return text.upper()
    ''',
    "target/page.py": """
        from wingbeat import headers, html as h
        async def page():
            return h.p["target ", headers().get("wingbeat-action", "no action")]
    """,
    "api/repeat/route.py": """
        from starlette.responses import RedirectResponse
        def post():
            return RedirectResponse("/target", 307)
    """,
    "api/tag/route.py": """
        from wingbeat import update_tag
        def post():
            update_tag("users")
    """,
}


def references_in(tree: Any) -> list[ServerReference]:
    match tree:
        case ServerReference():
            return [tree]
        case Lazy():
            return references_in(tree.value)
        case Element():
            return references_in(tree.props)
        case dict():
            return references_in(list(tree.values()))
        case list() | tuple():
            return [reference for item in tree for reference in references_in(item)]
    return []


def rewritten(app: Any) -> Any:
    """ASGI middleware that shows `/` at `/old`, as a rewrite does."""

    async def rewriting(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/old":
            scope = {**scope, "path": "/", "raw_path": b"/"}
        await app(scope, receive, send)

    return rewriting


def read_in_pieces(app: Any) -> Any:
    """ASGI middleware that hands a body on piece by piece, the last one late and empty."""

    async def piecemeal(scope: Any, receive: Any, send: Any) -> None:
        late = False

        async def passing() -> Any:
            nonlocal late
            if late:
                await asyncio.sleep(0)
                return {"type": "http.request", "body": b"", "more_body": False}
            message = await receive()
            late = message["type"] == "http.request" and not message.get("more_body")
            return {**message, "more_body": True} if late else message

        await app(scope, passing, send)

    return piecemeal


class Watching(BaseHTTPMiddleware):
    """Starlette's own kind of middleware, which wraps both the request and the answer."""

    async def dispatch(self, request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers["X-Seen"] = request.method
        return response


@pytest.fixture
def project(load: Any) -> Project:
    found: Project = load(PAGES)
    return found


def test_an_action_of_a_page_that_a_rewrite_shows(load: Any) -> None:
    project = load(PAGES, middleware=[rewritten])

    assert project.get("/old").status == 200
    assert project.call("page.add", 1, 2, url="/old").value == 3
    assert project.call("page.go", url="/old")["wingbeat-redirect"] == "/target"


def test_captured_then_bound_then_sent(project: Project) -> None:
    reference = next(one for one in references_in(project.payload().root["tree"]) if one.bound)

    assert project.call_reference(reference, "sent").value == "captured bound sent"


def test_a_call_of_too_many_arguments_is_refused_before_it_runs(project: Project) -> None:
    assert project.call("page.add", *range(255)).value == sum(range(255))
    project.module().ran.clear()

    assert project.call("page.add", *range(1001)).status == 400
    assert project.module().ran == []


def submitted(project: Project, name: str) -> Reply:
    form = project.get().forms[-1]
    return project.submit(form, name=name)


def test_form_state_survives_middleware(load: Any) -> None:
    project = load(PAGES, middleware=[read_in_pieces, Watching])

    reply = submitted(project, "test")

    assert (reply.status, reply["x-seen"]) == (200, "POST")
    assert "initial:test" in reply.text


def test_the_target_of_a_redirect_is_asked_for_without_the_action(load: Any) -> None:
    asked = []

    def watching(app: Any) -> Any:
        async def watched(scope: Any, receive: Any, send: Any) -> None:
            asked.append((scope["method"], scope["path"], b"wingbeat-action" in dict(scope["headers"])))
            await app(scope, receive, send)

        return watched

    reply = load(PAGES, middleware=[watching]).call("page.go")

    assert "no action" in reply.text
    assert asked == [("POST", "/", True), ("GET", "/target", False)]


def test_a_post_that_a_route_sends_on_to_a_page_is_no_call(project: Project) -> None:
    body = multipart([("a", "1")])
    sent = {"Content-Type": FORM_TYPE, **OWN}
    first = ask(project.app, "POST", "/api/repeat", sent, body)

    assert (first.status, first["location"]) == (307, "/target")
    assert ask(project.app, "POST", "/target", sent, body).status == 400


@pytest.mark.parametrize("runtime", ["asyncio", "thread"])
@pytest.mark.parametrize("development", [False, True])
def test_a_wrapped_action_fails_and_works_as_its_wrapper_says(
    *, development: bool, runtime: str, load: Any
) -> None:
    project = load(PAGES, development=development, runtime=runtime)

    with pytest.raises(PayloadError) as refused:
        _ = project.call("page.shout", "hello", headers={"Cookie": "auth=0"}).value
    assert str(refused.value) == ("nobody is signed in" if development else "")
    assert project.call("page.shout", "hello", headers={"Cookie": "auth=1"}).value == "Prefix: HELLO"


def test_what_was_invalidated_before_a_failure_is_shown_with_it(project: Project) -> None:
    reply = project.call("page.change_and_fail")

    assert reply.status == 500
    assert (reply.root["invalidated"], "tree" in reply.root) == (True, True)
    with pytest.raises(PayloadError):
        _ = reply.value


@pytest.mark.parametrize("kind", ["text/plain", FORM_TYPE, "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("action", ["x" * 40, "toString", "__proto__", "1"])
def test_a_post_to_no_page_is_refused_in_silence(
    kind: str, action: str, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    body = multipart([("a", "1")]) if kind == FORM_TYPE else b"a=1"

    plain = ask(project.app, "POST", "/nowhere", {"Content-Type": kind, **OWN}, body)
    named = ask(
        project.app, "POST", "/nowhere", {"Content-Type": kind, "Wingbeat-Action": action, **OWN}, body
    )

    assert {plain.status, named.status} <= {404, 415}
    assert "Traceback" not in caplog.text
    assert all(record.levelno < logging.ERROR for record in caplog.records)


@pytest.mark.parametrize("kind", ["text/plain;charset=UTF-8", FORM_TYPE])
def test_an_app_without_actions_has_none_to_call(
    kind: str, load: Any, caplog: pytest.LogCaptureFixture
) -> None:
    project = load({"page.py": "def page(): return 'page'"})
    body = b"[]" if kind != FORM_TYPE else multipart([("$ACTION_ID_" + "x" * 40, "")])

    called = ask(project.app, "POST", "/", {"Content-Type": kind, "Wingbeat-Action": "x" * 40, **OWN}, body)
    posted = project.post_parts([("$ACTION_ID_" + "x" * 40, "")])

    assert (called.status, called["wingbeat-action-not-found"]) == (404, "1")
    assert (posted.status, posted["wingbeat-action-not-found"]) == (404, "1")
    assert "x" * 40 in caplog.text


def test_a_long_payload_arrives_whole_through_middleware(load: Any) -> None:
    project = load(PAGES, middleware=[read_in_pieces, Watching])
    kind, body = encoded(encode_reply([[{"id": number} for number in range(10_240)]]))
    sent = {
        "Wingbeat-Action": project.action_id("page.count"),
        "Accept": "text/x-component",
        "Content-Type": kind,
        **OWN,
    }

    reply = ask(project.app, "POST", "/", sent, [body[i : i + 4096] for i in range(0, len(body), 4096)])

    assert reply.value == [10_240, 0, 10_239]


def test_an_action_called_from_another_page_keeps_its_cookie(project: Project) -> None:
    reply = project.call("page.save", url="/target")

    assert (reply.status, reply.value) == (200, "saved")
    assert reply["set-cookie"].startswith("saved=yes;")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_only_a_post_calls(method: str, project: Project) -> None:
    sent = {"Wingbeat-Action": project.action_id("page.add"), "Content-Type": "text/plain", **OWN}

    assert ask(project.app, method, "/", sent, b"[1]").status == 405
    assert project.module().ran == []


def test_an_action_sees_its_own_header(project: Project) -> None:
    assert project.call("page.own_header").value == project.action_id("page.own_header")


def test_three_selectors_in_a_form_run_one_action_at_most(project: Project) -> None:
    parts = [(f"$ACTION_REF_{number}", "") for number in range(3)]

    assert project.post_parts(parts).status == 400
    assert project.module().ran == []


def test_a_tag_is_updated_by_actions_alone(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    reply = ask(project.app, "POST", "/api/tag", {"Content-Type": "text/plain", **OWN})

    assert reply.status == 500, reply.text
    assert "update_tag()" in caplog.text


def test_not_found_brings_its_page_though_nothing_was_invalidated(project: Project) -> None:
    reply = project.call("page.ends")

    assert reply.status == 404
    assert "Page not found" in reply.text
    assert project.module().ran == []


@pytest.mark.parametrize("origin", ["http://", "not-a-url", "https://[", "https://app.example:x"])
def test_an_origin_that_is_no_url_is_refused_and_the_app_goes_on(
    origin: str, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    body = multipart([(f"$ACTION_ID_{project.action_id('page.save')}", "")])

    assert ask(project.app, "POST", "/", {"Content-Type": FORM_TYPE, "Origin": origin}, body).status == 403
    assert "Traceback" not in caplog.text
    assert project.call("page.add", 1, 2).value == 3


def test_a_forwarded_host_is_compared_without_case(load: Any) -> None:
    project = load(PAGES, trusted_proxies=["203.0.113.0/24"])
    sent = {
        "Wingbeat-Action": project.action_id("page.add"),
        "Content-Type": "text/plain;charset=UTF-8",
        "Origin": "https://public.example",
        "X-Forwarded-Host": "PUBLIC.Example",
        "X-Forwarded-Proto": "https",
    }

    assert ask(project.app, "POST", "/", sent, b"[1,2]").value == 3
    assert (
        ask(project.app, "POST", "/", {**sent, "X-Forwarded-Host": "other.example"}, b"[1,2]").status == 403
    )
