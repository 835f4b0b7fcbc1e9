"""A result that is yet to come: it is sent as it comes, and what the call changed follows at the end."""

import asyncio
import json
import logging
from collections.abc import Awaitable
from typing import Any

import pytest
from starlette.middleware.base import BaseHTTPMiddleware

from support.projects import Project
from support.reading import Reading, driven
from wingbeat.flight import decode_payload
from wingbeat.flight.payload_values import PayloadError
from wingbeat.flight.rows import RowReader

PAGES = {
    "page.py": '''
        import asyncio
        from wingbeat import ActionError, after, cookies, html as h, not_found, redirect, refresh, revalidate_path

        log, gate = [], None

        async def page():
            return h.p["rendered ", cookies().get("theme"), " ", len(log)]

        async def count(stop: int = 3):
            """use server"""
            cookies().set("theme", "first")
            try:
                for number in range(stop):
                    log.append(number)
                    yield number
            finally:
                log.append("closed")

        async def count_three():
            """use server"""
            cookies().set("theme", "first")
            yield 1
            yield 2

        async def to_other():
            """use server"""
            yield 1
            redirect("/other")

        async def gated():
            """use server"""
            yield "before"
            await gate.wait()
            yield "after"

        async def changing():
            """use server"""
            yield 1
            revalidate_path("/")
            log.append("more")

        async def cookie():
            """use server"""
            yield 1
            cookies().set("theme", "late")

        async def away(url: str = "/other", external: bool = False):
            """use server"""
            yield 1
            redirect(url, type="replace", external=external)

        async def lost():
            """use server"""
            yield 1
            not_found()

        async def sold_out():
            """use server"""
            yield 1
            raise ActionError("sold_out", "Nothing left", {"left": 0})

        async def broken():
            """use server"""
            yield 1
            refresh()
            raise ValueError("s3cret")

        async def ending_the_process():
            """use server"""
            yield 1
            raise SystemExit(3)

        async def elements():
            """use server"""
            yield h.b["bold"]

        async def side_by_side():
            """use server"""
            async def first():
                await gate.wait()
                return "first"
            async def second():
                gate.set()
                return "second"
            return {"first": first(), "second": second()}

        async def _nested(ending: str = ""):
            async def first():
                await gate.wait()
                log.append("first")
                if ending == "redirect":
                    redirect("/other")
                if ending == "fail":
                    raise ValueError("s3cret")
                if ending == "exit":
                    raise SystemExit(3)
            async def second():
                gate.set()
                log.append("second")
                return [third()]
            async def third():
                log.append("third")
            async def items():
                yield third()
            waits = second()
            return {"first": first(), "second": (waits, [waits]), "items": items()}

        async def nested():
            """use server"""
            return await _nested()

        async def nested_redirect():
            """use server"""
            return await _nested("redirect")

        async def nested_fail():
            """use server"""
            return await _nested("fail")

        async def nested_exit():
            """use server"""
            return await _nested("exit")

        async def never():
            """use server"""
            return {"never": asyncio.Event().wait(), "now": 1}

        async def endless():
            """use server"""
            try:
                while True:
                    log.append("made")
                    yield "x" * 100
            finally:
                log.append("closed")
    ''',
    "other/page.py": """
        from wingbeat import html as h
        def page(): return h.p["the other page"]
    """,
}


@pytest.fixture
def project(load: Any) -> Project:
    project: Project = load(PAGES)
    project.module().gate = asyncio.Event()
    return project


def end_of(reply: Any) -> Any:
    """Return the row that came last, as JSON: a stream that failed before it spoils the whole for the decoder."""
    rows = {row.id: row.body for row in RowReader().feed(reply.body)}
    assert reply["content-type"] == "text/x-component"
    end = int(json.loads(rows[0])["end"].removeprefix("$@"), 16)
    return json.loads(rows[end])


async def awaited(value: Awaitable[Any]) -> Any:
    return await value


def items_of(reply: Any) -> list[Any]:
    async def collected() -> list[Any]:
        return [item async for item in await reply.root["value"]]

    return asyncio.run(collected())


def test_a_streamed_result_arrives_piece_by_piece(project: Project) -> None:
    async def read() -> None:
        reading = Reading(project, "page.gated")
        task = reading.start()
        assert b"after" not in await reading.until(b'"before"')
        assert (reading.status, task.done()) == (200, False)
        project.module().gate.set()
        await reading.until(b'"after"')
        await task

    driven(read)


