"""What is tainted leaves by no way that a payload has, and is forgotten when what it belongs to is gone."""

from __future__ import annotations

import gc
from array import array
from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import dataclass
from enum import Enum
from functools import partial
from uuid import UUID

import pytest

from wingbeat.errors import SerializationError, UsageError
from wingbeat.flight import (
    BigInt,
    ClientReference,
    DataView,
    Element,
    File,
    FormData,
    Lazy,
    Map,
    PayloadEncoder,
    Promise,
    ReadableStream,
    ServerReference,
    Set,
    encode_payload,
    taint_object,
    taint_of,
    taint_scope,
    taint_value,
)
from wingbeat.flight.taint import is_anything_tainted

SECRET = "3e971ecc1485fe78625598bf9b6f85db"
MESSAGE = "Do not send the key."


@pytest.fixture(autouse=True)
def _in_a_request() -> Iterator[None]:
    gc.collect()
    with taint_scope():
        yield
    gc.collect()
    assert not is_anything_tainted()


@dataclass
class User:
    name: str


def refuse(make: Callable[[], object]) -> None:
    for development in (False, True):
        value = make()
        with pytest.raises(
            SerializationError, match=r"^Cannot send value.*: Do not send the key\.$"
        ) as caught:
            encode_payload(value, development=development)
        assert SECRET not in str(caught.value)


def resolved(value: object) -> Lazy:
    lazy = Lazy()
    lazy.resolve(value)
    return lazy


def passed(value: object) -> object:
    return value


WAYS: dict[str, Callable[[object], object]] = {
    "the root": passed,
    "an item": lambda secret: ["a", secret],
    "a field": lambda secret: {"a": [{"b": secret}]},
    "a record": User,
    "a prop of a tag": lambda secret: Element("a", None, {"title": secret}),
    "a text on the page": lambda secret: Element("p", None, {"children": ["Key: ", secret]}),
    "the only child": lambda secret: Element("p", None, {"children": secret}),
    "a prop of a client component": lambda secret: Element(
        ClientReference("/a.js", "A"), None, {"user": secret}
    ),
    "a key of a Map": lambda secret: {1: "a", secret: "b"} if isinstance(secret, str) else Map([(secret, 1)]),
    "a value of a Map": lambda secret: Map([("a", secret)]),
    "a Set": lambda secret: Set([secret]),
    "an iterator": lambda secret: iter([secret]),
    "a promise": Promise,
    "a node": resolved,
    "a bound argument": lambda secret: ServerReference("a", (secret,)),
    "a deep place": lambda secret: nested(secret, 400),
}


def nested(value: object, depth: int) -> object:
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("way", WAYS)
def test_i16_a_tainted_value_leaves_by_no_way(way: str) -> None:
    encode_payload(WAYS[way](SECRET))
    owner = User("ada")
    taint_value(MESSAGE, owner, SECRET)

    refuse(lambda: WAYS[way]("".join(SECRET)))


KINDS: list[Callable[[], object]] = [partial(User, "ada"), partial(dict, name="ada"), partial(list, ["ada"])]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("make", KINDS)
def test_i16_a_tainted_object_leaves_by_no_way(way: str, make: Callable[[], object]) -> None:
    value = make()
    encode_payload(WAYS[way](value))
    taint_object(MESSAGE, value)

    refuse(lambda: WAYS[way](value))
    encode_payload(WAYS[way](make()))  # an equal one, or a copy, is another object: a net, no boundary


class Key(Enum):
    API = SECRET


class Text(str):
    __slots__ = ()


UNIQUE: list[tuple[object, list[object]]] = [
    (SECRET, [SECRET, Text(SECRET), Key.API, FormData([("key", SECRET)])]),
    ("x" * 2000, ["x" * 2000]),
    ("$" + SECRET, ["$" + SECRET]),
    (UUID(SECRET), [UUID(SECRET), str(UUID(SECRET))]),
    (BigInt(2**70), [BigInt(2**70)]),
    (
        bytes.fromhex(SECRET),
        [
            bytes.fromhex(SECRET),
            bytearray.fromhex(SECRET),
            memoryview(bytes.fromhex(SECRET)),
            array("H", bytes.fromhex(SECRET)),
            DataView(bytes.fromhex(SECRET)),
            File(bytes.fromhex(SECRET)),
        ],
    ),
    (array("d", [1.5]), [array("d", [1.5]), array("d", [1.5]).tobytes()]),
]


