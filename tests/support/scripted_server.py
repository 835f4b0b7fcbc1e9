"""A stand-in for the Python server: what it answers is written in the test, byte for byte if need be.

It speaks the browser runtime's half of the contract and nothing else, so that a test of the runtime cannot
pass because the real server makes up for it. A test writes its page as elements, from which come both the
HTML and the payload, and its actions as functions:

    server.pages["/"] = lambda request: Page(document(h("h1", "Hello")), stamp=("one", 1))
    server.actions["save"] = lambda request: Answer({"value": 3})
"""

from __future__ import annotations

import base64
import html
import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

__all__ = [
    "NONCE",
    "Answer",
    "Client",
    "Element",
    "Later",
    "Page",
    "Raw",
    "Request",
    "ScriptedServer",
    "action_id",
    "document",
    "h",
    "pause",
    "serve",
]

ROOT = Path(__file__).resolve().parents[2]
BROWSER = ROOT / "src" / "wingbeat" / "browser"
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
COMPONENT = "text/x-component"
BUILD = "build-1"
NONCE = "once"
# Owner, stack, and "keys were checked": the development build warns of missing keys without it.
CHECKED = (None, [], 1)


def action_id(name: str, *, lane: str = "lane", count: int = 31, sealed: bool = False) -> str:
    """Return an id as the server makes them: argument count, lane, name."""
    return DIGITS[count + (32 if sealed else 0)] + lane + name


# --- Trees ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Element:
    """An element that writes itself as HTML and as a payload value."""

    tag: str
    props: dict[str, Any]
    children: tuple[Any, ...] = ()


def h(tag: str, *children: Any, **props: Any) -> Element:
    """Write an element; `class_` is React's className."""
    return Element(tag, {name.rstrip("_"): value for name, value in props.items()}, children)


@dataclass(frozen=True)
class Client:
    """A client component: a module, an export, its props, and the HTML that the server writes for it."""

    module: str
    name: str
    props: dict[str, Any] = field(default_factory=dict)
    children: tuple[Any, ...] = ()
    html: str | None = None
    """Defaults to the children's HTML, which is right for components that add nothing."""


@dataclass(frozen=True)
class Raw:
    """A payload value as it stands, such as `"$@1"`; nothing in the HTML."""

    value: Any


@dataclass(frozen=True)
class Later:
    """A Suspense boundary whose content comes with a row of its own, or never."""

    fallback: Any
    row: str


def document(*body: Any, title: str = "Test") -> Element:
    """Write a whole page around *body*."""
    return h("html", h("head", h("title", title)), h("body", *body), lang="en")


class _Rows:
    """The rows that a tree needs before its root row."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._next = itertools.count(100)
        self._modules: dict[tuple[str, str], str] = {}

    def value_of(self, node: Any) -> Any:
        if isinstance(node, Raw):
            return node.value
        if isinstance(node, Element):
            return ["$", node.tag, None, self._props(node.props, node.children), *CHECKED]
        if isinstance(node, Client):
            props = self._props(node.props, node.children)
            return ["$", f"$L{self._module(node)}", None, props, *CHECKED]
        if isinstance(node, Later):
            fallback = self.value_of(node.fallback)
            props = {"fallback": fallback, "children": f"$L{node.row}"}
            return ["$", "$Sreact.suspense", None, props, *CHECKED]
        if isinstance(node, list | tuple):
            return [self.value_of(item) for item in node]
        return node

    def _props(self, props: dict[str, Any], children: tuple[Any, ...]) -> dict[str, Any]:
        wire = {
            "className" if name == "class" else name: self._action(value) for name, value in props.items()
        }
        if children:
            wire["children"] = self.value_of(children[0] if len(children) == 1 else children)
        return wire

    def _action(self, value: Any) -> Any:
        """Make a server reference of `{"$action": id}`, at any depth of dicts; other nodes as usual."""
        if isinstance(value, dict):
            if _is_action(value):
                row = f"{next(self._next):x}"
                bound = "null" if value.get("bound") is None else json.dumps(value["bound"])
                self.lines.append(f'{row}:{{"id":{json.dumps(value["$action"])},"bound":{bound}}}\n')
                return f"$h{row}"
            return {name: self._action(item) for name, item in value.items()}
        return self.value_of(value)

    def _module(self, node: Client) -> str:
        key = (node.module, node.name)
        if key not in self._modules:
            self._modules[key] = f"{next(self._next):x}"
            self.lines.append(f"{self._modules[key]}:I{json.dumps([node.module, [], node.name, 1])}\n")
        return self._modules[key]


def _is_action(value: Any) -> bool:
    return isinstance(value, dict) and "$action" in value


def _attribute(value: Any) -> str:
    if isinstance(value, dict):  # style
        return ";".join(f"{name}:{item}" for name, item in value.items())
    return str(value)


def html_of(node: Any) -> str:
    """Write *node* as React's server would; only what the tests use."""
    match node:
        case None | Raw():
            return ""
        case str() | int():
            return html.escape(str(node), quote=True)
        case Element():
            attributes = "".join(
                f' {name}="{html.escape(_attribute(value), quote=True)}"'
                for name, value in node.props.items()
                if not _is_action(value)  # React ignores what the server wrote for it
            )
            inner = "".join(map(html_of, node.children))
            void = node.tag in {"input", "br"}
            return f"<{node.tag}{attributes}/>" if void else f"<{node.tag}{attributes}>{inner}</{node.tag}>"
        case Client():
            return node.html if node.html is not None else "".join(map(html_of, node.children))
        case Later():
            return f'<!--$?--><template id="B:0"></template>{html_of(node.fallback)}<!--/$-->'
    return "".join(map(html_of, node))


