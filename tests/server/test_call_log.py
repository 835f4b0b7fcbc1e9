"""What the log says of each call, rows K: everything for the developer, no value in production."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from support.projects import OWN, Project, ask

ACTIONS = {
    "page.py": '''
    from wingbeat import ActionError, html as h, not_found, redirect

    async def page():
        return h.main["The page"]

    class Broken:
        def __repr__(self):
            raise RuntimeError("no repr")

    async def save(amount: int, *names: str) -> int:
        """use server"""
        return amount

    async def fail(secret: str):
        """use server"""
        cause = KeyError("cause:" + secret)
        error = ExceptionGroup("group:" + secret, [ValueError("message:" + secret, "args:" + secret)])
        error.add_note("note:" + secret)
        raise error from cause

    async def refuse():
        """use server"""
        raise ActionError("sold_out", "Sold out")

    async def leave():
        """use server"""
        redirect("/elsewhere")

    async def miss():
        """use server"""
        not_found()

    async def wait():
        """use server"""
        import asyncio
        await asyncio.Event().wait()
    '''
}


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.INFO, "wingbeat")
    return lambda: [record.getMessage() for record in caplog.records if record.levelno == logging.INFO]


def test_a_call_is_one_line_for_the_developer(load: Any, lines: Any) -> None:
    project: Project = load(ACTIONS, development=True)

    project.call("page.save", 7, "Ada", "x" * 100, "a\nb")

    (line,) = lines()
    assert re.fullmatch(
        r"save\(7, 'Ada', 'x{12,18}\.\.\.x{12,18}', 'a\\+nb'\) returned in \d+ ms \(.*app/page\.py:\d+\)",
        line,
    )
    assert project.folder.name in line


def test_a_long_call_is_cut(load: Any, lines: Any) -> None:
    project: Project = load(ACTIONS, development=True)

    project.call("page.save", 7, *["word"] * 100)

    assert re.match(r"save\(7, .{150,200}…\) returned in", lines()[0])


@pytest.mark.parametrize(
    ("action", "ending"),
    [
        ("refuse", "refused (ActionError)"),
        ("leave", "redirected"),
        ("miss", "ended with status 404"),
        ("wait", "was given up"),
    ],
)
def test_the_line_says_how_a_call_ended(action: str, ending: str, load: Any, lines: Any) -> None:
    project: Project = load(ACTIONS, max_duration=0.05)

    project.call(f"page.{action}")

    assert re.fullmatch(rf"app\.page\.{action}\(\) {re.escape(ending)} in \d+ ms", lines()[0])


def test_k01_what_an_exception_holds_is_in_the_log_once_and_nowhere_else(
    load: Any, caplog: pytest.LogCaptureFixture
) -> None:
    project: Project = load(ACTIONS)

    replies = [project.call("page.fail", "hunter2")]

    assert replies[0].status == 500
    assert "hunter2" not in replies[0].text
    assert caplog.text.count("args:hunter2") == 1
    (failure,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "app.page.fail() failed (digest" in failure.getMessage()
    assert "hunter2" not in "".join(record.getMessage() for record in caplog.records)  # but in its traceback


@pytest.mark.parametrize("variable", ["WINGBEAT_DEV", "WINGBEAT-DEV", "X-Wingbeat-Dev"])
def test_k02_no_request_makes_it_development(variable: str, load: Any) -> None:
    project: Project = load(ACTIONS)

    reply = project.call("page.fail", "hunter2", url=f"/?{variable}=1", headers={variable: "1"})

    assert "hunter2" not in reply.text
    assert "server-timing" not in reply


def test_k02_development_shows_the_message(load: Any) -> None:
    assert "hunter2" in load(ACTIONS, development=True).call("page.fail", "hunter2").text


@pytest.mark.parametrize("body", [b"[", b'["$Qff"]', b'["$xhunter2"]', b"\xff", b'{"hunter2": 1}'])
def test_k03_what_cannot_be_decoded_is_not_echoed(body: bytes, load: Any) -> None:
    project: Project = load(ACTIONS)
    headers = {"Wingbeat-Action": project.action_id("page.save"), "Content-Type": "text/plain", **OWN}

    reply = ask(project.app, "POST", "/", headers, body)

    assert (reply.status, reply.text) == (400, "Bad request")


def test_k05_what_is_secret_does_not_show_itself(load: Any) -> None:
    site = load(ACTIONS).app.site

    for shown in (repr(site.keyring), str(site.keyring), repr(site.keyring.keys), repr(site.registry)):
        assert "AAECAwQF" not in shown  # the key, in base64
        assert "\\x00\\x01\\x02" not in shown


def test_k06_a_refusal_names_no_process(load: Any) -> None:
    project: Project = load(ACTIONS)
    sent = {"Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain"}

    first, second = (ask(project.app, "POST", "/", sent, b"") for _ in range(2))

    assert (first.status, first.headers, first.body) == (second.status, second.headers, second.body)
    assert not {"server", "x-powered-by", "via"} & {name for name, _ in first.headers}


def test_k07_an_action_that_is_not_there_is_like_one_that_never_was(load: Any) -> None:
    """404 says nothing of why: `page` is a function of the module, and no action."""
    project: Project = load(ACTIONS)
    known = project.action_id("page.save")
    replies = [
        project.call(name) for name in (known[:-1] + ("A" if known[-1] != "A" else "B"), "A" * len(known))
    ]

    assert {(reply.status, reply.text, tuple(reply.headers)) for reply in replies} == {
        (404, "Action unavailable", tuple(replies[0].headers))
    }


def test_k08_what_is_wrong_with_an_argument_is_told_without_it(
    load: Any, caplog: pytest.LogCaptureFixture
) -> None:
    reply = load(ACTIONS).call("page.save", "hunter2")

    assert reply.status == 422
    assert "hunter2" not in reply.text
    assert "hunter2" not in caplog.text


def test_k09_the_developer_s_error_page_is_escaped_and_shows_their_lines_first(load: Any) -> None:
    source = (
        "def page(search_params):\n    raise ValueError('<script>alert(1)</script>' + str(search_params))\n"
    )
    project: Project = load(source, development=True)

    text = project.get("/?q=%3Cimg%3E").text

    assert "<script>alert" not in text
    assert "<img>" not in text
    own, _, every = text.partition("<details><summary>All frames</summary>")
    assert "app/page.py" in own
    assert "wingbeat/server/pages.py" not in own
    assert "wingbeat/server/pages.py" in every


def test_k09_production_has_no_error_page_of_development(load: Any) -> None:
    text = load("def page():\n    raise ValueError('hunter2')\n").get("/").text

    assert "hunter2" not in text
    assert "<details>" not in text
    assert "Something went wrong. Digest: " in text


def test_k10_the_line_of_production_holds_no_value(load: Any, lines: Any) -> None:
    load(ACTIONS).call("page.save", 4711, "hunter2")

    assert re.fullmatch(r"app\.page\.save\(\) returned in \d+ ms", lines()[0])


def test_server_timing_is_for_the_developer(load: Any) -> None:
    reply = load(ACTIONS, development=True).call("page.save", 7)

    assert re.fullmatch(r"read;dur=\d+\.\d, action;dur=\d+\.\d, answer;dur=\d+\.\d", reply["server-timing"])


def test_an_argument_that_cannot_be_shown_stops_no_call(load: Any, lines: Any) -> None:
    page = '''
        class Broken:
            def __repr__(self):
                raise RuntimeError("no repr")

        def page():
            def save(broken=Broken()):
                "use server"
                return 1
            return "x"

        from pydantic import BaseModel

        class Shown(BaseModel):
            name: str

            def __repr__(self):
                raise RuntimeError("no repr")

        async def keep(shown: Shown) -> str:
            """use server"""
            return shown.name
    '''

    assert load(page, development=True).call("page.keep", {"name": "Ada"}).value == "Ada"
    assert lines()[0].startswith("keep(<Shown instance at")
