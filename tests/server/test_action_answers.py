"""How a call ended -> what the browser gets, with and without JavaScript."""

import asyncio
import logging
import threading
from typing import Any

import pytest

from support.projects import ask_async
from wingbeat.flight.payload_values import PayloadError

PAGES = {
    "layout.py": """
        from wingbeat import html as h
        def layout(children): return h.html[h.body[h.nav["Menu"], children]]
    """,
    "page.py": '''
        import asyncio, threading
        from wingbeat import (
            ActionError, Redirect, cookies, forbidden, html as h, not_found, permanent_redirect, redirect,
            refresh, revalidate_path, unauthorized,
        )

        shown = {"n": 0, "end": None}
        threads = []

        async def page():
            shown["n"] += 1
            if shown["end"]: shown["end"]()
            return h.p["shown ", shown["n"], " ", cookies().get("theme")]

        async def value() -> int:
            """use server"""
            return 7

        async def invalidate() -> str:
            """use server"""
            revalidate_path("/")
            return "done"

        async def again():
            """use server"""
            refresh()

        async def theme(name: str):
            """use server"""
            cookies().set("theme", name)
            return cookies().get("theme")

        async def forget():
            """use server"""
            cookies().delete("theme")

        async def fail(message: str):
            """use server"""
            cookies().set("theme", "kept")
            raise ValueError(message)

        async def refuse():
            """use server"""
            raise ActionError("sold_out", "Nothing <b>left</b>.", {"left": 0})

        async def end(status: int):
            """use server"""
            cookies().set("theme", "kept")
            {404: not_found, 403: forbidden, 401: unauthorized}[status]()

        async def grouped():
            """use server"""
            async with asyncio.TaskGroup() as group:
                group.create_task(away())

        async def away():
            redirect("/other")

        async def go(url: str, external: bool = False):
            """use server"""
            cookies().set("theme", "gone")
            redirect(url, external=external)

        async def go_returning():
            """use server"""
            return Redirect("/other", type="replace")

        async def go_for_good():
            """use server"""
            permanent_redirect("/other")

        async def slow():
            """use server"""
            await asyncio.sleep(60)

        def blocking(release: str = ""):
            """use server"""
            threads.append(threading.get_ident())
            cookies().set("theme", "thread")
            return cookies().get("theme")

        class Secret:
            pass

        async def unsendable():
            """use server"""
            return Secret()

        async def element():
            """use server"""
            return h.b["bold"]

        async def promises():
            """use server"""
            async def later(): return 1
            async def items():
                yield "a"
                yield "b"
            return {"later": later(), "items": items()}

        async def breaking():
            """use server"""
            async def later(): raise ValueError("secret")
            return {"later": later(), "ok": 1}

        async def refuse_unsendable():
            """use server"""
            raise ActionError("x", "y", Secret())
    ''',
    "other/page.py": """
        from wingbeat import cookies, html as h, not_found, redirect
        ends = {}
        def page(request):
            if "end" in ends: ends["end"]()
            return h.p["other ", request.method, " ", cookies().get("theme"), " ", request.cookies.get("theme")]
    """,
}


@pytest.fixture
def project(load: Any) -> Any:
    return load(PAGES)


def tree_text(reply: Any) -> str:
    return reply.body.decode() if "tree" in reply.root else ""


def test_the_value_alone_when_nothing_changed(project: Any) -> None:
    reply = project.call("page.value")

    assert (reply.status, reply.value) == (200, 7)
    assert set(reply.root) == {"value", "invalidated", "build", "url"}
    assert reply.root["invalidated"] is False
    assert project.module().shown["n"] == 0
    assert "set-cookie" not in reply
    assert reply["cache-control"] == "private, no-store"


@pytest.mark.parametrize("action", ["invalidate", "again"])
def test_what_was_invalidated_comes_anew(action: str, project: Any) -> None:
    reply = project.call(f"page.{action}")

    assert reply.root["invalidated"] is True
    assert '"shown "' in tree_text(reply)
    assert "Menu" in tree_text(reply)
    assert project.module().shown["n"] == 1


def test_a_changed_cookie_is_a_change_and_an_equal_one_is_none(project: Any) -> None:
    changed = project.call("page.theme", "dark", headers={"Cookie": "theme=light"})
    equal = project.call("page.theme", "dark", headers={"Cookie": "theme=dark"})

    assert changed.value == equal.value == "dark"
    assert '"dark"' in tree_text(changed)
    assert "tree" not in equal.root
    assert changed.all("set-cookie") == equal.all("set-cookie")
    assert changed["set-cookie"] == "theme=dark; Path=/; Secure; HttpOnly; SameSite=Lax"