# --- What a script answers ----------------------------------------------------------------------------------


@dataclass
class Page:
    """A page: its HTML and its payload."""

    tree: Any
    stamp: tuple[str, int] = ("one", 1)
    rows: str = ""
    """Rows written before the root row."""
    late_rows: str = ""
    """Rows written after it."""
    status: int = 200
    build: str = BUILD
    base: str = ""
    form_state: Any = None
    ends: bool = True
    """False: the document is complete, but the payload's end mark never comes."""
    cut: bool = False
    """True: the payload breaks off within its root row."""
    html: str | None = None
    """Instead of the tree's own."""
    policy: str | None = None
    """The Content-Security-Policy; the page's scripts carry `NONCE`."""
    base64: bool = False
    """Push the payload as bytes, in pieces that cut characters in two."""

    def root_row(self, url: str, rows: _Rows) -> dict[str, Any]:
        return {
            "tree": rows.value_of(self.tree),
            "formState": self.form_state,
            "stamp": list(self.stamp),
            "url": url,
            "base": self.base,
            "build": self.build,
        }

    def payload(self, url: str) -> str:
        rows = _Rows()
        root = json.dumps(self.root_row(url, rows), ensure_ascii=False)
        return f"{''.join(rows.lines)}{self.rows}0:{root}\n{self.late_rows}"