@pytest.mark.parametrize(("tainted", "refused"), UNIQUE)
def test_a_value_is_tainted_in_every_form_in_which_it_would_be_sent(
    tainted: object, refused: list[object]
) -> None:
    owner = User("ada")
    taint_value(MESSAGE, owner, tainted)

    for value in refused:
        refuse(partial(passed, value))
        refuse(partial(list, [value]))


def test_what_contains_a_tainted_value_is_not_known() -> None:
    owner = User("ada")
    taint_value(MESSAGE, owner, SECRET)

    assert encode_payload([SECRET[1:], f"Bearer {SECRET}", SECRET.upper()]).count(b",") == 2


def test_items_of_streams_and_what_was_waited_for_are_refused_and_can_be_rejected() -> None:
    async def items() -> object:
        yield SECRET

    encoder = PayloadEncoder()
    encoder.add({"text": items(), "bytes": ReadableStream(items(), of_bytes=True), "node": Lazy()})
    owner = User("ada")  # tainted only now, with the response on its way
    taint_value(MESSAGE, owner, SECRET)
    taint_value(MESSAGE, owner, SECRET.encode())
    text, raw, node = encoder.take_holes()

    for attempt in (
        lambda: encoder.add_item(text.row, SECRET),
        lambda: encoder.add_item(raw.row, SECRET.encode()),
        lambda: encoder.resolve(node.row, [SECRET]),
        lambda: encoder.close(text.row, SECRET),
        lambda: encoder.hint("D", SECRET),
    ):
        with pytest.raises(SerializationError, match=r"Do not send the key"):
            attempt()
    encoder.abort(ValueError())
    assert SECRET.encode() not in b"".join(encoder.data_to_send())


def test_a_taint_ends_with_what_it_belongs_to() -> None:
    Context().run(taint_and_forget)  # outside of any request


def test_a_value_stays_tainted_until_its_request_ends() -> None:
    with taint_scope():
        taint_value(MESSAGE, User("ada"), SECRET)
        gc.collect()
        refuse(lambda: SECRET)

    gc.collect()
    assert encode_payload(SECRET)


def taint_and_forget() -> None:
    owner, other, user = User("ada"), User("eve"), User("bob")
    taint_value(MESSAGE, owner, SECRET)
    taint_value("Do not.", other, SECRET)
    taint_object(MESSAGE, user)
    identity = id(user)

    del owner, user
    gc.collect()
    assert taint_of(SECRET) == "Do not."
    del other
    gc.collect()

    assert taint_of(SECRET) is None
    assert not is_anything_tainted()
    assert identity


def test_what_cannot_be_watched_is_tainted_for_the_request() -> None:
    row = {"name": "ada"}
    with taint_scope():
        taint_object(MESSAGE, row)
        taint_value(MESSAGE, row, SECRET)
        refuse(lambda: [row])
        refuse(lambda: SECRET)

    assert encode_payload([row, SECRET])


def test_the_message_has_a_default() -> None:
    user = User("ada")
    taint_object(None, user)

    with pytest.raises(SerializationError, match="It is tainted: it must not leave the server"):
        encode_payload(user)


@pytest.mark.parametrize("value", ["text", b"bytes", 5, 1.5, True, None, BigInt(7)])
def test_only_objects_have_an_identity(value: object) -> None:
    with pytest.raises(UsageError, match="taint_object takes an object"):
        taint_object(MESSAGE, value)


@pytest.mark.parametrize("value", [5, 1.5, True, None])
def test_what_is_too_general_cannot_be_tainted(value: object) -> None:
    with pytest.raises(UsageError, match="equal ones are everywhere"):
        taint_value(MESSAGE, User("ada"), value)


def test_values_are_texts_or_bytes_that_are_not_empty_and_belong_to_an_object() -> None:
    with pytest.raises(UsageError, match="Use taint_object"):
        taint_value(MESSAGE, User("ada"), {"a": 1})
    with pytest.raises(UsageError, match="Is it set"):
        taint_value(MESSAGE, User("ada"), "")
    with pytest.raises(UsageError, match="the object that the value belongs to"):
        taint_value(MESSAGE, SECRET, SECRET)


def test_a_released_view_is_refused_as_ever() -> None:
    owner = User("ada")
    taint_value(MESSAGE, owner, SECRET)
    view = memoryview(b"abc")
    view.release()

    with pytest.raises(SerializationError, match="released memoryview"):
        encode_payload(view)
