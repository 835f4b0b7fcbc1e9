"""Rows C: the body of a call is bounded in bytes, time and parts, and complete before anything looks into it."""

import asyncio
import itertools
import tracemalloc
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, strategies as st

from support.projects import BOUNDARY, FORM_TYPE, OWN, ask, ask_async, encoded, multipart
from wingbeat.errors import BodyTooLarge, ProtocolError, ReplyError
from wingbeat.flight import File, Part, encode_reply
from wingbeat.server import body as body_module, multipart_body
from wingbeat.server.body import read_body
from wingbeat.server.intake import Intake

LIMIT = 1024 * 1024
TEXT = "text/plain;charset=UTF-8"


def read(pieces: Sequence[bytes], content_type: str = TEXT, limit: int = LIMIT) -> Any:
    """Read a body that arrives in `pieces`; after them the client leaves."""
    left = list(pieces)

    async def receive() -> dict[str, Any]:
        if not left:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    headers = {"content-type": content_type}
    return asyncio.run(read_body(headers, receive, limit=limit, intake=Intake(limit))).content


def form(*parts: tuple[str, str]) -> bytes:
    return multipart(parts)


def test_a_body_is_text_or_parts() -> None:
    assert read(["é".encode()]) == "é"
    assert read([b"a", b"", b"b"]) == "ab"
    assert read([form(("a", "1"), ("b", "2"), ("a", "3"))], FORM_TYPE) == [("a", "1"), ("b", "2"), ("a", "3")]


def test_text_is_utf8() -> None:
    with pytest.raises(ReplyError, match=r"^text that is not UTF-8, at byte 1$"):
        read([b"a\xff"])


def test_c02_a_body_that_grows_past_the_limit_is_left_there() -> None:
    read_so_far = 0

    async def endless() -> dict[str, Any]:
        nonlocal read_so_far
        read_so_far += 100
        return {"type": "http.request", "body": b"x" * 100, "more_body": True}

    with pytest.raises(BodyTooLarge, match=r"^body of more than 1000 bytes \(body_size_limit\)$"):
        asyncio.run(read_body({"content-type": TEXT}, endless, limit=1000, intake=Intake(1000)))
    assert read_so_far == 1100


def test_a_body_may_have_exactly_the_limit() -> None:
    assert len(read([b"x" * 600, b"x" * 400], limit=1000)) == 1000


def test_c03_a_client_that_leaves_is_no_call(guarded: Any) -> None:
    kind, body = encoded(encode_reply([7]))

    async def leaving() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    for receive in (leaving, [body[:1], b""]):  # left, and a text cut short
        headers = {"Wingbeat-Action": guarded.project.action_id("page.save"), "Content-Type": kind, **OWN}
        assert ask(guarded.project.app, "POST", "/", headers, receive).status == 400
    assert guarded.project.module().ran == []


def test_c03_what_looks_complete_but_was_cut_off_is_no_call(guarded: Any) -> None:
    kind, body = encoded(encode_reply([7]))
    messages = [{"type": "http.request", "body": body, "more_body": True}, {"type": "http.disconnect"}]

    async def cut_off() -> dict[str, Any]:
        return messages.pop(0)

    headers = {"Wingbeat-Action": guarded.project.action_id("page.save"), "Content-Type": kind, **OWN}
    assert ask(guarded.project.app, "POST", "/", headers, cut_off).status == 400
    assert guarded.project.module().ran == []


def test_c03_a_body_that_somebody_else_has_read_is_given_up(
    monkeypatch: pytest.MonkeyPatch, load: Any
) -> None:
    """A middleware that reads the body leaves nothing to wait for."""
    monkeypatch.setattr(body_module, "IDLE_SECONDS", 0.02)

    def reading(app: Any) -> Any:
        async def read_first(scope: Any, receive: Any, send: Any) -> None:
            await receive()
            await app(scope, receive, send)

        return read_first

    page = (
        'ran = []\n\nasync def page():\n    return 1\n\nasync def f():\n    "use server"\n    ran.append(1)\n'
    )
    project = load(page, middleware=[reading])

    assert project.call("page.f").status == 408
    assert project.module().ran == []


