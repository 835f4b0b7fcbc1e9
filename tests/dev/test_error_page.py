"""The page of an app that cannot start, in a real browser: it shows what is broken, and goes on by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from support.chromium import OpenTab, browser, open_tab
from support.command_line import command
from support.projects import write_project

__all__ = ["browser", "open_tab"]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.mark.parametrize("java_script", [True, False])
def test_the_page_shows_what_is_broken_and_loads_again_once_it_is_mended(
    tmp_path: Path, open_tab: OpenTab, java_script: object
) -> None:
    project = write_project(tmp_path, {"page.py": "raise ValueError('<script>alert(1)</script>')\n"})
    tab = open_tab(java_script=bool(java_script))
    with command("dev", project, "--port", "0") as running:
        tab.page.goto(running.url)
        expect(tab.page.get_by_role("alert")).to_contain_text("ValueError: <script>alert(1)</script>")
        expect(tab.page.get_by_role("alert")).to_contain_text("app/page.py")

        write_project(project, {"page.py": "async def page():\n    return 'Mended'\n"})

        expect(tab.page.locator("body")).to_have_text("Mended", timeout=30_000)
