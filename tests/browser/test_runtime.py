"""The runtime's start: it takes over, in silence, the HTML that the server wrote."""

import pytest

from support.browser_components import COUNTER, boundary, component, expose, reference
from support.scripted_server import NONCE, Answer, Later, Page, action_id, document, h, html_of

pytestmark = pytest.mark.browser
both_modes = pytest.mark.parametrize("server", ["production", "development"], indirect=True)


@both_modes
def test_a_page_hydrates_in_silence(server, open_tab):
    tree = document(boundary(h("main", h("h1", "Grüße <&>"), COUNTER)))
    server.pages["/"] = lambda _: Page(tree)
    tab = open_tab()

    tab.open(server.url, "#counter")
    tab.page.click("#counter")

    assert tab.page.inner_text("#counter") == "1"
    assert tab.page.inner_text("h1") == "Grüße <&>"
    tab.assert_silence()


@both_modes
def test_a_changed_byte_is_reported(server, open_tab):
    tree = document(h("h1", "Hello"), COUNTER)
    server.pages["/"] = lambda _: Page(tree, html=html_of(tree).replace("Hello", "Hallo"))
    tab = open_tab()

    tab.page.goto(server.url)
    tab.page.wait_for_selector("h1:text('Hello')")

    assert len(tab.errors) == 1
    assert "418" in tab.errors[0] or "Hydration failed" in tab.errors[0]


@both_modes
def test_react_is_the_same_for_the_runtime_and_every_import(server, open_tab):
    server.pages["/"] = lambda _: Page(document(h("h1", "Hello")))
    tab = open_tab()

    tab.page.goto(server.url)
    names = tab.page.evaluate(
        """async () => {
            const [react, dom, client, jsx, dev, wingbeat, runtime] = await Promise.all(
                ['react', 'react-dom', 'react-dom/client', 'react/jsx-runtime', 'react/jsx-dev-runtime',
                 'wingbeat', '/_wingbeat/x/runtime.js'].map((name) => import(name)))
            const isSame = react.useState === react.default.useState && react.useState === runtime.useState
            return [isSame, react.version, dom.version, typeof dom.createPortal, typeof client.createRoot,
                    jsx.Fragment === react.Fragment, typeof jsx.jsxs, dev.Fragment === react.Fragment,
                    wingbeat.ErrorBoundary === runtime.ErrorBoundary, Object.keys(wingbeat).sort()]
        }"""
    )

    same = ["19.3.1", "19.3.1", "function", "function", True, "function", True, True]
    assert names[:-1] == [True, *same]
    assert names[-1] == [
        "ActionError",
        "ActionForm",
        "ErrorBoundary",
        "FieldError",
        "FormMessage",
        "ResetButton",
        "StaleActionError",
        "SubmitButton",
        "UnrecognizedActionError",
        "createServerReference",
        "isRedirect",
        "usePathname",
        "useRouter",
        "useSearchParams",
    ]


def test_a_payload_in_bytes_is_put_together(server, open_tab):
    server.pages["/"] = lambda _: Page(document(h("h1", "Grüße 👋"), COUNTER), base64=True)
    tab = open_tab()

    tab.open(server.url, "#counter")
    tab.page.click("#counter")

    assert tab.page.inner_text("#counter") == "1"
    tab.assert_silence()


@both_modes
def test_form_state_of_a_native_post_is_taken_over(server, open_tab):
    greet = action_id("greet")
    html = (
        '<!--F!--><form><output>posted</output><input name="name" value="Ada"/>'
        '<button id="send">Send</button></form>'
    )
    form = component("StateForm", html, action=reference("greet"))
    server.pages["/"] = lambda _: Page(document(form, COUNTER), form_state=["posted", "kone", greet, 0])
    server.actions[greet] = lambda request: Answer(
        {"value": "after " + request.body.decode("latin-1")[-600:]}
    )
    tab = open_tab()

    tab.open(server.url, "#counter")
    tab.page.click("#counter")
    tab.page.click("#send")
    tab.page.wait_for_selector("output:text('after')")

    assert '["posted"' in server.calls()[0].body.decode()
    tab.assert_silence()


