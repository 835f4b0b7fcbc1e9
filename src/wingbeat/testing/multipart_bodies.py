"""A form's entries -> the body that a browser sends, by HTML's rule and not by that of HTTP libraries.

Those leave out an empty file name, which is how a browser says that a file field was left empty, and double
backslashes: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

from wingbeat.flight import File, Part

__all__ = ["multipart_body"]

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def multipart_body(entries: Sequence[Part]) -> tuple[bytes, str]:
    """Return the body and its `Content-Type`."""
    boundary = f"----wingbeat-testing-{secrets.token_hex(16)}"
    parts = b"".join(
        f"--{boundary}\r\n{_head(name, value)}\r\n\r\n".encode() + _content(value) + b"\r\n"
        for name, value in entries
    )
    return parts + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _head(name: str, value: str | File) -> str:
    head = f'Content-Disposition: form-data; name="{_escaped(_normalized(name))}"'
    if isinstance(value, str):
        return head
    return f'{head}; filename="{_escaped(value.name)}"\r\nContent-Type: {value.type or "application/octet-stream"}'


def _content(value: str | File) -> bytes:
    return _normalized(value).encode() if isinstance(value, str) else value.content


def _normalized(text: str) -> str:
    return _LINE_BREAK.sub("\r\n", text)


def _escaped(text: str) -> str:
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
