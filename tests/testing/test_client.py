"""`Client` on a whole app: pages, forms without JavaScript, calls as the runtime makes them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from support.projects import loaded_project
from wingbeat import ActionError, File
from wingbeat.errors import UsageError
from wingbeat.request import NotFound, Redirect
from wingbeat.testing import CallFailed, Client

FILES = {
    "actions.py": '''
        """Use server."""
        import asyncio
        from wingbeat import ActionError, File, cookies, not_found, redirect, revalidate_path
        from wingbeat import html as h

        def add(first: int, second: int) -> int:
            revalidate_path("/")
            return first + second

        async def slowly(value: dict) -> dict:
            return {**value, "later": _later()}

        async def promised() -> object:
            return _later()

        async def _later() -> str:
            return "there"

        async def measure(file: File) -> list:
            return [file.name, file.type, len(await file.read())]

        def sold_out() -> None:
            raise ActionError("sold_out", "No more.", {"left": 0})

        def crash() -> None:
            raise ValueError("it broke")

        def leave(url: str, external: bool = False) -> None:
            redirect(url, external=external)

        def missing() -> None:
            not_found()

        def remember(theme: str) -> None:
            cookies().set("theme", theme)

        def element() -> object:
            return h.b["x"]

        async def counting(ending: str = ""):
            yield 1
            yield 2
            if ending == "sold out":
                raise ActionError("sold_out", "No more.", {"left": 0})
            if ending == "crash":
                raise ValueError("it broke")
            if ending == "missing":
                not_found()
            if ending:
                redirect(ending)
    ''',
    "page.py": """
        from wingbeat import FormData, cookies, headers, html as h, redirect
        from wingbeat.ui import submit_button

        seen = []

        async def page(search_params):
            async def save(form: FormData):
                "use server"
                seen.append([(name, value if isinstance(value, str) else value.name) for name, value in form.items()])

            async def delete():
                "use server"
                redirect("/other?done=1")

            async def leave():
                "use server"
                redirect("https://elsewhere.example/x", external=True)

            return h.main[
                h.p[f"theme {cookies().get('theme')}", f" q {search_params.get('q')}"],
                h.p[f"origin {headers().get('origin')}"],
                h.form(action=save)[
                    h.input(name="name", default_value="old"),
                    h.select(name="tags", multiple=True)[h.option["a"], h.option["b"]],
                    h.input(type="file", name="file"),
                    submit_button(pending="…")["Save"],
                    h.button(form_action=delete, aria_label="Delete this")["Delete"],
                ],
                h.form(action=leave)[h.button["Leave"]],
                h.form(action="/", method="get")[h.input(name="q"), h.button["Search"]],
                h.form(method="dialog")[h.button["Close"]],
            ]
    """,
    "other/page.py": "async def page(search_params):\n    return f\"Other {search_params['done']}\"\n",
    "circle/page.py": "from wingbeat import redirect\n\nasync def page():\n    redirect('/circle')\n",
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with loaded_project(tmp_path, FILES, development=True) as project, Client(project.app) as client:
        yield client


def _actions() -> Any:
    return sys.modules["app.actions"]


def _seen() -> list[Any]:
    return sys.modules["app.page"].seen


# --- Pages and forms ---


def test_a_page_is_opened(client: Client) -> None:
    page = client.get("/?q=1")

    assert (page.status, page.url, page.headers["content-type"]) == (200, "/?q=1", "text/html; charset=utf-8")
    assert "q 1" in page.text
    assert "origin None" in page.text, "a browser names no origin when it opens a page"
    assert client.get("/nothing").status == 404


def test_a_form_is_submitted_as_a_browser_without_javascript_does(client: Client) -> None:
    file = File(b"x", "x.txt", "text/plain")

    page = client.get("/").submit("Save", name="new", tags=["a", "b"], file=file)

    assert (page.status, page.url) == (200, "/")
    assert _seen() == [[("name", "new"), ("tags", "a"), ("tags", "b"), ("file", "x.txt")]]


def test_a_form_keeps_what_it_holds(client: Client) -> None:
    client.get("/").submit("Save")

    assert _seen() == [[("name", "old"), ("file", "")]]


@pytest.mark.parametrize("label", ["Delete", "Delete this"])
def test_a_button_with_an_action_of_its_own_runs_that(client: Client, label: str) -> None:
    page = client.get("/").submit(label)

    assert (page.status, page.url) == (200, "/other?done=1")
    assert "Other 1" in page.text
    assert _seen() == []


def test_a_get_form_is_a_page_with_a_query(client: Client) -> None:
    page = client.get("/?q=old&x=1").submit("Search", q="a b&c")

    assert page.url == "/?q=a+b%26c"
    assert "q a b&amp;c" in page.text


def test_a_redirect_to_another_site_is_not_followed(client: Client) -> None:
    page = client.get("/").submit("Leave")

    assert (page.status, page.headers["location"]) == (303, "https://elsewhere.example/x")


def test_a_circle_of_redirects_ends(client: Client) -> None:
    with pytest.raises(
        AssertionError, match=r"^more than 20 redirects, the last one to http://testserver/circle$"
    ):
        client.get("/circle")


def test_fields_whose_names_are_no_python_names_are_given_as_a_mapping(client: Client) -> None:
    with pytest.raises(UsageError, match=r"^the form has no field 'a-b'; it has file, name, tags\.$"):
        client.get("/").submit("Save", {"a-b": "x"}, name="y")


def test_a_button_that_is_not_there_is_told_with_those_that_are(client: Client) -> None:
    with pytest.raises(
        UsageError, match=r"^no submit button or form 'Nope' number 0 on /; there are \['Save', 'Delete this'"
    ):
        client.get("/").submit("Nope")
    with pytest.raises(UsageError, match=r"^no submit button or form 'Save' number 1 on /"):
        client.get("/").submit("Save", nth=1)


def test_a_dialog_s_form_is_not_submitted(client: Client) -> None:
    with pytest.raises(UsageError, match=r"^a form with method='dialog' sends nothing to the server\.$"):
        client.get("/").submit("Close")


# --- Calls ---


def test_a_call_returns_what_the_action_returned(client: Client) -> None:
    actions = _actions()

    assert client.call(actions.add, 1, 2) == 3
    assert client.call(partial(actions.add, 1), 2) == 3
    assert client.call("app.actions.add", 1, 2) == 3


def test_what_was_promised_comes_out_as_the_value(client: Client) -> None:
    actions = _actions()

    assert client.call(actions.promised) == "there"
    assert client.call(actions.slowly, {"a": 1})["later"].value == "there"


def test_an_element_is_returned_as_it_arrives(client: Client) -> None:
    element = client.call("app.actions.element")

    assert (element.type, element.props) == ("b", {"children": "x"})


def test_a_file_is_sent(client: Client) -> None:
    assert client.call("app.actions.measure", File(b"abc", "a.txt", "text/plain")) == [
        "a.txt",
        "text/plain",
        3,
    ]


def test_cookies_are_kept(client: Client) -> None:
    client.call("app.actions.remember", "dark")

    assert client.cookies["theme"] == "dark"
    assert "theme dark" in client.get("/").text


def test_an_action_error_is_raised_as_the_action_raised_it(client: Client) -> None:
    with pytest.raises(ActionError) as caught:
        client.call("app.actions.sold_out")

    assert (caught.value.code, caught.value.message, caught.value.data) == (
        "sold_out",
        "No more.",
        {"left": 0},
    )


def test_refused_arguments_are_an_action_error_with_the_fields(client: Client) -> None:
    with pytest.raises(ActionError) as caught:
        client.call("app.actions.add", "x", 2)

    assert caught.value.code == "invalid_arguments"
    assert "first" in caught.value.data["fields"]


def test_another_exception_says_what_failed_and_where_to_look(client: Client) -> None:
    with pytest.raises(
        CallFailed, match=r"^app\.actions\.crash\(\) raised ValueError: it broke \(digest \w+: see"
    ) as caught:
        client.call("app.actions.crash")

    assert caught.value.digest


@pytest.mark.parametrize(("url", "external"), [("/other", False), ("https://elsewhere.example/", True)])
def test_a_redirect_is_raised_as_one(client: Client, url: str, external: object) -> None:
    with pytest.raises(Redirect) as caught:
        client.call("app.actions.leave", url, external)

    assert (caught.value.url, caught.value.external) == (url, external)


def test_not_found_is_raised_as_such(client: Client) -> None:
    with pytest.raises(NotFound):
        client.call("app.actions.missing")


def test_a_streamed_result_is_read_whole(client: Client) -> None:
    assert asyncio.run(_read(client.call("app.actions.counting"))) == [1, 2]


@pytest.mark.parametrize(
    ("ending", "kind", "text"),
    [
        ("sold out", ActionError, r"^No more\.$"),
        ("crash", CallFailed, r"^app\.actions\.counting\(\) raised ValueError: it broke \(digest \w+: see"),
        (
            "missing",
            CallFailed,
            r"^app\.actions\.counting\(\) ended its result with not_found\(\) or one of its",
        ),
        ("/other?done=1", Redirect, r"^/other\?done=1$"),
    ],
)
def test_what_ends_a_streamed_result_early_is_raised_after_its_last_item(
    client: Client, ending: str, kind: type[BaseException], text: str
) -> None:
    items = client.call("app.actions.counting", ending)

    assert items.items == [1, 2]
    with pytest.raises(kind, match=text):
        asyncio.run(_read(items))


async def _read(items: AsyncIterable[object]) -> list[object]:
    return [item async for item in items]


def test_a_call_that_does_not_get_through_names_the_status(client: Client) -> None:
    with pytest.raises(AssertionError, match=r"^the call of app\.actions\.add\(\) was answered 404: "):
        client.call("app.actions.add", 1, 2, url="/nothing//here")


def test_what_is_no_action_is_refused(client: Client) -> None:
    with pytest.raises(UsageError, match=r"^<built-in function print> is no action of this app\.$"):
        client.call(print)
    with pytest.raises(
        UsageError, match=r"^no action 'app\.actions\.nope' in this app; it has app\.actions\.add, "
    ):
        client.call("app.actions.nope")