def test_a_payload_that_ends_early_fails_only_its_own_part(server, open_tab):
    hole = boundary(Later(h("p", "wait"), "9"), fallback="gone")
    server.pages["/"] = lambda _: Page(document(h("main", hole, COUNTER)), ends=False)
    tab = open_tab()

    tab.page.goto(server.url)
    tab.page.wait_for_selector("#fallback")
    tab.page.click("#counter")

    assert tab.page.inner_text("#counter") == "1"
    assert len(tab.console) == 1
    assert "error #412" in tab.console[0]  # Connection closed.
    assert tab.errors == []


def test_without_the_root_row_the_page_stays_what_the_server_wrote(server, open_tab):
    server.pages["/"] = lambda _: Page(document(h("h1", "Hello"), h("a", "next", href="/next")), cut=True)
    server.pages["/next"] = lambda _: Page(document(h("h1", "Next")))
    tab = open_tab()

    tab.page.goto(server.url)
    tab.page.click("a")
    tab.page.wait_for_selector("h1:text('Next')")

    assert server.document_requests() == ["/", "/next"]


def test_a_row_that_comes_late_fills_its_hole(server, open_tab):
    tree = document(h("main", Later(h("p", "wait"), "9"), COUNTER))
    html = (
        html_of(tree)
        .replace("<!--$?-->", "<!--$-->")
        .replace('<template id="B:0"></template><p>wait</p>', "<p>done</p>")
    )
    server.pages["/"] = lambda _: Page(
        tree, html=html, late_rows='9:["$","p",null,{"children":"done"},null,[],1]\n'
    )
    tab = open_tab()

    tab.open(server.url, "#counter")
    tab.page.click("#counter")

    assert tab.page.inner_text("p") == "done"
    tab.assert_silence()


def test_a_document_without_a_payload_is_left_alone(server, open_tab):
    server.pages["/"] = lambda _: Page(document(h("h1", "Plain")))
    tab = open_tab()

    tab.page.goto(server.url)
    tab.page.set_content(
        f'<script type="module" src="{server.url}/_wingbeat/x/runtime.js"></script><h1>Plain</h1>'
    )
    tab.page.wait_for_load_state("networkidle")

    assert tab.page.inner_text("h1") == "Plain"
    tab.assert_silence()


def test_a_strict_content_security_policy_is_enough(server, open_tab):
    policy = f"default-src 'none'; connect-src 'self'; script-src 'nonce-{NONCE}' 'strict-dynamic'"
    server.actions[action_id("save")] = lambda _: Answer({"value": 1}, Page(tree, stamp=("one", 2)))
    thrower = component("Thrower", '<button id="thrower">Throw</button>')
    tree = document(h("main", h("h1", "Hello"), COUNTER, boundary(thrower), expose("save")))
    server.pages["/"] = lambda _: Page(tree, policy=policy)
    server.pages["/next"] = lambda _: Page(document(h("h1", "Next"), expose()), policy=policy)
    tab = open_tab()

    tab.open(server.url, "#thrower")
    tab.page.click("#thrower")
    tab.page.wait_for_selector("[role=alert]")
    tab.console.clear()  # the thrown error
    assert tab.page.evaluate("actions.save()") == 1
    tab.page.evaluate("router.push('/next')")
    tab.page.wait_for_selector("h1:text('Next')")

    tab.assert_silence()


def test_without_javascript_the_page_is_what_the_server_wrote(server, open_tab):
    server.pages["/"] = lambda _: Page(document(h("h1", "Hello"), COUNTER))
    tab = open_tab(java_script=False)

    tab.page.goto(server.url)

    assert tab.page.inner_text("h1") == "Hello"
    tab.assert_silence()
