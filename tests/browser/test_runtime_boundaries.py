"""What fails stays where it failed: error boundaries, their messages, and the components that end a failure."""

import pytest

from support.browser_components import COUNTER, boundary, component, expose, reference
from support.scripted_server import Answer, Client, Page, action_id, document, h

pytestmark = pytest.mark.browser
both_modes = pytest.mark.parametrize("server", ["production", "development"], indirect=True)

THROWER = component("Thrower", '<button id="thrower">Throw</button>')
FORM = '<form><output>nothing</output><input name="name" value="Ada"/><button id="send">Send</button></form>'
MESSAGE = (
    '<div role="alert" style="font-family:system-ui,sans-serif;padding:1rem"><p>{text}</p>{more}'
    '<button type="button">Reload</button></div>'
)


@pytest.fixture
def open_page(server, open_tab):
    """Open a page with the given nodes beside a counter, and wait until it is alive."""

    def open_page(*nodes):
        server.pages.setdefault("/", lambda _: page(*nodes))
        tab = open_tab()
        tab.page.goto(server.url)
        tab.page.wait_for_function("window.actions")
        return tab

    return open_page


def page(*nodes, stamp=1):
    return Page(document(h("main", h("h1", "Home"), *nodes, COUNTER, expose("save"))), stamp=("one", stamp))


def is_alive(tab):
    """Tell whether the rest of the page still works."""
    before = int(tab.page.inner_text("#counter"))
    tab.page.click("#counter")
    return int(tab.page.inner_text("#counter")) == before + 1


def test_what_throws_is_replaced_and_the_rest_stays(open_page):
    tab = open_page(boundary(THROWER, fallback="failed"))

    tab.page.click("#thrower")
    tab.page.wait_for_selector("#fallback")

    assert is_alive(tab)
    assert tab.errors == []
    assert len(tab.console) == 1
    assert "thrown in the browser" in tab.console[0]


def test_the_tree_of_an_action_ends_a_failure(server, open_page):
    server.actions[action_id("save")] = lambda _: Answer(
        {"value": 1}, page(boundary(THROWER, fallback="failed"), stamp=2)
    )
    tab = open_page(boundary(THROWER, fallback="failed"))

    tab.page.click("#thrower")
    tab.page.wait_for_selector("#fallback")
    tab.page.evaluate("actions.save()")

    assert tab.page.query_selector("#fallback") is None
    assert tab.page.query_selector("#thrower") is not None
    assert is_alive(tab)


def test_a_navigation_ends_a_failure(server, open_page):
    server.pages["/next"] = lambda _: page(boundary(THROWER, fallback="failed"), stamp=2)
    tab = open_page(boundary(THROWER, fallback="failed"))

    tab.page.click("#thrower")
    tab.page.wait_for_selector("#fallback")
    tab.page.evaluate("router.push('/next')")
    tab.page.wait_for_selector("#thrower")

    assert tab.page.query_selector("#fallback") is None


def test_a_reset_button_asks_for_the_page_again(server, open_page):
    fallback = Client(
        "wingbeat", "ResetButton", {"id": "reset"}, html='<button type="button" id="reset">Try again</button>'
    )
    tab = open_page(Client("wingbeat", "ErrorBoundary", {"fallback": fallback}, (THROWER,)))

    tab.page.click("#thrower")
    tab.page.click("#reset")
    tab.page.wait_for_selector("#thrower")

    assert server.payload_requests() == ["/"]
    assert server.document_requests() == ["/"]


@both_modes
def test_a_reset_button_hydrates_in_silence(open_page):
    html = '<button type="button" id="reset" class="wide">Again</button>'
    tab = open_page(
        Client("wingbeat", "ResetButton", {"id": "reset", "class": "wide"}, ("Again",), html=html)
    )

    assert is_alive(tab)
    tab.assert_silence()


@both_modes
@pytest.mark.parametrize(
    ("failed", "text", "more"),
    [
        ({}, "Something went wrong.", ""),
        ({"digest": "d1"}, "Something went wrong.", "<p>Error reference: d1</p>"),
        ({"digest": "d1", "message": "boom"}, "boom", "<p>Error reference: d1</p>"),
    ],
    ids=["nothing", "digest", "message"],
)
def test_the_servers_message_for_what_failed_there_hydrates_in_silence(open_page, failed, text, more):
    html = MESSAGE.format(text=text, more=more)
    tab = open_page(Client("wingbeat", "ErrorBoundary", {"failed": failed}, html=html))

    assert is_alive(tab)
    assert tab.page.inner_text("[role=alert] p") == text
    tab.assert_silence()


@both_modes
def test_the_servers_fallback_for_what_failed_there_hydrates_in_silence(open_page):
    props = {"failed": {"digest": "d1"}, "fallback": h("p", "sorry", id="fallback")}
    tab = open_page(Client("wingbeat", "ErrorBoundary", props, html='<p id="fallback">sorry</p>'))

    assert is_alive(tab)
    tab.assert_silence()


def test_a_message_offers_to_reload(server, open_page):
    tab = open_page(boundary(THROWER))

    tab.page.click("#thrower")
    assert tab.page.inner_text("[role=alert] p") == "Something went wrong."
    with tab.page.expect_navigation():
        tab.page.click("text=Reload")

    assert server.document_requests() == ["/", "/"]


@pytest.mark.parametrize("server", ["development"], indirect=True)
def test_in_development_the_message_is_the_errors(open_page):
    tab = open_page(boundary(THROWER))

    tab.page.click("#thrower")

    assert tab.page.inner_text("[role=alert] p") == "thrown in the browser"


