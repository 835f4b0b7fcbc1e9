"""Several deployments and instances of one app: what an open page may still call, and what it is told otherwise."""

from typing import Any

import pytest

from support.projects import KEY
from wingbeat.actions import Keyring, Registry, new_key
from wingbeat.flight import FormData
from wingbeat.server import KEY_VARIABLES

PAGE = """
    from functools import partial
    from wingbeat import FormData, html as h

    ran = []

    async def count(amount: int, form: FormData, *, unit: str = "kg"):
        "use server"
        ran.append((amount, unit))

    def page():
        owner = "the canary sings"

        async def close(form: FormData):
            "use server"
            ran.append(owner)

        return h.main[
            h.form(action=close)[h.button["Close"]],
            h.form(action=partial(partial(count, 3), unit="the other canary"))[h.button["Count"]],
        ]
"""
OTHER = new_key()


def ids(project: Any, key: str) -> dict[str, str]:
    registry = Registry(Keyring.read(key, "KEY"), [project.module()])
    return {one.qualname: registry.action_id(one) for one in registry.definitions}


def test_d20_an_id_of_another_deployment_is_unknown_and_marked_for_the_runtime(load: Any) -> None:
    project = load(PAGE)
    for name, old in ids(project, OTHER).items():
        called = project.call(old, FormData([]))
        posted = project.post_parts([(f"$ACTION_ID_{old}", "")])

        assert old not in ids(project, KEY).values(), name
        assert (called.status, called["wingbeat-action-not-found"], called.text) == (
            404,
            "1",
            "Action unavailable",
        )
        assert (posted.status, posted["wingbeat-action-not-found"]) == (404, "1")
        assert "Load the page again" in posted.text
    assert project.module().ran == []


def test_g08_a_page_of_the_old_key_goes_on_while_the_key_is_listed(load: Any) -> None:
    project = load(PAGE)
    page = project.get()
    registry = Registry(Keyring.read(f"{OTHER},{KEY}", "KEY"), [project.module()])
    object.__setattr__(project.app.site, "registry", registry)

    assert [project.submit(form).status for form in page.forms] == [303, 303]
    assert project.module().ran == ["the canary sings", (3, "the other canary")]

    object.__setattr__(project.app.site, "registry", Registry(Keyring.read(OTHER, "KEY"), [project.module()]))
    assert [project.submit(form).status for form in page.forms] == [404, 404]


def test_ids_and_tokens_do_not_depend_on_origins(load: Any) -> None:
    project = load(PAGE, public_origins=["https://app.example", "https://www.app.example"])
    page = project.get()

    assert ids(project, KEY)["count"] == project.action_id("page.count")
    elsewhere = {"Host": "www.app.example", "Origin": "https://www.app.example"}
    assert project.submit(page.forms[0], headers=elsewhere).status == 303


@pytest.mark.parametrize("how", ["called", "posted"])
def test_chained_partials_bind_by_position_and_by_name(how: str, load: Any) -> None:
    project = load(PAGE)
    if how == "posted":
        assert project.submit(project.get().forms[1]).status == 303
    else:
        _, bound = references(project.payload().root["tree"])
        assert project.call_reference(bound, FormData([])).status == 200

    assert project.module().ran == [(3, "the other canary")]


def references(node: Any) -> list[Any]:
    if hasattr(node, "bound"):
        return [node]
    if isinstance(node, dict):
        return [one for value in node.values() for one in references(value)]
    if isinstance(node, list | tuple):
        return [one for value in node for one in references(value)]
    return references(node.props) if hasattr(node, "props") else []


def test_g16_nothing_captured_or_bound_is_readable_anywhere(load: Any, caplog: Any) -> None:
    caplog.set_level(0)
    project = load(PAGE)
    page, payload = project.get(), project.payload()
    form = page.forms[0]
    answers = [
        page,
        payload,
        project.submit(form),
        project.call_reference(references(payload.root["tree"])[0], FormData([])),
        project.call(references(payload.root["tree"])[0].id, FormData([])),
        project.post_parts([(name, f"{value}x") for name, value in form.entries(form.submitters[0], {})]),
    ]

    assert [one.status for one in answers] == [200, 200, 303, 200, 409, 400]
    said = "".join(one.text + str(one.headers) for one in answers) + caplog.text
    assert "canary" not in said
    assert "owner" not in said
    assert KEY_VARIABLES[0] not in said
    assert KEY not in said


