"""The router over real apps: prefetching, the way back, forms that ask, failures, caches, what layouts keep."""

import textwrap
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from support.chromium import FLAGS, Tab
from support.live_server import live_server

pytestmark = pytest.mark.browser

FILES = {
    "app/layout.py": """
        from wingbeat import html as h

        def layout(children):
            return h.html(lang="en")[
                h.head[h.title["Router"], h.link(rel="stylesheet", href="/style.css")],
                h.body[
                    h.nav[
                        h.a(href="/", id="to-home")["Home"],
                        h.a(href="/count", id="to-count")["Count"],
                        h.a(href="/act", id="to-act")["Act"],
                        h.a(href="/leave", id="to-leave")["Leave"],
                        h.a(href="/broken", id="to-broken")["Broken"],
                        h.a(href="/query?from=quiet", id="to-quiet", data_prefetch="off")["Quiet"],
                        h.input(id="note"),
                    ],
                    children,
                ],
            ]
    """,
    "app/page.py": """
        from wingbeat import html as h

        async def page():
            return h.main[
                h.h1["Home"],
                h.div(style={"height": "3000px"}),
                h.div(data_prefetch="viewport")[h.a(href="/query?from=below", id="below")["Below"]],
            ]
    """,
    "app/count/page.py": """
        import itertools

        from wingbeat import html as h

        _numbers = itertools.count(1)

        async def page():
            return h.main[h.h1["Count"], h.output[str(next(_numbers))], h.div(style={"height": "3000px"})]
    """,
    "app/act/page.py": """
        from wingbeat import html as h, redirect, revalidate_path

        async def page():
            async def change():
                "use server"
                revalidate_path("/", "layout")

            async def nothing():
                "use server"

            async def leave():
                "use server"
                redirect("/count")

            return h.main[
                h.h1["Act"],
                h.form(action=change)[h.button(id="change")["Change"]],
                h.form(action=nothing)[h.button(id="nothing")["Nothing"]],
                h.form(action=leave)[h.button(id="leave")["Leave"]],
            ]
    """,
    "app/view/page.py": """
        from wingbeat import html as h, revalidate_path, revalidate_tag

        async def page():
            async def path():
                "use server"
                revalidate_path("/", "layout")

            async def tag():
                "use server"
                revalidate_tag("numbers")

            return h.main[
                h.h1["View"],
                h.form(action=path)[h.button(id="path")["Path"]],
                h.form(action=tag)[h.button(id="tag")["Tag"]],
                h.a(href="/count", data_prefetch="viewport", id="in-view")["Count"],
            ]
    """,
    "app/leave/route.py": """
        from wingbeat import redirect

        left: list[int] = []

        def get():
            left.append(1)
            redirect(f"/query?left={len(left)}")
    """,
    "app/broken/page.py": """
        async def page():
            raise ValueError("broken page")
    """,
    "app/query/page.py": """
        from wingbeat import html as h

        async def page(request):
            return h.main[h.h1["Query"], h.output[request.url.query], h.p[h.a(href="/count")["Count"]]]
    """,
    "app/forms/page.py": """
        from wingbeat import html as h

        async def page():
            return h.main[
                h.h1["Forms"],
                h.form(action="/query?gone=1")[
                    h.input(name="q", id="q", default_value="a b&c/ü"),
                    h.textarea(name="text", default_value="one\\ntwo"),
                    h.input(type="checkbox", name="on", default_checked=True),
                    h.input(type="checkbox", name="off"),
                    h.input(type="hidden", name="_charset_"),
                    h.input(name="action", default_value="hides a property"),
                    h.select(name="many", multiple=True, default_value=["x", "z"])[
                        h.option["x"], h.option["y"], h.option["z"]
                    ],
                    h.button(id="plain")["Plain"],
                    h.button(id="named", name="by", value="button")["Named"],
                    h.button(id="elsewhere", form_action="/count#part")["Elsewhere"],
                    h.button(id="own-tab", form_target="_blank")["Own tab"],
                    h.button(id="posts", form_method="post")["Posts"],
                ],
                h.form(action="/query", rel="external")[h.button(id="external")["External"]],
                h.form(action="/query")[h.input(type="file", name="file"), h.button(id="file")["File"]],
                h.form[h.input(name="here"), h.button(id="here")["Here"]],
            ]
    """,
    "public/favicon.ico": "",
    "public/style.css": "",
    "public/other.html": "<title>Other</title><h1>Other</h1>",
}

