"""`ReplyStore`: the parts of a reply, sorted into four stores by the shape of their names.

    "3" text -> strings[3]    "3" file -> blobs[3]    "_3_name" -> forms[3]    "S3" -> streams[3]

An id belongs to one store and a model or file comes once, so no row can be taken for another kind and the
order of the parts means nothing. Names are decimal and canonical; references to them are hexadecimal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from wingbeat.errors import BodyTooLarge, ReplyError

from .form_data import File
from .limits import Limits

__all__ = ["MAX_ROW_ID", "FormEntry", "Part", "ReplyStore", "check_sizes"]

Part = tuple[str, str | File]
"""One part of a form body: its name, and its text or file."""

FormEntry = tuple[str, str | File]

MAX_ROW_ID = 2**31 - 1
ROW_NAME = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
ENTRY_NAME = re.compile(r"_(0|[1-9][0-9]{0,9})_(.*)", re.ASCII | re.DOTALL)


def row_id(name: str) -> int:
    """Return the id that a part's name spells. Raises ReplyError unless it is canonical decimal."""
    if ROW_NAME.fullmatch(name) is None or (row := int(name)) > MAX_ROW_ID:
        raise ReplyError(f"part name {name[:80]!r} names no row")
    return row


def check_sizes(parts: Sequence[Part], limits: Limits) -> None:
    """Refuse too many parts, and parts or names that are too long. Raises BodyTooLarge."""
    files = 0
    for name, value in parts:
        if isinstance(value, File):
            files += 1
        elif len(value) > limits.part_bytes:
            raise BodyTooLarge(
                f"read a part of {len(value)} characters, expected no more than {limits.part_bytes}"
            )
        if len(name) > limits.name_characters:
            raise BodyTooLarge(
                f"read a name of {len(name)} characters, expected no more than {limits.name_characters}"
            )
    if files > limits.files:
        raise BodyTooLarge(f"read {files} files, expected no more than {limits.files}")
    if len(parts) - files > limits.fields:
        raise BodyTooLarge(f"read {len(parts) - files} fields, expected no more than {limits.fields}")


class ReplyStore:
    """The parts whose name begins with `prefix`, indexed once; other parts are somebody else's."""

    __slots__ = ("blobs", "forms", "streams", "strings")

    def __init__(self, parts: Iterable[Part], prefix: str = "") -> None:
        self.strings: dict[int, str] = {}
        self.blobs: dict[int, File] = {}
        self.forms: dict[int, list[FormEntry]] = {}
        self.streams: dict[int, list[str]] = {}
        for name, value in parts:
            if name.startswith(prefix):
                self._add(name[len(prefix) :], value)
        self._refuse_shared_ids()

    def is_outlined(self, row: int) -> bool:
        """Whether the id is taken by something that is not a form."""
        return row in self.strings or row in self.blobs or row in self.streams

    def _add(self, name: str, value: str | File) -> None:
        kind = name[:1]
        if kind == "_":
            self._add_entry(name, value)
        elif kind == "S":
            if isinstance(value, File):
                raise ReplyError("stream chunk is a file, expected text")
            self.streams.setdefault(row_id(name[1:]), []).append(value)
        elif (row := row_id(name)) in self.strings or row in self.blobs:
            raise ReplyError(f"row {row} came twice")
        elif isinstance(value, str):
            self.strings[row] = value
        else:
            self.blobs[row] = value

    def _add_entry(self, name: str, value: str | File) -> None:
        entry = ENTRY_NAME.fullmatch(name)
        if entry is None or (row := int(entry[1])) > MAX_ROW_ID:
            raise ReplyError(f"part name {name[:80]!r} names no form entry")
        self.forms.setdefault(row, []).append((entry[2], value))

    def _refuse_shared_ids(self) -> None:
        rows = self.strings.keys() | self.blobs.keys()
        if not (
            rows.isdisjoint(self.forms)
            and rows.isdisjoint(self.streams)
            and self.forms.keys().isdisjoint(self.streams)
        ):
            raise ReplyError("one id names parts of two kinds")
