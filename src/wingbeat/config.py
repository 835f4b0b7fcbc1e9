"""One frozen `Config`: `[tool.wingbeat]` in `pyproject.toml`, over it `WINGBEAT_…` variables, over it keywords.

Only the server layer and above may read it; everything below takes plain arguments.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from wingbeat.errors import ConfigError

__all__ = ["Config", "read_config"]

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
    """Addresses or networks whose `X-Forwarded-Host` and `X-Forwarded-Proto` are believed."""
    body_size_limit: int = DEFAULT_BODY_SIZE_LIMIT
    """Bytes of the body of one call."""
    max_duration: float = DEFAULT_MAX_DURATION_SECONDS
    """Seconds an action may run; 0 for no limit."""
    csp: str | None = None
    """A `Content-Security-Policy` header for pages; `{nonce}` stands for the response's nonce."""
    identify: Callable[[Any], str | None] | None = None
    """Request -> user id; captured variables then open for that user only."""
    middleware: Sequence[Callable[[Any], Any]] = ()
    """ASGI middleware around every request of the app, outermost first."""
    lifespan: Callable[[Any], AbstractAsyncContextManager[object]] | None = None
    """Opened before the first request, closed at shutdown."""


_ONLY_IN_PYTHON = {"identify", "middleware", "lifespan"}
_UNITS = {"": 1, "b": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3}


def read_config(
    project: Path, keywords: Mapping[str, Any], environ: Mapping[str, str] = os.environ
) -> Config:
    """Return the settings of the project at `project`. Raises ConfigError naming the setting and its source."""
    names = [field.name for field in fields(Config)]
    values: dict[str, Any] = {}
    for source, given in (
        ("[tool.wingbeat] in pyproject.toml", _from_pyproject(project)),
        ("the environment", _from_environment(names, environ)),
        ("App(...)", keywords),
    ):
        for name, value in given.items():
            if name not in names or (name in _ONLY_IN_PYTHON and source != "App(...)"):
                raise ConfigError(f"{name!r} is no setting for {source}. Settings: {', '.join(names)}.")
            values[name] = _checked(name, value, source)
    return Config(**values)


def _from_pyproject(project: Path) -> dict[str, Any]:
    file = project / "pyproject.toml"
    if not file.is_file():
        return {}
    with file.open("rb") as stream:
        table: dict[str, Any] = tomllib.load(stream).get("tool", {}).get("wingbeat", {})
    return {name.replace("-", "_"): value for name, value in table.items()}


def _from_environment(names: list[str], environ: Mapping[str, str]) -> dict[str, str]:
    found = {name: environ.get(f"WINGBEAT_{name.upper()}") for name in names if name not in _ONLY_IN_PYTHON}
    return {name: value for name, value in found.items() if value is not None}


def _checked(name: str, value: Any, source: str) -> Any:
    try:
        return _CHECKS[name](value) if name in _CHECKS else value
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{name} = {value!r} in {source}: {error}") from error


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise TypeError("expected a list of strings (in the environment: separated by commas)")


def _origins(value: object) -> tuple[str, ...]:
    texts = _texts(value)
    for text in texts:
        if not re.fullmatch(r"https?://[a-z0-9.\-\[\]:]+", text):
            raise ValueError(f"{text!r} is no origin; write it as 'https://example.com'")
    return texts


def _hosts(value: object) -> tuple[str, ...]:
    texts = tuple(text.lower() for text in _texts(value))
    for text in texts:
        if not re.fullmatch(r"(\*\*?\.)?[a-z0-9\-]+(\.([a-z0-9\-]+|\*))*(:\d+)?", text):
            raise ValueError(
                f"{text!r} is no host; write 'admin.example.com', '*.example.com' or '**.example.com'"
            )
    return texts


def _size(value: object) -> int:
    match = re.fullmatch(r"(\d+)\s*(|b|kb|mb|gb)", str(value).strip().lower())
    if not match or int(match[1]) < 1:
        raise ValueError("expected bytes, or a size such as '2mb'")
    return int(match[1]) * _UNITS[match[2]]


def _seconds(value: Any) -> float:
    seconds = float(value)
    if seconds < 0:
        raise ValueError("expected seconds, 0 for no limit")
    return seconds


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "allowed_origins": _hosts,
    "public_origins": _origins,
    "trusted_proxies": _texts,
    "body_size_limit": _size,
    "max_duration": _seconds,
}