def test_promises_in_a_result_wait_side_by_side(project: Project) -> None:
    reply = project.call("page.side_by_side")

    assert asyncio.run(awaited(reply.value["first"])) == "first"
    assert asyncio.run(awaited(reply.value["second"])) == "second"


def test_what_came_before_the_first_yield_is_in_the_headers(project: Project) -> None:
    reply = project.call("page.count", 3)

    assert "theme=first" in reply["set-cookie"]
    assert items_of(reply) == [0, 1, 2]
    assert project.module().log == [0, 1, 2, "closed"]


def test_the_page_comes_at_the_end_and_knows_all_that_changed(project: Project) -> None:
    reply = project.call("page.changing")
    end = end_of(reply)

    assert end["invalidated"] is True
    assert '"rendered ",null," ",1]' in reply.text
    assert (end["url"], end["stamp"][0]) == ("/", project.app.site.instance)


def test_nothing_changed_and_the_end_says_so(project: Project) -> None:
    end = end_of(project.call("page.elements"))

    assert end == {"invalidated": False, "build": project.app.site.build, "url": "/"}


def test_a_cookie_after_the_first_yield_is_an_error(project: Project, caplog: Any) -> None:
    reply = project.call("page.cookie")

    assert "set-cookie" not in reply
    assert "page.py" in caplog.text
    assert "cookies().set('theme', …) after the first yield: the headers may be on their way." in caplog.text
    with pytest.raises(PayloadError):
        items_of(reply)


def test_a_redirect_rides_in_the_stream(project: Project, caplog: Any) -> None:
    reply = project.call("page.away")
    end = end_of(reply)

    assert (reply.status, "wingbeat-redirect" in reply) == (200, False)
    assert end["redirect"] == {"url": "/other", "type": "replace"}
    assert end["url"] == "/other"
    assert '"the other page"' in reply.text
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_redirect_in_the_stream_to_another_site(project: Project) -> None:
    end = end_of(project.call("page.away", "https://other.example/x", True))

    assert end["redirect"] == {"url": "https://other.example/x", "type": "replace external"}
    assert "tree" not in end


@pytest.mark.parametrize("ending", ["redirect('/broken')", "revalidate_path('/')"])
def test_a_page_that_cannot_travel_takes_nothing_of_the_end_with_it(
    load: Any, ending: str, caplog: Any
) -> None:
    broken = """
        from wingbeat import html as h, redirect, revalidate_path, taint_value
        from wingbeat.ui import submit_button

        class Held: pass
        held, is_broken = Held(), False
        taint_value("The key stays here.", held, "s3cret")

        async def page():
            return h.p["s3cret"] if is_broken else "well"

        async def stream():
            '''use server'''
            global is_broken
            yield 1
            is_broken = True
            ENDING
    """.replace("ENDING", ending)
    project = load({"page.py": broken, "broken/page.py": "from app.page import page"})

    reply = project.call("page.stream")
    end = end_of(reply)

    assert end["invalidated"] is True
    assert end.get("redirect") == ({"url": "/broken", "type": "push"} if "redirect" in ending else None)
    assert "tree" not in end
    assert "s3cret" not in reply.text
    assert "The key stays here." in caplog.text


def test_h09_a_redirect_that_would_leave_is_an_error_in_the_stream_too(project: Project) -> None:
    reply = project.call("page.away", "//evil")

    assert end_of(reply)["invalidated"] is False
    assert "evil" not in reply.text
    with pytest.raises(PayloadError):
        items_of(reply)


def test_not_found_in_the_stream_shows_its_page(project: Project) -> None:
    reply = project.call("page.lost")

    assert reply.status == 200
    assert "Page not found" in reply.text
    assert end_of(reply)["url"] == "/"


def test_an_action_error_in_the_stream_is_the_browsers(project: Project) -> None:
    assert end_of(project.call("page.sold_out"))["error"] == {
        "code": "sold_out",
        "message": "Nothing left",
        "data": {"left": 0},
    }


def test_c19_an_error_in_the_stream_is_a_row_with_a_digest(project: Project, caplog: Any) -> None:
    reply = project.call("page.broken")

    assert reply.status == 200
    assert "s3cret" not in reply.text
    assert end_of(reply)["invalidated"] is True  # what it changed before is shown
    with pytest.raises(PayloadError) as rejection:
        items_of(reply)
    assert f"(digest {rejection.value.digest})" in caplog.text


