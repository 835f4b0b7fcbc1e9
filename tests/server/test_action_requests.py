"""Calls and native forms from the body to the function: nothing runs before the last check, and rows E and D17."""

import asyncio
import re
from typing import Any

import pytest

from support.projects import FORM_TYPE, OWN, ask, multipart
from wingbeat.flight import File, FormData, ServerReference

BOUND = '''
    from functools import partial
    from wingbeat import FormData, html as h

    ran = []

    def client(action):
        return h.form(action=action)

    async def add(amount: int, note: str = "", *, by: str = "") -> int:
        """use server"""
        ran.append((amount, note, by))
        return amount

    async def count(amount: int, form: FormData):
        """use server"""
        ran.append(amount)

    async def page():
        secret = "s3cret"

        async def keep(form: FormData) -> str:
            """use server"""
            ran.append((secret, dict(form.items())))
            return secret

        return h.main[
            h.form(action=keep)[h.input(name="title"), h.button["Keep"]],
            h.form(action=partial(count, 3))[h.button["Add"], h.button(form_action=partial(count, 4))["More"]],
            client(partial(add, 3)),
        ]
'''


def references(project: Any) -> list[ServerReference]:
    """Return the references in the page's payload, in order."""

    def found(node: Any) -> list[ServerReference]:
        if isinstance(node, ServerReference):
            return [node]
        if isinstance(node, dict):
            return [one for value in node.values() for one in found(value)]
        if isinstance(node, list | tuple):
            return [one for value in node for one in found(value)]
        return found(node.props) if hasattr(node, "props") else []

    return found(project.payload().root["tree"])


def test_a_capture_travels_sealed_and_comes_back(load: Any) -> None:
    project = load(BOUND)
    page = project.get()

    reply = project.submit(page.forms[0], title="T")

    assert (reply.status, reply["location"]) == (303, "/")
    assert project.module().ran == [("s3cret", {"title": "T"})]
    assert "s3cret" not in page.text


@pytest.mark.parametrize("position", [3, 12, 20, 60, -2])
def test_a_tampered_capture_is_stale_and_nothing_runs(position: int, load: Any) -> None:
    project = load(BOUND)
    keep = references(project)[0]
    form = project.get().forms[0]
    tamper = re.compile(r"v1\.[\w-]{8}\.[\w-]+")

    def tampered(text: str) -> str:
        return tamper.sub(lambda token: swapped(token[0], position), text)

    called = project.call(keep.id, tampered(str((keep.bound or ())[0])), FormData([]))
    entries = form.entries(form.submitters[0], {})
    posted = project.post_parts([(name, tampered(str(value))) for name, value in entries])

    assert (called.status, called.text, called["wingbeat-action-stale"]) == (409, "Please reload", "1")
    assert (posted.status, posted["wingbeat-action-stale"]) == (409, "1")
    assert "<h1>Please reload</h1>" in posted.text
    assert project.module().ran == []
    assert called["cache-control"] == posted["cache-control"] == "private, no-store"


def swapped(token: str, position: int) -> str:
    """Return `token` with one character replaced by another of base64."""
    characters = list(token)
    characters[position] = "A" if characters[position] != "A" else "B"
    return "".join(characters)


def test_a_capture_of_another_action_is_stale(load: Any) -> None:
    project = load(BOUND)
    keep, *_, add = references(project)

    assert project.call(keep.id, *(add.bound or ()), FormData([])).status == 409
    assert project.call(keep.id, "v1.", FormData([])).status == 409
    assert project.call(keep.id, 7, FormData([])).status == 409
    assert project.call(keep.id).status == 409
    assert project.module().ran == []


def test_g06_what_was_sealed_for_nobody_opens_for_everybody(load: Any) -> None:
    project = load(BOUND, identify=user_after_a_query)
    page = project.get()

    assert project.submit(page.forms[0]).status == 303
    assert project.submit(page.forms[0], headers={"Cookie": "user=eve"}).status == 303


def test_an_id_that_is_no_text_is_told_to_the_developer(load: Any, caplog: Any) -> None:
    project = load(BOUND, identify=lambda _: 7)

    assert project.get().status == 500
    assert "identify returned 7. It returns the user's id as text, or None." in caplog.text


def test_an_unsealed_id_of_a_closure_is_stale(load: Any) -> None:
    project = load(BOUND)

    assert project.call("page.page.<locals>.keep", FormData([])).status == 409
    assert project.module().ran == []


def user_of(request: Any) -> str | None:
    return request.cookies.get("user")


async def user_after_a_query(request: Any) -> str | None:
    await asyncio.sleep(0)
    return request.cookies.get("user")