def test_h16_a_deleted_cookie_is_gone_from_the_page(project: Any) -> None:
    reply = project.call("page.forget", headers={"Cookie": "theme=dark"})

    assert '"dark"' not in tree_text(reply)
    assert "Max-Age=0" in reply["set-cookie"]
    assert "tree" not in project.call("page.forget").root


def test_k01_an_exception_is_a_digest_in_production(project: Any, caplog: pytest.LogCaptureFixture) -> None:
    called = project.call("page.fail", "s3cret")

    assert called.status == 500
    with pytest.raises(PayloadError) as rejection:
        _ = called.value
    assert (str(rejection.value), rejection.value.name) == ("", "")
    assert caplog.text.count("ValueError: s3cret") == 1
    assert f"(digest {rejection.value.digest})" in caplog.text
    assert b"s3cret" not in called.body
    assert b"page.py" not in called.body
    assert '"kept"' in tree_text(called)  # what it changed before is shown
    assert "theme=kept" in called["set-cookie"]


def test_an_exception_of_a_form_is_an_error_page(load: Any) -> None:
    source = """
        def page(): return "page"
        async def fail():
            "use server"
            raise ValueError("s3cret <b>")
    """
    posted = load(source).post("page.fail")

    assert posted.status == 500
    assert "Something went wrong. Digest: " in posted.text
    assert "s3cret" not in posted.text


@pytest.mark.parametrize("way", ["call", "post"])
def test_the_developer_sees_the_exception(way: str, load: Any) -> None:
    project = load(
        """
        def page(): return "page"
        async def fail():
            "use server"
            raise ValueError("what <b> happened")
        """,
        development=True,
    )

    reply = getattr(project, way)("page.fail")

    assert reply.status == 500
    if way == "call":
        with pytest.raises(PayloadError, match=r"^what <b> happened$"):
            _ = reply.value
    else:
        assert "ValueError: what &lt;b&gt; happened" in reply.text


@pytest.mark.parametrize("development", [False, True])
def test_an_action_error_is_the_same_in_development_and_production(*, development: bool, load: Any) -> None:
    project = load(PAGES, development=development)

    called, posted = project.call("page.refuse"), project.post("page.refuse")

    assert called.status == posted.status == 400
    assert called.root["error"] == {
        "code": "sold_out",
        "message": "Nothing <b>left</b>.",
        "data": {"left": 0},
    }
    assert "Nothing &lt;b&gt;left&lt;/b&gt;." in posted.text


@pytest.mark.parametrize(
    ("status", "title"), [(404, "Page not found"), (403, "Not allowed"), (401, "Please sign in")]
)
def test_not_found_and_its_kin_show_their_page(status: int, title: str, project: Any) -> None:
    called = project.call("page.end", status)

    assert called.status == status
    assert title in tree_text(called)
    assert "Menu" in tree_text(called)
    assert "theme=kept" in called["set-cookie"]


def test_a_native_form_gets_the_status_page_too(load: Any) -> None:
    project = load(
        """
        from wingbeat import cookies, forbidden
        def page(): return "page"
        async def end():
            "use server"
            cookies().set("a", "1")
            forbidden()
        """
    )

    reply = project.post("page.end")

    assert (reply.status, "Not allowed" in reply.text) == (403, True)
    assert "a=1" in reply["set-cookie"]


def test_a_redirect_carries_its_target(project: Any) -> None:
    reply = project.call("page.go", "/other?x=1#part", headers={"Cookie": "theme=old"})

    assert reply.status == 200
    assert (reply["wingbeat-redirect"], reply["wingbeat-redirect-type"]) == ("/other?x=1#part", "push")
    assert reply.root["url"] == "/other?x=1"
    assert '["other ","GET"," ","gone"," ","gone"]' in tree_text(reply)  # H16: the new cookie, in every way
    assert "theme=gone" in reply["set-cookie"]
    assert project.module().shown["n"] == 0


@pytest.mark.parametrize(
    ("action", "kind"), [("go_returning", "replace"), ("go_for_good", "replace"), ("grouped", "push")]
)
def test_other_ways_to_redirect(action: str, kind: str, project: Any) -> None:
    called, posted = project.call(f"page.{action}"), project.post(f"page.{action}")

    assert (called["wingbeat-redirect"], called["wingbeat-redirect-type"]) == ("/other", kind)
    assert "tree" in called.root
    assert (posted.status, posted["location"], posted.body) == (303, "/other", b"")  # H07


