"""Results that come as streams: the caller reads while they come; what the call changed is shown at their end."""

import json

import pytest

from support.browser_components import COUNTER, expose
from support.scripted_server import Answer, Page, action_id, document, h

pytestmark = pytest.mark.browser

ITEMS = '2:x\n1:"$2"\n2:"first"\n'
READ = """async () => {
    const all = []
    try {
        for await (const one of await actions.save()) all.push(one)
        all.push('end')
    } catch (error) {
        all.push([error.name, error.message, error.code ?? null, error.data ?? null, wingbeat.isRedirect(error)])
    }
    return all
}"""


def stream(server, end, last='2:C"end"\n', page=None):
    """Answer the call with one item, *last*, and the row *end*."""
    row = {"build": "build-1", "url": "/", "invalidated": False, **end}
    rows = f"{ITEMS}{last}9:{json.dumps(row)}\n"
    answer = Answer({"value": "$@1", "end": "$@9", "invalidated": False}, rows=rows, page=page)
    server.actions[action_id("save")] = lambda _: answer


@pytest.fixture
def tab(server, open_tab):
    server.pages["/"] = lambda _: Page(document(h("main", h("h1", "Home"), COUNTER, expose("save"))))
    server.pages["/next"] = lambda _: Page(document(h("main", h("h1", "Next"))))
    tab = open_tab()
    tab.page.goto(f"{server.url}/")
    tab.page.wait_for_function("window.actions")
    return tab


def test_a_stream_without_consequences_changes_nothing(server, tab):
    stream(server, {})

    assert tab.page.evaluate(READ) == ["first", "end"]
    assert server.payload_requests() == []
    tab.assert_silence()


def test_an_action_error_reaches_the_reader_with_code_and_data(server, tab):
    failure = {"code": "sold_out", "message": "Nothing left", "data": {"left": 0}}
    stream(server, {"error": failure}, '2:E{"digest":""}\n')

    assert tab.page.evaluate(READ) == [
        "first",
        ["ActionError", "Nothing left", "sold_out", {"left": 0}, False],
    ]
    tab.assert_silence()


@pytest.mark.parametrize(("kind", "entries"), [("push", 3), ("replace", 2)])
def test_a_redirect_in_a_stream_is_followed(server, tab, kind, entries):
    stream(server, {"redirect": {"url": "/next", "type": kind}}, '2:E{"digest":""}\n')

    read = tab.page.evaluate(READ)
    tab.page.wait_for_function("document.querySelector('h1').textContent === 'Next'")

    assert (read[0], read[1][0], read[1][-1]) == ("first", "RedirectError", True)
    assert tab.page.url == f"{server.url}/next"
    assert tab.page.evaluate("history.length") == entries
    assert server.document_requests() == ["/"]
    tab.assert_silence()


def test_what_was_invalidated_in_a_stream_is_fetched_at_its_end(server, tab):
    stream(server, {"invalidated": True})

    with tab.page.expect_response(lambda response: "_wingbeat=" in response.url):
        assert tab.page.evaluate(READ) == ["first", "end"]
    tab.assert_silence()


def test_the_tree_at_the_end_of_a_stream_is_shown(server, tab):
    tree = [
        "$",
        "html",
        None,
        {"children": ["$", "body", None, {"children": ["$", "h1", None, {"children": "New"}]}]},
    ]
    stream(server, {"invalidated": True, "tree": tree, "stamp": ["one", 99], "base": "", "formState": None})

    assert tab.page.evaluate(READ) == ["first", "end"]
    tab.page.wait_for_function("document.querySelector('h1').textContent === 'New'")
    assert server.payload_requests() == []
