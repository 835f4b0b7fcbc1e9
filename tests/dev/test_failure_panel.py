"""What a page that fails tells its developer in a real browser, and that it goes away once it is mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from support.chromium import OpenTab, browser, open_tab
from support.command_line import command
from support.projects import write_project

__all__ = ["browser", "open_tab"]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

PAGE = "async def page():\n    raise ValueError('<b>broken</b>')\n"
ERROR = "from wingbeat import html as h\nasync def error(): return h.h1['Sorry']\n"


@pytest.mark.parametrize("files", [{"page.py": PAGE}, {"page.py": PAGE, "error.py": ERROR}])
def test_what_failed_is_shown_until_it_is_mended(
    tmp_path: Path, open_tab: OpenTab, files: dict[str, str]
) -> None:
    project = write_project(tmp_path, files)
    page = open_tab().page
    with command("dev", project, "--port", "0") as running:
        page.goto(running.url)
        expect(page.locator("pre").first).to_contain_text("ValueError: <b>broken</b>")
        expect(page.locator("pre").first).to_contain_text("raise ValueError(")
        expect(page.locator("pre a").last).to_have_attribute("href", f"vscode://file{project}/app/page.py:2")
        if "error.py" in files:
            expect(page.locator("h1")).to_have_text("Sorry")

        with page.expect_response(lambda answer: answer.url.endswith("/_wingbeat/dev-events")):
            page.reload()
        write_project(project, {"page.py": "async def page():\n    return 'Mended'\n"})

        expect(page.locator("body")).to_have_text("Mended", timeout=30_000)