@pytest.mark.parametrize("identify", [user_of, user_after_a_query])
def test_g06_what_was_sealed_for_a_user_is_stale_for_another_and_for_nobody(identify: Any, load: Any) -> None:
    project = load(BOUND, identify=identify)
    page = project.get("/", {"Cookie": "user=ada"})

    for headers in ({"Cookie": "user=eve"}, {}):
        stale = project.submit(page.forms[0], headers=headers)
        assert (stale.status, stale["wingbeat-action-stale"]) == (409, "1")
    assert project.module().ran == []
    assert project.submit(page.forms[0], headers={"Cookie": "user=ada"}).status == 303


def test_d17_what_is_bound_comes_first_and_extra_arguments_are_refused(load: Any) -> None:
    project = load(BOUND)
    add = references(project)[-1]

    assert project.call_reference(add, "note").status == 200
    assert project.call_reference(add, "note", "extra").status == 400
    assert project.module().ran == [(3, "note", "")]


def test_e01_a_button_with_an_action_of_its_own_wins(load: Any) -> None:
    project = load(BOUND)
    form = project.get().forms[1]

    for button in form.submitters:
        entries = [*form.entries(button, {})]
        project.post_parts(entries)

    assert project.module().ran == [3, 4]


def test_e01_the_form_that_an_action_gets_is_the_users(load: Any) -> None:
    project = load(
        """
        from wingbeat import FormData
        ran = []
        def page(): return "page"
        async def save(form: FormData):
            "use server"
            ran.append([(name, value if isinstance(value, str) else value.name) for name, value in form.items()])
        """
    )

    parts = [
        (f"$ACTION_ID_{project.action_id('page.save')}", ""),
        ("$ACTION_KEY", "k1"),
        ("a", "1"),
        ("a", "2"),
        ("photo", File(b"", "")),
        ("$", "kept"),
    ]
    assert project.post_parts(parts).status == 303
    assert project.module().ran == [[("a", "1"), ("a", "2"), ("photo", ""), ("$", "kept")]]


@pytest.mark.parametrize(
    "fields",
    {
        "E02 three selectors": [("$ACTION_ID_a", ""), ("$ACTION_ID_b", ""), ("$ACTION_ID_SAVE", "")],
        "E04 no metadata": [("$ACTION_REF_1", "")],
        "E04 metadata twice": [("$ACTION_REF_1", ""), ("$ACTION_1:0", "{}"), ("$ACTION_1:0", "{}")],
        "E04 metadata as a file": [("$ACTION_REF_1", ""), ("$ACTION_1:0", File(b"{}"))],
        "E04 no JSON": [("$ACTION_REF_1", ""), ("$ACTION_1:0", "{")],
        "E04 no object": [("$ACTION_REF_1", ""), ("$ACTION_1:0", "[]")],
        "E04 no text for id": [("$ACTION_REF_1", ""), ("$ACTION_1:0", '{"id":1,"bound":null}')],
        "E05 two ids": [("$ACTION_REF_1", ""), ("$ACTION_1:0", '{"id":"SAVE","id":"SAVE","bound":null}')],
        "E05 an escape": [("$ACTION_REF_1", ""), ("$ACTION_1:0", '{"id":"SAV\\u0045","bound":null}')],
        "E05 more after it": [("$ACTION_REF_1", ""), ("$ACTION_1:0", '{"id":"SAVE","bound":null}x')],
        "E12 no number": [("$ACTION_REF_", "")],
        "E12 a colon": [("$ACTION_REF_1:0", "")],
        "no action": [("title", "T")],
        "no field": [],
        "an empty id": [("$ACTION_ID_", "")],
        "a file for a selector": [("$ACTION_ID_SAVE", File(b""))],
    }.items(),
    ids=lambda row: row[0],
)
def test_a_form_that_no_page_makes_is_malformed(fields: tuple[str, list[Any]], guarded: Any) -> None:
    project = guarded.project
    action = project.action_id("page.submit")
    parts = [
        (name.replace("SAVE", action), value.replace("SAVE", action) if isinstance(value, str) else value)
        for name, value in fields[1]
    ]

    reply = project.post_parts(parts)

    assert (reply.status, "<h1>Bad request</h1>" in reply.text) == (400, True)
    assert project.module().ran == []
    assert reply["cache-control"] == "private, no-store"


def test_e06_a_form_with_an_unknown_action_renders_no_page(guarded: Any) -> None:
    reply = guarded.project.post_parts([("$ACTION_ID_" + "x" * 40, "")])

    assert (reply.status, reply["wingbeat-action-not-found"]) == (404, "1")
    assert "<h1>Action unavailable</h1>" in reply.text
    assert guarded.project.module().ran == []


