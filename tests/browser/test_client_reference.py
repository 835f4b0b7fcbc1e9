"""The runtime's own client components, written in Python: from a client reference in the payload to the browser."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from support.chromium import OpenTab
from support.live_server import LiveServer, live_server

pytestmark = pytest.mark.browser
both_modes = pytest.mark.parametrize("mode", ["development", "production"])

GATE = """
    import asyncio

    opened = asyncio.Event()
    saved: list[str] = []
"""

PAGE = """
    from app import gate
    from wingbeat import FormData, component, error_boundary, html as h, revalidate_path
    from wingbeat.ui import reset_button, submit_button

    tries: list[int] = []

    @component
    async def moody():
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("not today")
        return h.p(id="moody")["Fine now"]

    async def page():
        async def save(form_data: FormData):
            "use server"
            await gate.opened.wait()
            gate.saved.append(form_data.text("name"))
            revalidate_path("/")

        return h.main[
            h.form(action=save)[
                h.input(name="name", aria_label="Name"),
                submit_button(pending=h.em["Saving…"], class_="wide")["Save ", h.b["it"]],
            ],
            h.output[", ".join(gate.saved)],
            error_boundary(fallback=h.p["Sorry. ", reset_button()["Try again"]])[moody()],
        ]
"""

OPEN = """
    from app import gate

    async def page():
        gate.opened.set()
        return "open"
"""

Serve = Callable[[str], AbstractContextManager[LiveServer]]


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    files = {"app/gate.py": GATE, "app/page.py": PAGE, "app/open/page.py": OPEN, "public/favicon.ico": ""}
    for name, source in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(textwrap.dedent(source), encoding="utf-8")
    return lambda mode: live_server(tmp_path, mode=mode)


@both_modes
def test_a_submit_button_shows_its_pending_label_until_the_new_page_is_there(
    serve: Serve, open_tab: OpenTab, mode: str
) -> None:
    tab = open_tab()
    with serve(mode) as server:
        tab.open(server.url)
        button = tab.page.locator("form button")
        tab.page.get_by_label("Name").fill("Ada")
        button.click()

        expect(button.locator("em")).to_have_text("Saving…")
        expect(button).to_have_attribute("aria-disabled", "true")
        expect(button).to_have_class("wide")
        tab.page.request.get(f"{server.url}/open")

        expect(tab.page.locator("output")).to_have_text("Ada")
        expect(button).to_have_text("Save it")
        assert len(tab.urls("POST")) == 1
    tab.assert_silence()


@both_modes
def test_without_javascript_it_is_a_plain_submit_button(serve: Serve, open_tab: OpenTab, mode: str) -> None:
    tab = open_tab(java_script=False)
    with serve(mode) as server:
        tab.page.goto(f"{server.url}/open")
        tab.page.goto(server.url)
        tab.page.get_by_label("Name").fill("Ada")
        tab.page.get_by_role("button", name="Save it").click()

        expect(tab.page.locator("output")).to_have_text("Ada")
        expect(tab.page.get_by_role("button", name="Save it")).to_be_enabled()
    tab.assert_silence()


@both_modes
def test_a_reset_button_ends_the_failure_that_the_server_reported(
    serve: Serve, open_tab: OpenTab, mode: str
) -> None:
    tab = open_tab()
    with serve(mode) as server:
        tab.open(server.url)
        tab.page.get_by_label("Name").fill("kept")
        tab.page.get_by_role("button", name="Try again").click()

        expect(tab.page.locator("#moody")).to_have_text("Fine now")
        expect(tab.page.get_by_label("Name")).to_have_value("kept")
    tab.assert_silence()