BLENDED = "@media all { @view-transition { navigation: auto } }"


@pytest.fixture
def serve_app(tmp_path):
    """Return a function that serves the app in a mode; it is given more files by their paths."""
    for file, text in FILES.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(textwrap.dedent(text), encoding="utf-8")

    def serve_app(mode, files=()):
        for file, text in dict(files).items():
            (tmp_path / file).write_text(text, encoding="utf-8")
        return live_server(tmp_path, mode=mode)

    return serve_app


@pytest.fixture
def server(serve_app):
    with serve_app("production") as server:
        yield server


@pytest.fixture(params=["development", "production"])
def both(request, serve_app):
    with serve_app(request.param) as server:
        yield server


def payloads(tab):
    """Return the pages that were asked for as payloads, and whether that was a prefetch."""
    return [
        (_page_url(request.url), "wingbeat-prefetch" in request.headers)
        for request in tab.requests
        if is_payload(request.url)
    ]


def _page_url(payload_url):
    parts = urlsplit(payload_url)
    query = parts.query.rpartition("_wingbeat=")[0].rstrip("&")
    return f"{parts.path}?{query}" if query else parts.path


def is_payload(url):
    return "_wingbeat=" in url


def is_payload_of(path):
    return lambda request: urlsplit(request.url).path == path and is_payload(request.url)


def arrived(tab, heading):
    expect(tab.page.locator("h1")).to_have_text(heading)


# --- Prefetching --------------------------------------------------------------------------------------------


def point(tab, link):
    tab.page.hover(link)


def focus(tab, link):
    tab.page.focus(link)


def touch(tab, link):
    tab.page.dispatch_event(link, "touchstart")


@pytest.mark.parametrize("intend", [point, focus, touch])
def test_a_page_that_somebody_is_about_to_ask_for_is_already_there(server, open_tab, intend):
    tab = open_tab()
    tab.open(server.url, "h1")

    with tab.page.expect_response(lambda answer: is_payload_of("/count")(answer.request)):
        intend(tab, "#to-count")
    assert tab.page.inner_text("h1") == "Home"
    tab.page.click("#to-count")
    arrived(tab, "Count")

    assert payloads(tab) == [("/count", True)]
    assert tab.page.inner_text("output") == "1"
    tab.assert_silence()


def test_a_link_in_view_is_prefetched_if_the_page_says_so(server, open_tab):
    tab = open_tab()
    tab.open(server.url, "h1")
    assert payloads(tab) == []

    with tab.page.expect_request(is_payload_of("/query")):
        tab.page.locator("#below").scroll_into_view_if_needed()

    assert payloads(tab) == [("/query?from=below", True)]
    tab.assert_silence()


@pytest.mark.parametrize("invalidate", ["#path", "#tag"])
def test_links_in_view_are_prefetched_again_after_a_change(server, open_tab, invalidate):
    tab = open_tab()
    with tab.page.expect_response(lambda answer: is_payload_of("/count")(answer.request)):
        tab.open(f"{server.url}/view", "h1")

    with tab.page.expect_response(lambda answer: is_payload_of("/count")(answer.request)):
        tab.page.press(invalidate, "Enter")
    tab.page.click("#in-view")
    arrived(tab, "Count")

    assert payloads(tab) == [("/count", True), ("/count", True)]
    assert tab.page.inner_text("output") == "2"
    tab.assert_silence()


