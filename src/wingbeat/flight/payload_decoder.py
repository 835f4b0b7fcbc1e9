r"""Decode a payload: rows -> values, for cached results and tests. In a browser React's own client does it.

In:    the bytes of a complete payload, ours or a React server's.
Out:   plain values, and the nouns of the protocol for the rest.

    decode_payload(b'0:{"n":1,"self":"$0"}\n')   ->   {"n": 1, "self": <the same dict>}

Rows become data with an alias for each reference; then aliases are followed; Maps, promises and the like
stand empty meanwhile and are filled from finished data.
Never: imports a module, looks an action up, awaits. Broken bytes raise ProtocolError.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, cast

import orjson

from wingbeat.errors import ProtocolError

from .model import UNDEFINED, BigInt, Element, Json, ReactSymbol
from .payload_aliases import Alias, Aliases, Cell, put
from .payload_values import PayloadError
from .reply_strings import BINARY_KINDS, CONSTANTS, decode_binary, decode_date
from .reply_values import StreamKind
from .rows import Row, RowReader
from .temporary_references import TemporaryReference

__all__ = ["decode_payload"]

STREAM_TAGS: Final = frozenset("RrXx")
SKIPPED_TAGS: Final = frozenset("HNDJW")
"""Hints, and what only a browser's developer tools show."""
ALIAS_KINDS: Final = frozenset("LQWiKBh@")
INSTRUCTIONS: Final[dict[str, Callable[[str], object]]] = {
    "D": decode_date,
    "n": BigInt,
    "S": ReactSymbol,
    "T": TemporaryReference,
    "Z": lambda row: Alias.of("Z", row) if row else PayloadError(),
}
ELEMENT_SLOTS: Final = ("type", "key", "props")


def decode_payload(payload: bytes) -> object:
    """Return the root value of a complete payload.

    Raises ProtocolError for broken or missing rows, and the PayloadError that the payload holds in place of
    its root or of anything the root cannot be without.
    """
    reader = RowReader()
    rows = reader.feed(payload)
    reader.end()
    decoder = _Decoder()
    for row in rows:
        decoder.read(row)
    return decoder.finish()


class _Decoder:
    """The rows read so far."""

    def __init__(self) -> None:
        self.aliases = Aliases()

    def read(self, row: Row) -> None:
        if row.tag in SKIPPED_TAGS:
            return
        number = row.id or 0
        if row.tag in STREAM_TAGS:
            self.aliases.open_stream(number, cast("StreamKind", row.tag))
        elif row.tag == "C":
            self.aliases.close_stream(number, self.model(row.body) if row.body else [UNDEFINED])
        elif row.tag == "E":
            self.aliases.fail(number, _error(_json(row.body)))
        elif row.tag == "I":
            self.aliases.add_module(number, self.model(row.body))
        else:
            self.aliases.add(number, self.cell(row))

    def cell(self, row: Row) -> Cell:
        """Return a row's value, as the only item of a list."""
        if row.tag == "":
            return self.model(row.body)
        if row.tag == "T":
            return [row.body.decode("utf-8", "replace")]
        if row.tag == "b":
            return [row.body]
        if row.tag in BINARY_KINDS:
            return [decode_binary(BINARY_KINDS[row.tag], row.body)]
        raise ProtocolError(f"row {row.id} has the unknown tag {row.tag!r}")

    def model(self, body: bytes) -> Cell:
        """Return the value of a row of JSON, every instruction in it carried out or left as an alias."""
        cell: Cell = [_json(body)]
        waiting: list[tuple[object, int | str]] = [(cell, 0)]
        while waiting:
            container, key = waiting.pop()
            value = _get(container, key)
            if isinstance(value, str):
                if value.startswith("$"):
                    self.revive(container, key, value)
            elif isinstance(value, list):
                if value and value[0] == "$":
                    waiting += _element(container, key, value)
                else:
                    waiting += [(value, index) for index in range(len(value))]
            elif isinstance(value, dict):
                value.pop("__proto__", None)
                waiting += [(value, name) for name in value]
        return cell

    def revive(self, container: object, key: int | str, text: str) -> None:
        value = self.instruction(text)
        if value is UNDEFINED and isinstance(container, dict):
            del container[key]
            return
        put(container, key, value)
        if isinstance(value, Alias):
            self.aliases.note(container, key, value)

    def instruction(self, text: str) -> object:
        """Return the value of a string that begins with `$`."""
        if text.startswith("$$"):
            return text[1:]
        if text in CONSTANTS:
            return CONSTANTS[text]
        kind, rest = text[1:2], text[2:]
        if kind in INSTRUCTIONS:
            return INSTRUCTIONS[kind](rest)
        return Alias.of(kind, rest) if kind in ALIAS_KINDS else Alias.of("", text[1:])

    def finish(self) -> object:
        return self.aliases.finish()


def _json(body: bytes) -> object:
    try:
        return cast("object", orjson.loads(body))
    except orjson.JSONDecodeError:
        pass  # half a surrogate pair, which JavaScript's text can hold and orjson refuses; or broken
    try:
        return cast("object", json.loads(body))
    except ValueError as error:
        raise ProtocolError("row is not JSON") from error


def _get(container: object, key: int | str) -> Json:
    if isinstance(container, Element):
        slot: Json = getattr(container, str(key))
        return slot
    return cast("dict[int | str, Json]", container)[key]  # or a list and its index


def _element(container: object, key: int | str, slots: list[object]) -> list[tuple[object, int | str]]:
    if len(slots) < 4 or not isinstance(slots[3], dict | str):  # noqa: PLR2004 ("$", type, key, props)
        raise ProtocolError("element is not a tuple of type, key and props")
    element = Element(slots[1], cast("str | None", slots[2]), cast("dict[str, object]", slots[3]))
    put(container, key, element)
    return [(element, slot) for slot in ELEMENT_SLOTS]


def _error(fields: object) -> PayloadError:
    known = cast("dict[str, object]", fields) if isinstance(fields, dict) else {}
    digest = cast("str | None", known.get("digest"))
    return PayloadError(digest, str(known.get("name", "")), str(known.get("message", "")))
