"""One frozen `Config`: `[tool.wingbeat]` in `pyproject.toml`, over it `WINGBEAT_…` variables, over it keywords.

Only the server layer and above may read it; everything below takes plain arguments.
"""

from __future__ import annotations

import ipaddress
import math
import os
import re
import tomllib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, cast

from wingbeat.errors import ConfigError

__all__ = ["Config", "parse_size", "read_config"]

DEFAULT_BODY_SIZE_LIMIT = 1024 * 1024
"""1 MiB, as Next.js."""
DEFAULT_MAX_DURATION_SECONDS = 30.0
"""As gunicorn's worker time-out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one app; see the settings reference for each."""

    allowed_origins: tuple[str, ...] = ()
    """Other hosts whose pages may call actions: `admin.example.com`, `*.example.com`, `**.example.com`."""
    public_origins: tuple[str, ...] = ()
    """This app's own origins as browsers see them, such as `https://example.com`."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of proxies whose `X-Forwarded-Host` and `X-Forwarded-Proto` are believed."""
    body_size_limit: int = DEFAULT_BODY_SIZE_LIMIT
    """Bytes of the body of one call."""
    max_duration: float = DEFAULT_MAX_DURATION_SECONDS
    """Seconds an action may run; 0 for no limit."""
    runtime: Literal["asyncio", "thread"] = "asyncio"
    """Where async pages and actions run: on the event loop, or in threads, for libraries that block."""
    drop_unused_actions: bool = False
    """Leave out the actions that no source of the app uses, so that nobody can call them."""
    csp: str = "frame-ancestors 'self'"
    """The pages' `Content-Security-Policy` header, none if empty; `{nonce}` stands for the response's nonce."""
    identify: Callable[[Any], Awaitable[str | None] | str | None] | None = None
    """Request -> user id, sync or async; captured variables then open for that user only."""
    middleware: Sequence[Callable[[Any], Any]] = ()
    """ASGI middleware around every request of the app, outermost first."""
    lifespan: Callable[[Any], AbstractAsyncContextManager[object]] | None = None
    """Opened before the first request, closed at shutdown."""


_ONLY_IN_PYTHON = {"identify", "middleware", "lifespan"}
_PYPROJECT, _ENVIRONMENT, _KEYWORDS = "[tool.wingbeat] in pyproject.toml", "the environment", "App(...)"
_UNITS = {"": 1, "b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}


def read_config(
    project: Path, keywords: Mapping[str, Any], environ: Mapping[str, str] = os.environ
) -> Config:
    """Return the settings of the project at `project`. Raises ConfigError naming the setting and its source."""
    values: dict[str, Any] = {}
    for source, given in (
        (_PYPROJECT, _from_pyproject(project)),
        (_ENVIRONMENT, _from_environment(environ)),
        (_KEYWORDS, keywords),
    ):
        for name, value in given.items():
            _require_setting(name, source)
            values[name] = _checked(name, value, source)
    return Config(**values)


def _names() -> list[str]:
    return [field.name for field in fields(Config)]


def _require_setting(name: str, source: str) -> None:
    if name not in _names():
        raise ConfigError(f"{name!r} in {source} is no setting. Settings: {', '.join(_names())}.")
    if name in _ONLY_IN_PYTHON and source != _KEYWORDS:
        raise ConfigError(f"{name!r} in {source}: this setting is Python code. Give it to App({name}=...).")


def _from_pyproject(project: Path) -> dict[str, Any]:
    file = project / "pyproject.toml"
    if not file.is_file():
        return {}
    try:
        tools: Any = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}") from error
    table: Any = tools.get("wingbeat", {})
    if not isinstance(table, dict):
        raise ConfigError(f"{_PYPROJECT} is no table. Write settings below a line [tool.wingbeat].")
    return {str(name).replace("-", "_"): value for name, value in cast("dict[object, Any]", table).items()}


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the settings among the variables. Others that start alike may be another program's."""
    return {
        name: value
        for name in _names()
        if name not in _ONLY_IN_PYTHON and (value := environ.get(f"WINGBEAT_{name.upper()}")) is not None
    }


