"""A call from the browser: what it sends, in which order, and how it ends."""

import json

import pytest

from support.browser_components import COUNTER, boundary, component, expose, reference
from support.scripted_server import Answer, Page, action_id, document, h

pytestmark = pytest.mark.browser

CATCH = ".catch((error) => ({ name: error.name, message: error.message, code: error.code, data: error.data, \
digest: error.digest, isKnown: Object.values(wingbeat).some((one) => typeof one === 'function' && \
one.prototype instanceof Error && error instanceof one) }))"


def open_page(server, open_tab, *nodes):
    """Open a page with *nodes* and wait until its actions are there."""
    server.pages["/"] = lambda _: Page(document(h("main", h("h1", "Home"), COUNTER, *nodes)))
    tab = open_tab()
    tab.page.goto(f"{server.url}/?q=1")
    tab.page.wait_for_function("window.actions")
    return tab


def answers(server, name, answer, **options):
    server.actions[action_id(name, **options)] = answer if callable(answer) else lambda _: answer


def test_a_call_posts_its_arguments_and_resolves_with_the_value(server, open_tab):
    answers(server, "save", Answer({"value": {"list": [1, "$D2024-01-02T03:04:05.000Z"]}}))
    tab = open_page(server, open_tab, expose("save"))

    value = tab.page.evaluate("actions.save('a', { b: 2 })")

    (call,) = server.calls()
    assert value["list"][0] == 1
    assert value["list"][1].year == 2024
    assert (call.path, call.headers["Accept"], call.body) == ("/?q=1", "text/x-component", b'["a",{"b":2}]')
    tab.assert_silence()


def test_a_call_without_a_value_resolves_with_undefined(server, open_tab):
    answers(server, "save", Answer())
    tab = open_page(server, open_tab, expose("save"))

    assert tab.page.evaluate("actions.save().then((value) => value === undefined)") is True


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({"count": 0}, "[]"),
        ({"count": 2}, "[1,2]"),
        ({"count": 31}, "[1,2,3]"),
        ({"count": 1, "sealed": True}, '["seal",1]'),
        ({"count": 31, "sealed": True}, '["seal",1,2,3]'),
    ],
)
def test_only_the_arguments_that_the_function_takes_are_sent(server, open_tab, options, sent):
    answers(server, "save", Answer(), **options)
    bound = ["seal"] if options.get("sealed") else None
    save = {**reference("save", **options), "bound": bound}
    tab = open_page(server, open_tab, expose(save=save))

    tab.page.evaluate("actions.save(1, 2, 3)")

    assert server.calls()[0].body.decode() == sent


def test_an_action_as_event_handler_does_not_send_the_event(server, open_tab):
    answers(server, "save", Answer(), count=0)
    button = component("DirectButton", '<button id="direct">Call</button>', action=reference("save", count=0))
    tab = open_page(server, open_tab, button, expose())

    with tab.page.expect_response(lambda response: response.request.method == "POST"):
        tab.page.click("#direct")

    assert server.calls()[0].body == b"[]"
    tab.assert_silence()


def test_hidden_fields_of_a_form_are_not_sent(server, open_tab):
    answers(server, "save", Answer())
    html = (
        '<form><input type="hidden" name="$ACTION_ID_x" value="secret"/><output>nothing</output>'
        '<input name="name" value="Ada"/><button id="send">Send</button></form>'
    )
    tab = open_page(server, open_tab, component("StateForm", html, action=reference("save")), expose())

    with tab.page.expect_response(lambda response: response.request.method == "POST"):
        tab.page.click("#send")

    body = server.calls()[0].body
    assert b'_name"\r\n\r\nAda' in body
    assert b"ACTION" not in body
    tab.assert_silence()


def test_what_only_the_browser_can_hold_comes_back_as_itself(server, open_tab):
    answers(server, "save", Answer({"value": "$@1"}, rows='1:"$T0:0:keep"\n'))
    tab = open_page(server, open_tab, expose("save"))

    assert tab.page.evaluate(
        "(async () => { const keep = () => 1; return (await actions.save({ keep })) === keep })()"
    )


