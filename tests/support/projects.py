"""A project for one test: written to a folder, loaded as an `App`, asked over raw ASGI, gone without a trace.

    project = stack.enter_context(loaded_project(tmp_path, {"page.py": source}))
    reply = project.call("page.save", 7)

Requests are built byte by byte, so that what no client library would send can be sent: two `Host` headers, a
body that never comes, a client that leaves. Modules of every app are named `app.…` and belong to the process,
so a test loads one project at a time; two in one test run in processes of their own.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any
from urllib.parse import unquote

from wingbeat import App
from wingbeat.flight import File, Part, ServerReference, decode_payload, encode_reply
from wingbeat.server import DEVELOPMENT_VARIABLE, KEY_VARIABLES
from wingbeat.testing.forms import Form, read_forms

from .refusals import watched

__all__ = ["KEY", "Project", "Reply", "ask", "ask_async", "loaded_project", "multipart", "write_project"]

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
BOUNDARY = "----test"
FORM_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
HOST = "app.example"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
ASGIApp = Callable[[dict[str, Any], Receive, Callable[[Message], Awaitable[None]]], Awaitable[None]]
Headers = Mapping[str, str | Sequence[str]]
"""A name with several values is sent as often; `Host` is sent unless it is given."""


@dataclass(frozen=True)
class Reply:
    """One response."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    pieces_read: int
    """How often the app asked for a piece of the request's body."""

    def __getitem__(self, name: str) -> str:
        (value,) = self.all(name)
        return value

    def __contains__(self, name: str) -> bool:
        return bool(self.all(name))

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name.lower()]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def root(self) -> dict[str, Any]:
        """The root row of a payload."""
        assert self["content-type"] == "text/x-component", (self.status, self.text[:500])
        root = decode_payload(self.body)
        assert isinstance(root, dict)
        return root

    @property
    def value(self) -> Any:
        """What the action returned. Raises what the browser would raise."""
        return asyncio.run(_settled(self.root["value"]))

    @property
    def forms(self) -> list[Form]:
        return read_forms(self.text)


@dataclass(frozen=True)
class Project:
    """A loaded project."""

    app: App
    folder: Path

    def module(self, name: str = "page") -> ModuleType:
        return sys.modules[f"app.{name}"]

    def action_id(self, name: str) -> str:
        """Return the id of the action `page.save` in the module `app.page`."""
        definitions = {
            f"{one.module.__name__}.{one.qualname}": one for one in self.app.site.registry.definitions
        }
        return self.app.site.registry.action_id(definitions[f"app.{name}"])

    def get(self, url: str = "/", headers: Headers | None = None, **scope: Any) -> Reply:
        return ask(self.app, "GET", url, headers, **scope)

    def payload(self, url: str = "/", headers: Headers | None = None, **scope: Any) -> Reply:
        """Ask for a page as the browser runtime does."""
        mark = "&" if "?" in url else "?"
        return self.get(f"{url}{mark}_wingbeat=1", {"Accept": "text/x-component", **(headers or {})}, **scope)

    def call(
        self, name: str, *args: object, url: str = "/", headers: Headers | None = None, **scope: Any
    ) -> Reply:
        """Call an action as the browser runtime does; `name` may be an id of a reference from a page."""
        known = self.action_id(name) if "." in name else name
        kind, body = encoded(encode_reply(list(args)))
        sent = {"Wingbeat-Action": known, "Accept": "text/x-component", "Content-Type": kind, **OWN}
        return ask(self.app, "POST", url, {**sent, **(headers or {})}, body, **scope)

    def call_reference(self, reference: ServerReference, *args: object, **given: Any) -> Reply:
        """Call what a page holds, with what is bound to it."""
        return self.call(reference.id, *(reference.bound or ()), *args, **given)

    def post(
        self,
        name: str,
        fields: Mapping[str, str] | None = None,
        url: str = "/",
        headers: Headers | None = None,
        **scope: Any,
    ) -> Reply:
        """Post a native form whose action is `name`."""
        parts = [(f"$ACTION_ID_{self.action_id(name)}", ""), *(fields or {}).items()]
        return self.post_parts(parts, url, headers, **scope)

    def submit(self, form: Form, url: str = "/", headers: Headers | None = None, **typed: str) -> Reply:
        """Press the first button of a form of the page at `url`."""
        return self.post_parts(form.entries(form.submitters[0], typed), form.action or url, headers)

    def post_parts(
        self, parts: Sequence[Part], url: str = "/", headers: Headers | None = None, **scope: Any
    ) -> Reply:
        sent = {"Content-Type": FORM_TYPE, **OWN, **(headers or {})}
        return ask(self.app, "POST", url, sent, multipart(parts), **scope)


