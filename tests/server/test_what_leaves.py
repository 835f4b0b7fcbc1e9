"""What must not leave does not, on any way from the app to the browser: pages, payloads, results, references."""

from __future__ import annotations

from typing import Any

import pytest

from wingbeat.flight import ServerReference
from wingbeat.flight.payload_values import PayloadError

SECRET = "3e971ecc1485fe78625598bf9b6f85db"
APP = f'''
    import asyncio
    from dataclasses import dataclass
    from wingbeat import html as h, taint_object, taint_value
    from wingbeat.ui import field_error

    @dataclass
    class User:
        name: str
        key: str

    shows = {{"what": "name"}}

    def find() -> User:
        user = User("Ada", "".join("{SECRET}"))
        taint_object("Send the fields, not the user.", user)
        taint_value("The key stays here.", user, user.key)
        row = {{"name": "Ada", "key": "other"}}
        taint_object("Send the fields, not the row.", row)
        found.append(row)
        return user

    found = []

    def page():
        user = find()
        shown = {{"name": user.name, "user": user, "key": user.key, "row": found[-1]}}[shows["what"]]

        async def rename(name: str) -> str:
            """use server"""
            return user.key[:4] + name

        text = h.p["Hello ", shown] if isinstance(shown, str) else field_error(name=shown)
        return h.main[text, h.form(action=rename)[h.button["Go"]]]

    async def give(what: str) -> object:
        """use server"""
        user = find()
        row = found[-1]
        with_action, bound = {{"name": "Ada", "do": echo}}, ["Ada", (echo, 1)]
        later = asyncio.get_running_loop().create_future()
        for held in (with_action, bound, later):
            taint_object("Send the fields.", held)
        results = {{"name": user.name, "user": user, "key": user.key, "row": row, "list": [user], "later": [later]}}
        return {{**results, "with an action": with_action, "with one inside": {{"in": bound}}}}[what]

    async def parts() -> object:
        """use server"""
        return [h.p["good"], h.div[h.button(on_click=print)["bad"], "beside"]]

    async def promising() -> object:
        """use server"""
        return [asyncio.get_running_loop().create_future(), print]

    async def echo(given: object) -> object:
        """use server"""
        return given
'''


@pytest.fixture
def site(load: Any) -> Any:
    return load(APP)


@pytest.mark.parametrize("what", ["user", "key", "row"])
def test_i16_a_page_does_not_show_what_is_tainted(site: Any, what: str) -> None:
    assert site.get("/").status == 200
    site.module().shows["what"] = what

    for reply in (site.get("/"), site.payload("/")):
        assert SECRET not in reply.text
        assert "stays here" not in reply.text
        assert "Hello" not in reply.text


@pytest.mark.parametrize("what", ["user", "key", "row", "list", "with an action", "with one inside", "later"])
def test_i16_a_result_does_not_bring_what_is_tainted(site: Any, what: str) -> None:
    assert site.call("page.give", "name").value == "Ada"

    reply = site.call("page.give", what)

    with pytest.raises(PayloadError):
        _ = reply.value
    assert SECRET not in reply.text
    assert "stays here" not in reply.text


def test_a_result_that_is_refused_waits_for_nothing_that_it_promised(site: Any) -> None:
    reply = site.call("page.promising")

    with pytest.raises(PayloadError):
        _ = reply.value


def test_i16_what_an_action_captures_is_sealed_and_may_be_tainted(site: Any) -> None:
    page = site.get("/")

    assert SECRET not in page.text
    (form,) = page.forms
    assert site.submit(form).status in {303, 422}


def test_i18_a_reference_from_a_client_is_no_way_to_a_token(site: Any) -> None:
    """What comes back is what this client sent: only the server's own sealing makes a reference that works."""
    made_up = site.action_id("page.give")
    reply = site.call("page.echo", ServerReference(made_up, ("name",)))

    assert "v1." not in reply.text
    back = reply.value
    assert isinstance(back, ServerReference)
    assert (back.id, back.bound) == (made_up, ("name",))


def test_of_a_result_only_the_element_that_cannot_travel_fails(
    site: Any, caplog: pytest.LogCaptureFixture
) -> None:
    good, around = site.call("page.parts").value

    assert good.props == {"children": "good"}
    bad, beside = around.props["children"]
    assert beside == "beside"
    assert bad.error.digest
    assert "onClick to the browser. It is a function" in caplog.text
