"""`after()`: work that begins when the answer has been sent, however the call ended."""

import asyncio
import threading
from typing import Any

import pytest

import wingbeat
from support.projects import Project, ask_async
from support.reading import Reading, driven
from wingbeat.errors import UsageError
from wingbeat.request import RequestContext

PAGES = {
    "page.py": '''
        import asyncio, threading
        from wingbeat import ActionError, after, cookies, headers, not_found, redirect, refresh, revalidate_path
        from wingbeat import update_tag

        log, gate = [], None

        async def note(*args, **kwargs):
            log.append((*args, *kwargs.values()))

        async def page():
            return "page"

        async def returns():
            """use server"""
            after(note, "returned", by="keyword")
            log.append("action")

        async def redirects():
            """use server"""
            after(note, "redirected")
            redirect("/other")

        async def is_lost():
            """use server"""
            after(note, "lost")
            not_found()

        async def raises():
            """use server"""
            after(note, "raised")
            raise ValueError

        async def refuses():
            """use server"""
            after(note, "refused")
            raise ActionError("no")

        async def streams():
            """use server"""
            yield 1
            after(note, "streamed")
            log.append("streaming")

        async def kinds():
            """use server"""
            after(note("coroutine"))
            after(lambda: log.append(threading.get_ident()))

        async def side_by_side():
            """use server"""
            async def first():
                await gate.wait()
                log.append("first")
            async def second():
                gate.set()
                log.append("second")
            after(first)
            after(second)

        async def nested():
            """use server"""
            def inner(): log.append("inner")
            async def outer():
                log.append("outer")
                after(inner)
            after(outer)

        async def fails():
            """use server"""
            async def broken(): raise ValueError("in the background")
            async def exits(): raise SystemExit(3)
            async def elsewhere(): redirect("/other")
            for one in (broken, exits, elsewhere): after(one)
            after(note, "others go on")

        async def late_cookie():
            """use server"""
            cookies().set("theme", "kept")
            after(lambda: cookies().set("theme", "late"))

        async def late_reading():
            """use server"""
            after(lambda: log.append((cookies().get("theme"), headers()["x-mine"])))

        async def late_invalidation():
            """use server"""
            after(lambda: revalidate_path("/"))
            after(refresh)
            after(lambda: update_tag("a"))

        async def endless():
            """use server"""
            after(asyncio.Event().wait)

        async def gated():
            """use server"""
            async def later():
                await gate.wait()
                log.append("later")
            after(later)
    ''',
    "other/page.py": """
        from wingbeat import after
        log = []
        def page():
            after(log.append, "rendered")
            return "other"
    """,
}


@pytest.fixture
def project(load: Any) -> Project:
    project: Project = load(PAGES)
    project.module().gate = asyncio.Event()
    return project


@pytest.mark.parametrize("way", ["call", "post"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("returns", ["action", ("returned", "keyword")]),
        ("redirects", [("redirected",)]),
        ("is_lost", [("lost",)]),
        ("raises", [("raised",)]),
        ("refuses", [("refused",)]),
        ("streams", ["streaming", ("streamed",)]),
    ],
)
def test_it_runs_however_the_action_ended(
    name: str, expected: list[object], way: str, project: Project
) -> None:
    getattr(project, way)(f"page.{name}")

    assert project.module().log == expected


def test_it_runs_when_the_answer_has_been_sent(project: Project) -> None:
    async def read() -> None:
        reading = Reading(project, "page.gated")
        task = reading.start()
        await reading.until(b"invalidated")
        assert project.module().log == []
        project.module().gate.set()
        await task
        assert project.module().log == ["later"]

    driven(read)


def test_coroutines_and_sync_functions(project: Project) -> None:
    project.call("page.kinds")
    ident, entry = sorted(project.module().log, key=lambda item: isinstance(item, tuple))

    assert entry == ("coroutine",)
    assert ident != threading.get_ident()


def test_several_run_side_by_side(project: Project) -> None:
    project.call("page.side_by_side")

    assert project.module().log == ["second", "first"]


def test_it_may_put_off_more(project: Project) -> None:
    project.call("page.nested")

    assert project.module().log == ["outer", "inner"]


def test_what_fails_is_logged_and_the_rest_runs(project: Project, caplog: Any) -> None:
    assert project.call("page.fails").status == 200
    assert project.module().log == [("others go on",)]
    assert caplog.text.count("after() of / failed (digest ") == 3
    assert "ValueError: in the background" in caplog.text


def test_a_cookie_after_the_answer_is_an_error_and_the_actions_own_stays(
    project: Project, caplog: Any
) -> None:
    reply = project.call("page.late_cookie")

    assert "theme=kept" in reply["set-cookie"]
    assert "cookies().set('theme', …) in after(): the headers may be on their way." in caplog.text


def test_the_request_can_be_read(project: Project) -> None:
    project.call("page.late_reading", headers={"Cookie": "theme=dark", "X-Mine": "1"})

    assert project.module().log == [("dark", "1")]


def test_only_what_is_remembered_can_be_invalidated(project: Project, caplog: Any) -> None:
    project.call("page.late_invalidation")

    assert "revalidate_path()" not in caplog.text
    assert "refresh() in after() has no effect" in caplog.text
    assert "update_tag() in after() has no effect" in caplog.text


def test_over_its_time_it_is_given_up(load: Any, caplog: Any) -> None:
    project: Project = load(PAGES, max_duration=0.05)
    project.call("page.endless")

    assert caplog.messages == [
        "after() of / took longer than 0.05 seconds (max_duration); 1 of its tasks are given up"
    ]


def test_a_page_may_put_work_off_too(project: Project) -> None:
    project.get("/other")
    project.call("page.redirects")  # the target is rendered in the same request

    assert project.module("other.page").log == ["rendered", "rendered"]


def test_shutdown_waits_for_it(project: Project) -> None:
    app, module = project.app, project.module()

    async def shut_down() -> None:
        reading = Reading(project, "page.gated")
        task = reading.start()
        await reading.until(b"invalidated")
        task.cancel()  # the server gives the request up; what it put off goes on
        await asyncio.wait([task])
        events: asyncio.Queue[Any] = asyncio.Queue()
        answers: asyncio.Queue[Any] = asyncio.Queue()
        events.put_nowait({"type": "lifespan.startup"})
        events.put_nowait({"type": "lifespan.shutdown"})
        lifespan = asyncio.create_task(app({"type": "lifespan"}, events.get, answers.put))
        assert (await answers.get())["type"] == "lifespan.startup.complete"
        await asyncio.sleep(0)
        assert not lifespan.done()
        module.gate.set()
        assert (await answers.get())["type"] == "lifespan.shutdown.complete"
        assert module.log == ["later"]

    driven(shut_down)


def test_b10_each_request_puts_off_its_own(project: Project) -> None:
    async def together() -> None:
        replies = [Reading(project, "page.returns").start() for _ in range(10)]
        await asyncio.gather(*replies, ask_async(project.app))

    asyncio.run(together())

    assert project.module().log.count(("returned", "keyword")) == 10


def test_what_can_be_put_off() -> None:
    context = RequestContext(path="/", url="/")

    with context.activated():
        for wrong in (None, "text", 7):
            with pytest.raises(UsageError, match=r"test_after_answers\.py:\d+: after\(\) takes a function"):
                wingbeat.after(wrong)  # type: ignore[arg-type]
        wingbeat.after(print, "x")
    assert len(context.deferred) == 1