def test_e02_of_two_selectors_the_last_runs(guarded: Any) -> None:
    project = guarded.project
    save, submit = (f"$ACTION_ID_{project.action_id(f'page.{name}')}" for name in ("save", "submit"))

    assert project.post_parts([(save, ""), (submit, "")]).status == 303
    assert project.module().ran == ["submit"]


@pytest.mark.parametrize(
    "body", [b"", b"[", b"{}", b"7", b'"$"', b"[" * 5000, b'["$F1"]', b"[1,2,3]", b"\xff"]
)
def test_a_malformed_reply_runs_nothing(body: bytes, guarded: Any) -> None:
    headers = {
        "Wingbeat-Action": guarded.project.action_id("page.save"),
        "Content-Type": "text/plain;charset=UTF-8",
        **OWN,
    }

    reply = ask(guarded.project.app, "POST", "/", headers, body)

    assert (reply.status, reply.text) == (400, "Bad request")
    assert guarded.project.module().ran == []
    assert reply["cache-control"] == "private, no-store"


def test_annotations_are_enforced_before_the_function_runs(guarded: Any, caplog: Any) -> None:
    project = guarded.project

    called, posted = project.call("page.save", "s3cret"), project.post("page.save", {"amount": "s3cret"})

    assert (called.status, called["content-type"]) == (422, "text/x-component")
    assert called.root["error"]["code"] == "invalid_arguments"
    assert list(called.root["error"]["data"]["fields"]) == ["amount"]
    assert posted.status == 422
    assert "<h1>Unprocessable content</h1>" in posted.text
    assert project.module().ran == []
    assert called["cache-control"] == posted["cache-control"] == "private, no-store"
    assert "s3cret" not in called.text + posted.text + caplog.text  # K08


def test_the_body_limit_is_a_setting(guard: Any) -> None:
    project = guard(body_size_limit="1kb").project
    headers = {"Wingbeat-Action": project.action_id("page.save"), "Content-Type": "text/plain", **OWN}

    assert ask(project.app, "POST", "/", headers, b"[" + b" " * 1022 + b"]").status == 200
    too_long = [b"[", b" " * 1024, b"]"]
    assert ask(project.app, "POST", "/", headers, too_long).status == 413
    assert ask(project.app, "POST", "/", {"Content-Type": FORM_TYPE, **OWN}, too_long).status == 413
    assert project.module().ran.count("save") == 1


def test_a_raised_body_limit_lets_one_text_be_as_long_as_the_body(guard: Any) -> None:
    project = guard(body_size_limit="3mb").project
    headers = {"Wingbeat-Action": project.action_id("page.save"), "Content-Type": "text/plain", **OWN}
    two_megabytes = b"[" + b" " * 2 * 1024 * 1024 + b"]"

    assert ask(project.app, "POST", "/", headers, two_megabytes).status == 200
    assert project.module().ran.count("save") == 1


@pytest.mark.parametrize("url", ["/nowhere", "/x/y", "/.", "/%2e%2e", "//", "/nul%00"])
def test_d07_nothing_runs_where_there_is_no_page(
    url: str, guarded: Any, caplog: pytest.LogCaptureFixture
) -> None:
    project = guarded.project

    called, posted = project.call("page.save", 7, url=url), project.post("page.submit", url=url)

    assert (called.status, called.text, called["content-type"]) == (
        404,
        "Not found",
        "text/plain; charset=utf-8",
    )
    assert posted.status == 404
    assert "Page not found" in posted.text
    assert called.pieces_read == posted.pieces_read == 0
    assert project.module().ran == []
    assert [message.partition(" ")[0] for message in caplog.messages] == ["refused"] * 2


def test_nothing_runs_where_a_path_parameter_does_not_fit(load: Any) -> None:
    project = load(
        {
            "[number]/page.py": '''
                ran = []
                async def page(number: int): return number
                async def save():
                    """use server"""
                    ran.append("save")
            '''
        }
    )

    assert project.call("[number].page.save", url="/seven").status == 404
    assert project.call("[number].page.save", url="/7").status == 200
    assert project.module("[number].page").ran == ["save"]


def test_an_action_may_refuse_for_a_missing_field(load: Any) -> None:
    project = load(
        """
        from wingbeat import FormData
        def page(): return "page"
        async def save(form: FormData):
            "use server"
            form.text("title")
        """
    )

    posted, called = project.post("page.save"), project.call("page.save", FormData([]))

    assert posted.status == called.status == 422
    assert list(called.root["error"]["data"]["fields"]) == ["title"]


def test_a_malformed_form_is_refused_before_the_action_is_looked_up(guarded: Any) -> None:
    reply = ask(
        guarded.project.app, "POST", "/", {"Content-Type": FORM_TYPE, **OWN}, multipart([("a", "")])[:-4]
    )

    assert reply.status == 400
    assert guarded.project.module().ran == []
