"""Values -> a reference to a row of their own: maps, sets, files, references, promises, streams, errors.

    {1: "a"}                       ->  "$Q1"      and row  1:[[1,"a"]]
    ServerReference("a", (7,))     ->  "$h2"      and rows 3:[7]  2:{"id":"a","bound":"$@3"}
    ValueError()                   ->  "$Z"       in production; "$Z4" with a described row in development

Binary rows and long text are written before anything mentions them (a limit of React's client); for every
other row the order is free.
"""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import Final

from .error_rows import error_frames, error_message, related_errors
from .form_data import File, FormData
from .leaves import array_view, memory_view
from .model import ClientReference, Lazy, ReadableStream, ServerReference
from .payload_ledger import ELSEWHERE, Hole, Place
from .payload_models import MAX_DEPTH, ModelWriter, json_bytes
from .reply_values import ArrayBuffer, DataView, Promise, ReplyStream, Uint8ClampedArray
from .tags import BINARY_TAGS, escape_dollar

__all__ = [
    "error_model",
    "write_binary",
    "write_client_reference",
    "write_error",
    "write_file",
    "write_form_data",
    "write_hole",
    "write_iterator",
    "write_lazy",
    "write_map",
    "write_promise",
    "write_server_reference",
    "write_set",
    "write_stream",
]

BYTES_KINDS: Final[dict[type, str]] = {
    ArrayBuffer: "ArrayBuffer",
    DataView: "DataView",
    Uint8ClampedArray: "Uint8ClampedArray",
}
OUTLINE_DEPTH: Final = 4
"""How much nearer a row inside a row brings the limit of depth: about its share of Python's stack."""
MAX_CAUSES: Final = 16


def write_map(
    writer: ModelWriter, value: Mapping[object, object], parent: Place | None, key: str | int, depth: int
) -> str:
    """Write a Map: a row of pairs."""

    def pairs(row: Place, depth: int) -> list[object]:
        return [writer.items(pair, (pair, row, index), depth) for index, pair in enumerate(value.items())]

    return _outline(writer, "$Q", value, parent, key, depth, pairs)


def write_set(
    writer: ModelWriter, value: Iterable[object], parent: Place | None, key: str | int, depth: int
) -> str:
    """Write a Set: a row of its members."""

    def members(row: Place, depth: int) -> list[object]:
        return writer.items(value, row, depth)

    return _outline(writer, "$W", value, parent, key, depth, members)


def write_iterator(
    writer: ModelWriter, value: Iterator[object], parent: Place | None, key: str | int, depth: int
) -> str:
    """Write an iterator, which is consumed: a row of its items."""

    def items(row: Place, depth: int) -> list[object]:
        # Kept, because a row that has to be written once more cannot ask the iterator again.
        _, kept = writer.ledger.drained.setdefault(id(value), (value, []))
        kept.extend(value)
        return writer.items(kept, row, depth)

    return _outline(writer, "$i", value, parent, key, depth, items)


def write_form_data(
    writer: ModelWriter, value: FormData, parent: Place | None, key: str | int, depth: int
) -> str:
    """Write FormData: a row of names and values."""

    def entries(row: Place, depth: int) -> list[object]:
        return [writer.items(entry, (entry, row, index), depth) for index, entry in enumerate(value.items())]

    return _outline(writer, "$K", value, parent, key, depth, entries)


def write_file(writer: ModelWriter, value: File, parent: Place | None, key: str | int, depth: int) -> str:
    """Write a file as a Blob; its name stays here, as with React's own server."""

    def parts(_row: Place, _depth: int) -> list[object]:
        data = value.content
        writer.check(data, parent, key)
        content = writer.ledger.write_bytes(BINARY_TAGS["Uint8Array"], data)
        return [escape_dollar(value.type), f"${content:x}"]

    return _outline(writer, "$B", value, parent, key, depth, parts)


