"""Navigation: links, history and redirects show pages without loading documents, or load them where they must."""

import pytest

from support.browser_components import COUNTER, boundary, component, expose, reference
from support.scripted_server import Answer, Later, Page, Request, action_id, document, h, pause, serve

pytestmark = pytest.mark.browser

SPACE = h("div", style={"height": "3000px"})


def page(title, *nodes, stamp=1, **options):
    tree = document(h("main", h("h1", title), *nodes, COUNTER, expose("save")), title=title)
    return Page(tree, stamp=("one", stamp), **options)


@pytest.fixture
def open_home(server, open_tab):
    """Open "/" with links and wait until it is alive; "/next" is another page."""

    def open_home(*nodes, **options):
        server.pages["/"] = lambda _: page("Home", *nodes, **options)
        server.pages.setdefault("/next", lambda _: page("Next"))
        tab = open_tab()
        tab.page.goto(server.url)
        tab.page.wait_for_function("window.actions")
        return tab

    return open_home


def link(text="go", **attributes):
    return h("a", text, **{"href": "/next", "id": "link", **attributes})


def arrived(tab, title):
    tab.page.wait_for_selector(f"h1:text('{title}')")


@pytest.mark.parametrize("server", ["production", "development"], indirect=True)
def test_a_link_shows_its_page_without_loading_a_document(server, open_home):
    tab = open_home(link(href="/next?q=a b&c#part"))

    tab.page.click("#link")
    arrived(tab, "Next")

    assert tab.page.url == f"{server.url}/next?q=a%20b&c#part"
    assert tab.page.title() == "Next"
    assert server.payload_requests() == ["/next?q=a%20b&c"]
    assert server.document_requests() == ["/"]
    tab.assert_silence()


def test_the_payload_has_its_own_url_and_type(server, open_home):
    tab = open_home(link(href="/next?q=1"))

    with tab.page.expect_request("**/next**") as request:
        tab.page.click("#link")

    assert request.value.url == f"{server.url}/next?q=1&_wingbeat=build-1"
    assert request.value.headers["accept"] == "text/x-component"


def test_arriving_moves_the_focus_and_tells_the_title(open_home):
    tab = open_home(link())

    tab.page.click("#link")
    arrived(tab, "Next")

    assert tab.page.evaluate("document.activeElement.tagName") == "H1"
    announcer = "document.querySelector('wingbeat-announcer').shadowRoot.firstChild"
    assert tab.page.evaluate(f"[{announcer}.textContent, {announcer}.ariaLive]") == ["Next", "assertive"]
    tab.assert_silence()


@pytest.mark.parametrize(
    "attributes",
    [
        {"target": "_top"},
        {"rel": "external"},
        {"download": "file.html"},
        {"href": "/elsewhere/next"},
    ],
    ids=str,
)
def test_a_link_that_is_the_browsers_is_left_to_it(server, open_home, attributes):
    server.pages["/elsewhere/next"] = server.pages["/app/next"] = lambda _: page("Next", base="/app")
    tab = open_home(link(**{"href": "/app/next", **attributes}), base="/app")

    tab.page.click("#link")
    tab.page.wait_for_timeout(300)

    assert server.payload_requests() == []


def test_a_link_with_a_modifier_opens_its_own_tab(server, open_home):
    tab = open_home(link())

    with tab.page.context.expect_page() as opened:
        tab.page.click("#link", modifiers=["Control"])
    opened.value.wait_for_selector("h1:text('Next')")

    assert tab.page.inner_text("h1") == "Home"
    assert server.document_requests() == ["/", "/next"]


def test_a_link_that_a_component_stopped_goes_nowhere(server, open_home):
    tab = open_home(component("StopsClicks", '<a id="stopped" href="/next"></a>', href="/next"))

    tab.page.evaluate("document.querySelector('#stopped').click()")
    tab.page.wait_for_timeout(100)

    assert tab.page.inner_text("h1") == "Home"
    assert len(server.requests) == 3  # page, components, icon


def test_a_fragment_stays_on_the_page_and_the_way_back_too(server, open_home):
    tab = open_home(link(href="#part"), SPACE, h("p", "part", id="part"))

    tab.page.click("#link")
    tab.page.wait_for_function("scrollY > 1000")
    tab.page.go_back()
    tab.page.wait_for_function("scrollY === 0")

    assert server.payload_requests() == []
    tab.assert_silence()


