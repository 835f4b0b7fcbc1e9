"""`ReplyStore`: the parts of a reply, sorted into four stores by the shape of their names.

    "3" text -> strings[3]    "3" file -> blobs[3]    "_3_name" -> forms[3]    "S3" -> streams[3]

An id belongs to one store and a model or file comes once, so no row can be taken for another kind and the
order of the parts means nothing. Names are decimal and canonical; references to them are hexadecimal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from wingbeat.errors import BodyTooLarge, ReplyError

from .form_data import File
from .limits import Limits

__all__ = ["MAX_ROW_ID", "FormEntry", "Part", "ReplyStore", "check_sizes"]

Part = tuple[str, str | File]
"""One part of a form body: its name, and its text or file."""

FormEntry = tuple[str, str | File]

MAX_ROW_ID = 2**31 - 1
ROW_NAME = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


@lru_cache(maxsize=256)
def row_id(name: str) -> int:
    """Return the id that a part's name spells. Raises ReplyError unless it is canonical decimal."""
    if ROW_NAME.fullmatch(name) is None or (row := int(name)) > MAX_ROW_ID:
        raise ReplyError(f"part name {name[:80]!r} names no row")
    return row


def check_sizes(parts: Sequence[Part], limits: Limits) -> None:
    """Refuse too many parts, and parts or names that are too long. Raises BodyTooLarge."""
    files = 0
    for name, value in parts:
        if type(value) is not str:
            files += 1
        elif len(value) > limits.part_bytes:
            raise too_much("characters in a part", len(value), limits.part_bytes)
        if len(name) > limits.name_characters:
            raise too_much("characters in a name", len(name), limits.name_characters)
    if files > limits.files:
        raise too_much("files", files, limits.files)
    if len(parts) - files > limits.fields:
        raise too_much("fields", len(parts) - files, limits.fields)


def too_much(unit: str, count: int, most: int) -> BodyTooLarge:
    """Return the refusal of a body that is over a limit."""
    return BodyTooLarge(f"read {count} {unit}, expected no more than {most}")


class ReplyStore:
    """The parts whose name begins with `prefix`, indexed once; other parts are somebody else's."""

    __slots__ = ("blobs", "forms", "streams", "strings")

    def __init__(self, parts: Iterable[Part], prefix: str = "") -> None:
        self.strings: dict[int, str] = {}
        self.blobs: dict[int, File] = {}
        self.streams: dict[int, list[str]] = {}
        self.forms: dict[int, list[FormEntry]] = {}
        form, entries = "", list[FormEntry]()
        for name, value in parts:
            # Most of what comes are entries of one form: one comparison for each of them.
            if (field := name.removeprefix(form)) is not name:
                entries.append((field, value))
            elif name.startswith(f"{prefix}_"):
                form, entries = self._form_of(name, prefix)
                entries.append((name.removeprefix(form), value))
            elif name.startswith(prefix):
                self._add(name.removeprefix(prefix), value)
        self._refuse_shared_ids()

    def is_outlined(self, row: int) -> bool:
        """Whether the id is taken by something that is not a form."""
        return row in self.strings or row in self.blobs or row in self.streams

    def _form_of(self, name: str, prefix: str) -> tuple[str, list[FormEntry]]:
        """Return what every name of the form begins with, and its entries so far."""
        digits, separator, _ = name[len(prefix) + 1 :].partition("_")
        if not separator:
            raise ReplyError(f"part name {name[:80]!r} names no form entry")
        return f"{prefix}_{digits}_", self.forms.setdefault(row_id(digits), [])

    def _add(self, name: str, value: str | File) -> None:
        if name[:1] == "S":
            if isinstance(value, File):
                raise ReplyError("stream chunk is a file, expected text")
            self.streams.setdefault(row_id(name[1:]), []).append(value)
        elif (row := row_id(name)) in self.strings or row in self.blobs:
            raise ReplyError(f"row {row} came twice")
        elif isinstance(value, str):
            self.strings[row] = value
        else:
            self.blobs[row] = value

    def _refuse_shared_ids(self) -> None:
        others = self.forms.keys() | self.streams.keys()
        if len(others) != len(self.forms) + len(self.streams) or not (
            others.isdisjoint(self.strings) and others.isdisjoint(self.blobs)
        ):
            raise ReplyError("one id names parts of two kinds")
