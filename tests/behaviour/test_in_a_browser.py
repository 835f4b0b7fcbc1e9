"""What Next.js users know of forms, redirects, cookies and pages, in Chromium, with JavaScript and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Response, expect

from support.chromium import OpenTab, Tab
from support.live_server import LiveServer, live_server
from support.projects import write_project

pytestmark = pytest.mark.browser

SITE = {
    "__init__.py": "",
    "counting.py": '''
        """use server"""
        from wingbeat import cookies

        def _change(change):
            number = change(int(cookies().get("count") or 0))
            cookies().set("count", str(number))
            return number

        async def increment(): return _change(lambda number: number + 1)
        def double(): return _change(lambda number: number * 2)
        async def decrement(): return _change(lambda number: number - 1)
    ''',
    "page.py": """
        from wingbeat import cookies, html as h
        from app import counting

        async def page(search_params):
            return h.main[
                h.h1[search_params.get("name", "Counter")],
                h.output[cookies().get("count") or "0"],
                h.form(action=counting.increment)[h.button["+1"]],
                h.form(action=counting.double)[h.button["*2"]],
                h.form(action=counting.decrement)[h.button["-1"]],
            ]
    """,
    "threads/page.py": """
        from app.page import page
        runtime = "thread"
    """,
    "threads/start/page.py": """
        from app.start.page import page
        runtime = "thread"
    """,
    "header/page.py": """
        from wingbeat import html as h
        async def page(search_params):
            return h.main[h.h1["Header"], h.p[", ".join(f"{k}={v}" for k, v in search_params.items())]]
    """,
    "forms/page.py": """
        from functools import partial
        from wingbeat import FormData, cookies, headers, html as h, redirect

        async def send(form: FormData):
            "use server"
            redirect(f"/header?name={form.text('name')}&hidden-info={form.text('hidden-info')}")

        async def look():
            "use server"
            told = [headers().get(name) for name in ("referer", "accept", "user-agent")]
            cookies().set("told", "|".join(str(one) for one in told), max_age=600)

        async def set_forty_two():
            "use server"
            cookies().set("number", "42", max_age=600, httponly=False)

        async def read():
            "use server"
            cookies().set("answer", f"read {cookies().get('number')}")

        async def upload(form: FormData):
            "use server"
            file = form.file("file")
            cookies().set("told", f"{file.name} {file.size}")

        async def minus(bound: int, form: FormData):
            "use server"
            redirect(f"/header?result={int(form.text('n')) - bound}")

        async def page():
            return h.main[
                h.h1["Forms"],
                h.p(id="told")[cookies().get("told")],
                h.p(id="answer")[cookies().get("answer")],
                h.form(action=send)[
                    h.input(name="name"), h.input(type="hidden", name="hidden-info", value="hi"), h.button["Send"]
                ],
                h.form(action=look)[h.button["Look"]],
                h.form(action=set_forty_two)[h.button["Set"]],
                h.form(action=read)[h.button["Read"]],
                h.form(action=upload)[h.input(type="file", name="file"), h.button["Upload"]],
                h.form(action=partial(minus, 1))[h.input(type="number", name="n"), h.button["Minus one"]],
                h.form(method="post", action="/api/plain")[h.input(name="plain"), h.button["Plain"]],
            ]
    """,
    "api/plain/route.py": """
        from wingbeat import redirect
        async def post(request):
            redirect(f"/header?{(await request.body()).decode()}")
    """,
    "going.py": '''
        """use server"""
        from wingbeat import cookies, not_found, redirect

        async def go(target: str, type: str):
            cookies().set("went", target)
            redirect(target, type=type)

        async def find():
            not_found()
    ''',
    "start/page.py": """
        from functools import partial
        from wingbeat import html as h
        from app import going

        TARGETS = {
            "Push": ("/arrived?baz=1", "push"), "Replace": ("/arrived?baz=1", "replace"),
            "Below": ("./sub", "push"), "Beside": ("../sub", "push"), "Absolute": ("/sub", "push"),
            "Clock": ("/clock", "push"), "Other root": ("/two", "push"), "Route": ("/api/text", "push"),
        }

        async def page():
            return h.main[
                h.h1["Start"],
                [h.form(key=name, action=partial(going.go, *target))[h.button[name]]
                 for name, target in TARGETS.items()],
                h.form(action=going.find)[h.button["Find"]],
            ]
    """,
    "arrived/page.py": """
        from wingbeat import cookies, html as h
        async def page(search_params):
            return h.main[h.h1["Arrived"], h.p[f"baz={search_params.get('baz')} from {cookies().get('went')}"]]
    """,
    "start/sub/page.py": "from wingbeat import html as h\ndef page(): return h.h1['Below start']",
    "sub/page.py": "from wingbeat import html as h\ndef page(): return h.h1['Beside start']",
    "api/text/route.py": "def get(): return 'the text of a route'",
    "(roots)/two/layout.py": """
        from wingbeat import html as h
        def layout(children): return h.html(lang="de")[h.body(class_="two")[children]]
    """,
    "(roots)/two/page.py": "from wingbeat import html as h\ndef page(): return h.h1['Second root']",
    "theme/page.py": """
        from wingbeat import FormData, cookies, html as h

        async def choose(form: FormData):
            "use server"
            cookies().set("theme", form.text("theme"))

        async def page():
            return h.main[
                h.h1["Theme"], h.p[f"theme {cookies().get('theme')}"], h.a(href="/theme/other")["Other"],
                h.form(action=choose)[h.input(name="theme"), h.button["Choose"]],
            ]
    """,
    "theme/other/page.py": """
        from wingbeat import cookies, html as h
        async def page():
            return h.main[h.h1["Other"], h.p[f"theme {cookies().get('theme')}"], h.a(href="/theme")["Back"]]
    """,
    "framed/route.py": """
        from starlette.responses import HTMLResponse
        def get():
            return HTMLResponse("<iframe sandbox='allow-forms allow-scripts' src='/theme'></iframe>")
    """,
    "clock/page.py": """
        from itertools import count
        from wingbeat import html as h, refresh

        ticks = count(1)

        async def tick():
            "use server"
            refresh()

        async def page():
            return h.main[h.h1["Clock"], h.output[next(ticks)], h.form(action=tick)[h.button["Tick"]]]
    """,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(write_project(tmp_path_factory.mktemp("site"), SITE)) as found:
        yield found


@dataclass
class Visitor:
    """Somebody in a tab of their own."""

    tab: Tab
    server: LiveServer
    java_script: bool

    def open(self, path: str) -> None:
        if self.java_script:
            self.tab.open(self.server.url + path)
            self.tab.page.evaluate("window.sameDocument = true")
        else:
            self.tab.page.goto(self.server.url + path)

    def press(self, name: str) -> None:
        self.tab.page.get_by_role("button", name=name, exact=True).click()

    def sees(self, text: str, where: str = "body") -> None:
        expect(self.tab.page.locator(where)).to_have_text(text)

    def stands_at(self, path: str) -> None:
        expect(self.tab.page).to_have_url(self.server.url + path)

    @property
    def posts(self) -> list[str]:
        return self.tab.urls("POST")

    @property
    def is_same_document(self) -> bool:
        return self.tab.page.evaluate("window.sameDocument === true")


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def visitor(request: pytest.FixtureRequest, server: LiveServer, open_tab: OpenTab) -> Iterator[Visitor]:
    found = Visitor(open_tab(java_script=request.param), server, request.param)
    yield found
    assert found.tab.errors == []


@pytest.fixture
def scripted(server: LiveServer, open_tab: OpenTab) -> Visitor:
    """Return somebody whose browser runs JavaScript."""
    return Visitor(open_tab(), server, java_script=True)


@pytest.mark.parametrize("path", ["/?name=名", "/threads"])
def test_each_press_of_a_button_counts(path: str, visitor: Visitor) -> None:
    visitor.open(path)
    for name, number in (("+1", "1"), ("+1", "2"), ("*2", "4"), ("-1", "3")):
        visitor.press(name)
        visitor.sees(number, "output")

    assert len(visitor.posts) == 4
    visitor.sees("名" if "名" in path else "Counter", "h1")


def test_a_form_redirects_to_what_was_typed(visitor: Visitor) -> None:
    answers: list[Response] = []
    visitor.tab.page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # not a built-in
    visitor.open("/forms")
    visitor.tab.page.fill("[name=name]", "test")
    visitor.press("Send")

    visitor.stands_at("/header?name=test&hidden-info=hi")
    visitor.sees("name=test, hidden-info=hi", "p")
    statuses = [answer.status for answer in answers if answer.request.method == "POST"]
    assert statuses == [200 if visitor.java_script else 303]

    visitor.tab.page.go_back()
    visitor.sees("Forms", "h1")
    visitor.tab.page.fill("[name=name]", "again")
    visitor.press("Send")
    visitor.stands_at("/header?name=again&hidden-info=hi")
    assert len(visitor.posts) == 2


def test_an_action_reads_the_headers_of_its_request(visitor: Visitor) -> None:
    visitor.open("/forms")
    visitor.press("Look")

    accepted = "text/x-component" if visitor.java_script else "text/html"
    told = visitor.tab.page.locator("#told")
    expect(told).to_have_text(re.compile(rf"^{re.escape(visitor.server.url)}/forms\|{accepted}.*\|Mozilla/"))


def test_one_action_sets_a_cookie_and_the_next_reads_it(visitor: Visitor) -> None:
    visitor.open("/forms")
    visitor.press("Set")
    expect(visitor.tab.page.locator("h1")).to_have_text("Forms")
    visitor.press("Read")

    visitor.sees("read 42", "#answer")
    (kept,) = [one for one in visitor.tab.page.context.cookies() if one["name"] == "number"]
    assert (kept["value"], kept["expires"] > 0) == ("42", True)


def test_a_file_keeps_its_name_in_any_script(visitor: Visitor) -> None:
    visitor.open("/forms")
    visitor.tab.page.set_input_files(
        "[name=file]", {"name": "hello你好テスト.txt", "mimeType": "text/plain", "buffer": b"hello"}
    )
    visitor.press("Upload")

    visitor.sees("hello你好テスト.txt 5", "#told")


def test_a_bound_argument_comes_before_the_form(visitor: Visitor) -> None:
    visitor.open("/forms")
    visitor.tab.page.fill("[name=n]", "123")
    visitor.press("Minus one")

    visitor.stands_at("/header?result=122")


def test_a_form_that_posts_to_a_route_is_none_of_ours(visitor: Visitor) -> None:
    visitor.open("/forms")
    visitor.tab.page.fill("[name=plain]", "yes")
    visitor.press("Plain")

    visitor.stands_at("/header?plain=yes")
    assert len(visitor.posts) == 1
    assert "refused" not in visitor.server.log


@pytest.mark.parametrize("page", ["/start", "/threads/start"])
def test_a_redirect_is_an_entry_of_the_history(page: str, visitor: Visitor) -> None:
    visitor.open(page)
    visitor.press("Push")

    visitor.stands_at("/arrived?baz=1")
    visitor.sees("baz=1 from /arrived?baz=1", "p")
    visitor.tab.page.go_back()
    visitor.sees("Start", "h1")


def test_a_redirect_may_replace_the_entry(scripted: Visitor) -> None:
    scripted.open("/start")
    before = scripted.tab.page.evaluate("history.length")
    scripted.press("Replace")

    scripted.stands_at("/arrived?baz=1")
    assert scripted.tab.page.evaluate("history.length") == before
    scripted.tab.assert_silence()


@pytest.mark.parametrize(
    ("name", "path", "title"),
    [
        ("Below", "/start/sub", "Below start"),
        ("Beside", "/sub", "Beside start"),
        ("Absolute", "/sub", "Beside start"),
    ],
)
def test_a_relative_redirect_takes_the_page_for_a_folder(
    name: str, path: str, title: str, visitor: Visitor
) -> None:
    visitor.open("/start")
    visitor.press(name)

    visitor.stands_at(path)
    visitor.sees(title, "h1")
    assert visitor.is_same_document if visitor.java_script else True


def test_a_redirect_to_another_root_layout(visitor: Visitor) -> None:
    visitor.open("/start")
    visitor.press("Other root")

    visitor.sees("Second root", "h1")
    expect(visitor.tab.page.locator("body")).to_have_class("two")
    expect(visitor.tab.page.locator("html")).to_have_attribute("lang", "de")


def test_a_redirect_to_a_route_loads_its_document(visitor: Visitor) -> None:
    visitor.open("/start")
    visitor.press("Route")

    visitor.stands_at("/api/text")
    visitor.sees("the text of a route")


def test_not_found_shows_its_page_and_keeps_robots_away(visitor: Visitor) -> None:
    visitor.open("/start")
    visitor.press("Find")

    expect(visitor.tab.page.get_by_text("Page not found").first).to_be_visible()
    expect(visitor.tab.page.locator("meta[name=robots]")).to_have_attribute("content", "noindex")


def test_a_changed_cookie_shows_on_every_page(visitor: Visitor) -> None:
    visitor.open("/theme/other")
    visitor.sees("theme None", "p")
    visitor.tab.page.get_by_role("link", name="Back").click()
    visitor.sees("Theme", "h1")
    visitor.tab.page.fill("[name=theme]", "dark")
    visitor.press("Choose")
    visitor.sees("theme dark", "p")

    visitor.tab.page.get_by_role("link", name="Other").click()
    visitor.sees("Other", "h1")
    visitor.sees("theme dark", "p")


def test_refresh_renders_the_page_anew(visitor: Visitor) -> None:
    visitor.open("/clock")
    before = int(visitor.tab.page.locator("output").inner_text())
    visitor.press("Tick")

    expect(visitor.tab.page.locator("output")).not_to_have_text(str(before))
    assert int(visitor.tab.page.locator("output").inner_text()) > before


def test_after_a_redirect_it_is_the_new_page_that_is_refreshed(visitor: Visitor) -> None:
    visitor.open("/start")
    visitor.press("Clock")
    visitor.stands_at("/clock")
    before = visitor.tab.page.locator("output").inner_text()
    visitor.press("Tick")

    expect(visitor.tab.page.locator("output")).not_to_have_text(before)
    visitor.stands_at("/clock")
    visitor.sees("Clock", "h1")


def test_a_form_in_a_sandboxed_frame_is_refused(open_tab: OpenTab, server: LiveServer) -> None:
    page = open_tab(java_script=False).page
    page.goto(f"{server.url}/framed")
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Choose").click()

    expect(frame.locator("h1")).to_have_text("Forbidden")
    assert page.context.cookies() == []
