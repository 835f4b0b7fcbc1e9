"""Loading states, error pages and the pages for statuses in Chromium, with JavaScript and without."""

import textwrap

import pytest
from playwright.sync_api import expect

from support.live_server import live_server

pytestmark = pytest.mark.browser

FILES = {
    "app/gates.py": """
        import asyncio

        _gates: dict[str, asyncio.Event] = {}

        def gate(name: str) -> asyncio.Event:
            return _gates.setdefault(name, asyncio.Event())
    """,
    "app/open/[name]/route.py": """
        from app.gates import gate

        async def get(name: str):
            gate(name).set()
            return name
    """,
    "app/layout.py": """
        from wingbeat import html as h

        def layout(children):
            return h.html(lang="en")[
                h.head[h.meta(charset="utf-8")],
                h.body[
                    h.nav[
                        h.input(aria_label="kept"),
                        h.a(href="/slow/a")["Slow a"],
                        h.a(href="/slow/b")["Slow b"],
                        h.a(href="/broken")["Broken"],
                        h.a(href="/missing")["Missing"],
                        h.a(href="/failing-form")["Form"],
                    ],
                    children,
                ],
            ]
    """,
    "app/page.py": """
        from wingbeat import html as h

        metadata = {"title": "Start"}

        async def page():
            return h.main[h.h1["Start"]]
    """,
    "app/not_found.py": """
        from wingbeat import html as h

        async def not_found():
            return h.main[h.title["Nothing"], h.h1["Nothing here"]]
    """,
    "app/error.py": """
        from wingbeat import ActionError, html as h
        from wingbeat.ui import reset_button

        async def error(error, digest):
            text = error.message if isinstance(error, ActionError) else "Sorry."
            return h.main(role="alert")[
                h.title["Error"], h.h1["It broke"], h.p[text], h.p(id="digest")[digest], reset_button()["Again"]
            ]
    """,
    "app/slow/layout.py": """
        from wingbeat import html as h

        async def layout(children):
            return h.section[h.h2["Slow things"], children]
    """,
    "app/slow/loading.py": """
        from wingbeat import html as h

        async def loading():
            return h.p(id="loading")["Loading…"]
    """,
    "app/slow/[name]/page.py": """
        from wingbeat import html as h, not_found

        from app.gates import gate

        async def page(name: str):
            await gate(name).wait()
            if name == "missing":
                not_found()
            if name == "failing":
                raise ValueError("s3cret")
            return h.main[h.h1[f"content {name}"]]
    """,
    "app/broken/page.py": """
        from wingbeat import html as h

        broken = [True]

        async def page():
            if broken[0]:
                broken[0] = False
                raise ValueError("s3cret")
            return h.main[h.h1["Mended"]]
    """,
    "app/missing/page.py": """
        from wingbeat import not_found

        async def page():
            not_found()
    """,
    "app/failing-form/page.py": """
        from wingbeat import ActionError, html as h

        async def page():
            async def fail():
                "use server"
                raise ValueError("s3cret")

            async def refuse():
                "use server"
                raise ActionError("full", "The train is full.")

            return h.main[
                h.h1["Form"],
                h.form(action=fail)[h.button["Fail"]],
                h.form(action=refuse)[h.button["Refuse"]],
            ]
    """,
    "public/favicon.ico": "",
}


@pytest.fixture(params=["development", "production"])
def server(request, tmp_path):
    for file, text in FILES.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(textwrap.dedent(text), encoding="utf-8")
    with live_server(tmp_path, mode=request.param) as served:
        yield served


def open_gate(page, name):
    page.evaluate("(url) => fetch(url)", f"/open/{name}")


def complaints(tab):
    """Return what the page said, but that its own document, or the developer's events, answered with an error."""
    said = [*tab.console, *tab.errors]
    return [one for one in said if "Failed to load resource" not in one and "EventSource" not in one]


