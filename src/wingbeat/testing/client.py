"""`Client`: acts as a browser on an app, in the same process. What it submits is what a browser submits."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

import httpx2
from starlette.testclient import TestClient

from wingbeat.actions import Action, Sealer, new_key
from wingbeat.errors import ActionError, UsageError
from wingbeat.flight import decode_payload, encode_reply
from wingbeat.html.server_functions import hand_over
from wingbeat.server import DEVELOPMENT_VARIABLE, KEY_VARIABLES, App

from .forms import Form, Submitter, read_forms

__all__ = ["Client", "Page"]

ORIGIN = "http://testserver"


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: `status`, `text`, `url` after redirects, `headers`, and its forms to submit."""

    client: Client
    response: httpx2.Response

    @property
    def status(self) -> int:
        """HTTP status."""
        return self.response.status_code

    @property
    def text(self) -> str:
        """The HTML."""
        return self.response.text

    @property
    def url(self) -> str:
        """Path and query, after redirects."""
        return self.response.url.raw_path.decode()

    @property
    def headers(self) -> httpx2.Headers:
        """Response headers."""
        return self.response.headers

    @property
    def forms(self) -> list[Form]:
        """The forms on the page, in order."""
        return read_forms(self.text)

    def submit(self, button: str = "", *, nth: int = 0, **fields: str) -> Page:
        """Press the `nth` submit button labelled `button` (any, if empty) with `fields` typed in; no JavaScript.

        Raises UsageError, listing the buttons, when there is none of that label.
        """
        found = [
            (form, one) for form in self.forms for one in form.submitters if button in {"", one.label.strip()}
        ]
        if nth >= len(found):
            labels = [one.label.strip() for form in self.forms for one in form.submitters]
            raise UsageError(f"no submit button {button!r} number {nth} on {self.url}; there are {labels}.")
        return self.client.post_form(self.url, *found[nth], fields)


class Client:
    """A browser for tests, on the project in a folder or on an `App`. Use it as a context manager.

        with Client("path/to/project") as client:
            page = client.get("/").submit("Create", customer="Ada")

    Cookies are kept, redirects followed. An app made from a folder runs in development mode with a key of its
    own, so that failures show their tracebacks.
    """

    def __init__(self, app: App | str | os.PathLike[str], **settings: Any) -> None:
        self.app = app if isinstance(app, App) else _development_app(Path(app), settings)
        self._client = TestClient(self.app, base_url=ORIGIN, headers={"Origin": ORIGIN})

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        self._client.__exit__()

    @property
    def cookies(self) -> httpx2.Cookies:
        """The cookies that the browser holds."""
        return self._client.cookies

    def get(self, url: str) -> Page:
        """Open a page."""
        return Page(self, self._client.get(url))

    def post_form(self, url: str, form: Form, submitter: Submitter, fields: dict[str, str]) -> Page:
        """Submit a form of the page at `url` as a browser without JavaScript does."""
        parts = [(name, (None, value)) for name, value in form.entries(submitter, fields)]
        return Page(self, self._client.post(form.action or url, files=parts))

    def call(self, action: Callable[..., Any], *args: object, url: str = "/") -> Any:
        """Call an action as the browser runtime does, from the page at `url`, and return its value.

        `action` is one of the app's (or a `functools.partial` of one). Raises ActionError with what the
        browser would get, and AssertionError naming the status when the call did not get through.
        """
        handed = hand_over(action if isinstance(action, Action) else partial(action))
        if not isinstance(handed, Action):
            raise UsageError(f"{action!r} is no action of this app.")
        reference = self.app.site.registry.reference(handed, Sealer(self.app.site.keyring), None)
        body = encode_reply([*(reference.bound or ()), *args])
        headers = {"Wingbeat-Action": reference.id, "Accept": "text/x-component"}
        if isinstance(body, str):
            response = self._client.post(
                url, content=body, headers={**headers, "Content-Type": "text/plain;charset=UTF-8"}
            )
        else:
            files = [
                (name, (None, part) if isinstance(part, str) else (part.name, part.content, part.type))
                for name, part in body
            ]
            response = self._client.post(url, headers=headers, files=files)
        return _value(response)


def _value(response: httpx2.Response) -> Any:
    if response.headers.get("content-type", "") != "text/x-component":
        raise AssertionError(f"the call was answered {response.status_code}: {response.text[:500]}")
    root: Any = decode_payload(response.content)
    if (error := root.get("error")) is not None:
        raise ActionError(error["code"], error["message"], error.get("data"))
    return root.get("value")


def _development_app(project: Path, settings: dict[str, Any]) -> App:
    key = {KEY_VARIABLES[0]: new_key()} if KEY_VARIABLES[0] not in os.environ else {}
    return App(project, environ={**os.environ, **key, DEVELOPMENT_VARIABLE: "1"}, **settings)
