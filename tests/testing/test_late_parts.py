"""Parts of a page that come late are on the page that `Client` shows, with JavaScript and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.projects import loaded_project
from wingbeat.testing import Client

PAGES = {
    "page.py": """
        import asyncio
        from wingbeat import component, headers, html as h, redirect, revalidate_path, suspense

        pressed = []

        @component
        async def late():
            async def press():
                "use server"
                pressed.append("once")
                revalidate_path("/")

            await asyncio.sleep(0)
            return h.section["Late ", headers().get("x-test"), *pressed, h.form(action=press)[h.button["Press"]]]

        async def page(search_params):
            return h.main["First", suspense(fallback=h.p["Wait"])[late()], search_params.get("q")]
    """,
    "sent/page.py": """
        import asyncio
        from wingbeat import component, redirect, suspense

        @component
        async def late():
            await asyncio.sleep(0)
            redirect("/?q=sent")

        async def page():
            return suspense(fallback="Wait")[late()]
    """,
}


@pytest.fixture(params=[True, False], ids=["scripted", "plain"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    with (
        loaded_project(tmp_path, PAGES, development=True) as project,
        Client(project.app, java_script=request.param) as client,
    ):
        yield client


def test_a_late_part_is_shown(client: Client) -> None:
    page = client.get("/?q=a%26b", headers={"X-Test": "sent"})

    assert page.shown == "First Late sent Press a&b"
    assert page.url == "/?q=a%26b"


def test_a_form_that_came_late_is_submitted(client: Client) -> None:
    page = client.get("/").submit("Press")

    assert page.shown == "First Late once Press"
    assert page.url == "/"


def test_a_redirect_of_a_late_part_is_followed(client: Client) -> None:
    page = client.get("/sent")

    assert page.url == "/?q=sent"
    assert "Late" in page.shown
