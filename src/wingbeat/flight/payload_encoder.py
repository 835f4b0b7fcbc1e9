r"""Encode a payload: what the server sends to the browser, values -> rows.

In:    any value of the serialization reference, with Lazy nodes, awaitables and async iterables as holes.
Out:   bytes in `data_to_send`, complete rows; the holes in `take_holes`, for a driver to fill.

    encode_payload({"n": 1})  ->  b'0:{"n":1}\n'

Never: awaits, reads a clock, or calls anything but iteration and the fields of records.
A production payload fails in React's development client and the other way round: `development` must match.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, cast

from wingbeat.errors import SerializationError

from .model import UNDEFINED, Lazy
from .payload_ledger import ELSEWHERE, NOWHERE, Hole, Ledger, Place, describe_place
from .payload_models import Failed, ModelWriter, Unaddressable, json_bytes
from .payload_outlined import error_model
from .payload_types import WRITERS, find_writer

__all__ = ["Hole", "PayloadEncoder", "encode_payload"]


MAX_FAILED_ALONE: Final = 32
"""Of one row, which is written once more for each; with more it fails as a whole."""


def no_digest(_error: BaseException) -> str:
    return ""


def encode_payload(
    value: object,
    *,
    development: bool = False,
    digest: Callable[[BaseException], str] = no_digest,
) -> bytes:
    """Return the whole payload of a value that is complete.

    Raises SerializationError for a value that cannot travel, and for one that is not there yet: awaitables,
    async iterables and pending nodes need a PayloadEncoder and a driver.
    """
    encoder = PayloadEncoder(development=development, digest=digest)
    encoder.add(value)
    for hole in encoder.take_holes():
        raise SerializationError(
            f"Cannot send {encoder.describe(hole.row)} at once: it is not there yet. "
            "Await it first, or use a PayloadEncoder."
        )
    return b"".join(encoder.data_to_send())


class PayloadEncoder:
    """Writes the rows of one response, in any order in which its values become ready.

    `add` the root, then, until `pending` is empty: send `data_to_send()`, await what `take_holes()` returns
    and answer each with `resolve`, `reject`, or `add_item` and `close`. Ending a response with holes left
    makes the browser fail them as "Connection closed."; `abort` fails them with an error of yours.

    `digest` names an error in the log and in the browser alike. `guard` sees every value before it is
    written, and its answer, if any, is the reason why it must not leave; without one, what is tainted is refused.
    """

    def __init__(
        self,
        *,
        development: bool = False,
        digest: Callable[[BaseException], str] | None = None,
        guard: Callable[[object], str | None] | None = None,
    ) -> None:
        self._ledger = Ledger()
        self._writer = ModelWriter(
            self._ledger,
            WRITERS,
            find_writer,
            development=development,
            digest=digest or no_digest,
            guard=guard,
        )

    @property
    def pending(self) -> Mapping[int, Hole]:
        """The rows that wait, and what each waits for."""
        return MappingProxyType(self._ledger.holes)

    def take_holes(self) -> list[Hole]:
        """Return the holes opened since the last call, each once."""
        opened = self._ledger.opened[:]
        self._ledger.opened.clear()
        return opened

    def data_to_send(self) -> list[bytes]:
        """Return the rows written since the last call."""
        rows = self._ledger.rows[:]
        self._ledger.rows.clear()
        return rows

    def add(self, value: object) -> int:
        """Write a value as a row of its own and return the row; the first is the root, row 0.

        Raises SerializationError; then nothing was written, and row 0, if it was the root, can be rejected.
        """
        row = self._ledger.new_row()
        self._fill(row, value)
        return row

    def resolve(self, row: int, value: object, *, isolate: bool = False) -> None:
        """Fill a hole. Raises SerializationError; then the hole is still open, and can be rejected.

        With `isolate`, what cannot travel fails in the browser together with the nearest element or settled
        promise around it, and the rest arrives, as with React's own server. Without, all of it is refused: whoever
        writes the same tree as HTML too cannot use a payload that says otherwise.
        """
        hole = self._ledger.holes[row]
        self._writer.isolates = isolate
        try:
            self._fill(row, value)
        finally:
            self._writer.isolates = False
            self._writer.failed.clear()
        if self._ledger.holes.get(row) is hole:
            del self._ledger.holes[row]

    def reject(self, row: int, error: BaseException) -> None:
        """Fail a row: a hole, a stream, or one whose value could not be written."""
        model = json_bytes(error_model(self._writer, error))
        self._ledger.holes.pop(row, None)
        self._ledger.write(row, model, b"E")

    def add_item(self, row: int, item: object) -> None:
        """Write the next item of a stream. Raises SerializationError; then the stream is still open."""
        hole = self._ledger.holes[row]
        if not hole.of_bytes:
            self._write(row, item, is_item=True)
            return
        if not isinstance(item, bytes | bytearray | memoryview):
            raise SerializationError(
                f"Cannot send {self.describe(row)}: a stream of bytes brought a {type(item).__qualname__}."
            )
        data = bytes(cast("bytes | bytearray | memoryview", item))
        self._writer.start_rows()
        self._writer.check(data, None, row)
        if data:  # React's client fails on an empty chunk
            self._ledger.write_chunk(row, data)

    def close(self, row: int, value: object = UNDEFINED) -> None:
        """End a stream; `value` is what an async generator returned, if the language has that."""
        if value is UNDEFINED:
            self._ledger.write(row, b"", b"C")
        else:
            self._write(row, value, b"C", is_item=True)
        del self._ledger.holes[row]

    def abort(self, error: BaseException) -> None:
        """Reject everything that is still pending."""
        for row in list(self._ledger.holes):
            self.reject(row, error)

    def hint(self, code: str, model: object) -> None:
        """Tell the browser about a resource that it will need: React DOM's `preload` and its kin."""
        writer = self._writer
        writer.start_rows()
        self._ledger.rows.append(
            b":H%b%b\n" % (code.encode(), json_bytes(writer.visit(model, None, NOWHERE, 0)))
        )

    def describe(self, row: int) -> str:
        """Return the path to the value that a row stands for, such as `value.items[3]`."""
        return describe_place(self._ledger, None, row)

    def _fill(self, row: int, value: object) -> None:
        while isinstance(value, Lazy) and value.state == "resolved":
            value = value.value
        if not isinstance(value, Lazy) or id(value) in self._ledger.references:
            self._write(row, value)
        elif value.error is not None:
            self.reject(row, value.error)
        else:
            self._ledger.references[id(value)] = (value, f"$L{row:x}")
            self._ledger.holes.pop(row, None)
            self._ledger.open_hole(Hole(row, "node", value))

    def _write(self, row: int, value: object, tag: bytes = b"", *, is_item: bool = False) -> None:
        """Write a row and all rows it needs, or nothing.

        A value that no reference can name (it stands below a key with a colon, or in a stream) and is met
        again gets a row of its own, and the row is written once more.
        """
        ledger = self._ledger
        mark = ledger.mark()
        outlined: dict[int, object] = {}
        before: dict[int, Place] | None = None
        while True:
            self._writer.start_rows()
            ledger.seen.update({number: (value, None, ELSEWHERE) for number, value in outlined.items()})
            try:
                self._write_rows(row, NOWHERE if is_item else row, value, tag)
            except Unaddressable as met:
                outlined[id(met.value)] = met.value
                ledger.rewind(mark, before)
                # What is outlined replaces older places, which counting back does not restore.
                before = dict(ledger.seen)
            except Failed as met:
                self._fail_alone(met)
                outlined[id(met.value)] = met.value
                ledger.rewind(mark, before)
                before = dict(ledger.seen)
            except BaseException:
                self._writer.start_rows()
                ledger.rewind(mark, before)
                raise
            else:
                break
        if is_item:
            ledger.forget(mark, before)

    def _fail_alone(self, met: Failed) -> None:
        """Remember what failed, for the row to be written once more with its error in its place."""
        failed = self._writer.failed
        if len(failed) == MAX_FAILED_ALONE:
            raise met.error
        failed[id(met.value)] = met.value, json_bytes(error_model(self._writer, met.error, alone=True))

    def _write_rows(self, row: int, place: int, value: object, tag: bytes) -> None:
        body = self._write_model(place, value)
        if place != NOWHERE:
            self._ledger.write(row, body, tag)
        deferred, seen = self._writer.deferred, self._ledger.seen
        while deferred:
            later, container = deferred.pop()
            if seen.get(id(container), ())[1:] == (None, later):
                del seen[id(container)]  # it stood for the row that is written now
            self._ledger.write(later, self._write_later(later, container))
        if place == NOWHERE:
            # Last, because React's client loses the items behind one that had to wait for a later row.
            self._ledger.write(row, body, tag)

    def _write_later(self, row: int, value: object) -> bytes:
        writer = self._writer
        try:
            return self._write_model(row, value)
        except SerializationError as error:
            if row in writer.promises:
                writer.fail(writer.promises[row], error)
            raise

    def _write_model(self, row: int, value: object) -> bytes:
        self._writer.open_rows.add(row)
        body = json_bytes(self._writer.visit(value, None, row, 0))
        self._writer.open_rows.discard(row)
        return body
