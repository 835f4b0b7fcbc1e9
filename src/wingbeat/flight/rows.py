r"""Rows: the frames of a payload, to and from bytes.

    text row     1:I["/like.js",[],"default",1]\n      id, colon, tag (none: a model), text, line feed
    length row   2:T5,hello                            id, colon, tag, length in bytes, comma, bytes

In:    ids, tags and bodies; or bytes cut anywhere.
Out:   bytes whose announced length is the written length, always; or `Row`s.
Never: looks into a body. A row ends at the byte 0x0A, not where `str.splitlines` thinks a line ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wingbeat.errors import ProtocolError

from .tags import LENGTH_ROW_TAGS

__all__ = ["Row", "RowReader", "length_row", "text_row"]

TEXT_TAGS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ#rx") - LENGTH_ROW_TAGS
HEADER: Final = re.compile(rb"([0-9a-f]{0,8}):")
LENGTH: Final = re.compile(rb"([0-9a-f]{1,8}),")
MAX_HEADER_BYTES: Final = 9


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `id` is `None` where the header leaves it out (hints); `tag` is `""` for a model."""

    id: int | None
    tag: str
    body: bytes


def text_row(row: int, body: bytes, tag: bytes = b"") -> bytes:
    """Frame JSON, which never holds a raw line feed."""
    return b"%x:%b%b\n" % (row, tag, body)


def length_row(row: int, tag: bytes, body: bytes) -> bytes:
    """Frame any bytes. `body` is immutable, so what was counted is what is written."""
    return b"%x:%b%x,%b" % (row, tag, len(body), body)


class RowReader:
    """Cuts bytes, fed in any pieces, into rows."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Row]:
        """Return the rows that `data` completes. Raises ProtocolError when the framing is broken."""
        self._buffer += data
        rows: list[Row] = []
        start = 0
        while (cut := self._next(start)) is not None:
            row, start = cut
            rows.append(row)
        del self._buffer[:start]
        return rows

    def end(self) -> None:
        """Check that the bytes ended with a complete row."""
        if self._buffer:
            raise ProtocolError(f"payload ends inside a row, {len(self._buffer)} bytes left over")

    def _next(self, start: int) -> tuple[Row, int] | None:
        header = HEADER.match(self._buffer, start)
        if header is None:
            if len(self._buffer) - start >= MAX_HEADER_BYTES:
                raise ProtocolError("payload has a row without an id")
            return None
        if header.end() == len(self._buffer):
            return None
        row = int(header[1], 16) if header[1] else None
        tag = chr(self._buffer[header.end()])
        if tag in LENGTH_ROW_TAGS:
            return self._next_length_row(row, tag, header.end() + 1)
        body = header.end() + (tag in TEXT_TAGS)
        end = self._buffer.find(b"\n", body)
        if end < 0:
            return None
        return Row(row, tag if tag in TEXT_TAGS else "", bytes(self._buffer[body:end])), end + 1

    def _next_length_row(self, row: int | None, tag: str, start: int) -> tuple[Row, int] | None:
        length = LENGTH.match(self._buffer, start)
        if length is None:
            if len(self._buffer) - start >= MAX_HEADER_BYTES:
                raise ProtocolError(f"row {row} announces no length")
            return None
        end = length.end() + int(length[1], 16)
        if end > len(self._buffer):
            return None
        return Row(row, tag, bytes(self._buffer[length.end() : end])), end
