"""What Next.js users know of going elsewhere while actions run, in Chromium."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from support.chromium import OpenTab, Tab
from support.live_server import LiveServer, live_server
from support.projects import write_project

pytestmark = pytest.mark.browser

SITE = {
    "__init__.py": "",
    "gates.py": """
        import asyncio
        from itertools import count

        log, shown = [], count(1)
        _gates = {}

        def gate(name):
            return _gates.setdefault(name, asyncio.Event())
    """,
    "open/name/__init__.py": "segment = '[name]'",
    "open/name/route.py": """
        from app.gates import gate
        async def get(name: str):
            gate(name).set()
    """,
    "log/route.py": """
        from app.gates import log
        async def get(): return ", ".join(log)
    """,
    "slow/page.py": """
        from functools import partial
        from wingbeat import FormData, html as h, revalidate_path
        from app.gates import gate, log

        async def wait(name: str):
            "use server"
            await gate(name).wait()
            log.append(name)

        async def change(name: str):
            "use server"
            await gate(name).wait()
            revalidate_path("/", "layout")

        async def page():
            return h.main[
                h.h1["Slow"], h.a(href="/shown")["Away"],
                [h.form(key=name, action=partial(action, name))[h.button[name]]
                 for action, name in ((wait, "quiet"), (change, "loud"), (wait, "first"), (wait, "second"))],
            ]
    """,
    "shown/page.py": """
        from wingbeat import html as h
        from app.gates import shown
        async def page():
            return h.main[h.h1["Shown"], h.output[next(shown)]]
    """,
    "arrive/page.py": """
        from wingbeat import redirect
        def page(): redirect("/wait/here")
    """,
    "wait/page.py": """
        from wingbeat import html as h
        def page(): return h.main[h.h1["Before"], h.a(href="./wait/here")["There"], h.a(href="/arrive")["Arrive"]]
    """,
    "wait/here/page.py": """
        from wingbeat import cookies, html as h
        from wingbeat.ui import submit_button
        from app.gates import gate

        async def finish():
            "use server"
            await gate("form").wait()
            gate("form").clear()
            cookies().set("finished", "yes")

        def page():
            return h.main[
                h.h1["Here"], h.p[f"finished {cookies().get('finished')}"],
                h.form(action=finish)[submit_button(pending="Loading…")["Finish"]],
            ]
    """,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(write_project(tmp_path_factory.mktemp("site"), SITE)) as found:
        yield found


def ask(server: LiveServer, path: str) -> str:
    with urllib.request.urlopen(server.url + path) as answer:
        return answer.read().decode()


@pytest.fixture
def tab(open_tab: OpenTab) -> Iterator[Tab]:
    found = open_tab()
    yield found
    found.assert_silence()


def press_and_leave(tab: Tab, server: LiveServer, *names: str) -> str:
    """Start actions that wait, go to another page meanwhile, and return what it shows."""
    tab.open(f"{server.url}/slow")
    first, *others = [tab.page.get_by_role("button", name=name) for name in names]
    with tab.page.expect_request(lambda request: request.method == "POST"):
        first.click()
    for button in others:
        button.click()
    tab.page.get_by_role("link", name="Away").click()
    expect(tab.page.locator("h1")).to_have_text("Shown")
    return tab.page.locator("output").inner_text()


def test_a_page_that_nothing_invalidated_stays_when_the_action_ends(server: LiveServer, tab: Tab) -> None:
    before = press_and_leave(tab, server, "quiet")
    with tab.page.expect_request_finished(lambda request: request.method == "POST"):
        ask(server, "/open/quiet")

    tab.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert tab.page.locator("output").inner_text() == before


def test_a_page_is_fetched_again_when_an_action_elsewhere_invalidates(server: LiveServer, tab: Tab) -> None:
    before = press_and_leave(tab, server, "loud")
    ask(server, "/open/loud")

    expect(tab.page.locator("output")).not_to_have_text(before)
    expect(tab.page.locator("h1")).to_have_text("Shown")


def test_a_call_that_waits_for_its_turn_runs_after_its_page_was_left(server: LiveServer, tab: Tab) -> None:
    press_and_leave(tab, server, "first", "second")
    ask(server, "/open/second")
    ask(server, "/open/first")

    tab.page.wait_for_function(
        "async () => (await (await fetch('/log')).text()).endsWith('first, second')", polling=100
    )
    assert len(tab.urls("POST")) == 2


@pytest.mark.parametrize("link", ["There", "Arrive"])
def test_a_form_is_pending_and_then_done_however_its_page_was_reached(
    link: str, server: LiveServer, tab: Tab
) -> None:
    tab.open(f"{server.url}/wait")
    tab.page.get_by_role("link", name=link).click()
    expect(tab.page).to_have_url(f"{server.url}/wait/here")
    tab.page.get_by_role("button").click()
    expect(tab.page.get_by_role("button")).to_have_text("Loading…")
    ask(server, "/open/form")

    expect(tab.page.locator("p")).to_have_text("finished yes")
    expect(tab.page.get_by_role("button")).to_have_text("Finish")