@pytest.mark.parametrize(
    ("status", "header"), [(404, "Wingbeat-Action-Not-Found"), (409, "Wingbeat-Action-Stale")]
)
def test_a_form_of_another_build_says_that_the_page_is_out_of_date(server, open_page, status, header):
    refusal = Answer(status=status, headers={header: "1"}, body="", content_type="text/plain")
    server.actions[action_id("send")] = lambda _: refusal
    tab = open_page(boundary(component("StateForm", FORM, action=reference("send"))))

    tab.page.click("#send")

    assert tab.page.inner_text("[role=alert] p") == "This page is out of date. Reload it to go on."
    assert is_alive(tab)
    assert tab.errors == []


@both_modes
def test_a_form_whose_action_redirects_to_its_own_page_starts_afresh(server, open_page):
    guarded = boundary(component("StateForm", FORM, action=reference("send")), fallback="failed")
    headers = {"Wingbeat-Redirect": "/", "Wingbeat-Redirect-Type": "push"}
    greeted = Answer({"value": "Hello"})
    redirect = Answer(headers=headers, page=page(guarded, stamp=2), url="/")
    answers = iter([greeted, redirect])
    server.actions[action_id("send")] = lambda _: next(answers)
    tab = open_page(guarded)

    tab.page.click("#send")
    tab.page.wait_for_selector("output:text('Hello')")
    tab.page.click("#send")
    tab.page.wait_for_selector("output:text('nothing')")

    assert tab.page.inner_text("#send") == "Send"
    assert is_alive(tab)
    tab.assert_silence()


@both_modes
def test_a_form_whose_action_redirects_elsewhere_is_silent(server, open_page):
    guarded = boundary(component("StateForm", FORM, action=reference("send")), fallback="failed")
    headers = {"Wingbeat-Redirect": "/next", "Wingbeat-Redirect-Type": "push"}
    server.actions[action_id("send")] = lambda _: Answer(headers=headers, body="")
    server.pages["/next"] = lambda _: page(h("p", "target", id="target"), stamp=2)
    tab = open_page(guarded)

    tab.page.click("#send")
    tab.page.wait_for_selector("#target")

    assert is_alive(tab)
    tab.assert_silence()


# --- Submit buttons -----------------------------------------------------------------------------------------


def submit_button(text, **attributes):
    """Write a submit button whose pending text is its text and an ellipsis."""
    written = "".join(
        f' {name}="{value}"' for name, value in attributes.items() if not isinstance(value, dict)
    )
    html = f'<button type="submit"{written.replace("className", "class")}>{text}</button>'
    return Client("wingbeat", "SubmitButton", {**attributes, "pending": f"{text}…"}, (text,), html=html)


def form(*children):
    return h("form", *children, action=reference("send"))


def waiting(server, name):
    def answer(_):
        server.gate(name).wait(10)
        return Answer()

    server.actions[action_id(name)] = answer


@both_modes
def test_a_submit_button_shows_that_its_form_is_under_way(server, open_page):
    waiting(server, "send")
    tab = open_page(form(submit_button("Create", id="b", className="wide")))

    tab.page.click("#b")
    tab.page.wait_for_selector("#b:text('Create…')")
    state = tab.page.evaluate("[document.activeElement.id, b.ariaDisabled, b.disabled]")
    tab.page.click("#b", force=True)  # a second press while it is under way sends nothing
    server.gate("send").set()
    tab.page.wait_for_selector("#b:text-is('Create')")

    assert state == ["b", "true", False]
    assert tab.page.evaluate("b.ariaDisabled") is None
    assert len(server.calls()) == 1
    tab.assert_silence()


def test_a_submit_button_with_a_name_is_pending_only_if_it_was_pressed(server, open_page):
    waiting(server, "send")
    buttons = [submit_button(name, id=name, name="verb", value=name) for name in ("save", "drop")]
    tab = open_page(form(*buttons))

    tab.page.click("#drop")
    tab.page.wait_for_selector("#drop:text('drop…')")

    assert tab.page.inner_text("#save") == "save"
    tab.assert_silence()


def test_a_submit_button_with_an_action_is_pending_only_if_it_was_pressed(server, open_page):
    waiting(server, "send")
    waiting(server, "drop")
    buttons = [
        submit_button("save", id="a", formAction=reference("send")),
        submit_button("drop", id="b", formAction=reference("drop")),
    ]
    tab = open_page(form(*buttons))

    tab.page.click("#b")
    tab.page.wait_for_selector("#b:text('drop…')")

    assert tab.page.inner_text("#a") == "save"
    assert [call.headers["Wingbeat-Action"] for call in server.calls()] == [action_id("drop")]
    tab.assert_silence()


# --- Modules ------------------------------------------------------------------------------------------------


def test_a_module_that_does_not_load_reloads_the_page_once_and_fails_only_its_own_part(server, open_tab):
    part = Client("/gone.js", "Part", html="<p>there</p>")
    server.pages["/"] = lambda _: page(boundary(part, fallback="gone"))
    tab = open_tab()

    tab.page.goto(server.url)
    tab.page.wait_for_selector("#fallback")

    assert is_alive(tab)
    assert server.document_requests() == ["/", "/"]
    assert tab.errors == []


def test_reloading_the_answer_to_a_post_does_not_post_again(server, open_page):
    tab = open_page()
    gone = boundary(Client("/gone.js", "Part", html="<p>there</p>"), fallback="gone")
    server.actions[None] = lambda _: page(gone, h("p", "posted", id="posted"))

    tab.page.set_content(f'<form method="post" action="{server.url}/"><button>Post</button></form>')
    tab.page.click("text=Post")
    tab.page.wait_for_selector("#posted", state="detached")
    tab.page.wait_for_function("window.actions")

    assert len(server.calls()) == 1
    assert is_alive(tab)
