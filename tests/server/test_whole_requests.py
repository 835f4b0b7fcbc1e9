"""Any mixture of methods, paths, headers and bodies: never a failure of ours, never a run by what was refused.

Each request begins as one that a page makes and is then altered a few times, so that it gets as deep as it can; some
are mixed from nothing. What `may_run` says is stated from the documentation alone, so a gate that lets through what
it should not is found (`test_a_broken_gate_is_found`).

WINGBEAT_FUZZ_CASES sets the number of requests for each setting, WINGBEAT_FUZZ_SEED repeats a run.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import SystemRandom
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings, strategies as st

from support.projects import FORM_TYPE, HOST, OWN, Project, Reply, ask_async, encoded, multipart
from wingbeat.actions import Registry
from wingbeat.flight import BigInt, File, FormData, ServerReference, encode_reply

CASES = int(os.environ.get("WINGBEAT_FUZZ_CASES", "200"))
SEED = int(os.environ.get("WINGBEAT_FUZZ_SEED", "0")) or SystemRandom().randrange(1, 2**32)
LIMIT = 5000

pytestmark = pytest.mark.timeout(60 + CASES)

PAGE = '''
    from functools import partial
    from pydantic import BaseModel
    from wingbeat import FormData, Validated, cookies, html as h, redirect, refresh
    from wingbeat.ui import action_form

    ran = []

    class Note(BaseModel):
        text: str

    def mark(name, *values):
        ran.append((name, *values))
        cookies().set("ran", name)

    async def page():
        captured = "captured"

        async def keep(form: FormData) -> str:
            """use server"""
            mark("keep", captured)
            return captured

        return h.main[
            h.form(action=keep)[h.input(name="a")],
            h.form(action=partial(submit, 3))[h.input(name="a")],
            action_form(note, initial={})[h.input(name="text")],
        ]

    async def save(amount: int = 0) -> int:
        """use server"""
        mark("save", amount)
        refresh()
        return amount

    async def submit(bound: int, form: FormData) -> None:
        """use server"""
        mark("submit", bound)
        redirect("/")

    async def note(state: dict, form: Validated[Note]) -> dict:
        """use server"""
        mark("note")
        return {"ok": form.ok}

    def anything(*values):
        """use server"""
        mark("anything")
        return list(values)

    async def stream(count: int):
        """use server"""
        mark("stream", count)
        for number in range(min(count, 3)):
            yield number
'''
CHECKED = {"save": int, "submit": int, "stream": int, "keep": str}
"""What the annotation of an action's first argument asks, or what it captured."""

SETTINGS: dict[str, dict[str, Any]] = {
    "none": {},
    "behind a proxy": {"public_origins": ["https://app.example"], "trusted_proxies": ["203.0.113.0/24"]},
    "development": {"development": True},
    "in threads": {"runtime": "thread"},
}
"""Requests come from 203.0.113.7."""


NOT_EVERYWHERE = {421}
"""A trusted proxy may send any host."""


@dataclass(frozen=True)
class Sent:
    """One request."""

    method: str
    url: str
    headers: Mapping[str, str | Sequence[str]]
    body: bytes

    def one(self, name: str) -> str | None:
        """Return a header that stands there once."""
        value = self.headers.get(name)
        return value if isinstance(value, str) else None


def may_run(sent: Sent, actions: set[str]) -> bool:
    """Tell whether the documentation lets an action run at all; whether it does is for the rest to say."""
    action = sent.headers.get("Wingbeat-Action")
    named = action in actions if action is not None else b"$ACTION_" in sent.body
    return (
        sent.method == "POST"
        and named
        and _is_from_own_page(sent)
        and (sent.one("Content-Type") or "").lower().startswith(("text/plain", "multipart/form-data"))
        and sent.headers.get("Content-Encoding", "identity") in {"identity", ""}
        and len(sent.body) <= LIMIT
        and sent.one("Host") not in {"a/b", ""}
    )


def _is_from_own_page(sent: Sent) -> bool:
    site = sent.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = sent.headers.get("Origin")
    if origin is None:
        return "Cookie" not in sent.headers
    forwarded = sent.headers.get("X-Forwarded-Host")  # believed from a trusted proxy
    return (
        origin == f"https://{HOST}"
        or (forwarded is not None and origin == f"https://{forwarded}")
        or origin == f"https://{sent.headers.get('Host', HOST)}"
    )