def test_a_loading_state_on_first_load_and_on_navigation(server, open_tab):
    tab = open_tab()
    page = tab.page
    page.goto(f"{server.url}/slow/a", wait_until="commit")
    expect(page.locator("#loading")).to_have_text("Loading…")
    tab.await_react("h2")
    page.get_by_label("kept").fill("typed")

    open_gate(page, "a")
    expect(page.locator("h1")).to_have_text("content a")
    page.get_by_role("link", name="Slow b").click()
    expect(page.locator("#loading")).to_be_visible()
    expect(page).to_have_url(f"{server.url}/slow/b")
    open_gate(page, "b")
    expect(page.locator("h1")).to_have_text("content b")

    expect(page.get_by_label("kept")).to_have_value("typed")
    expect(page.locator("#loading")).to_have_count(0)
    tab.assert_silence()


def test_what_ends_badly_behind_a_loading_state(server, open_tab):
    tab = open_tab()
    page = tab.page
    for name, title in (("missing", "Nothing here"), ("failing", "It broke")):
        page.goto(f"{server.url}/slow/{name}", wait_until="commit")
        expect(page.locator("#loading")).to_be_visible()
        tab.await_react("h2")
        open_gate(page, name)
        expect(page.locator("h1")).to_have_text(title)
    assert "s3cret" not in page.locator("body").inner_text()
    assert tab.errors == []


def test_a_page_that_fails_shows_its_error_page_hydrated(server, open_tab):
    tab = open_tab()
    page = tab.page

    answer = page.goto(f"{server.url}/broken")
    assert answer.status == 500
    expect(page.locator("h1")).to_have_text("It broke")
    expect(page.locator("#digest")).to_have_text(server.log.rpartition("(digest ")[2][:12])
    tab.await_react("h1")
    assert complaints(tab) == []
    page.get_by_role("button", name="Again").click()

    expect(page.locator("h1")).to_have_text("Mended")


def test_a_navigation_to_what_fails_or_is_missing(server, open_tab):
    tab = open_tab()
    page = tab.page
    tab.open(server.url)
    page.get_by_label("kept").fill("typed")

    for link, title, path in (("Missing", "Nothing here", "/missing"), ("Broken", "It broke", "/broken")):
        page.get_by_role("link", name=link).click()
        expect(page.locator("h1")).to_have_text(title)
        expect(page).to_have_url(f"{server.url}{path}")
        expect(page.get_by_label("kept")).to_have_value("typed")
    assert tab.errors == []


def test_an_action_that_fails_shows_the_error_page(server, open_tab):
    tab = open_tab()
    page = tab.page
    tab.open(f"{server.url}/failing-form")

    page.get_by_role("button", name="Fail").click()

    expect(page.locator("h1")).to_have_text("It broke")
    expect(page.get_by_role("link", name="Missing")).to_be_visible()
    assert "s3cret" not in page.locator("body").inner_text()


@pytest.mark.parametrize(
    ("path", "press", "status", "title", "text"),
    [
        ("/broken", None, 500, "It broke", "Sorry."),
        ("/missing", None, 404, "Nothing here", ""),
        ("/nowhere", None, 404, "Nothing here", ""),
        ("/failing-form", "Fail", 500, "It broke", "Sorry."),
        ("/failing-form", "Refuse", 400, "It broke", "The train is full."),
    ],
)
def test_without_javascript(server, open_tab, path, press, status, title, text):  # noqa: PLR0913, PLR0917
    tab = open_tab(java_script=False)
    page = tab.page

    answer = page.goto(f"{server.url}{path}")
    if press is not None:
        with page.expect_navigation() as navigation:
            page.get_by_role("button", name=press).click()
        answer = navigation.value

    assert answer.status == status
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("main")).to_contain_text(text)
    expect(page.get_by_role("link", name="Broken", exact=True)).to_be_visible()


def test_hydration_that_differs_is_not_silent(server, open_tab):
    tab = open_tab()
    page = tab.page

    def altered(route):
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace("<h1>It broke", "<h1>It broko", 1))

    page.route(f"{server.url}/broken", altered)
    page.goto(f"{server.url}/broken")
    expect(page.locator("h1")).to_have_text("It broke")

    assert complaints(tab) != []