@dataclass
class Answer:
    """An action's answer: its root row, with a `page` for the tree."""

    row: dict[str, Any] = field(default_factory=dict)
    page: Page | None = None
    url: str | None = None
    """Of the page; by default the one that was posted to."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    rows: str = ""
    body: str | None = None
    """Instead of a payload; then `content_type` says what it is."""
    content_type: str = COMPONENT

    def payload(self, url: str) -> str:
        if self.body is not None:
            return self.body
        rows = _Rows()
        row = {"invalidated": self.page is not None, **self.row}
        lines = self.rows
        if "value" in row and not str(row["value"]).startswith("$@"):
            lines += f"1:{json.dumps(row['value'])}\n"
            row["value"] = "$@1"
        if self.page is not None:
            row = {**self.page.root_row(self.url or url, rows), **row}
            lines += self.page.rows
        late = self.page.late_rows if self.page is not None else ""
        return f"{''.join(rows.lines)}{lines}0:{json.dumps(row)}\n{late}"


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    path: str
    """With its query, without the payload parameter."""
    headers: Message
    body: bytes
    at: float


class ScriptedServer:
    """Pages by path, actions by id, modules by path; use it through `serve`."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.pages: dict[str, Callable[[Request], Page | Answer]] = {}
        self.actions: dict[str | None, Callable[[Request], Page | Answer]] = {}  # None: a form's native POST
        self.modules: dict[str, str] = {}
        self.requests: list[Request] = []
        self.url = ""
        self._gates: dict[str, threading.Event] = {}

    def gate(self, name: str) -> threading.Event:
        """Return the event *name*: an answer waits for it, the test sets it."""
        return self._gates.setdefault(name, threading.Event())

    def calls(self) -> list[Request]:
        return [request for request in self.requests if request.method == "POST"]

    def payload_requests(self) -> list[str]:
        """Return the paths of the pages that were asked for as payloads."""
        return [
            request.path
            for request in self.requests
            if request.method == "GET" and request.headers["Accept"] == COMPONENT
        ]

    def document_requests(self) -> list[str]:
        return [request.path for request in self.requests if request.headers["Sec-Fetch-Dest"] == "document"]

    def html(self, page: Page, url: str) -> str:
        manifest = json.loads((BROWSER / "manifest.json").read_text(encoding="utf-8"))[self.mode]
        imports = {name: f"/_wingbeat/x/{file}" for name, file in manifest["imports"].items()}
        head = (
            f'<script type="importmap" nonce="{NONCE}">{json.dumps({"imports": imports})}</script>'
            f'<script type="module" async nonce="{NONCE}" src="/_wingbeat/x/{manifest["runtime"]}"></script>'
        )
        payload = page.payload(url)[: 40 if page.cut else None]
        chunks = _base64_chunks(payload) if page.base64 else [payload]
        pushes = "".join(
            f'<script nonce="{NONCE}">(self.__wingbeat=self.__wingbeat||[]).push({_inline_json(chunk)})</script>'
            for chunk in [*chunks, *([None] if page.ends else [])]
        )
        text = page.html if page.html is not None else html_of(page.tree)
        return "<!DOCTYPE html>" + text.replace("</head>", head + "</head>").replace(
            "</body>", pushes + "</body>"
        )

    def static_file(self, path: str) -> bytes | None:
        if path.startswith("/_wingbeat/"):
            return (BROWSER / self.mode / path.rsplit("/", 1)[1]).read_bytes()
        return self.modules[path].encode() if path in self.modules else None

    def answer(self, request: Request, *, as_payload: bool) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body."""
        path = request.path.split("?")[0]
        if (content := self.static_file(path)) is not None:
            return 200, {"Content-Type": "text/javascript"}, content
        if request.method == "POST":
            answer = self.actions[request.headers["Wingbeat-Action"]](request)
        elif path in self.pages:
            answer = self.pages[path](request)
        else:
            return 204, {}, b""  # favicon.ico
        if isinstance(answer, Answer):
            headers = {"Content-Type": answer.content_type, **answer.headers}
            return answer.status, headers, answer.payload(request.path).encode()
        if as_payload:
            return answer.status, {"Content-Type": COMPONENT}, answer.payload(request.path).encode()
        body = self.html(answer, request.path).encode()
        policy = {} if answer.policy is None else {"Content-Security-Policy": answer.policy}
        return answer.status, {"Content-Type": "text/html; charset=utf-8", **policy}, body


def pause(gate: str) -> str:
    """Return a mark for the rows of a payload: what follows is sent when the server's gate opens."""
    return f"\0{gate}\0"


def _inline_json(value: object) -> str:
    return json.dumps(value).replace("<", "\\u003c")


def _base64_chunks(payload: str) -> list[list[str]]:
    content = payload.encode()
    return [[base64.b64encode(content[at : at + 7]).decode()] for at in range(0, len(content), 7)]


def _without_payload_parameter(target: str) -> tuple[str, bool]:
    """Take off what the runtime appended, and nothing else."""
    parts = urlsplit(target)
    if "_wingbeat" not in parse_qs(parts.query, keep_blank_values=True):
        return target, False
    cut = max(target.rfind("?_wingbeat="), target.rfind("&_wingbeat="))
    return target[:cut], True


def _handler_for(server: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._respond(b"")

        def do_POST(self) -> None:
            self._respond(self.rfile.read(int(self.headers["Content-Length"] or 0)))

        def _respond(self, body: bytes) -> None:
            path, as_payload = _without_payload_parameter(self.path)
            request = Request(self.command, path, self.headers, body, time.monotonic())
            if not path.startswith("/_wingbeat/"):
                server.requests.append(request)
            status, headers, content = server.answer(request, as_payload=as_payload)
            first, *rest = re.split(rb"\0(\w+)\0", content)
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Cache-Control", "no-store")
                if rest:  # as the real server: the length of what is yet to come is not known
                    self.send_header("Connection", "close")
                else:
                    self.send_header("Content-Length", str(len(first)))
                self.end_headers()
                self.wfile.write(first)
                for gate, piece in zip(rest[::2], rest[1::2], strict=True):
                    server.gate(gate.decode()).wait(10)
                    self.wfile.write(piece)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the browser went elsewhere

        def log_message(self, *args: object) -> None:
            """Say nothing: pytest shows what matters."""

    return Handler


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that breaks is the browser's business."""

    def __enter__(self) -> Self:
        return self


@contextmanager
def serve(mode: str = "production") -> Iterator[ScriptedServer]:
    """Run a scripted server on a free port with the runtime of *mode*."""
    server = ScriptedServer(mode)
    with _QuietServer(("127.0.0.1", 0), _handler_for(server)) as http:
        server.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            for event in server._gates.values():
                event.set()
            http.shutdown()
            thread.join()