VALUES: dict[str, list[str | list[str]]] = {
    "Content-Type": ["text/plain", FORM_TYPE, "multipart/form-data", "image/png", "application/json", ""],
    "Content-Encoding": ["gzip", "identity"],
    "Origin": [
        "https://app.example",
        "https://evil.example",
        "null",
        "http://",
        "not-a-url",
        "https://[",
        "",
    ],
    "Sec-Fetch-Site": ["same-origin", "same-site", "cross-site", "none", "", ["same-origin", "cross-site"]],
    "Sec-Fetch-Mode": ["cors", "no-cors"],
    "Cookie": ["a=1", ";;=", "a=\x80"],
    "Content-Length": ["3", "x", "-1", "999999999", ["1", "2"]],
    "Host": [
        "app.example",
        "127.0.0.1:8000",
        "evil.example",
        "a/b",
        "",
        "[::1",
        ["app.example", "evil.example"],
    ],
    "Accept": ["text/x-component", "*/*"],
    "X-Forwarded-Proto": ["https", "http", "a,b"],
    "X-Forwarded-Host": ["app.example", "evil.example", "a/b", "a, b"],
    "X-Forwarded-For": ["192.0.2.1", "x, y", "[::1", "10.0.0.1, 10.0.0.2"],
    "Authorization": ["Basic eDp5"],
    "X-HTTP-Method-Override": ["GET", "POST"],
    "Transfer-Encoding": ["chunked"],
}
METHODS = ["POST", "GET", "HEAD", "PUT", "OPTIONS", "POST\n", "post", "X" * 50]
URLS = [
    "/",
    "/?_wingbeat=1",
    "/x",
    "//",
    "/%00",
    "/?a=%ff&b",
    "/a/",
    "/..",
    "/%2e%2e/",
    "/?" + "a" * 3000,
    "x",
]
TEXTS = [
    b"[]", b"[7]", b'["x"]', b'["$F1"]', b'["$K1"]', b'["$Q1"]', b'["$@1"]', b'["$R1"]', b'["$h1"]', b'["$T"]', b"{}",
    b"[" * 200, b"[1e400]", b'["$n' + b"9" * 400 + b'"]', b"\xff", b"", b'[{"__proto__":1}]', b'["$undefined"]',
]  # fmt: skip


def originals(project: Project) -> list[Sent]:
    """Return requests that pages of the project make, each of which runs something."""
    call_headers = {"Accept": "text/x-component", **OWN}

    def call(name: str, *args: object) -> Sent:
        kind, body = encoded(encode_reply(list(args)))
        action = project.action_id(f"page.{name}")
        return Sent("POST", "/", {"Wingbeat-Action": action, "Content-Type": kind, **call_headers}, body)

    forms = [
        Sent("POST", "/", {"Content-Type": FORM_TYPE, **OWN}, multipart(form.entries(None, {})))
        for form in project.get().forms
    ]
    assert len(forms) == 3
    return [
        *forms,
        call("save", 7),
        call("stream", 2),
        call("note", {}, FormData([("text", "x")])),
        call(
            "anything",
            {1: {2, 3}},
            [b"bytes", BigInt(2**70)],
            File(b"content", "name"),
            ServerReference("x", (1,)),
        ),
    ]


@st.composite
def altered(draw: st.DrawFn, sent: Sent, ids: list[str]) -> Sent:
    """Alter one thing of a request."""
    actions = [*ids, "0" * 28, "x" * 40, "", "toString", [ids[0], ids[0]], "\x7f"]
    end = len(sent.body)
    changed: dict[str, Any] = {}
    match draw(
        st.sampled_from(["header", "header", "action", "drop", "method", "url", "text", "bytes", "cut"])
    ):
        case "header":
            name = draw(st.sampled_from(sorted(VALUES)))
            changed = {"headers": {**sent.headers, name: draw(st.sampled_from(VALUES[name]))}}
        case "action":
            changed = {"headers": {**sent.headers, "Wingbeat-Action": draw(st.sampled_from(actions))}}
        case "drop":
            gone = draw(st.sampled_from(sorted(sent.headers) or ["x"]))
            changed = {"headers": {name: value for name, value in sent.headers.items() if name != gone}}
        case "method":
            changed = {"method": draw(st.sampled_from(METHODS))}
        case "url":
            changed = {"url": draw(st.sampled_from(URLS))}
        case "text":
            changed = {"body": draw(st.sampled_from([*TEXTS, sent.body * 2, sent.body + b"x" * LIMIT]))}
        case "bytes":
            at, taken = draw(st.integers(0, end)), draw(st.integers(0, 8))
            put = draw(
                st.one_of(st.binary(max_size=8), st.sampled_from([b"$", b'"', b"\r\n", b"\x00", b"$1"]))
            )
            changed = {"body": sent.body[:at] + put + sent.body[at + taken :]}
        case "cut":
            changed = {"body": sent.body[: draw(st.integers(0, end))]}
    return replace(sent, **changed)