def prefetches_nothing(tab, *links):
    """Point at each link and then at one that is prefetched, if any is: what came before would have come first."""
    for link in links:
        tab.page.hover(link)
        tab.page.wait_for_timeout(
            150
        )  # longer than a pointer has to rest; nothing that could be waited for follows
    return payloads(tab) == []


def test_what_opts_out_is_not_prefetched(server, open_tab):
    tab = open_tab()
    tab.open(server.url, "h1")

    assert prefetches_nothing(tab, "#to-quiet", "#to-home")  # the second leads to where we are


def test_who_saves_data_gets_nothing_in_advance(server, open_tab):
    tab = open_tab()
    tab.page.add_init_script(
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true, effectiveType: '4g' } })"
    )
    tab.open(server.url, "h1")

    assert prefetches_nothing(tab, "#to-count")


def test_while_developing_nothing_is_prefetched(serve_app, open_tab):
    with serve_app("development") as server:
        tab = open_tab()
        tab.open(server.url, "h1")

        assert prefetches_nothing(tab, "#to-count")
        tab.assert_silence()


def test_a_route_is_never_run_by_pointing_at_its_link(server, open_tab):
    tab = open_tab()
    tab.open(server.url, "h1")

    with tab.page.expect_response(lambda answer: is_payload_of("/leave")(answer.request)):
        tab.page.hover("#to-leave")
    tab.page.click("#to-leave")
    arrived(tab, "Query")

    assert tab.page.inner_text("output") == "left=1"


def test_what_was_prefetched_before_a_change_is_not_shown(server, open_tab):
    tab = open_tab()
    tab.open(f"{server.url}/act", "h1")

    for button, shown in (("#nothing", "1"), ("#change", "3")):  # the second prefetched 2 and dropped it
        with tab.page.expect_response(lambda answer: is_payload_of("/count")(answer.request)):
            tab.page.hover("#to-count")
        with tab.page.expect_response(lambda answer: answer.request.method == "POST"):
            tab.page.press(button, "Enter")  # the pointer stays where it is
        tab.page.click("#to-count")
        arrived(tab, "Count")
        assert tab.page.inner_text("output") == shown
        tab.page.click("#to-act")
        arrived(tab, "Act")

    tab.assert_silence()


def test_what_was_prefetched_long_ago_is_not_shown(server, open_tab):
    tab = open_tab()
    tab.page.clock.install()
    tab.open(server.url, "h1")

    with tab.page.expect_response(lambda answer: is_payload_of("/count")(answer.request)):
        tab.page.hover("#to-count")
        tab.page.clock.run_for(100)
    tab.page.clock.fast_forward(31_000)
    tab.page.click("#to-count")
    arrived(tab, "Count")

    assert tab.page.inner_text("output") == "2"


# --- The way back -------------------------------------------------------------------------------------------


def test_going_back_and_forward_needs_no_server(both, open_tab):
    tab = open_tab()
    tab.open(f"{both.url}/count", "h1")
    tab.page.evaluate("scrollTo(0, 700)")
    tab.page.wait_for_function("scrollY === 700")
    tab.page.evaluate("document.querySelector('#to-home').click()")
    arrived(tab, "Home")

    tab.page.route(is_payload, lambda route: route.abort("connectionrefused"))
    tab.page.go_back()
    arrived(tab, "Count")
    tab.page.wait_for_function("scrollY === 700")
    assert tab.page.inner_text("output") == "1"
    tab.page.go_forward()
    arrived(tab, "Home")
    tab.page.wait_for_function("scrollY === 0")

    assert tab.page.url == f"{both.url}/"
    assert payloads(tab) == [("/", False)]
    tab.assert_silence()