@pytest.mark.parametrize(
    ("page", "target", "url"),
    [
        ("/other", "./sub", "/other/sub"),
        ("/other", "../sub", "/sub"),
        ("/other", "sub", "/sub"),
        ("/other?a=1", "?b=2", "/other?b=2"),
        ("/other?a=1", "#h", "/other#h"),
        ("/", "./sub", "/sub"),
        ("/", "a/../../../b", "/b"),
        ("/other", "/å b", "/%C3%A5%20b"),
        ("/other", "/%09/evil", "/%09/evil"),
    ],
)
def test_h04_h08_where_a_redirect_leads(page: str, target: str, url: str, project: Any) -> None:
    reply = project.call("page.go", target, url=page)

    assert reply["wingbeat-redirect"] == url


@pytest.mark.parametrize(
    "target",
    [
        "//evil",
        "/\\evil",
        "///evil",
        ".//evil",
        "x//evil",
        "https:evil",
        "https://app.example@evil",
        "javascript:alert(1)",
    ],
)
def test_h01_h02_h03_a_redirect_that_would_leave_is_an_error(target: str, project: Any) -> None:
    reply = project.call("page.go", target)

    assert reply.status == 500
    assert "wingbeat-redirect" not in reply
    assert b"evil" not in reply.body


def test_an_external_redirect_is_the_address_alone(project: Any) -> None:
    reply = project.call("page.go", "https://other.example/x", True)

    assert (reply["wingbeat-redirect"], reply["wingbeat-redirect-type"]) == (
        "https://other.example/x",
        "push external",
    )
    assert "tree" not in reply.root


@pytest.mark.parametrize("end", ["not_found()", "redirect('/')", "1/0"])
def test_a_target_that_shows_no_page_is_left_to_the_browser(end: str, project: Any) -> None:
    other = project.module("other.page")
    other.ends["end"] = lambda: eval(end, vars(other))

    reply = project.call("page.go_returning")

    assert (reply.status, reply["wingbeat-redirect"]) == (200, "/other")
    assert "tree" not in reply.root


def test_a_guard_of_the_target_is_not_bypassed(load: Any) -> None:
    asked = []

    def guard(app: Any) -> Any:
        async def guarded(scope: Any, receive: Any, send: Any) -> None:
            asked.append((scope["method"], scope["path"]))
            if scope["path"] == "/other":
                await send({"type": "http.response.start", "status": 403, "headers": []})
                await send({"type": "http.response.body", "body": b"no"})
                return
            await app(scope, receive, send)

        return guarded

    reply = load(PAGES, middleware=[guard]).call("page.go", "/other")

    assert asked == [("POST", "/"), ("GET", "/other")]
    assert reply["wingbeat-redirect"] == "/other"
    assert "tree" not in reply.root


def test_the_page_after_an_action_may_end_otherwise(project: Any) -> None:
    page = project.module()

    page.shown["end"] = lambda: page.redirect("/other")
    redirected = project.call("page.invalidate")
    page.shown["end"] = page.not_found
    missing = project.call("page.invalidate")
    page.shown["end"] = lambda: 1 / 0
    failed = project.call("page.invalidate")

    assert redirected["wingbeat-redirect"] == "/other"
    assert (missing.status, missing.value) == (200, "done")
    assert "Page not found" in tree_text(missing)
    assert (failed.status, failed.value, "tree" in failed.root) == (200, "done", False)
    assert failed.root["invalidated"] is True  # so that the runtime asks for the page


def test_a_page_that_cannot_travel_does_not_take_the_value_with_it(load: Any) -> None:
    project = load(
        """
        from wingbeat import html as h, refresh
        from wingbeat.ui import submit_button
        def page(): return submit_button(pending=object())
        async def save():
            "use server"
            refresh()
            return 7
        """
    )

    reply = project.call("page.save")

    assert (reply.status, reply.value) == (200, 7)
    assert "tree" not in reply.root


def test_a_target_that_cannot_travel_is_left_to_the_browser(load: Any) -> None:
    project = load(
        {
            "page.py": """
                from wingbeat import redirect
                def page(): return "page"
                async def go():
                    "use server"
                    redirect("/broken")
            """,
            "broken/page.py": """
                from wingbeat.ui import submit_button
                def page(): return submit_button(pending=object())
            """,
        }
    )

    reply = project.call("page.go")

    assert (reply.status, reply["wingbeat-redirect"], "tree" in reply.root) == (200, "/broken", False)


