"""Pages whose parts arrive late, into the document or over a navigation, in any order; and when they fail."""

import textwrap
import urllib.request

import pytest
from playwright.sync_api import expect

from support.live_server import live_server

pytestmark = pytest.mark.browser

GATES = """
    import asyncio

    _gates: dict[str, asyncio.Event] = {}

    def gate(name: str) -> asyncio.Event:
        return _gates.setdefault(name, asyncio.Event())
"""

OPEN = """
    from app.gates import gate

    async def get(name: str):
        gate(name).set()
        return name
"""

PARTS = """
    from wingbeat import component, error_boundary, html as h, not_found, redirect, suspense
    from wingbeat.ui import submit_button

    from app.gates import gate

    cancelled: list[str] = []

    @component
    async def late(name: str, children: object = None):
        try:
            await gate(name).wait()
        except BaseException:
            cancelled.append(name)
            raise
        return h.section(id=name)[f"content of {name}", children]

    @component
    async def failing(name: str):
        await gate(name).wait()
        raise ValueError("broken part")

    @component
    async def leaving(name: str):
        await gate(name).wait()
        redirect("/target?from=late")

    @component
    async def missing(name: str):
        await gate(name).wait()
        not_found()

    def waiting(name: str):
        return h.p(class_="waiting")[f"waiting for {name}"]
"""

THREE = """
    from wingbeat import html as h, revalidate_path, suspense

    from app.gates import gate
    from app.parts import late, waiting

    clicks: list[int] = []

    async def page():
        async def click():
            "use server"
            clicks.append(1)
            revalidate_path("/three")

        return h.main[
            h.h1["Shell"],
            h.form(action=click)[h.button[f"Clicked {len(clicks)}"]],
            suspense(fallback=waiting("a"))[late("a")[" & <more>"]],
            h.table[h.tbody[suspense(fallback=h.tr[h.td["…"]])[row()]]],
            suspense(fallback=waiting("b"))[late("b")[suspense(fallback=waiting("c"))[late("c")]]],
        ]

    async def row():
        await gate("a").wait()
        return h.tr[h.td(id="cell")["a cell"]]
"""

FAILING = """
    from wingbeat import error_boundary, html as h, suspense

    from app.parts import failing, late, waiting

    async def page():
        return h.main[
            h.h1["Shell"],
            error_boundary(fallback=h.p(id="sorry")["Sorry."])[suspense(fallback=waiting("x"))[failing("x")]],
            suspense(fallback=waiting("y"))[failing("y")],
            suspense(fallback=waiting("z"))[late("z")],
        ]
"""

ENDING = """
    from wingbeat import html as h, suspense

    from app.parts import leaving, missing, waiting

    async def page():
        return h.main[
            h.h1["Shell"],
            suspense(fallback=waiting("m"))[missing("m")],
            suspense(fallback=waiting("l"))[leaving("l")],
        ]
"""