def test_back_and_forward_show_their_pages_where_they_were(server, open_home):
    server.pages["/next"] = lambda _: page("Next", SPACE)
    tab = open_home(SPACE, link())

    tab.page.evaluate("scrollTo(0, 700)")
    tab.page.wait_for_timeout(50)
    tab.page.evaluate("document.querySelector('#link').click()")
    arrived(tab, "Next")
    top_of_next = tab.page.evaluate("scrollY")
    tab.page.evaluate("scrollTo(0, 300)")
    tab.page.wait_for_timeout(50)
    tab.page.go_back()
    arrived(tab, "Home")
    tab.page.wait_for_function("scrollY === 700")
    tab.page.go_forward()
    arrived(tab, "Next")
    tab.page.wait_for_function("scrollY === 300")

    assert top_of_next == 0
    assert server.payload_requests() == ["/next"]  # both pages are still in memory
    assert server.document_requests() == ["/"]
    tab.assert_silence()


def test_a_page_that_is_loaded_again_leads_back_softly(server, open_home):
    tab = open_home(link())

    tab.page.click("#link")
    arrived(tab, "Next")
    tab.page.reload()
    tab.page.wait_for_function("window.actions")
    tab.page.go_back()
    arrived(tab, "Home")

    assert server.document_requests() == ["/", "/next"]
    assert server.payload_requests() == ["/next", "/"]
    tab.assert_silence()


def test_only_the_most_recent_pages_stay_in_memory(server, open_home):
    for number in range(20):
        server.pages[f"/{number}"] = lambda _, number=number: page(f"Page {number}")
    tab = open_home()

    for number in range(20):
        tab.page.evaluate(f"router.push('/{number}')")
        arrived(tab, f"Page {number}")
    tab.page.evaluate("history.go(-19)")
    arrived(tab, "Page 0")
    tab.page.evaluate("history.go(-1)")
    arrived(tab, "Home")

    assert server.payload_requests() == [*(f"/{number}" for number in range(20)), "/"]
    tab.assert_silence()


def test_a_page_that_was_cut_off_is_fetched_anew(server, open_home):
    part = '9:["$","p",null,{"id":"part","children":"filled"},null,[],1]\n'

    def cut(_):
        whole = len(server.payload_requests()) > 1
        hole = Later(h("p", "wait", id="wait"), "9")
        return page("Next", boundary(hole, fallback="broken off"), late_rows=part if whole else pause("cut"))

    server.pages["/next"] = cut
    tab = open_home(link())
    # What a connection that breaks looks like to the runtime.
    tab.page.evaluate("""() => {
        const real = window.fetch
        window.fetch = async (...args) => {
            const answer = await real(...args)
            if (answer.headers.has('Content-Length')) return answer
            const reader = answer.body.getReader()
            const body = new ReadableStream({
                async start(controller) {
                    controller.enqueue((await reader.read()).value)
                    window.cut = () => controller.error(new Error('cut'))
                },
            })
            return new Response(body, answer)
        }
    }""")

    tab.page.click("#link")
    tab.page.wait_for_selector("#wait")
    tab.page.evaluate("cut()")
    tab.page.wait_for_selector("#fallback")
    tab.page.evaluate("router.push('/')")
    arrived(tab, "Home")
    tab.page.go_back()
    tab.page.wait_for_selector("#part")

    assert server.payload_requests() == ["/next", "/", "/next"]


def test_only_a_few_pages_are_prefetched_at_a_time(server, open_home):
    def slow(_):
        server.gate("slow").wait(10)
        return page("Slow")

    for number in range(6):
        server.pages[f"/{number}"] = slow
    server.pages["/last"] = lambda _: page("Last")
    tab = open_home()

    tab.page.evaluate("for (let number = 0; number < 6; number += 1) router.prefetch(`/${number}`)")
    tab.page.evaluate("router.push('/last')")
    arrived(tab, "Last")
    under_way = server.payload_requests()
    server.gate("slow").set()
    tab.page.evaluate("router.push('/0')")
    arrived(tab, "Slow")

    assert sorted(under_way) == ["/0", "/1", "/2", "/3", "/last"]
    assert server.payload_requests().count("/0") == 1
    tab.assert_silence()


def test_a_prefetch_that_came_to_nothing_is_asked_again(server, open_home):
    server.pages["/next"] = lambda request: (
        Answer(body="busy", status=503, content_type="text/plain")
        if request.headers["Wingbeat-Prefetch"]
        else page("Next")
    )
    tab = open_home()

    with tab.page.expect_response("**/next**"):
        tab.page.evaluate("router.prefetch('/next')")
    tab.page.evaluate("router.push('/next')")
    arrived(tab, "Next")

    assert server.document_requests() == ["/"]
    assert tab.errors == []