def test_c16_an_action_over_its_time_is_504(load: Any, caplog: pytest.LogCaptureFixture) -> None:
    project = load(PAGES, max_duration=0.02)

    called, posted = project.call("page.slow"), project.post("page.slow")

    assert (called.status, called.text, called["content-type"]) == (
        504,
        "Gateway timeout",
        "text/plain; charset=utf-8",
    )
    assert posted.status == 504
    assert called["cache-control"] == posted["cache-control"] == "private, no-store"
    assert caplog.messages.count("app.page.slow() took longer than 0.02 seconds (max_duration)") == 2


def test_a_timeout_of_the_actions_own_is_its_exception(load: Any) -> None:
    project = load(
        """
        def page(): return "page"
        async def save():
            "use server"
            raise TimeoutError
        """
    )

    assert project.call("page.save").status == 500


def test_sync_actions_and_pages_run_in_threads(project: Any) -> None:
    reply = project.call("page.blocking")

    assert reply.value == "thread"
    assert "theme=thread" in reply["set-cookie"]
    assert '"thread"' in tree_text(reply)
    assert project.module().threads != [threading.get_ident()]


def test_a_value_that_cannot_travel_is_the_developers_error(
    project: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for action in ("unsendable", "refuse_unsendable"):
        caplog.clear()
        reply = project.call(f"page.{action}")

        assert reply.status == 500
        with pytest.raises(PayloadError):
            _ = reply.value
        assert "Secret" in caplog.text
        assert b"Secret" not in reply.body


def test_elements_and_promises_are_values(project: Any) -> None:
    element, promises, breaking = (
        project.call(f"page.{name}") for name in ("element", "promises", "breaking")
    )

    assert element.value.type == "b"
    assert (promises.value["later"].value, b'"a"' in promises.body) == (1, True)
    assert breaking.status == 200
    assert b"secret" not in breaking.body
    with pytest.raises(PayloadError):
        asyncio.run(awaited(breaking.value["later"]))


async def awaited(value: Any) -> Any:
    return await value


def test_elements_of_a_value_may_end_the_call(load: Any) -> None:
    project = load(
        """
        from wingbeat import component, not_found
        def page(): return "page"
        @component
        def lost(): not_found()
        @component
        def broken(): raise ValueError("s3cret")
        async def save(which: int):
            "use server"
            return [lost(), broken()][which]
        """
    )

    assert project.call("page.save", 0).status == 404
    broken = project.call("page.save", 1)
    assert (broken.status, b"s3cret" in broken.body) == (500, False)


def test_a_form_goes_back_to_its_page(project: Any) -> None:
    reply = project.post("page.value", url="/?a=1&b=%C3%A5%20+c&flag")

    assert (reply.status, reply["location"]) == (303, "/?a=1&b=%C3%A5%20+c&flag")


def test_a_form_posted_to_a_payloads_address_gets_a_page(load: Any) -> None:
    project = load(
        """
        from wingbeat import not_found
        def page(): return "page"
        async def save(): "use server"
        async def end():
            "use server"
            not_found()
        """
    )

    back, ended = (project.post(f"page.{name}", url="/?_wingbeat=1") for name in ("save", "end"))

    assert (back.status, back["location"]) == (303, "/")
    assert (ended.status, ended["content-type"]) == (404, "text/html; charset=utf-8")


def test_b10_requests_do_not_mix(project: Any) -> None:
    names = [f"t{i}" for i in range(30)]

    async def together() -> list[Any]:
        action = project.action_id("page.theme")
        headers = {"Wingbeat-Action": action, "Content-Type": "text/plain", "Sec-Fetch-Site": "same-origin"}
        return await asyncio.gather(
            *(ask_async(project.app, "POST", "/", headers, f'["{name}"]'.encode()) for name in names)
        )

    for name, reply in zip(names, asyncio.run(together()), strict=True):
        assert reply.value == name
        assert f'"{name}"' in tree_text(reply)
        assert reply["set-cookie"].startswith(f"theme={name};")


def test_each_refusal_and_failure_is_one_line_of_log(project: Any, caplog: pytest.LogCaptureFixture) -> None:
    project.call("page.fail", "once", url="/?x")

    assert [record.levelno for record in caplog.records] == [logging.ERROR]