def test_the_way_back_leads_to_the_link_that_was_followed(both, open_tab):
    tab = open_tab()
    tab.open(both.url, "h1")
    focused = "[document.activeElement.tagName, document.activeElement.textContent]"

    tab.page.press("#below", "Enter")  # has an id
    arrived(tab, "Query")
    assert tab.page.evaluate(focused) == ["H1", "Query"]
    tab.page.press("main a", "Enter")  # has none
    arrived(tab, "Count")
    tab.page.go_back()
    arrived(tab, "Query")
    assert tab.page.evaluate(focused) == ["A", "Count"]
    tab.page.go_back()
    arrived(tab, "Home")
    assert tab.page.evaluate(focused) == ["A", "Below"]
    tab.page.go_forward()
    arrived(tab, "Query")
    assert tab.page.evaluate(focused) == ["A", "Count"]
    tab.assert_silence()


@pytest.mark.parametrize(("button", "shown"), [("#nothing", "1"), ("#change", "2")])
def test_a_page_from_before_a_change_is_fetched_anew(both, open_tab, button, shown):
    tab = open_tab()
    tab.open(f"{both.url}/count", "h1")
    tab.page.click("#to-act")
    arrived(tab, "Act")

    with tab.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        tab.page.click(button)
    answer.value.finished()
    tab.page.go_back()
    arrived(tab, "Count")

    assert tab.page.inner_text("output") == shown
    tab.assert_silence()


def test_a_page_that_is_no_longer_fresh_is_shown_and_then_brought_up_to_date(both, open_tab):
    tab = open_tab()
    tab.page.clock.install()
    tab.open(f"{both.url}/count", "h1")
    tab.page.click("#to-act")
    arrived(tab, "Act")
    tab.page.clock.fast_forward(31_000)
    held = []
    tab.page.route(is_payload, lambda route: held.append(route))  # noqa: PLW0108

    with tab.page.expect_request(is_payload_of("/count")):
        tab.page.go_back()
    arrived(tab, "Count")
    assert tab.page.inner_text("output") == "1"
    held.pop().continue_()

    expect(tab.page.locator("output")).to_have_text("2")
    tab.assert_silence()


# --- Forms that ask -----------------------------------------------------------------------------------------


def sent_by(open_tab, server, send, **options):
    """Return where sending a form leads, and the tab."""
    tab = open_tab(**options)
    if options.get("java_script", True):
        tab.open(f"{server.url}/forms", "form")
    else:
        tab.page.goto(f"{server.url}/forms")
    send(tab.page)
    tab.page.wait_for_url(lambda url: not url.endswith("/forms"))
    arrived(tab, {"/query": "Query", "/count": "Count", "/forms": "Forms"}[urlsplit(tab.page.url).path])
    return tab.page.url, tab


@pytest.mark.parametrize(
    "send",
    [
        lambda page: page.click("#plain"),
        lambda page: page.click("#named"),
        lambda page: page.click("#elsewhere"),
        lambda page: page.press("#q", "Enter"),
        lambda page: page.click("#here"),
    ],
    ids=["plain", "named button", "button with its own action", "enter key", "no action"],
)
def test_a_form_that_asks_goes_where_the_browser_would_without_loading_a_document(both, open_tab, send):
    expected, _ = sent_by(open_tab, both, send, java_script=False)

    url, tab = sent_by(open_tab, both, send)

    assert url == expected
    assert len([request for request in tab.requests if request.is_navigation_request()]) == 1
    assert tab.page.evaluate("history.length") == 3  # the empty tab, the form, its answer
    tab.assert_silence()


def test_the_same_question_again_replaces_its_entry_and_keeps_the_focus(server, open_tab):
    url, tab = sent_by(open_tab, server, lambda page: page.click("#here"))

    with tab.page.expect_response(lambda answer: is_payload_of("/forms")(answer.request)):
        tab.page.click("#here")

    assert tab.page.url == url
    assert tab.page.evaluate("[history.length, document.activeElement.id]") == [3, "here"]
    tab.assert_silence()


