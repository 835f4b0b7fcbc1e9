"""`Client`: acts as a browser on an app, in the same process. What it submits is what a browser submits.

without JavaScript   a form's own POST, with React's hidden fields; redirects are followed
with JavaScript      the call that the browser runtime makes; its answer is shown as the runtime shows it
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urljoin

import httpx2
from starlette.testclient import TestClient

from wingbeat.actions import Action, Sealer, new_key
from wingbeat.errors import UsageError
from wingbeat.flight import FormData, Part, ServerReference, decode_action, encode_reply
from wingbeat.html.server_functions import hand_over
from wingbeat.request import Redirect
from wingbeat.server import DEVELOPMENT_VARIABLE, KEY_VARIABLES, App

from .call_answers import redirect_at_end, value_of
from .controls import Control
from .forms import Form, read_forms
from .multipart_bodies import multipart_body
from .payloads import Payload, read_payload
from .spoken import read_texts

__all__ = ["Client", "Page", "development_app"]

ORIGIN = "http://testserver"
MAX_REDIRECTS = 20
"""As many as browsers follow."""

_ID_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_ANY_COUNT, _SEALED = 31, 32

_WHOLE = re.compile(r"[?&]_wingbeat=whole$")
_REFRESH = re.compile(
    r'<noscript><meta http-equiv="refresh" content="0;url=([^"]*[?&](?:amp;)?_wingbeat=whole)"/></noscript>'
)
"""How a page whose parts come late sends a browser without JavaScript to its whole (server/documents.py)."""
_NOT_REPEATED = frozenset({"content-type", "content-length", "origin", "sec-fetch-site", "cookie", "host"})
"""Headers of a POST, and those that the client sets for each request."""

_FROM_PAGE = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
"""What a browser says of a POST from the app's own page."""
_ACCEPT = {"Accept": "text/x-component"}


@dataclass(frozen=True, slots=True)
class Page:
    """What the browser shows: `status`, `text`, `url` after redirects, `headers`, and its forms to submit."""

    client: Client
    response: httpx2.Response
    """The answer that brought the document."""
    answer: Payload | None = None
    """With JavaScript, the answer to the call that led here: its value, and the tree if there is a new one."""

    @property
    def status(self) -> int:
        """HTTP status, of the call if one led here."""
        return self.response.status_code if self.answer is None else self.answer.status

    @property
    def text(self) -> str:
        """The HTML, late parts in their places. It holds the payload and sealed values; a person reads `shown`."""
        return self.response.text

    @property
    def shown(self) -> str:
        """The words on the page, with single blanks between them; nothing that is hidden, and no markup."""
        return read_texts(self.text).shown

    @property
    def url(self) -> str:
        """Path and query, after redirects."""
        return _WHOLE.sub("", self.response.url.raw_path.decode())

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
        name: str = "",
        filled: Mapping[str, object] | None = None,
        /,
        *,
        nth: int = 0,
        **fields: object,
    ) -> Page:
        """Press the `nth` submit button called `name` after filling in `fields`, and return what is shown then.

        If no button has that accessible name, a form may: then its first button is pressed, as Enter does.
        Without a name any button is meant. Give a field its text, the value of its choice, `True` or `False` for
        a checkbox, a list for several choices, a `File` for a file. Names that are no Python names go into the
        mapping `filled`. What the browser itself would check (`required`, `pattern`) is not: the app must do
        without it.

        Raises UsageError for a button, field or choice that the page does not have, and says what it has; with
        JavaScript also what the failed call raises, see `Client.call`.
        """
        found = self._submitters(name)
        if nth >= len(found):
            labels = [one.spoken_label or one.label for form in self.forms for one in form.submitters]
            raise UsageError(
                f"no submit button or form {name!r} number {nth} on {self.url}; there are {labels}."
            )
        return self.client.submit(self, *found[nth], {**(filled or {}), **fields})

    def _submitters(self, name: str) -> list[tuple[Form, Control]]:
        forms = self.forms
        every = [(form, one) for form in forms for one in form.submitters]
        if called := [(form, one) for form, one in every if not name or one.is_called(name)]:
            return called
        return [(form, form.submitters[0]) for form in forms if form.spoken_label == name and form.submitters]


