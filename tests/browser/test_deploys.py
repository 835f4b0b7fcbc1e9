"""A page that is older than the server: its action is unknown or its captures stale, and a reload is the cure."""

import signal
import textwrap

import pytest

from support.command_line import command
from wingbeat.actions import new_key

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

KEY = "WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY"
PAGE = """
    from wingbeat import html as h, revalidate_path

    done: list[str] = []

    async def page():
        owner = "Ada"

        async def press():
            "use server"
            done.append(owner)
            revalidate_path("/")

        return h.main[h.form(action=press)[h.button["Press"]], h.output[", ".join(done)]]
"""


@pytest.mark.parametrize("reason", ["another key", "another variable"])
def test_d20_a_page_of_an_older_deploy_offers_to_reload(reason, tmp_path, open_tab):
    file = tmp_path / "app/page.py"
    file.parent.mkdir()
    file.write_text(textwrap.dedent(PAGE), encoding="utf-8")
    old, new, tab = new_key(), new_key(), open_tab()
    with command("start", tmp_path, "--port", "0", **{KEY: old}) as first:
        tab.open(first.url)
        tab.page.wait_for_load_state("networkidle")
        first.end(signal.SIGTERM)
    if reason == "another variable":
        file.write_text(textwrap.dedent(PAGE.replace("owner", "holder")), encoding="utf-8")
        new = old

    with command("start", tmp_path, "--port", first.url.rpartition(":")[2], **{KEY: new}) as second:
        tab.page.click("text=Press")
        assert tab.page.inner_text("[role=alert] p") == "This page is out of date. Reload it to go on."

        tab.page.get_by_role("button", name="Reload").click()
        tab.page.click("text=Press")
        tab.page.wait_for_selector("output:has-text('Ada')")
        second.end(signal.SIGTERM)