@pytest.mark.parametrize("button", ["#external", "#file", "#posts"])
def test_a_form_that_is_the_browsers_is_left_to_it(server, open_tab, button):
    tab = open_tab()
    tab.open(f"{server.url}/forms", "form")

    with tab.page.expect_request(lambda request: request.is_navigation_request()):
        tab.page.click(button)

    assert payloads(tab) == []


def test_a_form_may_open_its_own_tab(server, open_tab):
    tab = open_tab()
    tab.open(f"{server.url}/forms", "form")

    with tab.page.context.expect_page() as opened:
        tab.page.click("#own-tab")
    expect(opened.value.locator("h1")).to_have_text("Query")

    arrived(tab, "Forms")
    assert payloads(tab) == []


# --- No answer, and answers that are failures -----------------------------------------------------------------


def test_offline_the_page_stays_and_the_next_one_comes_when_the_connection_is_back(both, open_tab):
    tab = open_tab()
    tab.open(both.url, "h1")
    tab.page.context.set_offline(True)

    tab.page.click("#to-count")
    expect(tab.page.get_by_role("alert")).to_contain_text("You are offline.")
    arrived(tab, "Home")
    assert tab.page.url == f"{both.url}/"
    tab.page.context.set_offline(False)

    arrived(tab, "Count")
    expect(tab.page.get_by_role("alert")).to_have_count(0)
    assert tab.page.url == f"{both.url}/count"
    assert tab.errors == []


def test_a_server_that_does_not_answer_can_be_asked_again(both, open_tab):
    tab = open_tab()
    tab.open(both.url, "h1")
    tab.page.route(is_payload, lambda route: route.abort("connectionrefused"))

    tab.page.click("#to-count")
    expect(tab.page.get_by_role("alert")).to_contain_text("The server could not be reached.")
    arrived(tab, "Home")
    tab.page.get_by_role("button", name="Try again").click()
    expect(tab.page.get_by_role("alert")).to_be_visible()
    tab.page.unroute_all()
    tab.page.get_by_role("button", name="Try again").click()

    arrived(tab, "Count")
    expect(tab.page.get_by_role("alert")).to_have_count(0)
    assert tab.errors == []


def test_a_way_back_that_failed_is_given_up_by_going_forward_again(server, open_tab):
    tab = open_tab()
    tab.open(f"{server.url}/count", "h1")
    tab.page.click("#to-act")
    arrived(tab, "Act")
    with tab.page.expect_response(lambda answer: answer.request.method == "POST"):
        tab.page.click("#change")  # so that nothing is in memory
    tab.page.context.set_offline(True)

    tab.page.go_back()
    expect(tab.page.get_by_role("alert")).to_be_visible()
    tab.page.go_forward()
    expect(tab.page.get_by_role("alert")).to_have_count(0)
    tab.page.context.set_offline(False)
    tab.page.click("#to-home")
    arrived(tab, "Home")

    assert payloads(tab)[-1][0] == "/"
    assert [path for path, _ in payloads(tab)].count("/count") == 1  # the one that failed


def test_a_page_that_fails_is_the_servers_own_error_page_with_a_way_back(both, open_tab):
    tab = open_tab()
    tab.open(both.url, "h1")

    tab.page.click("#to-broken")
    arrived(tab, "Something went wrong")
    assert tab.page.url == f"{both.url}/broken"
    tab.page.go_back()

    arrived(tab, "Home")
    assert tab.errors == []


# --- Caches and the browser's memory ----------------------------------------------------------------------


