"""Where the focus is when an action has removed what had it: near the place, never nowhere, in Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from support.chromium import OpenTab, Tab
from support.live_server import live_server
from support.projects import write_project

pytestmark = pytest.mark.browser

PAGE = """
    from wingbeat import component, html as h, revalidate_path

    names = {"/": ["Ada", "Grace", "Joan"]}
    followed = set()

    @component
    def row(name):
        async def delete():
            "use server"
            names["/"].remove(name)
            revalidate_path("/")
        return h.li[h.span[name], h.form(action=delete)[h.button(aria_label=f"Delete {name}")["Delete"]]]

    async def follow():
        "use server"
        followed.add("Ada")
        revalidate_path("/")

    async def page():
        return h.main[
            h.h1["Guests"],
            h.form(action=follow)[
                h.strong(key="done")["Followed"] if followed else h.button(key="do")["Follow"],
            ],
            h.ul[(row(name).keyed(name) for name in names["/"])] if names["/"] else h.p["Nobody is left."],
        ]
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("guests"), {"page.py": PAGE})


def focused(tab: Tab) -> str:
    return tab.page.evaluate("document.activeElement.localName + ': ' + document.activeElement.innerText")


def delete(tab: Tab, name: str) -> None:
    button = tab.page.get_by_role("button", name=f"Delete {name}")
    button.focus()
    tab.page.keyboard.press("Enter")
    expect(button).to_have_count(0)


def test_the_focus_goes_to_what_stands_there_now(open_tab: OpenTab, site: Path) -> None:
    with live_server(site) as server:
        tab = open_tab()
        tab.open(server.url)

        delete(tab, "Grace")
        assert focused(tab).split() == ["li:", "Joan", "Delete"]

        tab.page.keyboard.press("Tab")
        assert tab.page.evaluate("document.activeElement.ariaLabel") == "Delete Joan"
        assert tab.page.locator("[tabindex]").count() == 0

        delete(tab, "Joan")
        assert focused(tab).split() == ["li:", "Ada", "Delete"]

        delete(tab, "Ada")
        assert focused(tab) == "p: Nobody is left."
        tab.assert_silence()


def test_a_button_that_became_a_text_leaves_the_focus_to_it(open_tab: OpenTab, site: Path) -> None:
    with live_server(site) as server:
        tab = open_tab()
        tab.open(server.url)

        tab.page.get_by_role("button", name="Follow").focus()
        tab.page.keyboard.press("Enter")
        expect(tab.page.get_by_text("Followed")).to_be_visible()

        assert focused(tab) == "strong: Followed"
        tab.assert_silence()


def test_a_focus_that_was_not_lost_stays(open_tab: OpenTab, site: Path) -> None:
    with live_server(site) as server:
        tab = open_tab()
        tab.open(server.url)
        tab.page.get_by_role("button", name="Delete Joan").focus()

        tab.page.evaluate("document.querySelector('[aria-label=\"Delete Ada\"]').form.requestSubmit()")
        expect(tab.page.get_by_role("button", name="Delete Ada")).to_have_count(0)

        assert tab.page.evaluate("document.activeElement.ariaLabel") == "Delete Joan"
