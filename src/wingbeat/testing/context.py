"""A request for code that asks for one (`cookies()`, `headers()`, `revalidate_path()`), called directly in a test."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, unquote

from wingbeat.request import Cookies, Headers, RequestContext

__all__ = ["request_context"]


@contextmanager
def request_context(
    url: str = "/", *, headers: Mapping[str, str] | None = None, cookies: Mapping[str, str] | None = None
) -> Generator[RequestContext]:
    """Make a request the current one, as while an action runs: cookies may be set, paths revalidated.

    with request_context(cookies={"theme": "dark"}) as request:
        await save(...)
    assert request.invalidated == {"/"}
    """
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in (headers or {}).items()]
    jar = Cookies("; ".join(f"{name}={quote(value)}" for name, value in (cookies or {}).items()))
    path = unquote(url.partition("?")[0])
    context = RequestContext(path=path, url=url, headers=Headers(raw), cookies=jar)
    with context.activated(), context.action_phase():
        yield context