def test_c04_so_many_fields_and_files_and_no_more() -> None:
    fields: list[Part] = [(f"f{i}", "") for i in range(1000)]
    files: list[Part] = [("file", File(b"", f"{i}")) for i in range(100)]

    assert len(read([multipart([*fields, *files])], FORM_TYPE)) == 1100
    for too_many in ([*fields, ("one", "")], [*files, ("one", File(b""))]):
        with pytest.raises(BodyTooLarge, match=r"^multipart body of more than 1000 fields or 100 files$"):
            read([multipart(too_many)], FORM_TYPE)


HEAD = b'Content-Disposition: form-data; name="a"'


@pytest.mark.parametrize(
    "part",
    {
        "nine lines": HEAD + b"\r\nX: 1" * 8,
        "a long line": HEAD + b"\r\nX: " + b"1" * 4222,
        "a line that goes on": HEAD + b"\r\n more: x",
        "no disposition": b"X: 1",
        "another disposition": b'Content-Disposition: attachment; name="a"',
        "no name": b"Content-Disposition: form-data",
        "no colon": HEAD + b"\r\nX",
        "a long name": b'Content-Disposition: form-data; name="' + b"n" * 1025 + b'"',
        "a long file name": HEAD + b'; filename="' + b"n" * 1025 + b'"',
        "an encoding": HEAD + b"\r\nContent-Transfer-Encoding: base64",
        "a wrong size": HEAD + b"\r\nContent-Length: 5",
        "no UTF-8": HEAD + b"\r\nX: \xff",
        "two names": HEAD + b'; NAME="b"',
        "two names without quotes": HEAD + b"; name =b",
        "two file names": HEAD + b'; filename="a"; filename="b"',
        "two dispositions": HEAD + b"\r\n" + HEAD,
        "two types": HEAD + b'; filename="a"\r\nContent-Type: a/b\r\ncontent-type: text/html',
    }.items(),
    ids=lambda part: part[0],
)
def test_c05_a_part_with_a_bad_head_is_malformed(part: tuple[str, bytes]) -> None:
    body = b"--" + BOUNDARY.encode() + b"\r\n" + part[1] + b"\r\n\r\nvalue!\r\n--" + BOUNDARY.encode() + b"--"

    with pytest.raises(ReplyError):
        read([body], FORM_TYPE)


@pytest.mark.parametrize("name", ["a; name=b", "; name=; name=", "a\\", "a\\; name=b", "=;="])
def test_a_name_may_look_like_parameters(name: str) -> None:
    body = multipart([("field", File(b"x", name))])

    ((_, file),) = read([body], FORM_TYPE)

    assert isinstance(file, File)
    assert file.name == name


def test_c05_a_head_without_end_is_malformed() -> None:
    with pytest.raises(ReplyError):
        read([b"--" + BOUNDARY.encode() + b"\r\n" + HEAD], FORM_TYPE)


def test_c05_what_is_malformed_is_not_read_to_its_end() -> None:
    pieces = [f"--{BOUNDARY}\r\nno head".encode() + b"\r\n\r\n"]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": True}

    with pytest.raises(ReplyError, match=r"^multipart body: "):
        asyncio.run(read_body({"content-type": FORM_TYPE}, receive, limit=LIMIT, intake=Intake(LIMIT)))


@pytest.mark.parametrize(
    "parameter",
    [
        "",
        "; boundary=",
        f"; boundary={'b' * 71}",
        "; boundary=x; boundary=y",
        '; boundary="a\nb"',
        '; boundary="a "',
    ],
)
def test_c06_a_boundary_that_is_none_is_malformed(parameter: str) -> None:
    with pytest.raises(ReplyError, match=r"^multipart (boundary .* is none|body does not start)"):
        read([b"--x\r\n" + HEAD + b"\r\n\r\n1\r\n--x--"], f"multipart/form-data{parameter}")


@pytest.mark.parametrize("parameter", ["boundary=y; boundary=x", 'boundary="x "'])
def test_c06_an_ambiguous_boundary_is_malformed_though_it_fits(parameter: str) -> None:
    end = " " if parameter.endswith(' "') else ""
    body = f"--x{end}\r\n".encode() + HEAD + f"\r\n\r\n1\r\n--x{end}--".encode()

    with pytest.raises(ReplyError, match=r"^multipart boundary .* is none$"):
        read([body], f"multipart/form-data; {parameter}")


