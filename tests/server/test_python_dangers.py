"""Rows A and B that need a whole request: what Python would do with data if it were let to."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from support.projects import FORM_TYPE, OWN, ask, encoded, multipart
from wingbeat.flight import File, ServerReference, encode_reply
from wingbeat.server import body, spool

TEMPLATES = ["{0.__class__.__init__.__globals__}", "%(a)s", "%s%n", "{{7*7}}", "${x}", "{x!r:>{y}}", "#{7*7}"]
APP = '''
    from typing import Any
    from wingbeat import ActionError, FormData, File, html as h

    ran = []

    def page():
        async def captured(n: int) -> int:
            """use server"""
            return n + len(secret)
        secret = "s"
        return h.main[h.form(action=captured)[h.button["Go"]], h.p["page"]]

    async def keep(value: Any) -> Any:
        """use server"""
        ran.append(value)
        return value

    async def fail(text: str) -> str:
        """use server"""
        raise ValueError(text)

    async def tell(text: str) -> str:
        """use server"""
        raise ActionError(text)

    async def cause(text: str) -> str:
        """use server"""
        password = text
        try:
            raise KeyError(password)
        except KeyError as error:
            raise RuntimeError("outer " + password) from error

    async def names(form: FormData) -> list[str]:
        """use server"""
        ran.append(form)
        return [f"{name}={value.name if isinstance(value, File) else value}" for name, value in form.items()]

    class Endless(Exception):
        def __str__(self): return "x" * 10_000_000 if self.args[0] == "long" else 1 / 0
        __repr__ = __str__

    async def endless(kind: str) -> str:
        """use server"""
        raise Endless(kind)

    async def table(value: dict[int, str]) -> int:
        """use server"""
        ran.append(value)
        return len(value)
'''


@pytest.fixture
def site(load: Any) -> Any:
    return load(APP)


def post(site: Any, content: bytes, kind: str, action: str = "page.keep", **headers: str) -> Any:
    sent = {
        "Wingbeat-Action": site.action_id(action),
        "Accept": "text/x-component",
        "Content-Type": kind,
        **OWN,
    }
    return ask(site.app, "POST", "/", {**sent, **headers}, content)


def test_a11_a_reference_to_an_unknown_action_says_and_runs_nothing(site: Any) -> None:
    """References may be passed (DESIGN lets what React supports); one that names no action is only a label."""
    for name in ("unknown", "os#system", "app.page.fail", "../x", "data:text/javascript,1"):
        reply = site.call("page.keep", ServerReference(name, None))
        assert reply.status == 200
        assert (reply.value.id, reply.value.bound) == (name, None)
    assert all(type(value).__name__ == "ServerReference" for value in site.module().ran)
    assert not any("os" in repr(value) for value in site.module().ran)


def test_b15_an_upload_on_disk_has_no_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, site: Any
) -> None:
    """So there is no mode to get wrong, nothing to list, and nothing to sweep up after a crash."""
    disk = tmp_path / "disk"
    disk.mkdir()
    monkeypatch.setattr(spool.tempfile, "tempdir", str(disk))
    monkeypatch.setattr(body, "SPOOL_BYTES", 100)
    seen: list[object] = []
    monkeypatch.setattr(
        spool.Spool, "append", watched(spool.Spool.append, lambda: seen.append(list(disk.iterdir())))
    )

    sent = multipart([("0", '["$K1"]'), ("_1_f", File(b"x" * 100_000, "f"))])
    reply = post(site, sent, FORM_TYPE, "page.names")

    assert reply.status == 200
    assert seen
    assert not any(seen)


def watched(method: Any, look: Any) -> Any:
    async def looked(*arguments: Any) -> Any:
        result = await method(*arguments)
        look()
        return result

    return looked


def test_a13_a_token_of_another_action_opens_nothing(site: Any) -> None:
    (form,) = site.get("/").forms
    entries = dict(form.entries(form.submitters[0], {}))
    token = next(str(value) for value in entries.values() if "v1." in str(value)).strip('[]"')

    reply = site.call("page.keep", ServerReference(site.action_id("page.fail"), (token,)))

    assert reply.status == 200
    assert [value.bound for value in site.module().ran] == [(token,)]  # sealed still, and nothing but a label
    assert site.call("page.fail", token).status != 409
    assert site.call(site.action_id("page.fail"), token).text.count("secret") == 0


@pytest.mark.parametrize("text", TEMPLATES)
def test_b02_a_template_is_a_text(site: Any, text: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    assert site.call("page.keep", text).value == text
    assert site.call("page.keep", {text: [text]}).value == {text: [text]}
    assert "Traceback" not in site.call("page.tell", text).text
    assert site.call("page.tell", text).root["error"]["message"] == text
    site.call("page.fail", text)
    assert f"ValueError: {text}" in caplog.text
    reply = post(site, b"[]", "text/plain", **{"Wingbeat-Action": text})
    assert reply.status == 404
    assert "globals" not in reply.text
    form = multipart([("0", '["$K1"]'), (f"_1_{text}", text), ("_1_f", File(b"", text))])
    assert post(site, form, FORM_TYPE, "page.names").value == [f"{text}={text}", f"f={text}"]


def test_b04_collections_stay_bounded_after_their_annotation(site: Any) -> None:
    """2^61 - 1 and its multiples share one hash: a dict of them is quadratic, so a Map of the wire is bounded."""
    modulus = 2**61 - 1
    keys = {str(n * modulus): "x" for n in range(1, 2000)}

    reply = site.call("page.table", keys)

    assert reply.status == 422
    assert site.module().ran == []
    big = '["$Q1"]', "[" + ",".join(f'["$n{n * modulus}","x"]' for n in range(1, 2000)) + "]"
    assert post(site, multipart([("0", big[0]), ("1", big[1])]), FORM_TYPE, "page.table").status == 400


@pytest.mark.parametrize(
    "key", ["py/object", "$type", "__class__", "_type", "__reduce__", "@type", "!!python/object"]
)
def test_b07_no_key_makes_an_object(site: Any, key: str) -> None:
    value = {key: "os.system", "args": ["id"]}

    assert site.call("page.keep", value).value == value
    assert type(site.module().ran[-1]) is dict


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-python-pickle", "application/x-yaml", "application/json", "text/xml",
        "application/octet-stream", "application/x-www-form-urlencoded", "multipart/mixed; boundary=x", "",
    ],
)  # fmt: skip
def test_b08_no_other_format_is_read(site: Any, kind: str) -> None:
    reply = post(site, b"[1]", kind)

    assert reply.status == 415
    assert reply.pieces_read == 0
    assert site.module().ran == []


@pytest.mark.parametrize(
    "charset", ["utf-16", "utf-7", "latin-1", "idna", "punycode", "zip", "rot13", "no-such"]
)
def test_b11_a_charset_is_not_listened_to(site: Any, charset: str) -> None:
    content = multipart([("0", '["é"]')])

    assert post(site, content, f"{FORM_TYPE}; charset={charset}").value == "é"
    assert post(site, '["é"]'.encode("utf-16"), f"text/plain; charset={charset}").status == 400


def raw_part(head: bytes, content: bytes = b"[1]") -> bytes:
    boundary = FORM_TYPE.partition("boundary=")[2].encode()
    return b"--" + boundary + b"\r\n" + head + b"\r\n\r\n" + content + b"\r\n--" + boundary + b"--\r\n"


@pytest.mark.parametrize(
    ("encoding", "status"), [("base64", 400), ("quoted-printable", 400), ("binary", 200), ("8bit", 200)]
)
def test_b12_no_part_is_decoded(site: Any, encoding: str, status: int) -> None:
    head = f'Content-Disposition: form-data; name="0"\r\nContent-Transfer-Encoding: {encoding}'.encode()

    assert post(site, raw_part(head), FORM_TYPE).status == status


NAMES = ["../../etc/passwd", "C:\\a", "\\\\srv\\x", ".htaccess", "con", "\u202egpj.exe", "a.b", "~/x", "a;b"]


@pytest.mark.parametrize("name", NAMES)
def test_b13_a_file_name_is_for_showing_only(site: Any, name: str) -> None:
    content = multipart([("0", '["$K1"]'), ("_1_f", File(b"x", name))])

    reply = post(site, content, FORM_TYPE, "page.names")

    assert reply.status == 200
    ((_, file),) = site.module().ran[-1].items()
    assert not hasattr(file, "path")
    assert file.content == b"x"


def test_b13_an_encoded_file_name_is_not_listened_to(site: Any) -> None:
    head = b"Content-Disposition: form-data; name=\"0\"; filename*=utf-8''%2e%2e%2fetc"

    reply = post(site, raw_part(head), FORM_TYPE)

    assert reply.status == 200
    assert site.module().ran == [1]


@pytest.mark.parametrize("share", [10, 50, 99])
def test_b16_a_call_that_is_cut_off_is_not_run(site: Any, share: int) -> None:
    kind, content = encoded(encode_reply(["x" * 5000]))
    messages = [
        {"type": "http.request", "body": content[: len(content) * share // 100], "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = {
        "wingbeat-action": site.action_id("page.keep"),
        "content-type": kind,
        "host": "app.example",
        **OWN,
    }
    scope = {
        "type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"", "scheme": "https",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()], "root_path": "",
        "client": ("127.0.0.1", 1), "server": ("app.example", 443), "http_version": "1.1",
    }  # fmt: skip
    asyncio.run(site.app(scope, receive, send))

    assert site.module().ran == []


@pytest.mark.parametrize("kind", ["long", "broken"])
def test_b18_an_error_that_cannot_be_written_is_logged_all_the_same(
    site: Any, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    reply = site.call("page.endless", kind)

    assert reply.status == 500
    assert len(reply.body) < 2000
    assert "Endless" in caplog.text
    assert len(caplog.text) < 200_000


def test_b19_a_chain_of_errors_tells_a_digest(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    reply = site.call("page.cause", "hunter2")

    assert "hunter2" not in reply.text
    assert "KeyError" not in reply.text
    assert "hunter2" in caplog.text
