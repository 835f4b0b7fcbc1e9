"""Trees that come with answers: which one is shown, when, and when the page is asked for again."""

import pytest

from support.browser_components import COUNTER, boundary, component, expose, reference
from support.scripted_server import Answer, Later, Page, Raw, action_id, document, h, html_of, pause

pytestmark = pytest.mark.browser

# Counts the answers whose root row, and so their tree, has come to the runtime, whether or not their rest has.
COUNT_TREES = """() => {
    const original = fetch
    window.trees = 0
    window.fetch = async (...request) => {
        const response = await original(...request)
        const decoder = new TextDecoder()
        let text = ''
        let isCounted = false
        const counted = new TransformStream({
            transform(chunk, controller) {
                controller.enqueue(chunk)
                text += decoder.decode(chunk, { stream: true })
                if (isCounted || !/^0:.*\\n/m.test(text)) return
                isCounted = true
                setTimeout(() => (window.trees += 1))  // a task later: the runtime has read the row
            },
        })
        return new Response(response.body.pipeThrough(counted), response)
    }
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def page(text, stamp=("one", 1), *nodes, **options):
    """Write a page that says *text* and exposes the actions a, b and c, which run in parallel."""
    actions = {name: reference(name, lane="----") for name in "abc"}
    tree = document(h("main", h("h1", text), *nodes, COUNTER, expose(**actions)), title=text)
    return Page(tree, stamp=stamp, **options)


def start(server, open_tab, *nodes, mode_page=None):
    server.pages.setdefault("/", lambda _: mode_page or page("first", ("one", 1), *nodes))
    tab = open_tab()
    tab.page.goto(server.url)
    tab.page.wait_for_function("window.actions")
    return tab


def script(server, name, answer, *, waits=False):
    """Let the action *name* give *answer*; with *waits*, when its gate opens."""

    def respond(_):
        if waits:
            assert server.gate(name).wait(10)
        return answer

    server.actions[action_id(name, lane="----")] = respond


def overlap(server, tab, *, first, then):
    """Have two calls under way at once and let them end in the given order."""
    tab.page.evaluate("window.calls = { a: actions.a(), b: actions.b() }; 0")
    wait_for_calls(server, tab, 2)
    for name in (first, then):
        server.gate(name).set()
        tab.page.evaluate(f"calls.{name}")


def wait_for_calls(server, tab, count):
    for _ in range(200):
        if len(server.calls()) >= count:
            return
        tab.page.wait_for_timeout(10)
    raise AssertionError(f"{len(server.calls())} calls came, expected {count}")


def heading(tab):
    return tab.page.inner_text("h1")


@pytest.mark.parametrize("server", ["production", "development"], indirect=True)
def test_a_call_resolves_when_its_tree_is_on_screen(server, open_tab):
    tab = start(server, open_tab)
    script(server, "a", Answer({"value": 7}, page("second", ("one", 2))))
    tab.page.click("#counter")

    seen = tab.page.evaluate("actions.a().then((value) => [value, document.querySelector('h1').textContent])")

    assert seen == [7, "second"]
    assert tab.page.inner_text("#counter") == "1"  # the state of client components stays
    assert server.payload_requests() == []
    tab.assert_silence()


@pytest.mark.parametrize("server", ["production", "development"], indirect=True)
def test_optimistic_state_and_its_tree_change_in_one_step(server, open_tab):
    def likes(count):
        html = f'<button id="likes">{count}</button>'
        return component("Likes", html, likes=count, like=reference("a", lane="----"))

    tab = start(server, open_tab, likes(0))
    script(server, "a", Answer({"value": 1}, page("first", ("one", 2), likes(1))))

    tab.page.click("#likes")
    wait_for_calls(server, tab, 1)
    tab.page.wait_for_timeout(200)

    # Neither back to 0 before the tree comes, nor 2 while the tree and the optimistic state both count.
    assert tab.page.evaluate("shownLikes") == [0, 1]
    tab.assert_silence()


@pytest.mark.parametrize(("first", "then"), [("a", "b"), ("b", "a")])
def test_of_two_trees_of_one_server_the_later_rendered_one_stays(server, open_tab, first, then):
    tab = start(server, open_tab)
    script(server, "a", Answer({}, page("older", ("one", 5))), waits=True)
    script(server, "b", Answer({}, page("newer", ("one", 6))), waits=True)

    overlap(server, tab, first=first, then=then)

    assert heading(tab) == "newer"
    assert server.payload_requests() == []
    tab.assert_silence()


@pytest.mark.parametrize("server", ["production", "development"], indirect=True)
def test_neither_a_shown_nor_a_dropped_tree_keeps_its_call_until_the_bound(server, open_tab):
    tab = start(server, open_tab)
    script(server, "a", Answer({"value": "newer"}, page("newer", ("one", 6))))
    script(server, "b", Answer({"value": "older"}, page("older", ("one", 5))))

    tab.page.evaluate("window.setTimeout = () => 0")  # the bound is never reached
    values = tab.page.evaluate("(async () => [await actions.a(), await actions.b()])()")

    assert values == ["newer", "older"]
    assert heading(tab) == "newer"


@pytest.mark.parametrize(("first", "then"), [("a", "b"), ("b", "a")])
def test_overlapping_trees_of_two_servers_are_settled_by_one_request(server, open_tab, first, then):
    tab = start(server, open_tab)
    script(server, "a", Answer({}, page("from one", ("one", 5))), waits=True)
    script(server, "b", Answer({}, page("from two", ("two", 900))), waits=True)
    server.pages["/"] = lambda _: page("settled", ("three", 1))

    overlap(server, tab, first=first, then=then)
    tab.page.wait_for_selector("h1:text('settled')")

    assert server.payload_requests() == ["/"]
    tab.assert_silence()


def test_a_tree_of_another_server_that_was_asked_for_later_is_newer(server, open_tab):
    tab = start(server, open_tab)
    script(server, "a", Answer({}, page("from one", ("one", 900))))
    script(server, "b", Answer({}, page("from two", ("two", 1))))

    tab.page.evaluate("actions.a().then(() => actions.b())")

    assert heading(tab) == "from two"
    assert server.payload_requests() == []
    tab.assert_silence()


def test_requests_for_the_page_that_come_together_are_one(server, open_tab):
    tab = start(server, open_tab)
    for name in "abc":
        script(server, name, Answer({"invalidated": True}))

    def settle(_):
        server.gate("page").wait(10)
        return page("settled", ("one", 9))

    server.pages["/"] = settle
    tab.page.evaluate("window.calls = Promise.all([actions.a(), actions.b(), actions.c()]); 0")
    wait_for_calls(server, tab, 3)
    tab.page.wait_for_timeout(200)
    server.gate("page").set()
    tab.page.evaluate("calls")

    # The first, and one more for the two that came while it ran: it may have missed what they changed.
    assert server.payload_requests() == ["/", "/"]
    assert heading(tab) == "settled"


def test_an_invalidation_without_a_tree_fetches_the_page(server, open_tab):
    tab = start(server, open_tab)
    script(server, "a", Answer({"value": 1, "invalidated": True}))
    server.pages["/"] = lambda _: page("fetched", ("one", 2))

    seen = tab.page.evaluate("actions.a().then(() => document.querySelector('h1').textContent)")

    assert seen == "fetched"
    assert server.payload_requests() == ["/"]
    tab.assert_silence()


@pytest.mark.parametrize("invalidated", [True, False])
def test_a_tree_of_the_page_that_was_left_is_never_shown(server, open_tab, invalidated):
    tab = start(server, open_tab)
    script(
        server, "a", Answer({"value": 1, "invalidated": invalidated}, page("stale", ("one", 9))), waits=True
    )
    server.pages["/next"] = lambda _: page("next", ("one", 2 + len(server.payload_requests())))

    tab.page.evaluate("window.call = actions.a(); router.push('/next')")
    tab.page.wait_for_selector("h1:text('next')")
    wait_for_calls(server, tab, 1)
    server.gate("a").set()

    assert tab.page.evaluate("call") == 1
    assert heading(tab) == "next"
    assert server.payload_requests() == ["/next"] * (2 if invalidated else 1)
    tab.assert_silence()


def test_a_page_asked_for_before_an_invalidation_is_asked_for_again(server, open_tab):
    tab = start(server, open_tab)
    script(server, "a", Answer({"value": 1}, page("stale", ("one", 9))))

    def following(_):
        if len(server.payload_requests()) == 1:
            server.gate("next").wait(10)
            return page("before", ("one", 2))
        return page("after", ("one", 10))

    server.pages["/next"] = following
    tab.page.evaluate("router.push('/next')")
    value = tab.page.evaluate("actions.a()")
    assert heading(tab) == "first"
    server.gate("next").set()
    tab.page.wait_for_selector("h1:text('after')")

    assert value == 1
    assert server.payload_requests() == ["/next", "/next"]
    tab.assert_silence()


def test_an_answer_of_another_build_delivers_its_value_and_loads_the_document(server, open_tab):
    tab = start(server, open_tab)
    script(server, "a", Answer({"value": "delivered"}, page("other", ("one", 9), build="build-2")))
    server.pages["/"] = lambda _: page("reloaded", ("one", 10), build="build-2")

    tab.page.evaluate("void actions.a().then((value) => sessionStorage.setItem('value', value))")
    tab.page.wait_for_selector("h1:text('reloaded')")

    assert tab.page.evaluate("sessionStorage.getItem('value')") == "delivered"
    assert server.document_requests() == ["/", "/"]
    tab.assert_silence()


def test_a_tree_that_breaks_fails_only_its_own_part(server, open_tab):
    part = component("Fragile", '<p id="fragile">whole</p>', breaks=False)
    tab = start(server, open_tab, boundary(part, fallback="broken"))
    broken = boundary(component("Fragile", breaks=True), fallback="broken")
    script(server, "a", Answer({"value": 1}, page("second", ("one", 2), broken)))
    script(server, "b", Answer({"value": 2}, page("third", ("one", 3), boundary(part, fallback="broken"))))

    assert tab.page.evaluate("actions.a()") == 1
    assert (heading(tab), tab.page.inner_text("#fallback")) == ("second", "broken")
    assert tab.page.evaluate("actions.b()") == 2
    assert (heading(tab), tab.page.inner_text("#fragile")) == ("third", "whole")
    assert tab.errors == []


def test_a_tree_that_is_cut_off_fails_only_its_own_part(server, open_tab):
    tab = start(server, open_tab, boundary(h("p", "there"), fallback="cut"))
    cut = page("second", ("one", 2), boundary(Raw("$L9"), fallback="cut"))
    script(server, "a", Answer({"value": 1}, cut))

    assert tab.page.evaluate("actions.a()") == 1
    assert (heading(tab), tab.page.inner_text("#fallback")) == ("second", "cut")
    assert tab.errors == []


def test_a_whole_tree_that_breaks_does_not_blank_the_page(server, open_tab):
    tab = start(server, open_tab)
    script(server, "a", Answer({"value": 1}, page("second", ("one", 2), component("Fragile", breaks=True))))
    script(server, "b", Answer({"value": 2}, page("third", ("one", 3))))
    tab.page.evaluate("window.kept = actions; 0")

    assert tab.page.evaluate("actions.a()") == 1
    assert tab.page.inner_text("[role=alert] p") == "Something went wrong."
    assert tab.page.evaluate("kept.b()") == 2
    assert heading(tab) == "third"
    assert tab.errors == []


def test_a_tree_that_comes_as_a_promise_is_shown_when_it_is_there(server, open_tab):
    tab = start(server, open_tab)
    row = {"tree": "$@2", "stamp": ["one", 2], "url": "/", "base": "", "build": "build-1", "value": "$@1"}
    heading_row = '3:["$","h1",null,{"children":"late"}]\n'
    tree = '2:["$","html",null,{"children":["$","body",null,{"children":"$L3"}]}]\n'
    script(server, "a", Answer(row, rows="1:5\n" + tree + heading_row))

    assert tab.page.evaluate("actions.a()") == 5
    assert heading(tab) == "late"


def test_a_promised_tree_that_fails_does_not_blank_the_page(server, open_tab):
    tab = start(server, open_tab)
    row = {"tree": "$@2", "stamp": ["one", 2], "url": "/", "base": "", "build": "build-1", "value": "$@1"}
    script(server, "a", Answer(row, rows='1:5\n2:E{"digest":"d1"}\n'))

    assert tab.page.evaluate("actions.a()") == 5
    assert tab.page.inner_text("[role=alert]").split("\n\n")[1] == "Error reference: d1"
    assert tab.errors == []


# --- Holes: parts of a tree that come later ------------------------------------------------------------------

HOLE = Later(h("p", "wait", id="wait"), "9")


def filled(text):
    return f'9:["$","p",null,{{"id":"part","children":"{text}"}},null,[],1]\n'


def start_with_part(server, open_tab):
    """Open a page whose hole is filled already."""
    first = page("first", ("one", 1), HOLE, late_rows=filled("old"))
    first.html = html_of(first.tree).replace("<!--$?-->", "<!--$-->")
    first.html = first.html.replace(
        '<template id="B:0"></template><p id="wait">wait</p>', '<p id="part">old</p>'
    )
    return start(server, open_tab, mode_page=first)


def test_an_open_hole_keeps_what_is_on_screen_and_the_call_waits_for_it(server, open_tab):
    tab = start_with_part(server, open_tab)
    late = page("second", ("one", 2), HOLE, late_rows=pause("hole") + filled("new"))
    script(server, "a", Answer({"value": 1}, late))

    tab.page.evaluate("window.call = actions.a().then(() => part.textContent); 0")
    wait_for_calls(server, tab, 1)
    tab.page.wait_for_timeout(200)
    before = (heading(tab), tab.page.inner_text("#part"))
    server.gate("hole").set()

    assert tab.page.evaluate("call") == "new"
    assert before == ("first", "old")
    assert heading(tab) == "second"
    tab.assert_silence()


def test_a_hole_that_stays_open_does_not_keep_the_call(server, open_tab):
    tab = start_with_part(server, open_tab)
    late = page("second", ("one", 2), HOLE, late_rows=pause("hole") + filled("new"))
    script(server, "a", Answer({"value": 1}, late))

    assert tab.page.evaluate("actions.a()") == 1
    assert heading(tab) == "first"
    server.gate("hole").set()
    tab.page.wait_for_selector("#part:text('new')")

    assert heading(tab) == "second"
    tab.assert_silence()


def test_a_newer_tree_passes_one_that_waits_for_its_hole(server, open_tab):
    tab = start_with_part(server, open_tab)
    late = page("second", ("one", 2), HOLE, late_rows=pause("hole") + filled("new"))
    script(server, "a", Answer({"value": 1}, late))
    script(server, "b", Answer({"value": 2}, page("third", ("one", 3), HOLE, late_rows=filled("newest"))))

    tab.page.evaluate("window.call = actions.a(); 0")
    wait_for_calls(server, tab, 1)
    assert tab.page.evaluate("actions.b()") == 2
    shown = (heading(tab), tab.page.inner_text("#part"))
    assert tab.page.evaluate("call") == 1
    server.gate("hole").set()
    tab.page.wait_for_timeout(100)

    assert shown == (heading(tab), tab.page.inner_text("#part")) == ("third", "newest")
    tab.assert_silence()


def test_an_older_complete_tree_does_not_pass_a_newer_that_waits_for_its_hole(server, open_tab):
    tab = start_with_part(server, open_tab)
    late = page("newer", ("one", 3), HOLE, late_rows=pause("hole") + filled("newer"))
    script(server, "a", Answer({"value": 1}, late))
    script(server, "b", Answer({"value": 2}, page("older", ("one", 2), HOLE, late_rows=filled("older"))))

    tab.page.evaluate(COUNT_TREES)
    tab.page.evaluate("window.call = actions.a(); 0")
    tab.page.wait_for_function("trees === 1")  # before the older one is asked for
    tab.page.evaluate("window.calls = Promise.all([call, actions.b()]); 0")
    tab.page.wait_for_function("trees === 2")
    tab.page.evaluate(TWO_FRAMES)  # time for what must not be shown
    before = heading(tab)
    server.gate("hole").set()

    assert tab.page.evaluate("calls") == [1, 2]
    assert (before, heading(tab), tab.page.inner_text("#part")) == ("first", "newer", "newer")
    tab.assert_silence()