def test_components_know_where_they_are(server, open_home):
    def where(request: Request):
        text = f"{request.path.split('?')[0]} {request.path.partition('q=')[2] or '-'}"
        return page("Next", component("Where", f'<p id="where">{text}</p>'))

    server.pages["/next"] = where
    tab = open_home()

    tab.page.evaluate("router.push('/next?q=1')")
    arrived(tab, "Next")
    first = tab.page.inner_text("#where")
    tab.page.evaluate("router.replace('/next?q=2')")
    tab.page.wait_for_selector("#where:text('/next 2')")
    tab.page.evaluate("router.back()")
    arrived(tab, "Home")
    tab.page.evaluate("router.forward()")
    tab.page.wait_for_selector("#where:text('/next 2')")

    assert first == "/next 1"
    tab.assert_silence()


def test_refresh_fetches_the_page_and_keeps_the_state_of_components(server, open_home):
    tab = open_home()
    server.pages["/"] = lambda _: page("Fresh", stamp=2)

    tab.page.click("#counter")
    tab.page.evaluate("router.refresh()")
    arrived(tab, "Fresh")

    assert tab.page.inner_text("#counter") == "1"
    assert server.payload_requests() == ["/"]
    tab.assert_silence()


def test_a_slow_action_does_not_hold_a_navigation_up(server, open_home):
    def slow(_):
        server.gate("save").wait(10)
        return Answer({"value": "done"})

    server.actions[action_id("save")] = slow
    html = (
        '<form><output>nothing</output><input name="name" value="Ada"/><button id="send">Send</button></form>'
    )
    tab = open_home(link(), component("StateForm", html, action=reference("save")))

    tab.page.click("#send")
    tab.page.wait_for_selector("#send:text('Sending')")
    tab.page.click("#link")
    arrived(tab, "Next")
    server.gate("save").set()
    tab.page.wait_for_timeout(100)

    assert tab.page.inner_text("h1") == "Next"
    tab.assert_silence()


def test_a_page_is_shown_before_its_holes_are_filled(server, open_home):
    part = '9:["$","p",null,{"id":"part","children":"filled"},null,[],1]\n'
    server.pages["/next"] = lambda _: page(
        "Next", Later(h("p", "wait", id="wait"), "9"), late_rows=pause("hole") + part
    )
    tab = open_home(link())

    tab.page.click("#link")
    arrived(tab, "Next")
    waiting = tab.page.inner_text("#wait")
    server.gate("hole").set()
    tab.page.wait_for_selector("#part")

    assert waiting == "wait"
    tab.assert_silence()


def test_the_last_of_two_navigations_wins(server, open_home):
    def slow(_):
        server.gate("slow").wait(10)
        return page("Slow", stamp=99)

    server.pages["/slow"] = slow
    tab = open_home()

    tab.page.evaluate("router.push('/slow'); router.push('/next')")
    arrived(tab, "Next")
    server.gate("slow").set()
    tab.page.wait_for_timeout(200)

    assert tab.page.inner_text("h1") == "Next"
    assert tab.page.evaluate("history.length") == 3  # the empty tab, home, next
    tab.assert_silence()


def test_a_page_that_is_not_found_is_a_page(server, open_home):
    server.pages["/next"] = lambda _: page("Not here", status=404)
    tab = open_home(link())

    tab.page.click("#link")
    arrived(tab, "Not here")

    assert server.document_requests() == ["/"]
    assert tab.errors == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body="<h1>Document</h1>", content_type="text/html"),
        Answer(body='0:{"tree":', status=200),
        Answer(body="broken", status=500, content_type="text/plain"),
        page("Other build", build="build-2"),
    ],
    ids=["another type", "cut off", "server error", "another build"],
)
def test_an_answer_that_is_no_page_of_this_build_loads_the_document(server, open_home, answer):
    def following(_):
        is_document = (
            not server.payload_requests() or server.requests[-1].headers["Accept"] != "text/x-component"
        )
        return Answer(body="<h1>Document</h1>", content_type="text/html") if is_document else answer

    server.pages["/next"] = following
    tab = open_home(link())

    tab.page.click("#link")
    arrived(tab, "Document")

    assert tab.page.url == f"{server.url}/next"
    assert server.document_requests() == ["/", "/next"]
    assert tab.errors == []


def test_a_link_that_turns_out_to_be_a_download_leaves_the_page_alive(server, open_home):
    headers = {"Content-Disposition": 'attachment; filename="report.csv"'}
    server.pages["/next"] = lambda _: Answer(body="a,b", content_type="text/csv", headers=headers)
    server.actions[action_id("save")] = lambda _: Answer({"value": 1}, page("Saved", stamp=2))
    tab = open_home(link())

    with tab.page.expect_download():
        tab.page.click("#link")

    assert tab.page.evaluate("actions.save()") == 1
    assert tab.page.inner_text("h1") == "Saved"


