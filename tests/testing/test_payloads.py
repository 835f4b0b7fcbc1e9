"""Payloads, as a test looks into them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.projects import loaded_project
from wingbeat.testing import Client

FILES = {
    "page.py": """
        from wingbeat import component, html as h
        from wingbeat.ui import submit_button

        @component
        async def row(name):
            return h.li(class_="row")[name, " ", 7]

        async def page(search_params):
            return h.main[
                h.h1["List"],
                h.ul[row("Ada"), h.li["Grace"], None, True],
                search_params.get("q"),
                h.form[submit_button(pending="…")["Go"]],
            ]
    """,
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with loaded_project(tmp_path, FILES) as project, Client(project.app) as client:
        yield client


def test_elements_are_found_by_tag_component_and_props(client: Client) -> None:
    payload = client.payload("/?q=x")

    assert (payload.status, len(payload.find("li"))) == (200, 2)
    assert [item.props["children"] for item in payload.find("li", className="row")] == [["Ada", " ", 7]]
    assert [button.props["pending"] for button in payload.find("SubmitButton")] == ["…"]
    assert payload.find("nothing") == []


def test_the_words_of_the_tree_come_in_order(client: Client) -> None:
    assert client.payload("/?q=x").text == "List Ada 7 Grace x Go"


def test_the_bytes_are_there_to_search_for_secrets(client: Client) -> None:
    assert b'"children":"List"' in client.payload("/").raw


def test_what_is_no_payload_is_told(tmp_path: Path) -> None:
    files = {"page.py": "async def page():\n    raise RuntimeError\n"}
    with (
        loaded_project(tmp_path, files) as project,
        Client(project.app) as client,
        pytest.raises(AssertionError, match=r"^/ was answered 500, without a payload$"),
    ):
        client.payload("/")