def test_b17_what_a_stream_raises_does_not_end_the_process(project: Project) -> None:
    with pytest.raises(PayloadError):
        items_of(project.call("page.ending_the_process"))


def test_elements_are_items(project: Project) -> None:
    assert [item.type for item in items_of(project.call("page.elements"))] == ["b"]


def test_c18_a_promise_that_never_settles_is_given_up(load: Any) -> None:
    project: Project = load(PAGES, max_duration=0.05)
    reply = project.call("page.never")

    assert reply.value["now"] == 1
    assert end_of(reply)["invalidated"] is False
    with pytest.raises(PayloadError):
        asyncio.run(awaited(reply.value["never"]))


def test_c17_the_producer_waits_for_the_reader_and_ends_when_it_leaves(project: Project) -> None:
    log = project.module().log

    async def read() -> None:
        reading = Reading(project, "page.endless")
        task = reading.start()
        await reading.until(b"xxx")
        reading.reads.clear()
        for _ in range(50):
            await asyncio.sleep(0)
        made = len(log)
        for _ in range(200):
            await asyncio.sleep(0)
        assert len(log) == made
        assert not task.done()
        reading.reads.set()
        reading.left.set()
        await task
        assert log[-1] == "closed"

    driven(read)


def test_too_many_items_end_the_stream(project: Project, caplog: Any) -> None:
    reply = project.call("page.count", 10_001)

    assert "a stream of more than 10000 items in a result." in caplog.text
    with pytest.raises(PayloadError):
        items_of(reply)
    assert project.module().log[-1] == "closed"


@pytest.mark.parametrize(
    ("name", "status", "location"),
    [
        ("count_three", 303, "/"),
        ("to_other", 303, "/other"),
        ("lost", 404, None),
        ("sold_out", 400, None),
        ("broken", 500, None),
        ("cookie", 500, None),
    ],
)
def test_without_javascript_it_ends_as_any_action(
    name: str, status: int, location: str | None, project: Project
) -> None:
    reply = project.post(f"page.{name}")

    assert reply.status == status
    assert reply.all("location") == ([location] if location else [])


@pytest.mark.parametrize(
    ("ending", "status", "location"),
    [("", 303, "/"), ("redirect", 303, "/other"), ("fail", 500, None), ("exit", 500, None)],
)
def test_without_javascript_what_a_result_holds_runs_to_its_end(
    ending: str, status: int, location: str | None, project: Project
) -> None:
    reply = project.post(f"page.nested{ending and '_'}{ending}")

    assert sorted(project.module().log) == ["first", "second", "third", "third"]
    assert reply.status == status
    assert reply.all("location") == ([location] if location else [])
    assert "s3cret" not in reply.text


def test_a_nested_result_of_a_form_has_its_time(load: Any) -> None:
    project: Project = load(PAGES, max_duration=0.05)

    assert project.post("page.never").status == 504


def test_a_streaming_form_over_its_time_is_504(load: Any) -> None:
    project: Project = load(PAGES, max_duration=0.05)
    project.module().gate = asyncio.Event()

    assert project.post("page.gated").status == 504


def test_a_plain_result_is_one_piece_of_known_length(load: Any) -> None:
    project: Project = load("""
        def page(): return "page"
        async def save():
            "use server"
            return {"n": 1}
    """)
    reply = project.call("page.save")

    assert int(reply["content-length"]) == len(reply.body)
    assert "end" not in decode_payload(reply.body)  # type: ignore[operator]


def test_it_streams_through_middleware_that_wraps_requests_and_responses(load: Any) -> None:
    seen: list[int] = []

    class Timing(BaseHTTPMiddleware):
        async def dispatch(self, request: Any, call_next: Any) -> Any:
            response = await call_next(request)
            seen.append(response.status_code)
            return response

    project: Project = load(PAGES, middleware=[Timing])
    project.module().gate = asyncio.Event()

    async def read() -> None:
        reading = Reading(project, "page.gated")
        task = reading.start()
        assert b"after" not in await reading.until(b'"before"')
        project.module().gate.set()
        await reading.until(b'"after"')
        await task
        gone = Reading(project, "page.endless")
        task = gone.start()
        await gone.until(b"xxx")
        gone.left.set()
        await task
        assert project.module().log[-1] == "closed"

    driven(read)
    assert seen == [200, 200]