def test_a_cache_in_between_that_obeys_nobody_never_shows_a_payload_as_a_page(both, open_tab):
    cache = {}

    def answer(route):
        url = route.request.url
        if url not in cache:
            fetched = route.fetch(max_redirects=0)
            cache[url] = {"status": fetched.status, "headers": fetched.headers, "body": fetched.body()}
        route.fulfill(**cache[url])

    tab = open_tab()
    tab.page.route("**/*", answer)
    tab.open(both.url, "h1")

    tab.page.click("#to-count")
    arrived(tab, "Count")
    tab.page.reload()
    arrived(tab, "Count")
    tab.page.go_back()
    arrived(tab, "Home")
    tab.page.goto(f"{both.url}/other.html")
    tab.page.go_back()
    arrived(tab, "Home")
    tab.page.go_forward()
    arrived(tab, "Other")
    tab.page.goto(f"{both.url}/count")
    arrived(tab, "Count")

    documents = [
        url for url, kept in cache.items() if kept["headers"]["content-type"].startswith("text/html")
    ]
    assert not [url for url in documents if "_wingbeat=" in url]
    assert len([url for url in cache if "_wingbeat=" in url]) >= 2
    tab.assert_silence()


def test_the_address_of_a_payload_shows_its_page(server, open_tab):
    tab = open_tab()
    tab.open(server.url, "h1")
    with tab.page.expect_request(is_payload_of("/count")) as asked:
        tab.page.click("#to-count")

    tab.page.goto(asked.value.url)  # as from a history that some browser has synchronised

    arrived(tab, "Count")
    assert tab.page.url == f"{server.url}/count"


def test_a_page_out_of_the_browsers_own_memory_is_brought_up_to_date(server, browser, chromium):
    """Playwright switches that memory off, so this test has a browser of its own."""
    own = browser.browser_type.launch(
        executable_path=chromium, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    tab = Tab(own.new_page())
    tab.page.on("request", lambda request: tab.requests.append(request))  # noqa: PLW0108  # not a built-in
    tab.open(f"{server.url}/count", "h1")
    tab.page.evaluate("window.isTheSame = true")
    tab.page.goto(f"{server.url}/other.html")

    tab.page.go_back(wait_until="commit")

    expect(tab.page.locator("output")).to_have_text("2")
    assert tab.page.evaluate("isTheSame")
    tab.page.click("#to-act")
    arrived(tab, "Act")
    assert [path for path, _ in payloads(tab)] == ["/count", "/act"]
    own.close()


# --- View transitions ---------------------------------------------------------------------------------------

COUNT_TRANSITIONS = """
    window.transitions = 0
    const start = Document.prototype.startViewTransition
    Document.prototype.startViewTransition = function (...rest) {
        window.transitions += 1
        return start.apply(this, rest)
    }
"""


@pytest.mark.parametrize(
    ("style", "motion", "count"),
    [(BLENDED, "no-preference", 2), (BLENDED, "reduce", 0), ("", "no-preference", 0)],
    ids=["asked for", "reduced motion", "not asked for"],
)
@pytest.mark.parametrize("mode", ["development", "production"])
def test_pages_blend_into_each_other_where_the_style_asks_for_it(
    serve_app, open_tab, mode, style, motion, count
):
    with serve_app(mode, {"public/style.css": style}) as server:
        tab = open_tab(reduced_motion=motion)
        tab.page.add_init_script(COUNT_TRANSITIONS)
        tab.open(server.url, "h1")

        tab.page.click("#to-count")
        arrived(tab, "Count")
        tab.page.go_back()
        arrived(tab, "Home")

        assert tab.page.evaluate("transitions") == count
        tab.assert_silence()


# --- What stays ---------------------------------------------------------------------------------------------


def test_a_layout_keeps_its_state_over_navigation_actions_and_redirects(both, open_tab):
    tab = open_tab()
    tab.open(both.url, "h1")
    tab.page.fill("#note", "typed")
    note = tab.page.query_selector("#note")

    tab.page.click("#to-act")
    arrived(tab, "Act")
    with tab.page.expect_response(lambda answer: answer.request.method == "POST"):
        tab.page.click("#change")
    tab.page.click("#leave")
    arrived(tab, "Count")
    tab.page.go_back()
    arrived(tab, "Act")

    assert tab.page.input_value("#note") == "typed"
    assert note.evaluate("(element) => element.isConnected")
    tab.assert_silence()