def test_a_streamed_value_arrives_piece_by_piece(server, open_tab):
    rows = '2:x\n1:"$2"\n2:1\n2:{"two":2}\n2:C"end"\n'
    answers(server, "save", Answer({"value": "$@1"}, rows=rows))
    tab = open_page(server, open_tab, expose("save"))

    pieces = tab.page.evaluate(
        """async () => {
            const all = []
            for await (const one of await actions.save()) all.push(one)
            return all
        }"""
    )

    assert pieces == [1, {"two": 2}]


# --- Lanes --------------------------------------------------------------------------------------------------


def gated(server, name):
    """Answer a call of *name* when its gate opens."""

    def answer(_):
        server.gate(name).wait(10)
        return Answer({"value": name})

    return answer


def test_calls_of_one_lane_run_in_order(server, open_tab):
    answers(server, "slow", gated(server, "slow"))
    answers(server, "quick", Answer({"value": "quick"}))
    tab = open_page(server, open_tab, expose("slow", "quick"))

    tab.page.evaluate(
        "window.ended = []; for (const name of ['slow', 'quick', 'slow'])"
        " void actions[name]().then((value) => ended.push(value)); 0"
    )
    tab.page.wait_for_timeout(200)
    sent_before = len(server.calls())
    server.gate("slow").set()
    tab.page.wait_for_function("ended.length === 3")

    assert sent_before == 1
    assert tab.page.evaluate("ended") == ["slow", "quick", "slow"]
    assert [call.headers["Wingbeat-Action"][5:] for call in server.calls()] == ["slow", "quick", "slow"]


def test_a_failed_call_lets_the_next_one_of_its_lane_go(server, open_tab):
    answers(server, "fail", Answer(status=413, body="too large", content_type="text/plain"))
    answers(server, "next", Answer({"value": "next"}))
    tab = open_page(server, open_tab, expose("fail", "next"))

    ended = tab.page.evaluate(
        "Promise.allSettled([actions.fail(), actions.next()]).then((all) => all.map((one) => one.status))"
    )

    assert ended == ["rejected", "fulfilled"]


def test_lanes_run_side_by_side(server, open_tab):
    answers(server, "slow", gated(server, "slow"))
    answers(server, "other", Answer({"value": "other"}), lane="else")
    tab = open_page(server, open_tab, expose("slow", other=reference("other", lane="else")))

    tab.page.evaluate("window.slow = actions.slow(); 0")

    assert tab.page.evaluate("actions.other()") == "other"
    server.gate("slow").set()
    assert tab.page.evaluate("slow") == "slow"


def test_parallel_calls_wait_for_nothing(server, open_tab):
    answers(server, "slow", gated(server, "slow"), lane="----")
    answers(server, "quick", Answer({"value": "quick"}), lane="----")
    parallel = {name: reference(name, lane="----") for name in ("slow", "quick")}
    tab = open_page(server, open_tab, expose(**parallel))

    tab.page.evaluate("window.slow = actions.slow(); 0")

    assert tab.page.evaluate("actions.quick()") == "quick"
    server.gate("slow").set()
    assert tab.page.evaluate("slow") == "slow"


# --- Failures -----------------------------------------------------------------------------------------------


def failure(tab):
    """Return what the call failed with, after making sure that the page is still there and alive."""
    error = tab.page.evaluate(f"actions.save(){CATCH}")
    tab.page.click("#counter")
    assert tab.page.inner_text("#counter") == "1"
    assert tab.errors == []
    return error


def test_an_action_error_keeps_code_message_and_data(server, open_tab):
    error = {"code": "taken", "message": "The name is taken.", "data": {"name": "Ada"}}
    answers(server, "save", Answer({"error": error}, status=422))
    tab = open_page(server, open_tab, expose("save"))

    assert failure(tab).items() >= {"name": "ActionError", "isKnown": True, **error}.items()


