"""Tracebacks for the developer: what they wrote first; what Wingbeat and the server did, folded away."""

from __future__ import annotations

import ast
import asyncio
import html
import importlib
import re
import traceback
from pathlib import Path
from urllib.parse import quote

import anyio
import click
import starlette
import uvicorn

import wingbeat.errors

__all__ = ["own_traceback", "traceback_html"]

_PACKAGES = (wingbeat.errors, click, starlette, uvicorn, anyio, asyncio)
_MACHINERY = (
    *(str(Path(str(package.__file__)).parent) for package in _PACKAGES),
    importlib.__file__,
    ast.__file__,
    "<frozen ",
)
"""What loads and runs an app. The developer did not write it and cannot mend it."""

_PLACE = re.compile(r"File &quot;(/[^&]+|[A-Za-z]:[^&]+)&quot;, line (\d+)")
_EDITOR = "vscode://file/{file}:{line}"
"""What several editors open a file by; the browser asks before it lets one."""


def own_traceback(error: BaseException) -> str:
    """Return the traceback of `error` and its causes without the machinery's frames, where any others are left."""
    described = traceback.TracebackException.from_exception(error)
    _drop_machinery(described)
    return "".join(described.format()).rstrip()


def traceback_html(error: BaseException) -> str:
    """Return the developer's own frames, and all of them folded, as HTML; the text is escaped.

    Each file and line is a link that opens them in an editor.
    """
    own, every = own_traceback(error), "".join(traceback.format_exception(error)).rstrip()
    shown = f"<pre>{_linked(html.escape(own))}</pre>"
    if own == every:
        return shown
    return f"{shown}<details><summary>All frames</summary><pre>{_linked(html.escape(every))}</pre></details>"


def _linked(escaped: str) -> str:
    return _PLACE.sub(_link, escaped)


def _link(place: re.Match[str]) -> str:
    file = quote(place[1].replace("\\", "/").lstrip("/"))
    return f'<a href="{_EDITOR.format(file=file, line=place[2])}">{place[0]}</a>'


def _drop_machinery(described: traceback.TracebackException | None) -> None:
    if described is None:
        return
    frames = [frame for frame in described.stack if not frame.filename.startswith(_MACHINERY)]
    # A syntax error says itself where it is.
    if frames or getattr(described, "lineno", None) is not None:
        described.stack = traceback.StackSummary.from_list(frames)
    _drop_machinery(described.__cause__)
    _drop_machinery(described.__context__)
    for one in described.exceptions or ():
        _drop_machinery(one)