def test_c06_a_boundary_may_be_quoted() -> None:
    body = b"--a b\r\n" + HEAD + b"\r\n\r\n1\r\n--a b--"

    assert read([body], 'multipart/form-data; boundary="a b"') == [("a", "1")]


def test_c07_nothing_but_a_line_break_stands_before_the_first_boundary() -> None:
    body = form(("a", "1"))

    assert read([b"\r\n" + body], FORM_TYPE) == [("a", "1")]
    for before in (b"\r\n" * 2, b"\r\n" * 32_768, b"x", b"x\r\n"):
        with pytest.raises(ReplyError, match=r"^multipart body does not start with its boundary$"):
            read([before + body], FORM_TYPE)


def test_c07_what_follows_the_last_boundary_is_ignored() -> None:
    assert read([form(("a", "1")) + b"\r\n" * 450_000], FORM_TYPE) == [("a", "1")]


@pytest.mark.parametrize("size", [1, 2, 3, 4095, 65536])
@pytest.mark.parametrize("filler", [b"\r\n", b"\r", b"-", f"\r\n--{BOUNDARY}"[:-1].encode()])
def test_c08_every_split_gives_the_same(filler: bytes, size: int) -> None:
    content = filler * (9000 // len(filler))
    body = multipart([("f", File(content, "f"))])

    ((_, file),) = read([body[i : i + size] for i in range(0, len(body), size)], FORM_TYPE)

    assert file.content == content


async def never() -> Any:
    await asyncio.Event().wait()


def dripping() -> Any:
    """Return what receives the beginning of a form, and then a byte at a time for ever."""
    pieces = itertools.chain([form(("a", "x"))[:-20]], itertools.repeat(b"x"))

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.005)
        return {"type": "http.request", "body": next(pieces), "more_body": True}

    return receive


def test_c10_c11_a_body_that_stops_or_drips_is_given_up(
    monkeypatch: pytest.MonkeyPatch, guarded: Any
) -> None:
    monkeypatch.setattr(body_module, "IDLE_SECONDS", 0.02)
    monkeypatch.setattr(body_module, "TOTAL_SECONDS", 0.06)

    for receive in (never, dripping()):
        reply = ask(guarded.project.app, "POST", "/", {"Content-Type": FORM_TYPE, **OWN}, receive)
        assert (reply.status, reply["connection"]) == (408, "close")
        assert reply["cache-control"] == "private, no-store"
        assert "session=1" in reply["set-cookie"]  # the middleware's own; the app wrote nothing
        assert guarded.project.module().ran == []

    over_http2 = ask(
        guarded.project.app, "POST", "/", {"Content-Type": FORM_TYPE, **OWN}, never, http_version="2"
    )
    assert (over_http2.status, "connection" in over_http2) == (408, False)


def test_the_times_are_those_of_the_settings() -> None:
    assert (body_module.IDLE_SECONDS, body_module.TOTAL_SECONDS) == (15, 60)


def test_c10_a_body_that_drips_is_given_up_though_it_never_stops(
    monkeypatch: pytest.MonkeyPatch, guarded: Any
) -> None:
    """After the first seconds a body must have come at the least rate on average, long before its last second."""
    monkeypatch.setattr(body_module, "IDLE_SECONDS", 0.05)
    monkeypatch.setattr(body_module, "TOTAL_SECONDS", 1000)

    assert ask(guarded.project.app, "POST", "/", {"Content-Type": FORM_TYPE, **OWN}, dripping()).status == 408
    assert guarded.project.app.site.intake.is_empty


def test_c10_the_slower_the_network_the_longer_a_body_may_take() -> None:
    allowed = body_module._seconds_for

    assert (allowed(0, LIMIT), allowed(10_000, LIMIT), allowed(LIMIT, LIMIT)) == (15, 35, 60)
    assert allowed(50 * LIMIT, 100 * LIMIT) == 6000