def _outline(  # noqa: PLR0913, PLR0917 (the position, which every writer takes, and the two ends of the row)
    writer: ModelWriter,
    tag: str,
    value: object,
    parent: Place | None,
    key: str | int,
    depth: int,
    contents: Callable[[Place, int], list[object]],
) -> str:
    ledger = writer.ledger
    place = ledger.seen.get(id(value))
    is_shared = place is not None and place[2] == ELSEWHERE
    if (place is not None and not is_shared) or depth > MAX_DEPTH:
        return writer.elsewhere(value, parent, key)
    row = ledger.new_row()
    ledger.origins[row] = (parent, key)
    ledger.seen[id(value)] = (value, parent, key)
    writer.under_construction.add(id(value))
    writer.open_rows.add(row)
    model = contents((value, None, row), depth + OUTLINE_DEPTH)
    writer.open_rows.discard(row)
    writer.under_construction.discard(id(value))
    ledger.write(row, json_bytes(model))
    if not is_shared:
        return f"{tag}{row:x}"
    # Written before what mentions it: in a cycle, React's client fills a later one in as null.
    own_row = ledger.own_rows[id(value)] = ledger.new_row()
    ledger.write(own_row, json_bytes(f"{tag}{row:x}"))
    return f"${own_row:x}"


def write_binary(
    writer: ModelWriter,
    value: bytes | bytearray | memoryview | array[int] | array[float],
    parent: Place | None,
    key: str | int,
    _depth: int,
) -> str:
    """Write a snapshot of the bytes: what happens to the buffer later changes nothing."""
    if id(value) in writer.ledger.seen:
        return writer.elsewhere(value, parent, key)
    try:
        view = _view(value)
    except ValueError:
        writer.refuse(value, parent, key, "It is a released memoryview")
    if view is None:
        writer.refuse(value, parent, key, "JavaScript has no typed array of its item format")
    kind, data = view
    row = writer.ledger.write_bytes(BINARY_TAGS[kind], data)
    writer.ledger.seen[id(value)] = (value, None, row)
    return f"${row:x}"


def _view(
    value: bytes | bytearray | memoryview | array[int] | array[float],
) -> tuple[str, bytes] | None:
    if isinstance(value, memoryview):
        return memory_view(value)
    if isinstance(value, array):
        return array_view(value)
    return BYTES_KINDS.get(type(value), "Uint8Array"), bytes(value)


def write_client_reference(
    writer: ModelWriter, value: ClientReference, _parent: Place | None, _key: str | int, _depth: int
) -> str:
    """Write an export of a client module."""
    writer.waiting |= writer.under_construction
    return f"${writer.module_row(value):x}"


def write_server_reference(
    writer: ModelWriter, value: ServerReference, parent: Place | None, key: str | int, depth: int
) -> str:
    """Write an action: its id, and its bound arguments as a promise."""
    ledger = writer.ledger
    known = ledger.references.get(id(value))
    if known is not None:
        return known[1]
    row = ledger.new_row()
    reference = f"$h{row:x}"
    ledger.references[id(value)] = (value, reference)
    bound = None
    if value.bound is not None:
        bound_row = ledger.new_row()
        ledger.origins[bound_row] = (parent, key)
        bound = f"$@{bound_row:x}"
        if depth > MAX_DEPTH:
            writer.deferred.append((bound_row, list(value.bound)))
        else:
            here = (value.bound, None, bound_row)
            writer.open_rows.add(bound_row)
            model = writer.items(value.bound, here, depth + OUTLINE_DEPTH)
            writer.open_rows.discard(bound_row)
            ledger.write(bound_row, json_bytes(model))
    ledger.write(row, json_bytes({"id": escape_dollar(value.id), "bound": bound}))
    return reference


def write_lazy(writer: ModelWriter, value: Lazy, parent: Place | None, key: str | int, depth: int) -> object:
    """Write a node: what it resolved to, or a row that comes later."""
    if value.state == "resolved":
        return writer.visit(value.value, parent, key, depth)
    reference, row = _reference_row(writer, "$L", value, parent, key)
    if row is None:
        return reference
    if value.error is not None:
        writer.ledger.write(row, json_bytes(error_model(writer, value.error)), b"E")
    else:
        writer.ledger.open_hole(Hole(row, "node", value))
    return reference


