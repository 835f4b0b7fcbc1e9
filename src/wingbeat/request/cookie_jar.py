"""Cookies of the current request: read at any time, written by actions only.

    cookies().get("theme")                 ->  "dark" or None
    cookies().set("theme", "dark", max_age=86400)

What is set is visible to later reads in the same action, to the page rendered after it and to the target of
a redirect. Values may be any text (percent-encoded on the wire, as Next does); names and attributes are
checked, because a line break in one of them would forge a header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal
from urllib.parse import quote, unquote_to_bytes

from wingbeat.errors import UsageError

from .call_site import call_site

__all__ = ["Cookies"]

MAX_COOKIE_BYTES = 4096
"""Name and value; browsers drop more."""
MAX_COOKIES_SET = 50
"""Per response; browsers keep about that many per site."""

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 6265: an HTTP token
_ATTRIBUTE = re.compile(r"[\x20-\x3A\x3C-\x7E]*")  # printable ASCII without ";"
_SAFE_IN_VALUE = "!#$&'()*+-./:<=>?@[]^_`{|}~"


class Cookies:
    """The request's cookies, and the changes made to them.

    Iterating yields names. Reading works anywhere; `set` and `delete` raise UsageError outside an action.
    """

    def __init__(self, header: str = "", *, path: str = "/", secure: bool = False) -> None:
        self._values: dict[str, list[str]] = {}
        self._received: list[tuple[str, str]] = []
        """Name and text of each pair as it came: other programs sign or compare the very spelling."""
        for name, text, value in _parse(header):
            self._received.append((name, text))
            self._values.setdefault(name, []).append(value)
        self._rewritten: set[str] = set()
        self._sent = dict(self.items())
        self._path = path
        self._secure = secure
        self._set: dict[tuple[str, str, str | None], str] = {}
        self.writable = False
        """True while an action runs; rendering never writes."""
        self.moment = "while rendering"
        """What goes on while nothing may be written, for the error."""

    @property
    def changed(self) -> bool:
        """Whether a value differs now from what the browser sent."""
        return dict(self.items()) != self._sent

    def get(self, name: str) -> str | None:
        """Return the value of `name`, or `None`."""
        return values[0] if (values := self._values.get(name)) else None

    def get_all(self, name: str) -> list[str]:
        """Return every value that the browser sent for `name` (other paths or domains may add some)."""
        return list(self._values.get(name, ()))

    def set(  # noqa: PLR0913 (the attributes of a cookie)
        self,
        name: str,
        value: str,
        *,
        max_age: int | None = None,
        expires: datetime | None = None,
        path: str | None = None,
        domain: str | None = None,
        secure: bool | None = None,
        httponly: bool = True,
        samesite: Literal["lax", "strict", "none"] = "lax",
        partitioned: bool = False,
    ) -> None:
        """Set a cookie with the response; `max_age` in seconds, without it the cookie ends with the session.

        Safe defaults: `HttpOnly`, `SameSite=Lax`, `Secure` on https, the app's own path. `partitioned` keeps a
        cookie of an embedded page to the site around it (CHIPS); it needs `Secure`.
        Raises UsageError for what no browser takes.
        """
        self._require_writable(f"set({name[:80]!r}, …)")
        path = self._path if path is None else path
        secure = self._secure if secure is None else secure
        self._check(name, path=path, domain=domain, secure=secure, samesite=samesite)
        _require(secure or not partitioned, name, "partitioned needs secure=True")
        parts = [f"{name}={_quoted(name, value)}", f"Path={path}"]
        if len(parts[0]) > MAX_COOKIE_BYTES:
            raise UsageError(f"cookie {name!r} has {len(parts[0])} bytes, browsers keep {MAX_COOKIE_BYTES}.")
        if domain is not None:
            parts.append(f"Domain={domain}")
        if max_age is not None:
            parts.append(f"Max-Age={int(max_age)}")
        if expires is not None:
            parts.append(f"Expires={format_datetime(expires.astimezone(UTC), usegmt=True)}")
        parts += ["Secure"] * secure + ["HttpOnly"] * httponly
        parts += [f"SameSite={samesite.capitalize()}", *["Partitioned"] * partitioned]
        self._queue((name, path, domain), "; ".join(parts))
        if self.get(name) != value:
            self._values[name] = [value]
            self._rewritten.add(name)

    def delete(self, name: str, *, path: str | None = None, domain: str | None = None) -> None:
        """Remove a cookie; `path` and `domain` must be those it was set with."""
        self._require_writable(f"delete({name[:80]!r})")
        path = self._path if path is None else path
        self._check(name, path=path, domain=domain, secure=self._secure, samesite="lax")
        parts = [f"{name}=", f"Path={path}", "Max-Age=0", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"]
        parts += [f"Domain={domain}"] * (domain is not None) + ["Secure"] * self._secure + ["SameSite=Lax"]
        self._queue((name, path, domain), "; ".join(parts))
        self._values.pop(name, None)
        self._rewritten.add(name)

    def items(self) -> Iterator[tuple[str, str]]:
        """Yield each name with its first value."""
        return ((name, values[0]) for name, values in self._values.items())

    def header(self) -> str:
        """Return the `Cookie` header that a browser would send now."""
        kept = [text for name, text in self._received if name not in self._rewritten]
        written = [
            f"{name}={_quoted(name, self._values[name][0])}"
            for name in self._values
            if name in self._rewritten
        ]
        return "; ".join([*kept, *written])

    def set_cookie_headers(self) -> list[str]:
        """Return the values of the response's `Set-Cookie` headers, in the order they were set."""
        return list(self._set.values())

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Cookies {', '.join(self._values)}>"  # names only: values are secrets

    def _queue(self, identity: tuple[str, str, str | None], header: str) -> None:
        if identity not in self._set and len(self._set) >= MAX_COOKIES_SET:
            raise UsageError(f"more than {MAX_COOKIES_SET} cookies in one response; browsers drop them.")
        self._set.pop(identity, None)  # the last one wins and comes last
        self._set[identity] = header

    def _require_writable(self, call: str) -> None:
        if not self.writable:
            raise UsageError(
                f"{call_site()}cookies().{call} {self.moment}: the headers may be on their way. "
                "Set cookies in an action."
            )

    @staticmethod
    def _check(name: str, *, path: str, domain: str | None, secure: bool, samesite: str) -> None:
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name[:80]!r} is no cookie name; use letters, digits and -_.")
        if not path.startswith("/") or not _ATTRIBUTE.fullmatch(path):
            raise UsageError(f"cookie {name!r}: path {path[:80]!r} must start with '/' and hold no ';'.")
        if domain is not None and not _ATTRIBUTE.fullmatch(domain):
            raise UsageError(f"cookie {name!r}: {domain[:80]!r} is no domain.")
        if samesite not in {"lax", "strict", "none"} or (samesite == "none" and not secure):
            raise UsageError(f"cookie {name!r}: samesite is 'lax', 'strict', or 'none' with secure=True.")
        prefix = name.lower()  # browsers ignore the case
        if prefix.startswith("__host-") and (domain is not None or path != "/" or not secure):
            raise UsageError(f"cookie {name!r}: a __Host- cookie needs secure=True, path '/' and no domain.")
        if prefix.startswith("__secure-") and not secure:
            raise UsageError(f"cookie {name!r}: a __Secure- cookie needs secure=True.")


def _require(is_so: bool, name: str, rule: str) -> None:  # noqa: FBT001 (an assertion)
    if not is_so:
        raise UsageError(f"cookie {name!r}: {rule}.")


def _quoted(name: str, value: object) -> str:
    if not isinstance(value, str):
        kind = type(value).__name__
        raise UsageError(f"cookie {name!r}: its value is text, not {kind}. Use str() or json.dumps().")
    try:
        return quote(value, safe=_SAFE_IN_VALUE)
    except UnicodeEncodeError:
        raise UsageError(f"cookie {name!r}: its value holds half a surrogate pair.") from None


def _parse(header: str) -> Iterator[tuple[str, str, str]]:
    """Yield the name, text and value of each pair of a `Cookie` header; what is no pair is skipped."""
    for pair in header.split(";"):
        text = pair.strip(" \t")
        name, equals, value = text.partition("=")
        if equals and _NAME.fullmatch(name):
            value = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
            # JavaScript may have written raw UTF-8, which ASGI shows as Latin-1.
            yield name, text, unquote_to_bytes(value.encode("latin-1", "replace")).decode(errors="replace")
