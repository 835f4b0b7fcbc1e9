"""Links of a page to what is no page: the browser itself goes there, and what answers runs once."""

import pytest

from support.live_server import live_server
from support.projects import write_project

pytestmark = pytest.mark.browser

SITE = {
    "page.py": """
        from wingbeat import html as h

        def page():
            return h.main[h.a(href="/api/count")["Route"], h.a(href="/notes.txt")["File"]]
    """,
    "api/count/route.py": """
        ran = []

        async def get():
            ran.append(1)
            return f"asked {len(ran)} times"

        def post():
            return "posted"
    """,
    "/public/notes.txt": "a file",
    "/public/favicon.ico": "",
}


def test_links_to_routes_and_files_leave_the_page(tmp_path, open_tab):
    tab = open_tab()
    with live_server(write_project(tmp_path, SITE)) as server:
        tab.open(server.url, "main")
        tab.page.click("text=Route")
        tab.page.wait_for_url("**/api/count")
        assert tab.page.inner_text("body") == "asked 1 times"

        tab.page.go_back()
        tab.page.wait_for_selector("main")
        tab.open(server.url, "main")
        tab.page.click("text=File")
        tab.page.wait_for_url("**/notes.txt")
        assert tab.page.inner_text("body") == "a file"


def test_another_sites_page_cannot_post_to_a_route(tmp_path, open_tab):
    """What the browser really says of a form and of fetch() on a page of another site."""
    tab = open_tab()
    with live_server(write_project(tmp_path / "ours", SITE)) as server:
        port = server.url.rpartition(":")[2]
        tab.open(server.url, "main")
        own = tab.page.evaluate("fetch('/api/count', {method: 'POST'}).then(answer => answer.text())")
        assert own == "posted"

        # To the browser a page of "localhost" is another site's than one of "127.0.0.1".
        tab.page.goto(f"http://localhost:{port}/notes.txt")
        tab.page.evaluate(
            """(url) => {
                document.body.innerHTML = `<form method="post" action="${url}"><button>Go</button></form>`
            }""",
            f"{server.url}/api/count",
        )
        with tab.page.expect_response("**/api/count") as response:
            tab.page.click("text=Go")
        assert response.value.status == 403