def _checked(name: str, value: object, source: str) -> object:
    try:
        return _CHECKS[name](value)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{name} = {value!r} in {source}: {error}.") from error


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list | tuple):
        parts = cast("Sequence[object]", value)
        texts = tuple(part for part in parts if isinstance(part, str))
        if len(texts) == len(parts):
            return texts
    raise TypeError("expected a list of texts (in the environment: one text with commas)")


def _origins(value: object) -> tuple[str, ...]:
    texts = tuple(text.lower() for text in _texts(value))
    for text in texts:
        if not re.fullmatch(rf"https?://({_LABEL}(\.{_LABEL})*|\[[0-9a-f:.]+\])(:\d{{1,5}})?", text):
            raise ValueError(f"{text!r} is no origin; write it as 'https://example.com'")
    return texts


def _hosts(value: object) -> tuple[str, ...]:
    """Check `allowed_origins`. A pattern needs a name at its end: `*` alone would allow everyone."""
    texts = tuple(text.lower() for text in _texts(value))
    for text in texts:
        if text == "null" or not re.fullmatch(rf"(\*\*\.)?((\*|{_LABEL})\.)*{_LABEL}(:\d{{1,5}})?", text):
            raise ValueError(
                f"{text!r} is no host; write 'admin.example.com', '*.example.com' or '**.example.com'"
            )
    return texts


def _networks(value: object) -> tuple[str, ...]:
    texts = _texts(value)
    for text in texts:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise ValueError(f"{text!r} is no address or network; write '10.1.2.3' or '10.0.0.0/8'") from None
    return texts


def parse_size(value: object) -> int:
    """Return bytes: an int, or a text such as `"2mb"` or `"1.5 MB"`, by Next.js's units. Raises ValueError."""
    match = re.fullmatch(
        r"([0-9]{1,15}(?:\.[0-9]{1,6}(?=\s*[kmg]))?)\s*(|b|kb|mb|gb)", str(value).strip().lower()
    )
    size = int(Decimal(match[1]) * _UNITS[match[2]]) if match else 0
    if size < 1:
        raise ValueError("expected bytes, or a size such as '2mb'")
    return size


def _seconds(value: object) -> float:
    seconds = float(value) if isinstance(value, int | float | str) else -1.0
    if isinstance(value, bool) or not 0 <= seconds < math.inf:
        raise ValueError("expected seconds, 0 for no limit")
    return seconds


def _runtime(value: object) -> str:
    if value not in {"asyncio", "thread"}:
        raise ValueError('expected "asyncio" or "thread"')
    return str(value)


def _switch(value: object) -> bool:
    found = {"true": True, "1": True, "false": False, "0": False}.get(str(value).strip().lower())
    if found is None:
        raise ValueError("expected true or false")
    return found


def _header_value(value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or not (value == "" or value.isprintable()):
        raise ValueError("expected one line of ASCII")
    return value


def _callable(value: object) -> object:
    if value is not None and not callable(value):
        raise TypeError("expected a function")
    return value


def _callables(value: object) -> tuple[object, ...]:
    wraps = tuple(cast("Sequence[object]", value)) if isinstance(value, list | tuple) else (None,)
    if not all(callable(wrap) for wrap in wraps):
        raise TypeError("expected a list of functions that each take an ASGI app and return one")
    return wraps


_LABEL = r"[a-z0-9_](?:[a-z0-9_\-]*[a-z0-9_])?"
_CHECKS: dict[str, Callable[[object], object]] = {
    "allowed_origins": _hosts,
    "public_origins": _origins,
    "trusted_proxies": _networks,
    "body_size_limit": parse_size,
    "max_duration": _seconds,
    "runtime": _runtime,
    "drop_unused_actions": _switch,
    "csp": _header_value,
    "identify": _callable,
    "middleware": _callables,
    "lifespan": _callable,
}
