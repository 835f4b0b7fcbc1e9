"""What the browser's own network panel says of calls: none is cancelled."""

import pytest

from support.live_server import live_server
from support.projects import write_project

pytestmark = pytest.mark.browser

PAGES = {
    "page.py": '''
        from wingbeat import cookies, html as h, redirect, refresh
        from wingbeat.ui import submit_button

        shown = {"n": 0}

        async def page():
            async def add():
                """use server"""
                shown["n"] += 1
                refresh()

            async def quiet():
                """use server"""
                shown["n"] += 1

            async def go():
                """use server"""
                redirect("/other")

            return h.main[
                h.h1["Count ", shown["n"]],
                h.form(action=add)[submit_button()["Add"]],
                h.form(action=quiet)[h.button["Quiet"]],
                h.form(action=go)[h.button["Go"]],
            ]
    ''',
    "other/page.py": """
        from wingbeat import html as h
        def page(): return h.main[h.h1["Other"], h.a(href="/")["Home"]]
    """,
}


class Panel:
    """What Chromium's network panel shows of POSTs."""

    def __init__(self, page):
        self.posts, self.finished, self.failed = {}, [], []
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", lambda event: self._note(self.finished, event))
        session.on("Network.loadingFailed", lambda event: self._note(self.failed, event))
        session.send("Network.enable")

    def _sent(self, event):
        if event["request"]["method"] == "POST":
            self.posts[event["requestId"]] = event["request"]["url"]

    def _note(self, events, event):
        if event["requestId"] in self.posts:
            events.append(event.get("errorText", ""))


@pytest.mark.parametrize("mode", ["development", "production"])
def test_no_call_is_cancelled(tmp_path, open_tab, mode):
    with live_server(write_project(tmp_path, PAGES), mode=mode) as server:
        tab = open_tab()
        tab.page.goto(server.url)
        tab.page.wait_for_load_state("networkidle")
        panel = Panel(tab.page)
        for count in range(1, 11):
            tab.page.get_by_role("button", name="Add").click()
            tab.page.get_by_text(f"Count {count}", exact=True).wait_for()
        for _ in range(5):
            with tab.page.expect_response(lambda response: response.request.method == "POST") as called:
                tab.page.get_by_role("button", name="Quiet").click()
            called.value.finished()
        for _ in range(5):
            tab.page.get_by_role("button", name="Go").click()
            tab.page.get_by_role("heading", name="Other").wait_for()
            tab.page.get_by_role("link", name="Home").click()
            tab.page.get_by_role("button", name="Go").wait_for()
        tab.page.wait_for_load_state("networkidle")

        assert len(panel.posts) == 20
        assert panel.failed == []
        assert len(panel.finished) == 20
