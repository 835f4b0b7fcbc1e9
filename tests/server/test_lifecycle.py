"""Rows R of run time: what one request may do to another, and to itself."""

import asyncio
from typing import Any

from support.projects import Project, ask_async
from support.reading import Reading, driven

PAGES = {
    "page.py": '''
        import asyncio
        from wingbeat import cookies, headers, html as h, refresh

        log, app, ask, gate, entered = [], None, None, None, None

        async def page():
            return h.p["page of ", cookies().get("user")]

        async def ask_ourselves():
            """use server"""
            cookies().set("user", "outer")
            reply = await ask(app, "GET", "/", {"Cookie": "user=inner"})
            log.append("inner" in reply.text)
            log.append((cookies().get("user"), headers()["x-mine"]))
            refresh()

        async def save(text: str = ""):
            """use server"""
            log.append(text)

        async def stream():
            """use server"""
            try:
                yield 1
                entered.set()
                await gate.wait()
            finally:
                log.append("closed")
    ''',
}


def test_r08_an_action_that_asks_its_own_app_keeps_its_request(load: Any) -> None:
    project: Project = load(PAGES)
    page = project.module()
    page.app, page.ask = project.app, ask_async

    reply = project.call("page.ask_ourselves", headers={"X-Mine": "1"})

    assert page.log == [True, ("outer", "1")]
    assert '["page of ","outer"]' in reply.text


def test_r06_two_actions_in_one_request_are_malformed_and_neither_runs(load: Any) -> None:
    project: Project = load(PAGES)
    known = project.action_id("page.save")

    twice = project.call("page.save", headers={"Wingbeat-Action": [known, known]})
    listed = project.call("page.save", headers={"Wingbeat-Action": f"{known}, {known}"})

    assert twice.status in {400, 404}
    assert listed.status in {400, 404}
    assert project.module().log == []


def test_r01_a_stream_that_the_server_gives_up_closes_its_producer(load: Any) -> None:
    project: Project = load(PAGES)
    page = project.module()
    page.gate, page.entered = asyncio.Event(), asyncio.Event()

    async def give_up() -> None:
        reading = Reading(project, "page.stream")
        task = reading.start()
        await page.entered.wait()
        task.cancel()
        await asyncio.wait([task])
        assert page.log == ["closed"]

    driven(give_up)


def test_r01_a_body_that_the_server_gives_up_runs_nothing(load: Any) -> None:
    project: Project = load(PAGES)

    async def give_up() -> None:
        asked = asyncio.Event()

        async def receive() -> Any:
            asked.set()
            await asyncio.Event().wait()

        headers = {
            "Wingbeat-Action": project.action_id("page.save"),
            "Content-Type": "text/plain",
            "Sec-Fetch-Site": "same-origin",
        }
        task = asyncio.create_task(ask_async(project.app, "POST", "/", headers, receive))
        await asked.wait()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert project.module().log == []

    driven(give_up)