FILES = {
    "app/gates.py": GATES,
    "app/parts.py": PARTS,
    "app/page.py": """
        from wingbeat import html as h

        async def page():
            return h.main[h.h1["Start"], h.a(href="/three")["Three"], h.a(href="/ending")["Ending"]]
    """,
    "app/open/[name]/route.py": OPEN,
    "app/three/page.py": THREE,
    "app/failing/page.py": FAILING,
    "app/ending/page.py": ENDING,
    "app/target/page.py": """
        from wingbeat import html as h

        async def page():
            return h.main[h.h1["Target"]]
    """,
    "app/cancelled/page.py": """
        from wingbeat import html as h

        from app.parts import cancelled

        async def page():
            return h.main[h.output[", ".join(sorted(cancelled))]]
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


def open_gates(server, *names):
    for name in names:
        with urllib.request.urlopen(f"{server.url}/open/{name}") as response:
            assert response.status == 200


def test_contents_arrive_in_any_order(server, open_tab):
    tab = open_tab()
    page = tab.page
    page.goto(f"{server.url}/three", wait_until="commit")
    expect(page.locator(".waiting")).to_have_text(["waiting for a", "waiting for b"])
    tab.await_react("h1")

    open_gates(server, "b")
    expect(page.locator("#b")).to_contain_text("content of b")
    expect(page.locator(".waiting")).to_have_text(["waiting for a", "waiting for c"])
    open_gates(server, "a", "c")
    expect(page.locator("#c")).to_have_text("content of c")
    expect(page.locator("#a")).to_have_text("content of a & <more>")
    expect(page.locator("tbody > tr > #cell")).to_have_text("a cell")
    page.wait_for_load_state("load")
    for part in ("#a", "#b", "#c", "#cell"):
        tab.await_react(part)

    assert page.locator("template[id^=B], template[id^=S]").count() == 0
    tab.assert_silence()


def test_an_action_works_while_parts_are_still_to_come(server, open_tab):
    tab = open_tab()
    page = tab.page
    page.goto(f"{server.url}/three", wait_until="commit")
    tab.await_react("button")

    page.get_by_role("button").click()
    open_gates(server, "a", "b", "c")

    expect(page.get_by_role("button")).to_have_text("Clicked 1")
    expect(page.locator("#c")).to_have_text("content of c")
    expect(page.locator("#a")).to_have_text("content of a & <more>")
    assert len(tab.urls("POST")) == 1
    tab.assert_silence()


def test_a_navigation_shows_the_shell_at_once(server, open_tab):
    tab = open_tab()
    page = tab.page
    tab.open(server.url)

    page.get_by_role("link", name="Three").click()

    expect(page.locator("h1")).to_have_text("Shell")
    expect(page.locator(".waiting")).to_have_text(["waiting for a", "waiting for b"])
    open_gates(server, "a", "b", "c")
    expect(page.locator("#c")).to_have_text("content of c")
    tab.assert_silence()


def test_a_failing_part_leaves_the_rest(server, open_tab):
    tab = open_tab()
    page = tab.page
    page.goto(f"{server.url}/failing", wait_until="commit")
    expect(page.locator(".waiting")).to_have_count(3)
    tab.await_react("h1")

    open_gates(server, "x", "y", "z")

    expect(page.locator("#sorry")).to_have_text("Sorry.")
    expect(page.get_by_role("alert")).to_contain_text("Error reference: ")
    expect(page.locator("#z")).to_have_text("content of z")
    expect(page.locator("h1")).to_have_text("Shell")
    assert server.log.count("ValueError: broken part") == 2
    assert tab.errors == []


@pytest.mark.parametrize("path", ["/ending", "/"])
def test_a_late_redirect_is_followed_and_a_late_404_is_said(server, open_tab, path):
    tab = open_tab()
    page = tab.page
    if path == "/":
        tab.open(server.url)
        page.get_by_role("link", name="Ending").click()
    else:
        page.goto(f"{server.url}{path}", wait_until="commit")
    expect(page.locator(".waiting")).to_have_count(2)
    tab.await_react("h1")

    open_gates(server, "m")
    expect(page.get_by_text("There is nothing here.")).to_be_visible()
    open_gates(server, "l")
    expect(page.locator("h1")).to_have_text("Target")

    assert page.url == f"{server.url}/target?from=late"
    tab.assert_silence()


def test_without_javascript_the_page_comes_whole(server, open_tab):
    tab = open_tab(java_script=False)
    page = tab.page
    page.goto(f"{server.url}/three?q=1", wait_until="commit")
    expect(page.locator(".waiting")).to_have_count(2)

    open_gates(server, "a", "b", "c")

    expect(page.locator("#c")).to_have_text("content of c")
    expect(page.locator("#a")).to_have_text("content of a & <more>")
    assert page.url == f"{server.url}/three?q=1&_wingbeat=whole"
    assert page.locator(".waiting").count() == 0


def test_a_client_that_leaves_ends_the_rendering(server, open_tab):
    tab = open_tab()
    page = tab.page
    page.goto(f"{server.url}/three", wait_until="commit")
    expect(page.locator(".waiting")).to_have_count(2)

    page.goto(f"{server.url}/cancelled")
    page.wait_for_function("() => document.querySelector('output')?.textContent || location.reload()")

    expect(page.locator("output")).to_have_text("a, b")


def test_a_cut_document_keeps_what_is_there(server, open_tab):
    tab = open_tab()
    page = tab.page
    with urllib.request.urlopen(f"{server.url}/three") as response:
        shell = response.read1().decode()
        while "__wingbeat" not in shell or "waiting for b" not in shell:
            shell += response.read1().decode()
    page.route(f"{server.url}/three", lambda route: route.fulfill(body=shell, content_type="text/html"))

    page.goto(f"{server.url}/three")

    expect(page.locator("h1")).to_have_text("Shell")
    expect(page.get_by_role("alert").first).to_be_visible()