class Client:
    """A browser for tests, on the project in a folder or on an `App`. Use it as a context manager.

        with Client("path/to/project") as client:
            page = client.get("/").submit("Create", customer="Ada")

    Cookies are kept, redirects followed within the app. With `java_script=True` a form is sent as the browser
    runtime sends it; the attribute may be changed at any time. An app made from a folder runs in development mode
    with a key of its own, so that failures show their tracebacks. One process serves one project: its modules
    are imported once.
    """

    def __init__(
        self, app: App | str | os.PathLike[str], *, java_script: bool = False, **settings: Any
    ) -> None:
        self.app = app if isinstance(app, App) else development_app(Path(app), **settings)
        self.java_script = java_script
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

    def payload(self, url: str) -> Payload:
        """Ask for a page as the browser runtime does when a link is followed."""
        mark = "&" if "?" in url else "?"
        return read_payload(self._client.get(f"{url}{mark}_wingbeat=1", headers=_ACCEPT))

    def submit(self, page: Page, form: Form, submitter: Control, filled: Mapping[str, object]) -> Page:
        """Submit a form of `page` as a browser does; see `Page.submit`."""
        sent, entries = form.sent_by(submitter), form.entries(submitter, filled)
        if self.java_script and sent.method == "post" and (action := decode_action(entries)):
            return self._called(page, *action)
        target = urljoin(page.url, sent.action or page.url)
        if sent.method == "get":
            return self.get(f"{target.partition('?')[0]}?{urlencode(_texts(entries))}")
        if sent.method != "post":
            raise UsageError(f"a form with method={sent.method!r} sends nothing to the server.")
        if sent.encoding == "multipart/form-data":
            body, kind = multipart_body(entries)
        else:
            body, kind = urlencode(_texts(entries)).encode(), "application/x-www-form-urlencoded"
        headers = {**_FROM_PAGE, "Content-Type": kind}
        return self._arrived(self._client.post(target, headers=headers, content=body))

    def call(self, action: Callable[..., Any] | str, *args: object, url: str = "/") -> Any:
        """Call an action as the browser runtime does, from the page at `url`, and return its value.

        The arguments are encoded, sent, judged by the gate and checked against the annotations, as a browser's
        are. `action` is one of the app's, a `functools.partial` of one, or its dotted name, `"app.actions.save"`.
        Raises what the caller in the browser would meet: `ActionError` as the action raised it or for refused
        arguments, `Redirect` and its kin as interrupts, `CallFailed` for any other exception of the action.
        AssertionError, naming the status, means that the call did not get through. A streamed result is there
        whole, to be read with `async for`; what ended it early is raised at its end.
        """
        found = self._action(action)
        reference = self.app.site.registry.reference(found, Sealer(self.app.site.keyring), None)
        return value_of(self._post_call(url, reference, args), str(found))

    def _called(self, page: Page, reference: ServerReference, form: FormData) -> Page:
        """Make a form's call and return what the runtime shows then."""
        response = self._post_call(page.url, reference, (form,))
        try:
            value_of(response, f"the form on {page.url}")
            answer = read_payload(response)
            if (redirect := redirect_at_end(answer.root)) is not None:
                raise redirect
        except Redirect as redirect:
            if redirect.external:
                raise
            return self.get(redirect.url)
        shown = page.response if answer.tree is None else self.get(page.url).response
        return Page(self, shown, answer)

    def _post_call(self, url: str, reference: ServerReference, args: Sequence[object]) -> httpx2.Response:
        every = [*(reference.bound or ()), *args]
        body = encode_reply(every[: _sent_count(reference.id)])
        headers = {**_FROM_PAGE, **_ACCEPT, "Wingbeat-Action": reference.id}
        content, headers["Content-Type"] = (
            (body.encode(), "text/plain;charset=UTF-8") if isinstance(body, str) else multipart_body(body)
        )
        return self._client.post(url, content=content, headers=headers)

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
            if request is None:
                request = self._refresh(response)
            if request is None or f"{request.url.scheme}://{request.url.host}" != ORIGIN:
                return Page(self, response)
            response = self._client.send(request)
        raise AssertionError(f"more than {MAX_REDIRECTS} redirects, the last one to {response.url}")

    def _refresh(self, response: httpx2.Response) -> httpx2.Request | None:
        """Return the request for the whole of a page whose parts come late, as a browser without JavaScript makes it.

        With JavaScript the same is shown in the end: a script moves each part into its place.
        """
        target = _REFRESH.search(response.text)
        if target is None:
            return None
        sent = response.request.headers
        kept = {name: sent[name] for name in sent if name not in _NOT_REPEATED}
        return self._client.build_request("GET", html.unescape(target[1]), headers=kept)


def _texts(entries: list[Part]) -> list[tuple[str, str]]:
    """Return the entries of a form that cannot carry files: only their names travel."""
    return [(name, value if isinstance(value, str) else value.name) for name, value in entries]


def _sent_count(action_id: str) -> int | None:
    """Return how many arguments the runtime sends (packages/client/src/action-id.ts); None for all."""
    digit = _ID_DIGITS.index(action_id[0])
    count = digit & _ANY_COUNT
    return None if count == _ANY_COUNT else count + (digit & _SEALED != 0)


def development_app(project: Path, **settings: Any) -> App:
    """Return the app in the folder `project`, in development mode and with a key of its own if none is set."""
    key = {KEY_VARIABLES[0]: new_key()} if KEY_VARIABLES[0] not in os.environ else {}
    return App(
        project, stands_alone=True, environ={**os.environ, **key, DEVELOPMENT_VARIABLE: "1"}, **settings
    )