def test_a_failing_action_rejects_with_its_digest(server, open_tab):
    answers(server, "save", Answer({"value": "$@1"}, rows='1:E{"digest":"d1"}\n', status=500))
    tab = open_page(server, open_tab, expose("save"))

    assert failure(tab)["digest"] == "d1"


@pytest.mark.parametrize(
    ("status", "header", "name"),
    [
        (404, "Wingbeat-Action-Not-Found", "UnrecognizedActionError"),
        (409, "Wingbeat-Action-Stale", "StaleActionError"),
    ],
)
def test_an_action_of_another_build_is_told_apart(server, open_tab, status, header, name):
    answers(server, "save", Answer(status=status, headers={header: "1"}, body="", content_type="text/plain"))
    tab = open_page(server, open_tab, expose("save"))

    assert failure(tab).items() >= {"name": name, "isKnown": True}.items()


def test_a_refusal_in_plain_text_is_the_error(server, open_tab):
    answers(server, "save", Answer(status=413, body="The body is too large.", content_type="text/plain"))
    tab = open_page(server, open_tab, expose("save"))

    assert failure(tab)["message"] == "413 The body is too large."


def test_an_answer_that_is_no_payload_is_an_error(server, open_tab):
    answers(server, "save", Answer(body="<h1>Hello</h1>", content_type="text/html"))
    tab = open_page(server, open_tab, expose("save"))

    assert failure(tab)["message"] == "The server gave an unexpected answer (status 200)."


def test_an_answer_that_is_cut_off_is_an_error(server, open_tab):
    answers(server, "save", Answer(body='0:{"value":'))
    tab = open_page(server, open_tab, expose("save"))

    assert "error #412" in failure(tab)["message"]  # Connection closed.


def test_a_server_that_is_gone_is_an_error(server, open_tab):
    tab = open_page(server, open_tab, expose("save"))
    tab.page.route("**/*", lambda route: route.abort())

    assert failure(tab)["message"] == "The server could not be reached."


def test_a_call_that_is_redirected_by_the_network_shows_that_document(server, open_tab):
    answers(server, "save", Answer(status=303, headers={"Location": "/sign-in"}, body=""))
    tab = open_page(server, open_tab, expose("save"))
    server.pages["/sign-in"] = lambda _: Answer(body="<h1>Sign in</h1>", content_type="text/html")

    tab.page.evaluate("void actions.save()")
    tab.page.wait_for_selector("h1:text('Sign in')")

    assert tab.page.url == f"{server.url}/sign-in"
    tab.assert_silence()


def test_a_form_shows_its_state_and_that_it_is_under_way(server, open_tab):
    def greet(_):
        server.gate("greet").wait(10)
        return Answer({"value": "Hello"})

    answers(server, "greet", greet)
    html = (
        '<form><output>nothing</output><input name="name" value="Ada"/><button id="send">Send</button></form>'
    )
    tab = open_page(server, open_tab, component("StateForm", html, action=reference("greet")), expose())

    tab.page.click("#send")
    tab.page.wait_for_selector("#send:text('Sending')")
    server.gate("greet").set()
    tab.page.wait_for_selector("#send:text-is('Send')")

    assert tab.page.inner_text("output") == "Hello"
    tab.assert_silence()


def test_a_form_whose_action_fails_shows_the_nearest_boundary(server, open_tab):
    answers(
        server, "greet", Answer({"error": {"code": "no", "message": "Not today.", "data": None}}, status=422)
    )
    html = (
        '<form><output>nothing</output><input name="name" value="Ada"/><button id="send">Send</button></form>'
    )
    form = boundary(component("StateForm", html, action=reference("greet")))
    tab = open_page(server, open_tab, form, expose())

    tab.page.click("#send")
    tab.page.wait_for_selector("[role=alert]")
    tab.page.click("#counter")

    assert tab.page.inner_text("[role=alert] p") == "Not today."
    assert tab.page.inner_text("#counter") == "1"
    assert json.dumps(tab.errors) == "[]"