@pytest.mark.parametrize("kind", ["push", "replace"])
def test_a_redirect_of_a_page_is_followed_softly(server, open_home, kind):
    headers = {"Wingbeat-Redirect": "/target#part", "Wingbeat-Redirect-Type": kind}
    server.pages["/next"] = lambda _: Answer(body="", headers=headers)
    server.pages["/target"] = lambda _: page("Target")
    tab = open_home(link())

    tab.page.click("#link")
    arrived(tab, "Target")

    assert tab.page.url == f"{server.url}/target#part"
    assert server.payload_requests() == ["/next", "/target"]
    assert server.document_requests() == ["/"]
    tab.assert_silence()


def test_a_circle_of_redirects_ends(server, open_home):
    server.pages["/next"] = lambda request: (
        Answer(body="", headers={"Wingbeat-Redirect": "/next"})
        if request.headers["Accept"] == "text/x-component"
        else Answer(body="<h1>Circle</h1>", content_type="text/html")
    )
    tab = open_home(link())

    tab.page.click("#link")
    arrived(tab, "Circle")

    assert len(server.payload_requests()) <= 25


# --- Redirects of actions -----------------------------------------------------------------------------------


def redirect(server, target, kind="push", **answer):
    headers = {"Wingbeat-Redirect": target, "Wingbeat-Redirect-Type": kind}
    server.actions[action_id("save")] = lambda _: Answer(headers=headers, **{"body": "", **answer})


def call(tab):
    """Call the action; return whether it failed with a redirect, and the heading at that moment."""
    return tab.page.evaluate(
        "actions.save().catch((error) => [wingbeat.isRedirect(error), document.querySelector('h1').textContent])"
    )


@pytest.mark.parametrize(("kind", "entries"), [("push", 3), ("replace", 2)])
def test_a_redirect_with_its_tree_takes_no_second_request(server, open_home, kind, entries):
    tab = open_home()
    redirect(server, "/next?q=1#part", kind, body=None, page=page("Target", stamp=2), url="/next?q=1")

    assert call(tab) == [True, "Target"]
    assert tab.page.url == f"{server.url}/next?q=1#part"
    assert tab.page.evaluate("history.length") == entries
    assert server.payload_requests() == []
    tab.assert_silence()


def test_a_redirect_without_a_tree_is_fetched(server, open_home):
    tab = open_home()
    redirect(server, "/next")

    assert call(tab) == [True, "Next"]
    assert server.payload_requests() == ["/next"]
    assert server.document_requests() == ["/"]
    tab.assert_silence()


def test_a_redirect_with_another_pages_tree_is_fetched(server, open_home):
    tab = open_home()
    redirect(server, "/next", body=None, page=page("Wrong", stamp=2), url="/wrong")

    assert call(tab) == [True, "Next"]
    assert server.payload_requests() == ["/next"]


@pytest.mark.parametrize(("kind", "entries"), [("push external", 3), ("replace external", 2), ("push", 3)])
def test_a_redirect_to_another_site_leaves(server, open_home, kind, entries):
    with serve() as other:
        other.pages["/there"] = lambda _: Page(document(h("h1", "There")))
        tab = open_home()
        redirect(server, f"{other.url}/there", kind)

        tab.page.evaluate("void actions.save()")
        arrived(tab, "There")

        assert tab.page.url == f"{other.url}/there"
        assert tab.page.evaluate("history.length") == entries
        tab.assert_silence()


def test_a_redirect_to_code_is_refused(server, open_home):
    tab = open_home()
    redirect(server, "javascript:window.ran=1", "push external")

    message = tab.page.evaluate("actions.save().catch((error) => error.message)")

    assert message == "The browser was to be sent to javascript:window.ran=1"
    assert tab.page.evaluate("window.ran") is None


def test_a_redirect_to_a_document_loads_it(server, open_home):
    tab = open_home()
    redirect(server, "/next", "document")

    tab.page.evaluate("void actions.save()")
    arrived(tab, "Next")

    assert server.document_requests() == ["/", "/next"]
    tab.assert_silence()


@pytest.mark.parametrize("server", ["production", "development"], indirect=True)
def test_a_redirect_that_nobody_catches_is_silent(server, open_home):
    tab = open_home()
    redirect(server, "/next")

    tab.page.evaluate("void actions.save()")
    arrived(tab, "Next")
    tab.page.wait_for_timeout(100)

    tab.assert_silence()