def write_promise(
    writer: ModelWriter, value: Promise, parent: Place | None, key: str | int, _depth: int
) -> str:
    """Write a settled promise."""
    if id(value) in writer.failed:
        return writer.error_row("$@", value)
    reference, row = _reference_row(writer, "$@", value, parent, key)
    if row is not None:
        writer.deferred.append((row, value.value))
        writer.promises[row] = value
    return reference


def write_hole(writer: ModelWriter, value: object, parent: Place | None, key: str | int, _depth: int) -> str:
    """Write an awaitable: somebody else awaits it."""
    reference, row = _reference_row(writer, "$@", value, parent, key)
    if row is not None:
        writer.ledger.open_hole(Hole(row, "promise", value))
    return reference


def write_stream(
    writer: ModelWriter,
    value: AsyncIterable[object] | ReadableStream,
    parent: Place | None,
    key: str | int,
    _depth: int,
) -> str:
    """Open a stream; its items come later."""
    reference, row = _reference_row(writer, "$", value, parent, key)
    if row is not None:
        source, tag = value, "x" if isinstance(value, AsyncIterator) else "X"
        if isinstance(value, ReadableStream):
            source, tag = value.source, "r" if value.of_bytes else "R"
        elif isinstance(value, ReplyStream):
            tag = value.kind
        writer.ledger.write(row, b"", tag.encode())
        writer.ledger.open_hole(Hole(row, "stream", source, of_bytes=tag == "r"))
    return reference


def _reference_row(
    writer: ModelWriter, prefix: str, value: object, parent: Place | None, key: str | int
) -> tuple[str, int | None]:
    """Return the reference to the row of `value`, and the row if it is new."""
    ledger = writer.ledger
    known = ledger.references.get(id(value))
    if known is not None:
        return known[1], None
    row = ledger.new_row()
    ledger.origins[row] = (parent, key)
    reference = f"{prefix}{row:x}"
    ledger.references[id(value)] = (value, reference)
    return reference, row


def write_error(
    writer: ModelWriter, value: BaseException, _parent: Place | None, _key: str | int, depth: int
) -> str:
    """Write an error that is a value: anonymous in production."""
    if not writer.development:
        return "$Z"
    known = writer.ledger.references.get(id(value))
    if known is not None:
        return known[1]
    model = _error_description(writer, value, depth)
    model["name"] = escape_dollar(type(value).__name__)
    model["message"] = escape_dollar(error_message(value))
    row = writer.ledger.new_row()
    writer.ledger.write(row, json_bytes(model))
    writer.ledger.references[id(value)] = (value, f"$Z{row:x}")
    return f"$Z{row:x}"


def error_model(writer: ModelWriter, error: BaseException, *, alone: bool = False) -> dict[str, object]:
    """Return what an error row holds: a digest, and in development the whole story; `alone`: without its causes."""
    model: dict[str, object] = {"digest": writer.digest(error)}
    if writer.development:
        model |= _error_description(writer, error, MAX_CAUSES if alone else 0)
    return model


def _error_description(writer: ModelWriter, error: BaseException, depth: int) -> dict[str, object]:
    model: dict[str, object] = {
        "name": type(error).__name__,
        "message": error_message(error),
        "stack": error_frames(error),
        "env": "Server",
    }
    writer.under_construction.add(id(error))
    cause, errors = related_errors(error)
    # An error whose chain leads back to itself is cut there, and a very long chain is cut at its end.
    if cause is not None and id(cause) not in writer.under_construction and depth < MAX_CAUSES:
        model["cause"] = write_error(writer, cause, None, 0, depth + 1)
    if errors and depth < MAX_CAUSES:
        model["errors"] = [write_error(writer, each, None, 0, depth + 1) for each in errors]
    writer.under_construction.discard(id(error))
    return model
