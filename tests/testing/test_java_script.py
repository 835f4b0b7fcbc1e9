"""`Client(java_script=True)`: forms are sent as the browser runtime sends them, and shown as it shows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.chromium import browser, open_tab
from support.live_server import live_server
from support.projects import loaded_project, write_project
from wingbeat import ActionError, File
from wingbeat.errors import UsageError
from wingbeat.request import NotFound, Redirect
from wingbeat.testing import Client

__all__ = ["browser", "open_tab"]

PAGE = """
    from functools import partial
    from wingbeat import ActionError, FormData, headers, html as h, not_found, redirect, revalidate_path

    seen = []

    def kept(form):
        return [(name, value if isinstance(value, str) else value.name) for name, value in form.items()]

    async def save(number: int, form: FormData):
        "use server"
        seen.append((number, kept(form)))
        revalidate_path("/")
        return len(seen)

    async def quiet(form: FormData):
        "use server"
        seen.append("quiet")
        return {"asked": headers().get("wingbeat-action") is not None}

    async def page():
        captured = "c"

        async def erase():
            "use server"
            seen.append(captured)
            revalidate_path("/")

        async def leave(form: FormData):
            "use server"
            redirect(form.text("to"), external=form.text("to").startswith("https:"))

        async def fail(form: FormData):
            "use server"
            raise ActionError("full", "No more.") if form.text("how") == "error" else not_found()

        async def stream(form: FormData):
            "use server"
            yield 1
            seen.append("streamed")
            revalidate_path("/")
            if form.text("to"):
                redirect(form.text("to"))

        return h.main[
            h.output[repr(seen)],
            h.h2(id="saving")["Keep it"],
            h.form(action=partial(save, 7), aria_labelledby="saving")[
                h.input(name="note", default_value="old"),
                h.input(type="file", name="file"),
                h.button["Save"],
                h.button(name="kind", value="draft")["Save draft"],
                h.button(form_action=erase)["Erase"],
            ],
            h.form(action=quiet, aria_label="Quietly")[h.button["Save"]],
            h.form(action=leave)[h.input(name="to"), h.button["Leave"]],
            h.form(action=fail)[h.input(name="how"), h.button["Fail"]],
            h.form(action=stream)[h.input(name="to"), h.button["Stream"]],
            h.form(action="/other", method="get")[h.input(name="q"), h.button["Search"]],
        ]
"""
FILES = {
    "page.py": PAGE,
    "other/page.py": "async def page(search_params):\n    return f\"Other {search_params.get('q')}\"\n",
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with (
        loaded_project(tmp_path, FILES, development=True) as project,
        Client(project.app, java_script=True) as client,
    ):
        yield client


def test_a_form_is_one_call_with_what_is_bound_and_what_was_typed(client: Client) -> None:
    page = client.get("/").submit("Save", note="new", file=File(b"x", "x.txt", "text/plain"))

    assert page.status == 200
    assert page.answer is not None
    assert page.answer.value == 1
    assert "[(7, [('note', 'new'), ('file', 'x.txt')])]" in page.shown
    assert "('note', 'new')" in page.answer.text


def test_the_pressed_button_and_its_own_action_are_what_counts(client: Client) -> None:
    page = client.get("/").submit("Save draft").submit("Erase")

    assert "[(7, [('note', 'old'), ('file', ''), ('kind', 'draft')]), 'c']" in page.shown


def test_what_nothing_invalidated_is_shown_as_it_was(client: Client) -> None:
    page = client.get("/").submit("Quietly")

    assert page.answer is not None
    assert (page.answer.value, page.answer.tree) == ({"asked": True}, None)
    assert "quiet" not in page.shown
    assert "quiet" in client.get("/").shown


def test_a_form_without_an_action_is_sent_as_ever(client: Client) -> None:
    assert client.get("/").submit("Search", q="x").shown == "Other x"


def test_a_redirect_is_followed_within_the_app_only(client: Client) -> None:
    page = client.get("/").submit("Leave", to="/other?q=1")

    assert (page.url, page.shown, page.status) == ("/other?q=1", "Other 1", 200)
    with pytest.raises(Redirect):
        client.get("/").submit("Leave", to="https://elsewhere.example/")


def test_a_streamed_result_shows_the_page_of_its_end(client: Client) -> None:
    page = client.get("/").submit("Stream")

    assert "streamed" in page.shown
    assert page.answer is not None
    assert "streamed" in page.answer.text
    assert client.get("/").submit("Stream", to="/other?q=1").url == "/other?q=1"


def test_a_failed_call_is_raised_as_the_caller_meets_it(client: Client) -> None:
    with pytest.raises(ActionError, match=r"^No more\.$"):
        client.get("/").submit("Fail", how="error")
    with pytest.raises(NotFound):
        client.get("/").submit("Fail", how="gone")


@pytest.mark.parametrize("java_script", [True, False])
def test_a_form_is_found_by_its_accessible_name(client: Client, *, java_script: bool) -> None:
    client.java_script = java_script

    client.get("/").submit("Keep it", note="found")
    client.get("/").submit("Quietly")

    assert "[(7, [('note', 'found'), ('file', '')]), 'quiet']" in client.get("/").shown


def test_a_name_that_nothing_has_is_told_with_those_that_are(client: Client) -> None:
    with pytest.raises(
        UsageError, match=r"^no submit button or form 'Nope' number 0 on /; there are \['Save'"
    ):
        client.get("/").submit("Nope")


@pytest.mark.browser
@pytest.mark.parametrize("java_script", [True, False])
def test_what_arrives_is_what_chromium_sends(tmp_path, open_tab, *, java_script: bool) -> None:
    with live_server(write_project(tmp_path / "live", FILES)) as server:
        tab = open_tab(java_script=java_script)
        tab.open(server.url) if java_script else tab.page.goto(server.url)
        for name in ("Save draft", "Erase"):
            with tab.page.expect_response(lambda response: response.request.method == "POST"):
                tab.page.get_by_role("button", name=name).click()
        tab.page.wait_for_selector("output:text(\"'c'\")")
        in_chromium = tab.page.inner_text("output")

    with (
        loaded_project(tmp_path / "here", FILES, development=True) as project,
        Client(project.app, java_script=java_script) as client,
    ):
        page = client.get("/").submit("Save draft").submit("Erase")

    assert in_chromium in page.shown