@st.composite
def requests(draw: st.DrawFn, begin: list[Sent], ids: list[str]) -> Sent:
    """Draw a request of a page, altered up to four times, or one out of nothing."""
    sent = draw(st.sampled_from([*begin, *begin, Sent("POST", "/", {}, b"")]))
    for _ in range(draw(st.integers(0, 4 if sent.headers else 8))):
        sent = draw(altered(sent, ids))
    return sent


def explore(
    project: Project,
    cases: int,
    *,
    note_status: Callable[[int], None] = lambda _: None,
    phases: Sequence[Phase] = (Phase.generate, Phase.shrink),
    start: int = SEED,
) -> None:
    """Send that many requests, and assert of each what holds of any."""
    begin = originals(project)
    ids = [project.action_id(f"page.{name}") for name in ("save", "submit", "note", "anything", "stream")]
    keep = next(one for one in project.app.site.registry.definitions if one.qualname.endswith("keep"))
    known = {*ids, project.app.site.registry.action_id(keep)}
    ran = project.module().ran

    @seed(start)
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=phases,
    )
    @given(requests(begin, ids))
    def each(sent: Sent) -> None:
        note(f"WINGBEAT_FUZZ_SEED={start}")
        ran.clear()
        reply = asyncio.run(ask_async(project.app, sent.method, sent.url, sent.headers, sent.body))
        note_status(reply.status)
        _judge(project, sent, reply, known)

    each()


def _judge(project: Project, sent: Sent, reply: Reply, known: set[str]) -> None:
    ran = project.module().ran
    assert reply.status < 500
    assert project.app.site.intake.is_empty
    assert reply["cache-control"] == "private, no-store"
    assert reply["x-content-type-options"] == "nosniff"
    if ran:
        assert may_run(sent, known)
        assert len(ran) == 1
        assert all(isinstance(value, CHECKED[name]) for name, *values in ran for value in values)
    if reply.status >= 400 or sent.method != "POST":
        assert ran == []
        assert not any(cookie.startswith("ran=") for cookie in reply.all("set-cookie"))


@pytest.fixture
def project(load: Any) -> Project:
    found: Project = load(PAGE, body_size_limit=LIMIT)
    return found


@pytest.mark.parametrize("setting", SETTINGS)
def test_any_request_is_answered_or_refused(setting: str, load: Any) -> None:
    project = load(PAGE, body_size_limit=LIMIT, **SETTINGS[setting])
    statuses: set[int] = set()

    explore(project, CASES, note_status=statuses.add)

    assert {200, 400} <= statuses
    if CASES >= 5000:  # it gets to every gate, and through
        assert {200, 303, 400, 403, 404, 405, 409, 413, 415, 421, 422} - statuses <= NOT_EVERYWHERE


@pytest.mark.parametrize("number", range(7))
def test_the_requests_it_begins_with_run_something(number: int, project: Project) -> None:
    sent = originals(project)[number]
    project.module().ran.clear()

    asyncio.run(ask_async(project.app, sent.method, sent.url, sent.headers, sent.body))

    assert len(project.module().ran) == 1


def let_through(*_args: Any, **_kwargs: Any) -> None: ...


def find_any(registry: Registry, _action_id: str) -> Any:
    return next(one for one in registry.definitions if one.qualname == "anything")


def unchecked(_definition: Any, args: Sequence[object]) -> Any:
    return tuple(args), {}


def break_in_the_decoder(content: Any, **_given: Any) -> Any:
    if isinstance(content, str) and content.startswith("["):
        return [int(content.strip("[]") or 0)]
    raise KeyError(content)


@pytest.mark.parametrize(
    ("gate", "broken"),
    [
        ("wingbeat.server.provenance.Provenance.require_own", let_through),
        ("wingbeat.actions.Registry.find", find_any),
        ("wingbeat.server.action_requests.check_arguments", unchecked),
        ("wingbeat.server.action_requests.decode_reply", break_in_the_decoder),
        ("wingbeat.server.gate.require_readable", let_through),
    ],
)
def test_a_broken_gate_is_found(
    gate: str, broken: Any, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, broken)

    with pytest.raises(AssertionError):
        explore(project, 2000, phases=[Phase.generate], start=1)