def test_d18_a_second_submit_runs_the_action_again(load: Any) -> None:
    """Wingbeat keeps no list of used tokens: React sends one as often as its button is pressed."""
    project = load(PAGE)
    form = project.get().forms[0]

    assert [project.submit(form).status for _ in range(2)] == [303, 303]
    assert project.module().ran == ["the canary sings"] * 2


def test_d19_a_text_is_never_an_action(load: Any) -> None:
    """An action gets text as text, also when it is another action's id: nothing that it may call takes ids."""
    page = """
        got = []
        def page(): return "Start"
        async def run(name: str):
            "use server"
            got.append(name)
            return callable(name)
        async def other():
            "use server"
            got.append("other ran")
    """
    project = load(page)
    other = project.action_id("page.other")

    assert project.call("page.run", other).value is False
    assert project.call("page.run", f"$h{other}").status == 200
    assert project.module().got == [other, f"$h{other}"]


SPOOFED = {
    "X-Middleware-Subrequest": "middleware:middleware",
    "X-Action-Forwarded": "1",
    "X-Matched-Path": "/admin",
    "X-Rewrite-Url": "/admin",
    "X-Original-Url": "/admin",
    "X-Forwarded-For": "198.51.100.66",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "/evil",
    "X_Forwarded_Host": "evil.example",
    "Forwarded": "host=evil.example;for=198.51.100.66",
}


@pytest.mark.parametrize("name", SPOOFED)
def test_d09_headers_of_a_stranger_move_nothing(name: str, load: Any, caplog: Any) -> None:
    files = {
        "page.py": """
            from wingbeat import redirect
            def page(request): return str(request.url)
            async def go():
                "use server"
                redirect("/target")
        """,
        "target/page.py": "def page(): return 'Target'",
        "admin/page.py": "def guard(): return False\ndef page(): return 'Admin'",
    }
    project = load(files)
    spoofed = {name: SPOOFED[name]}

    assert project.get("/admin", spoofed).status == 403
    assert "https://app.example/" in project.get("/", spoofed).text
    assert project.post("page.go", headers=spoofed)["location"] == "/target"
    assert project.call("page.go", headers={**spoofed, "Sec-Fetch-Site": "cross-site"}).status == 403
    assert not {"evil.example", "198.51.100.66"} & set(caplog.text.split())


@pytest.mark.parametrize("second", ["evil.example", "app.example"])
def test_d21_two_hosts_are_no_host(second: str, guarded: Any) -> None:
    """HTTP/2's `:authority` reaches an app as `Host`; a server that passes both on sends two."""
    reply = guarded.project.call("page.save", headers={"Host": ["app.example", second]})

    guarded.assert_refused(reply, 421)


def test_g10_every_stale_answer_is_the_same_byte_for_byte(load: Any) -> None:
    project = load(PAGE, identify=lambda request: request.cookies.get("user"))
    first, second = references(project.payload(headers={"Cookie": "user=ada"}).root["tree"])
    token, other = first.bound[0], second.bound[0]
    head, name, content = token.split(".")
    swapped = "A" if content[40] != "A" else "B"
    ada = {"Cookie": "user=ada"}
    answers = [
        project.call(first.id, sent, FormData([]), headers=headers)
        for sent, headers in [
            (token[:-1], ada),
            (f"v2.{name}.{content}", ada),
            (f"{head}.AAAAAAAA.{content}", ada),
            (f"{head}.{name}.{content[:40]}{swapped}{content[41:]}", ada),
            (other, ada),
            (token, {"Cookie": "user=eve"}),
            (token, {}),
            ("", ada),
            (7, ada),
        ]
    ]

    assert {(one.status, one.body, tuple(one.headers)) for one in answers} == {
        (409, b"Please reload", tuple(answers[0].headers))
    }
    assert project.module().ran == []