def test_c12_uploads_that_send_nothing_take_no_room(guarded: Any) -> None:
    """Decided otherwise than by a number of places: whoever waits with headers alone shuts nobody out."""
    app = guarded.project.app
    headers = {"Content-Type": FORM_TYPE, **OWN}
    action = guarded.project.action_id("page.submit")

    async def crowd() -> tuple[Any, Any]:
        slow = [asyncio.create_task(ask_async(app, "POST", "/", headers, never)) for _ in range(200)]
        await asyncio.sleep(0)
        page = await ask_async(app, "GET", "/")
        submitted = await ask_async(app, "POST", "/", headers, form((f"$ACTION_ID_{action}", "")))
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return page, submitted

    page, submitted = asyncio.run(crowd())

    assert (page.status, submitted.status) == (200, 303)
    assert app.site.intake.is_empty


def test_c02_pieces_of_a_byte_cost_no_more_memory_than_the_body() -> None:
    """Kept as objects of their own, each would take forty times its size."""
    sent = multipart([("f", File(b"x" * 50_000, "f"))])
    pieces = (sent[i : i + 1] for i in range(len(sent) - 1))
    held: list[int] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)  # the loop drops the timers that are over
        piece = next(pieces, None)
        if piece is None:
            held.append(tracemalloc.get_traced_memory()[0])
            return {"type": "http.request", "body": sent[-1:], "more_body": False}
        return {"type": "http.request", "body": piece, "more_body": True}

    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        asyncio.run(read_body({"content-type": FORM_TYPE}, receive, limit=LIMIT, intake=Intake(LIMIT)))
    finally:
        tracemalloc.stop()

    assert held[0] - before < 10 * len(sent)


def test_e08_names_are_flat() -> None:
    names = ["0", "1", "$x", "a[__proto__][x]", "a.b.c", "a[999999999]", "__class__", 'a"b', "a\r\nb", "å"]

    assert read([form(*((name, name) for name in names))], FORM_TYPE) == [(name, name) for name in names]


def test_e11_a_file_field_left_empty_arrives() -> None:
    ((name, file),) = read([multipart([("photo", File(b"", "", "application/octet-stream"))])], FORM_TYPE)

    assert (name, file.name, file.size, file.type) == ("photo", "", 0, "application/octet-stream")


def test_a_file_keeps_its_name_type_and_bytes() -> None:
    ((_, file),) = read([multipart([("f", File(b"\r\n\0\xff", "å b.png", "image/png"))])], FORM_TYPE)

    assert (file.name, file.type, file.content) == ("å b.png", "image/png", b"\r\n\0\xff")


@given(st.lists(st.integers(1, 200), max_size=6), st.integers(1, 60), st.data())
def test_c08_any_split_and_any_spooling_give_the_same(
    sizes: list[int], threshold: int, data: st.DataObject
) -> None:
    """Files on disk and in memory, fields between them: what arrives is what was sent, in order."""
    sent: list[Part] = []
    for number, size in enumerate(sizes):
        content = data.draw(st.binary(min_size=size, max_size=size))
        sent.append((f"f{number}", File(content, f"{number}")) if number % 3 else (f"t{number}", "t" * size))
    body = multipart(sent) if sent else form(("a", ""))
    pieces: list[bytes] = []
    while body:
        cut = data.draw(st.integers(1, 90))
        pieces, body = [*pieces, body[:cut]], body[cut:]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(body_module, "SPOOL_BYTES", threshold)
        arrived = read(pieces, FORM_TYPE)

    assert [(name, _plain(value)) for name, value in arrived] == [
        (name, _plain(value)) for name, value in sent or [("a", "")]
    ]


def _plain(value: str | File) -> object:
    return value if isinstance(value, str) else (value.name, value.type, value.size, value.content)


@given(st.binary(max_size=300))
def test_any_bytes_are_parts_or_refused(content: bytes) -> None:
    start = f"--{BOUNDARY}\r\n".encode()

    for body in (content, start + content, start + HEAD + b"\r\n\r\n" + content):
        with suppress(ProtocolError):
            read([body], FORM_TYPE)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=8))
def test_what_browsers_send_arrives(parts: list[tuple[str, str]]) -> None:
    """Names in which an escape already stands are ambiguous in HTML itself."""
    sent = [(name, value) for name, value in parts if not {"%", "\\"} & set(name)]

    assert read([multipart(sent) if sent else form(("a", ""))], FORM_TYPE) == (sent or [("a", "")])


def test_the_bounds_are_those_of_other_servers() -> None:
    assert (multipart_body.MAX_FIELDS, multipart_body.MAX_FILES) == (1000, 100)
