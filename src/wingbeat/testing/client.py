"""`Client`: acts as a browser on an app, in the same process. What it submits is what a browser submits."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urljoin

import httpx2
from starlette.testclient import TestClient

from wingbeat.actions import Action, Sealer, new_key
from wingbeat.errors import UsageError
from wingbeat.flight import File, Part, encode_reply
from wingbeat.html.server_functions import hand_over
from wingbeat.server import DEVELOPMENT_VARIABLE, KEY_VARIABLES, App

from .call_answers import value_of
from .controls import Control
from .forms import Form, read_forms

__all__ = ["Client", "Page"]

ORIGIN = "http://testserver"
MAX_REDIRECTS = 20
"""As many as browsers follow."""

_FROM_PAGE = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
"""What a browser says of a POST from the app's own page."""


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

    def submit(
        self,
        button: str = "",
        filled: Mapping[str, object] | None = None,
        /,
        *,
        nth: int = 0,
        **fields: object,
    ) -> Page:
        """Press the `nth` submit button labelled `button` (any, if empty) after filling in `fields`; no JavaScript.

        Give a field its text, the value of its choice, `True` or `False` for a checkbox, a list for several
        choices, a `File` for a file. Names that are no Python names go into the mapping `filled`. What the
        browser itself would check (`required`, `pattern`) is not: the app must do without it.

        Raises UsageError for a button, field or choice that the page does not have, and says what it has.
        """
        found = [
            (form, one)
            for form in self.forms
            for one in form.submitters
            if not button or one.is_called(button)
        ]
        if nth >= len(found):
            labels = [one.spoken_label or one.label for form in self.forms for one in form.submitters]
            raise UsageError(f"no submit button {button!r} number {nth} on {self.url}; there are {labels}.")
        return self.client.submit(self.url, *found[nth], {**(filled or {}), **fields})


class Client:
    """A browser for tests, on the project in a folder or on an `App`. Use it as a context manager.

        with Client("path/to/project") as client:
            page = client.get("/").submit("Create", customer="Ada")

    Cookies are kept, redirects followed within the app. An app made from a folder runs in development mode with
    a key of its own, so that failures show their tracebacks. One process serves one project: its modules are
    imported once.
    """

    def __init__(self, app: App | str | os.PathLike[str], **settings: Any) -> None:
        self.app = app if isinstance(app, App) else _development_app(Path(app), settings)
        self._client = TestClient(self.app, base_url=ORIGIN, follow_redirects=False)

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        self._client.__exit__()

    @property
    def cookies(self) -> httpx2.Cookies:
        """The cookies that the browser holds."""
        return self._client.cookies

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Page:
        """Open a page."""
        return self._arrived(self._client.get(url, headers=headers))

    def submit(self, url: str, form: Form, submitter: Control, filled: Mapping[str, object]) -> Page:
        """Submit a form of the page at `url` as a browser without JavaScript does; see `Page.submit`."""
        sent, entries = form.sent_by(submitter), form.entries(submitter, filled)
        target = urljoin(url, sent.action or url)
        if sent.method == "get":
            return self.get(f"{target.partition('?')[0]}?{urlencode(_texts(entries))}")
        if sent.method != "post":
            raise UsageError(f"a form with method={sent.method!r} sends nothing to the server.")
        if sent.encoding == "multipart/form-data":
            return self._arrived(self._client.post(target, headers=_FROM_PAGE, files=_files(entries)))
        body = urlencode(_texts(entries))
        headers = {**_FROM_PAGE, "Content-Type": "application/x-www-form-urlencoded"}
        return self._arrived(self._client.post(target, headers=headers, content=body))

    def call(self, action: Callable[..., Any] | str, *args: object, url: str = "/") -> Any:
        """Call an action as the browser runtime does, from the page at `url`, and return its value.

        `action` is one of the app's, a `functools.partial` of one, or its dotted name, `"app.actions.save"`.
        Raises what the caller in the browser would meet: `ActionError` as the action raised it or for refused
        arguments, `Redirect` and its kin as interrupts, `CallFailed` for any other exception of the action.
        AssertionError, naming the status, means that the call did not get through.
        """
        found = self._action(action)
        reference = self.app.site.registry.reference(found, Sealer(self.app.site.keyring), None)
        body = encode_reply([*(reference.bound or ()), *args])
        headers = {**_FROM_PAGE, "Wingbeat-Action": reference.id, "Accept": "text/x-component"}
        if isinstance(body, str):
            headers["Content-Type"] = "text/plain;charset=UTF-8"
            response = self._client.post(url, content=body, headers=headers)
        else:
            response = self._client.post(url, files=_files(body), headers=headers)
        return value_of(response, str(found))

    def _action(self, action: Callable[..., Any] | str) -> Action:
        if isinstance(action, str):
            definitions = self.app.site.registry.definitions
            named = {f"{one.module.__name__}.{one.qualname}": one for one in definitions}
            definition = named.get(action)
            if definition is None or definition.function is None:
                raise UsageError(f"no action {action!r} in this app; it has {', '.join(named)}.")
            return Action(definition, definition.function)
        handed = hand_over(action if isinstance(action, Action) else partial(action))
        if not isinstance(handed, Action):
            raise UsageError(f"{action!r} is no action of this app.")
        return handed

    def _arrived(self, response: httpx2.Response) -> Page:
        """Follow redirects as far as the app goes: another site is not ours to answer for."""
        for _ in range(MAX_REDIRECTS):
            request = response.next_request
            if request is None or f"{request.url.scheme}://{request.url.host}" != ORIGIN:
                return Page(self, response)
            response = self._client.send(request)
        raise AssertionError(f"more than {MAX_REDIRECTS} redirects, the last one to {response.url}")


def _texts(entries: list[Part]) -> list[tuple[str, str]]:
    """Return the entries of a form that cannot carry files: only their names travel."""
    return [(name, value if isinstance(value, str) else value.name) for name, value in entries]


def _files(entries: list[Part]) -> Any:
    return [(name, (None, value) if isinstance(value, str) else _file(value)) for name, value in entries]


def _file(file: File) -> tuple[str, bytes, str]:
    return file.name, file.content, file.type


def _development_app(project: Path, settings: dict[str, Any]) -> App:
    key = {KEY_VARIABLES[0]: new_key()} if KEY_VARIABLES[0] not in os.environ else {}
    return App(
        project, stands_alone=True, environ={**os.environ, **key, DEVELOPMENT_VARIABLE: "1"}, **settings
    )
