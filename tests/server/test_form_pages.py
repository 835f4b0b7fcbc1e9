"""A form that was posted without JavaScript, on the page that answers it: state, failures, and what was typed."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from support.projects import Project, Reply
from wingbeat.flight import File, FormData, decode_payload
from wingbeat.ui.posted_forms import ACTION_FORM_FIELD

PAGE = '''
    import asyncio
    from functools import partial
    from typing import Annotated
    from pydantic import BaseModel, Field
    from wingbeat import (
        ActionError, FormData, Validated, component, cookies, html as h, not_found, redirect, suspense,
    )
    from wingbeat.ui import action_form, field_error, form_message, reset_button, submit_button

    ran, seen = [], {"hide": False}

    class NewUser(BaseModel):
        email: Annotated[str, Field(pattern="@")]
        age: int = 0

    async def sign_up(state: dict, form: Validated[NewUser]):
        """use server"""
        ran.append(state)
        if not form.ok:
            return {"errors": form.errors, "message": "Not yet.", "tries": state.get("tries", 0) + 1}
        match form.value.email:
            case "taken@x":
                fields = {"token": ["Stale."], "email": ["Choose another."]}
                raise ActionError("taken", "Taken.", {"fields": fields})
            case "closed@x": raise ActionError("closed", "The shop is closed.")
            case "away@x": redirect("/elsewhere")
            case "gone@x": not_found()
            case "broken@x": raise ValueError("secret")
            case "theme@x": cookies().set("theme", "dark")
            case "hidden@x": seen["hide"] = True
            case "later@x": return stream()
        return {"message": "Welcome, " + form.value.email}

    async def strict(state: dict, form: NewUser):
        """use server"""
        ran.append(form)
        return {"message": "In."}

    async def quiet(state: dict, form: Validated[NewUser]) -> dict:
        """use server"""
        return {}

    async def discard():
        """use server"""
        ran.append("discarded")

    async def count(step: int, state: int, form: FormData) -> int:
        """use server"""
        return state + step

    async def stream():
        ran.append("streamed")
        yield 1

    @component
    async def late():
        await asyncio.sleep(0)
        return action_form(strict, initial={}, id="late")[
            form_message(), h.input(name="email"), field_error("email"), h.button["Late"],
        ]

    def fields(name):
        return [
            h.input(name="email", id=name, default_value="from the page", aria_describedby="hint"),
            field_error("email", class_="problem"),
            h.input(name="age", type="number"),
            field_error("age"),
        ]

    async def page():
        return h.main[
            not seen["hide"] and action_form(sign_up, initial={}, id="sign-up")[
                form_message(), h.input(type="hidden", name="token", value="7"), field_error("token"),
                fields("a"), submit_button()["Sign up"], h.button(form_action=discard)["Discard"],
            ],
            action_form(strict, initial={}, id="strict")[
                h.div[form_message()["Please look again."]], fields("b"),
                h.textarea(name="note")["old"],
                h.input(name="password", type="password", default_value="preset"),
                h.input(name="again", type="text", auto_complete="new-password"),
                h.input(name="file", type="file"),
                h.input(name="tag", type="checkbox", value="x", default_checked=True),
                h.input(name="tag", type="checkbox", value="y"),
                h.input(name="size", type="radio", value="s"), h.input(name="size", type="radio", value="l"),
                h.select(name="country")[h.option["A"], h.option["B"]],
                h.select(name="many", multiple=True)[h.option["A"], h.option["B"], h.option["C"]],
                h.input(name="twice"), h.input(name="twice"), h.input(name="hidden", type="hidden", value="h"),
                submit_button()["Enter"],
            ],
            suspense(fallback="…")[late()],
            action_form(quiet, initial={}, id="quiet")[h.input(name="email"), h.button["Quiet"]],
            action_form(partial(count, 5), initial=1, id="count")[h.button["Count"]],
            action_form(strict, initial={}, id="bare")[h.input(name="email"), h.button["Bare"]],
            action_form(strict, initial={}, id="fields")[
                h.input(name="email"), field_error("email"), h.button["Fields"]
            ],
        ]
'''


FRAGILE = """
    import asyncio
    from wingbeat import component, html as h, suspense
    from wingbeat.ui import action_form, form_message
    from app.page import strict

    @component
    async def broken():
        await asyncio.sleep(0)
        raise ValueError("secret")

    async def page():
        return h.main[
            suspense(fallback="Waiting")[h.div[broken()]],
            action_form(strict, initial={})[form_message(), h.input(name="email"), h.button["Enter"]],
        ]
