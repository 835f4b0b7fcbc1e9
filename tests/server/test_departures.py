"""Clients that go away: a running action finishes, what only they could use is cancelled."""

import asyncio
from typing import Any

import pytest

from support.projects import Project
from support.reading import Reading, driven

PAGES = {
    "page.py": '''
        import asyncio
        from wingbeat import after, html as h, refresh

        log, gate, entered = [], None, None

        async def page():
            if log:
                log.append("rendering")
                entered.set()
                try:
                    await asyncio.Event().wait()
                finally:
                    log.append("rendering cancelled")
            return h.p["page"]

        async def save():
            """use server"""
            after(log.append, "after")
            entered.set()
            try:
                await gate.wait()
            except asyncio.CancelledError:
                log.append("cancelled")
                raise
            log.append("saved")
            refresh()

        async def quiet():
            """use server"""

        async def render():
            """use server"""
            log.append("saved")
            after(log.append, "after")
            refresh()
    ''',
    "actions.py": '''
        """use server"""
        import asyncio
        from wingbeat import after
        from app import page as state

        cancel_on_disconnect = True

        async def search():
            after(state.log.append, "after")
            state.entered.set()
            try:
                await asyncio.Event().wait()
            finally:
                state.log.append("stopped")
    ''',
}


@pytest.fixture
def project(load: Any) -> Project:
    project: Project = load(PAGES)
    project.module().gate, project.module().entered = asyncio.Event(), asyncio.Event()
    return project


@pytest.mark.parametrize("native", [False, True])
def test_a_running_action_finishes_and_nothing_is_rendered(*, native: bool, project: Project) -> None:
    page = project.module()

    async def leave() -> None:
        reading = Reading(project, "page.save", native=native)
        task = reading.start()
        await page.entered.wait()
        reading.left.set()
        for _ in range(5):
            await asyncio.sleep(0)
        page.gate.set()
        await task
        assert page.log == ["saved", "after"]

    driven(leave)


def test_the_rendering_of_the_answer_is_cancelled(project: Project) -> None:
    page = project.module()

    async def leave() -> None:
        reading = Reading(project, "page.render")
        task = reading.start()
        await page.entered.wait()
        reading.left.set()
        await task
        assert page.log == ["saved", "rendering", "rendering cancelled", "after"]

    driven(leave)


def test_a_module_may_have_its_actions_cancelled(project: Project) -> None:
    page = project.module()

    async def leave() -> None:
        reading = Reading(project, "actions.search")
        task = reading.start()
        await page.entered.wait()
        reading.left.set()
        await task
        assert page.log == ["stopped", "after"]

    driven(leave)


def test_r05_early_disconnects_leave_no_task(project: Project) -> None:
    async def come_and_go() -> None:
        project.module().gate.set()
        before = asyncio.all_tasks()
        for _ in range(300):
            reading = Reading(project, "page.save")
            reading.left.set()
            await reading.start()
        for _ in range(3):
            await asyncio.sleep(0)
        assert asyncio.all_tasks() == before
        assert project.module().log.count("after") == 300

    driven(come_and_go)


def test_r01_a_request_that_the_server_gives_up_takes_its_action_along(project: Project) -> None:
    page = project.module()

    async def give_up() -> None:
        task = Reading(project, "page.save").start()
        await page.entered.wait()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert page.log[0] == "cancelled"
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    driven(give_up)


def test_middleware_that_lets_nobody_read_on_costs_only_the_watching(load: Any, caplog: Any) -> None:
    def once(app: Any) -> Any:
        async def reading_once(scope: Any, receive: Any, send: Any) -> None:
            pieces = [await receive()]

            async def given() -> Any:
                return pieces.pop()  # IndexError when it is asked again

            await app(scope, given, send)

        return reading_once

    project: Project = load(PAGES, middleware=[once])

    async def serve() -> None:
        reading = Reading(project, "page.quiet")
        await reading.start()
        assert reading.status == 200

    driven(serve)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