OWN = {"Sec-Fetch-Site": "same-origin", "Origin": f"https://{HOST}"}
"""What a browser says of a call from the app's own page."""


def write_project(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the sources of an app (`page.py` -> source); a name that starts with `/` stands beside `app/`."""
    for name, source in files.items():
        file = folder / name.removeprefix("/") if name.startswith("/") else folder / "app" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(source), encoding="utf-8")
    return folder


@contextmanager
def loaded_project(
    folder: Path,
    files: Mapping[str, str],
    *,
    development: bool = False,
    environ: Mapping[str, str] | None = None,
    **settings: Any,
) -> Iterator[Project]:
    """Write and load a project; afterwards neither its modules nor the import hook are left."""
    write_project(folder, files)
    key = {KEY_VARIABLES[0]: KEY, DEVELOPMENT_VARIABLE: "1" if development else "", "WINGBEAT_DEV_HOST": HOST}
    finders, paths = list(sys.meta_path), list(sys.path)
    try:
        yield Project(App(folder, stands_alone=True, environ={**key, **(environ or {})}, **settings), folder)
    finally:
        sys.meta_path[:], sys.path[:] = finders, paths
        for name in [name for name in sys.modules if name.partition(".")[0] == "app"]:
            del sys.modules[name]
        sys.path_importer_cache.pop(str(folder), None)


def ask(*args: Any, **kwargs: Any) -> Reply:
    """Send one request to an ASGI app and return its reply; see `ask_async`."""
    return asyncio.run(ask_async(*args, **kwargs))


async def ask_async(
    app: ASGIApp,
    method: str = "GET",
    url: str = "/",
    headers: Headers | None = None,
    body: bytes | Sequence[bytes] | Receive = b"",
    **scope: Any,
) -> Reply:
    """Send one request. `body` is one piece, several, or what receives; `scope` overrides the ASGI scope."""
    path, _, query = url.partition("?")
    request: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": _raw({"Host": HOST, **(headers or {})}),
        "client": ("203.0.113.7", 50000),
        "server": ("127.0.0.1", 8000),
        **scope,
    }
    receive = body if callable(body) else _pieces([body] if isinstance(body, bytes) else body)
    sent: list[Message] = []
    read = 0

    async def counted() -> Message:
        nonlocal read
        read += 1
        return await receive()

    async def send(message: Message) -> None:
        sent.append(message)

    with watched(app) as watch:
        await app(request, counted, send)
    reply = _reply(sent, read)
    watch.require_clean(reply)
    return reply


def multipart(parts: Sequence[Part]) -> bytes:
    """Encode a form as browsers do."""
    return b"".join(_part(name, value) for name, value in parts) + f"--{BOUNDARY}--\r\n".encode()


def encoded(reply: str | Sequence[Part]) -> tuple[str, bytes]:
    """Return media type and bytes of an encoded reply."""
    return (
        ("text/plain;charset=UTF-8", reply.encode())
        if isinstance(reply, str)
        else (FORM_TYPE, multipart(reply))
    )


def _part(name: str, value: str | File) -> bytes:
    escaped = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{escaped}"'
    if isinstance(value, File):
        head += f'; filename="{value.name}"\r\nContent-Type: {value.type}'
    content = value.content if isinstance(value, File) else value.encode()
    return f"{head}\r\n\r\n".encode() + content + b"\r\n"


def _raw(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [
        (name.lower().encode(), value.encode("latin-1"))
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]


def _pieces(pieces: Sequence[bytes]) -> Receive:
    left = list(pieces)

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()  # the client stays for its answer
        piece = left.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    return receive


def _reply(sent: list[Message], read: int) -> Reply:
    start, *rest = sent
    assert start["type"] == "http.response.start"
    assert all(message["type"] == "http.response.body" for message in rest)
    assert not rest[-1].get("more_body", False)
    headers = [(name.decode().lower(), value.decode("latin-1")) for name, value in start["headers"]]
    return Reply(start["status"], headers, b"".join(message.get("body", b"") for message in rest), read)


async def _settled(value: Any) -> Any:
    return await value