"""


@pytest.fixture
def project(load: Any) -> Project:
    elsewhere = "async def page(): return 'Elsewhere'"
    loaded: Project = load({"page.py": PAGE, "elsewhere/page.py": elsewhere, "fragile/page.py": FRAGILE})
    return loaded


def submit(project: Project, button: str, page: Reply | None = None, **typed: Any) -> Reply:
    """Press a button of the page, after typing."""
    forms = (page or project.get()).forms
    (form, submitter) = next((f, one) for f in forms for one in f.submitters if one.label == button)
    return project.post_parts(form.entries(submitter, typed))


def root_of(reply: Reply) -> Any:
    """Return the root row of the payload that stands in a document."""
    pieces = re.findall(r"\.push\((\".*?\")\)</script>", reply.text)
    return decode_payload("".join(map(json.loads, pieces)).encode())


def field(reply: Reply, pattern: str, nth: int = 0) -> str:
    return re.findall(rf"<(?:input|select|textarea)[^>]*{pattern}[^>]*>[^<]*", reply.text)[nth]


def test_what_the_action_returns_is_the_state_of_its_form(project: Project) -> None:
    reply = submit(project, "Sign up", email="ada@x", age="36")

    assert reply.status == 200
    assert '<div role="status">Welcome, ada@x</div>' in reply.text
    assert reply.text.count("<!--F!-->") == 1
    assert reply.text.count("<!--F-->") == 6
    assert root_of(reply)["formState"][0] == {"state": {"message": "Welcome, ada@x"}}
    assert "cache-control" in reply


def test_on_a_get_there_is_no_form_state(project: Project) -> None:
    page = project.get()

    assert "<!--F" not in page.text
    assert root_of(page)["formState"] is None


def test_the_next_post_carries_the_state(project: Project) -> None:
    first = submit(project, "Sign up", email="nobody")
    submit(project, "Sign up", first, email="nobody")
    counted = submit(project, "Count", submit(project, "Count"))

    assert [state.get("tries") for state in project.module().ran] == [None, 1]
    assert root_of(counted)["formState"][0] == {"state": 11}


def test_a_result_belongs_to_its_form_alone(project: Project) -> None:
    reply = submit(project, "Count")

    assert root_of(reply)["formState"][0] == {"state": 6}
    assert "<!--F-->" in reply.text.partition('id="count"')[0]
    assert reply.text.partition('id="count"')[0].endswith("<!--F!--><form ")


def test_an_argument_that_is_not_valid_keeps_what_was_typed(project: Project) -> None:
    reply = submit(project, "Sign up", email="nobody", age="many")

    assert reply.status == 200
    assert '<div role="alert">Not yet.</div>' in reply.text
    assert 'value="nobody"' in field(reply, 'id="a"')
    assert 'value="from the page"' in field(reply, 'id="b"')
    assert 'value="many"' in field(reply, 'name="age"')


def test_wrong_fields_are_marked_and_described(project: Project) -> None:
    reply = submit(project, "Sign up", email="nobody", age="3")

    said = re.search(r'<p class="problem" id="([^"]+)">([^<]+)</p>', reply.text)
    assert said is not None
    assert said[2] == "String should match pattern &#x27;@&#x27;"
    marked = field(reply, 'id="a"')
    assert 'aria-invalid="true"' in marked
    assert f'aria-describedby="hint {said[1]}"' in marked
    assert 'autofocus=""' in marked
    assert "aria-invalid" not in field(reply, 'name="age"') + field(reply, 'id="b"')


def test_refused_arguments_are_answered_by_the_form_itself(project: Project) -> None:
    reply = submit(project, "Enter", email="nobody", age="x")

    assert (reply.status, project.module().ran) == (422, [])
    assert '<div role="alert">Please look again.</div>' in reply.text
    assert "Input should be a valid integer" in reply.text
    assert 'value="nobody"' in field(reply, 'id="b"')


def test_an_action_error_is_shown_in_the_form(project: Project) -> None:
    reply = submit(project, "Sign up", email="taken@x", age="1")

    assert reply.status == 400
    assert '<div role="alert">Taken.</div>' in reply.text
    assert ">Choose another.</p>" in reply.text
    assert 'value="taken@x"' in field(reply, 'id="a"')
    assert field(reply, 'name="token"') == '<input type="hidden" name="token" value="7"/>'
    assert root_of(reply)["formState"][0]["state"] == {}


def test_an_action_error_without_fields_is_a_message(project: Project) -> None:
    reply = submit(project, "Sign up", email="closed@x", age="1")

    assert '<div role="alert">The shop is closed.</div>' in reply.text
    assert "aria-invalid" not in reply.text


def test_texts_and_choices_come_back_and_secrets_do_not(project: Project) -> None:
    reply = submit(
        project,
        "Enter",
        email="nobody",
        note="<one>\r\ntwo",
        password="hunter2",
        again="hunter2",
        file=File(b"content", "name.txt"),
        tag=["y"],
        size="l",
        country="B",
        many=["A", "C"],
        twice=["first", "second"],
    )

    form = reply.text.partition('id="strict"')[2].partition("</form>")[0]
    assert "hunter2" not in reply.text
    assert "name.txt" not in reply.text
    assert ">&lt;one&gt;\ntwo</textarea>" in form
    assert re.findall(r'name="(?:tag|size)"( checked="")? value="(\w)"', form) == [
        ("", "x"),
        (' checked=""', "y"),
        ("", "s"),
        (' checked=""', "l"),
    ]
    assert '<option selected="">B</option>' in form
    assert re.findall(r"<option( selected=\"\")?>(\w)", form)[2:] == [
        (' selected=""', "A"),
        ("", "B"),
        (' selected=""', "C"),
    ]
    assert re.findall(r'name="twice" value="(\w+)"', form) == ["first", "second"]
    assert 'name="hidden" value="h"' in form


def test_a_state_without_a_word_about_it_keeps_what_was_typed_too(project: Project) -> None:
    assert 'value="nobody"' in submit(project, "Quiet", email="nobody").text
    assert 'value="ada@x"' not in submit(project, "Quiet", email="ada@x").text


def test_a_button_with_an_action_of_its_own_leaves_the_state_alone(project: Project) -> None:
    form = project.get().forms[0]

    reply = project.post_parts(form.entries(form.submitters[1], {}))

    assert (reply.status, project.module().ran) == (303, ["discarded"])


def test_a_form_that_succeeded_is_fresh(project: Project) -> None:
    reply = submit(project, "Enter", email="ada@x", note="kept?")

    assert '<div role="status">In.</div>' in reply.text
    assert ">old</textarea>" in reply.text
    assert 'value="from the page"' in field(reply, 'id="b"')


def test_a_failure_that_the_form_does_not_show_is_answered_as_for_any_form(project: Project) -> None:
    assert submit(project, "Bare", email="nobody").text.count("<h1>Unprocessable content</h1>") == 1
    assert "<h1>Unprocessable" not in submit(project, "Fields", email="nobody").text


@pytest.mark.parametrize(
    ("email", "status"), [("away@x", 303), ("gone@x", 404), ("broken@x", 500), ("later@x", 303)]
)
def test_every_other_end_is_what_it_is_for_any_form(project: Project, email: str, status: int) -> None:
    reply = submit(project, "Sign up", email=email, age="1")

    assert reply.status == status
    assert "secret" not in reply.text
    assert ("streamed" in project.module().ran) == (email == "later@x")


def test_a_form_in_a_part_that_comes_late_shows_its_result_in_a_whole_page(project: Project) -> None:
    whole = project.get("/?_wingbeat=whole")

    reply = submit(project, "Late", whole, email="nobody")

    assert reply.status == 422
    assert 'value="nobody"' in reply.text.partition('id="late"')[2].partition("</form>")[0]
    assert "<template" not in reply.text


def test_a_part_of_the_page_that_fails_does_not_cost_the_result(project: Project) -> None:
    (form,) = project.get("/fragile").forms

    reply = project.submit(form, "/fragile", email="ada@x")

    assert (reply.status, len(project.module().ran)) == (200, 1)
    assert '<div role="status">In.</div>' in reply.text
    assert "secret" not in reply.text


def test_e14_what_is_fetched_ahead_runs_nothing(project: Project) -> None:
    form = project.get().forms[0]
    entries = [(name, str(value)) for name, value in form.entries(form.submitters[0], {"email": "ada@x"})]
    ahead = {"Sec-Purpose": "prefetch;prerender", "Wingbeat-Action": project.action_id("page.sign_up")}

    for url in ("/", f"/?{urlencode(entries)}"):
        project.get(url, ahead)
        project.get(url, {"Sec-Purpose": "prefetch"})
    # No browser posts ahead; what stands between might.
    posted = project.post_parts(entries, headers={"Sec-Purpose": "prefetch"})
    called = project.call("page.sign_up", {}, FormData(), headers={"Sec-Purpose": "Prefetch;prerender"})

    assert (posted.status, called.status) == (400, 400)
    assert project.module().ran == []


def test_cookies_of_the_action_go_with_the_page(project: Project) -> None:
    assert "theme=dark" in submit(project, "Sign up", email="theme@x", age="1")["set-cookie"]


def test_a_form_that_the_page_has_no_more_is_answered_by_a_redirect(project: Project) -> None:
    assert submit(project, "Sign up", email="hidden@x", age="1").status == 303


def test_e07_a_key_that_no_page_sends_is_refused_or_shows_nothing(project: Project) -> None:
    entries = [
        (name, value)
        for form in project.get().forms[:1]
        for name, value in form.entries(form.submitters[0], {"email": "ada@x", "age": "1"})
        if name != "$ACTION_KEY"
    ]

    for key in (File(b"k"), "k" * 1_000_000):
        assert project.post_parts([*entries, ("$ACTION_KEY", key)]).status in {400, 413}
    assert project.module().ran == []
    reply = project.post_parts([*entries, ("$ACTION_KEY", '"><script>alert(1)</script>')])
    assert (reply.status, "alert(1)" in reply.text) == (303, False)


def test_e09_form_state_is_input_like_any_other(project: Project) -> None:
    page = project.get()
    form = page.forms[0]
    entries = form.entries(form.submitters[0], {"email": "ada@x", "age": "1"})

    def posted(state: str, **changed: str) -> Reply:
        return project.post_parts(
            [(name, changed.get(name, state if name.endswith(":1") else value)) for name, value in entries]
        )

    refused = posted('["a text where a dict is asked"]')
    assert (refused.status, project.module().ran) == (422, [])
    for state in ('[{"message":"<script>alert(1)</script>","errors":{"email":["<b>"]}}]',):
        reply = project.post_parts(
            [
                (name, state if name.endswith(":1") else "closed@x" if name == "email" else value)
                for name, value in entries
            ]
        )
        assert '<div role="alert">The shop is closed.</div>' in reply.text
        assert "<script>alert" not in reply.text
        assert "<b>" not in reply.text
    # The state of one form, sent with the key of another: it is shown nowhere.
    other = dict(page.forms[2].entries(page.forms[2].submitters[0], {}))["$ACTION_KEY"]
    assert posted("[{}]", **{"$ACTION_KEY": str(other)}).status == 303


def test_the_answer_to_a_call_says_that_an_argument_was_not_valid(project: Project) -> None:
    wrong = project.call("page.sign_up", {}, FormData([("email", "nobody")]))
    right = project.call("page.sign_up", {}, FormData([("email", "ada@x"), ("age", "1")]))

    assert (wrong.root.get("failed"), right.root.get("failed")) == (True, None)


def test_e02_e03_only_the_action_that_runs_is_looked_at(project: Project) -> None:
    """The first of two selectors, a form's own behind its clicked button, may be anything: it is never decoded.

    React decodes it neither since 19.2.8; what is not looked at can neither run nor cost anything.
    """
    form = project.get().forms[0]
    entries = form.entries(form.submitters[0], {"email": "ada@x", "age": "1"})

    reply = project.post_parts([("$ACTION_ID_" + "x" * 27, ""), ("$ACTION_9:0", "{"), *entries])

    assert (reply.status, len(project.module().ran)) == (200, 1)
    assert "Welcome, ada@x" in reply.text


def test_e09_a_form_that_says_it_is_another_kind_shows_no_result(project: Project) -> None:
    """The marker of an action form is input too: without it the action runs, and the form is any form."""
    (form,) = [one for one in project.get().forms if one.submitters[0].label == "Count"]
    parts = [part for part in form.entries(form.submitters[0], {}) if part[0] != ACTION_FORM_FIELD]

    reply = project.post_parts(parts)

    assert (reply.status, reply["location"]) == (303, "/")
