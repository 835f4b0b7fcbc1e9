"""What each value looks like on the wire, what is refused and why, and how holes are filled."""

from __future__ import annotations

import functools
import math
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, RootModel, SecretStr

from wingbeat.errors import SerializationError
from wingbeat.flight import (
    FRAGMENT,
    SUSPENSE,
    UNDEFINED,
    BigInt,
    ClientReference,
    Element,
    File,
    FormData,
    Hole,
    Lazy,
    Map,
    PayloadEncoder,
    Promise,
    ReadableStream,
    ReplyStream,
    ServerReference,
    Set,
    TemporaryReference,
    decode_payload,
    encode_payload,
)
from wingbeat.flight.payload_values import RejectedPromise


class Colour(Enum):
    RED = "$red"


class Level(IntEnum):
    HIGH = 3


class Word(StrEnum):
    YES = "yes"


@dataclass
class Point:
    x: object
    y: object


class User(BaseModel):
    name: str
    born: date
    password: str = Field(default="hunter2", exclude=True)


class Tags(RootModel[list[str]]):
    pass


SHARED = {"z": 1}
CYCLE: dict[str, object] = {"n": 1}
CYCLE |= {"self": CYCLE, "arr": [CYCLE]}
LIKE = ClientReference("mod-a", "Counter")
ACTION = ServerReference("actions#act")

SAMPLES = {
    "null": (None, b"0:null\n"),
    "text with a dollar": ("$hello", b'0:"$$hello"\n'),
    "text with an instruction": (["$L1", "$@1", "@", "$"], b'0:["$$L1","$$@1","@","$$"]\n'),
    "numbers": (
        [1, -0.0, math.nan, math.inf, -math.inf, 1.5, 1.0, True, None, UNDEFINED],
        b'0:[1,"$-0","$NaN","$Infinity","$-Infinity",1.5,1,true,null,"$undefined"]\n',
    ),
    "the largest integers": ([2**53 - 1, -(2**53) + 1], b"0:[9007199254740991,-9007199254740991]\n"),
    "undefined": ({"a": 1, "b": UNDEFINED, "c": "$x"}, b'0:{"a":1,"b":"$undefined","c":"$$x"}\n'),
    "date": ({"d": datetime(1970, 1, 1, tzinfo=UTC)}, b'0:{"d":"$D1970-01-01T00:00:00.000Z"}\n'),
    "date with an offset": (
        datetime(1969, 12, 31, 23, 0, 0, 123999, tzinfo=timezone(timedelta(hours=-2))),
        b'0:"$D1970-01-01T01:00:00.123Z"\n',
    ),
    "date without a zone is UTC": (datetime(999, 1, 2), b'0:"$D0999-01-02T00:00:00.000Z"\n'),  # noqa: DTZ001
    "big integers": (
        [BigInt(10**30), BigInt(-5)],
        b'0:["$n1000000000000000000000000000000","$n-5"]\n',
    ),
    "symbol": ([SUSPENSE, FRAGMENT], b'0:["$Sreact.suspense","$Sreact.fragment"]\n'),
    "text keys": ({"$k": 1, "a:b": 2}, b'0:{"$k":1,"a:b":2}\n'),
    "a prototype does not travel": ({"__proto__": {"admin": True}, "a": 1}, b'0:{"a":1}\n'),
    "Map": ({"a": 1, 2: "$x"}, b'1:[["a",1],[2,"$$x"]]\n0:"$Q1"\n'),
    "Map of a reply": (Map([("a", 1)]), b'1:[["a",1]]\n0:"$Q1"\n'),
    "Set": ({"s": {1}}, b'1:[1]\n0:{"s":"$W1"}\n'),
    "Set of a reply": (Set([[1], "$x"]), b'1:[[1],"$$x"]\n0:"$W1"\n'),
    "FormData": (
        FormData([("a", "1"), ("a", "2"), ("f", File(b"hi", "n.txt", "text/plain"))]),
        b'3:o2,hi2:["text/plain","$3"]\n1:[["a","1"],["a","2"],["f","$B2"]]\n0:"$K1"\n',
    ),
    "File": ({"b": File(b"x\n", "", "text/plain")}, b'2:o2,x\n1:["text/plain","$2"]\n0:{"b":"$B1"}\n'),
    "iterator": ({"i": iter([1, 2, 3])}, b'1:[1,2,3]\n0:{"i":"$i1"}\n'),
    "long text": ("é" * 1024, b"1:T800," + "é".encode() * 1024 + b'0:"$1"\n'),
    "long text, twice": (["$" * 1024] * 2, b"1:T400," + b"$" * 1024 + b'0:["$1","$1"]\n'),
    "half a surrogate pair": ("\ud83d", b'0:"\\ud83d"\n'),
    "settled promise": ({"p": Promise({"x": 1})}, b'0:{"p":"$@1"}\n1:{"x":1}\n'),
    "error as a value": ({"e": ValueError("secret")}, b'0:{"e":"$Z"}\n'),
    "cycle": (CYCLE, b'0:{"n":1,"self":"$0","arr":["$0"]}\n'),
    "shared object": (
        {"a": SHARED, "b": SHARED, "c": [SHARED, {"d": SHARED}]},
        b'0:{"a":{"z":1},"b":"$0:a","c":["$0:a",{"d":"$0:a"}]}\n',
    ),
    "shared object below a colon": (
        {"a:b": SHARED, "c": SHARED},
        b'0:{"a:b":"$1","c":"$1"}\n1:{"z":1}\n',
    ),
    "binary": (
        {"u8": b"\n:,", "i16": array("h", [1, -1]), "f64": memoryview(array("d", [1.5])), "e": b""},
        (
            b"1:o3,\n:,2:S4,\x01\x00\xff\xff3:g8,\0\0\0\0\0\0\xf8?4:o0,"
            b'0:{"u8":"$1","i16":"$2","f64":"$3","e":"$4"}\n'
        ),
    ),
    "element": (
        Element("a", "$k", {"href": "$x", "children": [Element(FRAGMENT, None, {})]}),
        b'0:["$","a","$$k",{"href":"$$x","children":[["$","$Sreact.fragment",null,{}]]}]\n',
    ),
    "a list that looks like an element": (["$", "script", None, {}], b'0:["$$","script",null,{}]\n'),
    "client reference": (
        [Element(LIKE, None, {"x": 1}), LIKE, ClientReference("mod-a", "Counter")],
        b'1:I["mod-a",[],"Counter",1]\n0:[["$","$L1",null,{"x":1}],"$1","$1"]\n',
    ),
    "import with a dollar": (ClientReference("$esc", "$x"), b'1:I["$$esc",[],"$$x",1]\n0:"$1"\n'),
    "server reference": ([ACTION, ACTION], b'1:{"id":"actions#act","bound":null}\n0:["$h1","$h1"]\n'),
    "bound server reference": (
        ServerReference("$a", (1, {"x": "$y"})),
        b'2:[1,{"x":"$$y"}]\n1:{"id":"$$a","bound":"$@2"}\n0:"$h1"\n',
    ),
    "temporary reference": (TemporaryReference("0:1:cb"), b'0:"$T0:1:cb"\n'),
    "dataclass": (Point(1, (2,)), b'0:{"x":1,"y":[2]}\n'),
    "Pydantic model without its excluded field": (
        User(name="Ada", born=date(1815, 12, 10)),
        b'0:{"name":"Ada","born":"1815-12-10"}\n',
    ),
    "Pydantic root model": (Tags(["a"]), b'0:["a"]\n'),
    "enums": ([Colour.RED, Level.HIGH, Word.YES], b'0:["$$red",3,"yes"]\n'),
    "text forms": (
        [UUID(int=1), Decimal("1.50"), date(2020, 1, 2), time(3, 4), timedelta(days=1, seconds=3661.5)],
        b'0:["00000000-0000-0000-0000-000000000001","1.50","2020-01-02","03:04:00","P1DT1H1M1.5S"]\n',
    ),
    "sequences": ([range(3), {"a": 1}.keys(), (1, 2)], b'0:[[0,1,2],["a"],[1,2]]\n'),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_value_looks_like_this_on_the_wire(name: str) -> None:
    value, payload = SAMPLES[name]

    assert encode_payload(value) == payload


def test_development_says_which_children_the_author_wrote_out() -> None:
    data = [Element("li", None, {})]
    element = Element("ul", None, {"children": (Element("b", None, {}), data)})

    payload = encode_payload(element, development=True)

    assert payload == (
        b'0:["$","ul",null,{"children":[["$","b",null,{},null,null,1],'
        b'[["$","li",null,{},null,null,0]]]},null,null,1]\n'
    )


def function_of_a_page() -> None: ...


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"items": [1, {"owner": object()}]},
            "Cannot send value.items[1].owner to the browser. Its type is object",
        ),
        ({"a b": 2**53}, "Cannot send value['a b'] to the browser. It is an integer beyond 2**53 - 1"),
        (
            Element("a", None, {"on": function_of_a_page}),
            "Cannot send value.on to the browser. It is a function",
        ),
        (Element(function_of_a_page, None, {}), "Cannot send value.type to the browser. It is a function"),
        ([math], "Cannot send value[0] to the browser. It is a module."),
        ([Point], "Cannot send value[0] to the browser. It is the class"),
        ([SecretStr("hunter2")], "Cannot send value[0] to the browser. Its type is pydantic.types.SecretStr"),
        (Point(1, {3: [print]}), "Cannot send value.y[0][1][0] to the browser. It is a function"),
        ([functools.partial(print)], "Cannot send value[0] to the browser. Its type is functools.partial"),
        (
            [1, array("u", "x")],
            "Cannot send value[1] to the browser. JavaScript has no typed",
        ),
        (
            datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))),
            "Cannot send value to the browser. In UTC",
        ),
        (
            [{"x": ServerReference("a", (1, sys))}],
            "Cannot send value[0].x[1] to the browser. It is a module.",
        ),
        ({"promise": Promise([{1, print}])}, "Cannot send value.promise[0]["),
        ([BigInt(10**5000)], "Cannot send value[0] to the browser. It has more digits than"),
    ],
)
def test_what_cannot_travel_is_refused_with_its_path_and_never_its_value(value: object, message: str) -> None:
    with pytest.raises(SerializationError) as refused:
        encode_payload(value)

    assert str(refused.value).startswith(message)
    assert "hunter2" not in str(refused.value)


def test_a_map_that_contains_itself_is_refused() -> None:
    value: dict[object, object] = {}
    value[1] = [value]

    with pytest.raises(SerializationError, match=r"^Cannot send value\[0\]\[1\]\[0\] .* It contains itself"):
        encode_payload(value)


def test_a_released_buffer_is_refused() -> None:
    view = memoryview(b"abc")
    view.release()

    with pytest.raises(
        SerializationError, match=r"^Cannot send value\[0\] to the browser\. It is a released memoryview"
    ):
        encode_payload([view])


def test_a_buffer_that_changes_afterwards_was_sent_as_it_was() -> None:
    encoder, buffer = PayloadEncoder(), bytearray(b"abc")

    encoder.add([buffer, memoryview(buffer)[::2]])
    buffer[:] = b"xyz"

    assert b"".join(encoder.data_to_send()) == b'1:o3,abc2:o2,ac0:["$1","$2"]\n'


def test_a_value_that_is_not_there_yet_needs_an_encoder() -> None:
    with pytest.raises(SerializationError, match=r"^Cannot send value\.later at once: it is not there yet\."):
        encode_payload({"later": Lazy()})


def test_a_pending_node_is_a_hole() -> None:
    encoder, lazy = PayloadEncoder(), Lazy()

    encoder.add(Element("div", None, {"children": lazy}))
    assert encoder.take_holes() == [Hole(1, "node", lazy)]
    assert encoder.take_holes() == []
    encoder.resolve(1, "hi")

    assert encoder.data_to_send() == [b'0:["$","div",null,{"children":"$L1"}]\n', b'1:"hi"\n']
    assert not encoder.pending


def test_a_pending_root_is_row_0_itself() -> None:
    encoder, lazy = PayloadEncoder(), Lazy()

    assert encoder.add(lazy) == 0
    encoder.resolve(0, Lazy())
    encoder.resolve(0, "hi")

    assert encoder.data_to_send() == [b'0:"hi"\n']
    assert not encoder.pending


def test_a_settled_node_is_transparent_and_a_failed_one_is_an_error_row() -> None:
    settled, failed = Lazy(), Lazy()
    settled.resolve([1])
    failed.reject(ValueError("secret"))

    payload = encode_payload([settled, failed], digest=lambda _: "D")

    assert payload == b'1:E{"digest":"D"}\n0:[[1],"$L1"]\n'


async def late() -> str:
    return "late"


def test_an_awaitable_is_a_promise_that_somebody_else_awaits() -> None:
    encoder, coroutine = PayloadEncoder(), late()

    encoder.add({"p": coroutine, "again": coroutine})
    (hole,) = encoder.take_holes()
    encoder.resolve(hole.row, "x" * 1024)
    coroutine.close()

    assert (hole.kind, hole.source) == ("promise", coroutine)
    assert b"".join(encoder.data_to_send()) == (
        b'0:{"p":"$@1","again":"$@1"}\n2:T400,' + b"x" * 1024 + b'1:"$2"\n'
    )


async def numbers():
    yield 1


def test_an_async_generator_is_an_async_iterator() -> None:
    encoder = PayloadEncoder()

    encoder.add({"s": numbers()})
    (hole,) = encoder.take_holes()
    encoder.add_item(hole.row, 1)
    encoder.add_item(hole.row, {"t": 3})
    encoder.close(hole.row)

    assert hole.kind == "stream"
    assert b"".join(encoder.data_to_send()) == b'1:x\n0:{"s":"$1"}\n1:1\n1:{"t":3}\n1:C\n'


def test_a_stream_of_bytes_never_sends_an_empty_chunk() -> None:
    encoder = PayloadEncoder()

    encoder.add(ReadableStream(numbers(), of_bytes=True))
    for chunk in (b"AB\n", b"", bytearray(b"C")):
        encoder.add_item(1, chunk)
    with pytest.raises(SerializationError, match=r"^Cannot send value: a stream of bytes brought a str\.$"):
        encoder.add_item(1, "text")
    encoder.close(1)

    assert b"".join(encoder.data_to_send()) == b'1:r\n0:"$1"\n1:b3,AB\n1:b1,C1:C\n'


def test_an_item_that_refers_to_itself_gets_a_row_to_refer_to() -> None:
    encoder, item = PayloadEncoder(), {"n": 1}
    item["self"] = item

    encoder.add(ReadableStream(numbers()))
    encoder.add_item(1, item)

    assert encoder.data_to_send()[2:] == [b'2:{"n":1,"self":"$2"}\n', b'1:"$2"\n']


def test_writing_an_item_twice_forgets_nothing_else() -> None:
    encoder, shared, item = PayloadEncoder(), {1: 2}, {"n": 1}
    item["self"] = item

    encoder.add([shared, ReadableStream(numbers()), Lazy()])
    encoder.add_item(2, item)
    encoder.resolve(3, [shared])

    assert encoder.data_to_send()[-1] == b'3:["$0:0"]\n'


def test_items_of_a_stream_are_not_kept() -> None:
    encoder = PayloadEncoder()
    encoder.add(ReadableStream(numbers()))
    before = len(encoder._ledger.seen)

    for _ in range(100):
        encoder.add_item(1, {"rows": [[1], b"bytes", "x" * 2000]})

    assert len(encoder._ledger.seen) == before


def test_a_row_that_cannot_be_written_leaves_nothing_behind() -> None:
    encoder, good = PayloadEncoder(), {"good": 1}
    encoder.add("root")
    sent = encoder.data_to_send()

    with pytest.raises(SerializationError):
        encoder.add([good, b"bytes", LIKE, Lazy(), {1: 2}, ACTION, "x" * 2000, object()])
    encoder.add([good, LIKE])

    assert sent == [b'0:"root"\n']
    assert encoder.take_holes() == []
    assert b"".join(encoder.data_to_send()) == b'3:I["mod-a",[],"Counter",1]\n2:[{"good":1},"$3"]\n'


def test_a_hole_whose_value_cannot_travel_can_be_rejected() -> None:
    encoder, lazy = PayloadEncoder(digest=lambda _: "D"), Lazy()
    encoder.add([lazy])

    with pytest.raises(SerializationError, match=r"^Cannot send value\[0\]\.x to the browser"):
        encoder.resolve(1, {"x": object()})
    encoder.reject(1, ValueError())

    assert encoder.data_to_send() == [b'0:["$L1"]\n', b'1:E{"digest":"D"}\n']
    assert not encoder.pending


def test_abort_rejects_whatever_is_pending() -> None:
    encoder = PayloadEncoder(digest=lambda _: "D")
    encoder.add([Lazy(), ReadableStream(numbers())])

    encoder.abort(TimeoutError())

    assert encoder.data_to_send()[2:] == [b'1:E{"digest":"D"}\n', b'2:E{"digest":"D"}\n']
    assert not encoder.pending


def test_values_are_shared_across_rows() -> None:
    encoder, shared = PayloadEncoder(), {"z": 1}

    encoder.add({"a": [shared], "later": Lazy()})
    encoder.resolve(1, [shared])

    assert encoder.data_to_send() == [b'0:{"a":[{"z":1}],"later":"$L1"}\n', b'1:["$0:a:0"]\n']


def test_a_shared_map_that_waits_for_a_module_gets_a_row_that_can_be_waited_for() -> None:
    """By a path into its own row the browser would find null there."""
    shared = {1: LIKE}

    payload = encode_payload([shared, shared])

    assert payload == b'2:I["mod-a",[],"Counter",1]\n1:[[1,"$2"]]\n3:"$Q1"\n0:["$3","$3"]\n'


def test_the_guard_sees_every_value_and_its_words_are_the_error() -> None:
    def guard(value: object) -> str | None:
        return "Do not send the key." if value == "key" else None

    encoder = PayloadEncoder(guard=guard)

    for value in ["key", ["key"], {"a": "key"}, Element("a", None, {"title": "key"}), {1: "key"}]:
        with pytest.raises(SerializationError, match=r"^Cannot send value.*: Do not send the key\.$"):
            encoder.add(value)


def test_a_hint_has_no_id() -> None:
    encoder = PayloadEncoder()

    encoder.hint("L", ["/f.woff2", "font", {"crossOrigin": ""}])

    assert encoder.data_to_send() == [b':HL["/f.woff2","font",{"crossOrigin":""}]\n']


def failing() -> ValueError:
    try:
        try:
            raise KeyError("inner")  # noqa: TRY301 (it needs a traceback)
        except KeyError as error:
            raise ValueError("$secret") from error
    except ValueError as error:
        return error


def test_in_production_an_error_tells_its_digest_and_nothing_else() -> None:
    lazy = Lazy()
    lazy.reject(failing())

    payload = encode_payload([lazy, failing()], digest=lambda _: "D")

    assert payload == b'1:E{"digest":"D"}\n0:["$L1","$Z"]\n'


def test_in_development_an_error_tells_everything() -> None:
    payload = encode_payload(failing(), development=True, digest=lambda _: "D")

    inner, outer, root = payload.decode().splitlines()
    assert inner.startswith('1:{"name":"KeyError","message":"\'inner\'","stack":[["failing","')
    assert outer.startswith('2:{"name":"ValueError","message":"$$secret","stack":[["failing","')
    assert outer.endswith('"cause":"$Z1"}')
    assert root == '0:"$Z2"'


def test_a_chain_of_causes_that_leads_back_to_itself_ends() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first

    assert encode_payload(first, development=True).count(b'"message"') == 2


@pytest.mark.parametrize("build", ["production", "development"])
def test_depth_has_no_limit(build: str) -> None:
    nested: object = "leaf"
    for _ in range(20_000):
        nested = Element("div", None, {"children": [nested]})

    assert encode_payload([nested, [[nested]]], development=build == "development").count(b"div") == 20_000


def test_an_async_iterable_can_end_with_a_value() -> None:
    encoder = PayloadEncoder()

    encoder.add(ReplyStream("X"))
    encoder.close(1, ["ret"])

    assert encoder.data_to_send() == [b"1:X\n", b'0:"$1"\n', b'1:C["ret"]\n']


def test_a_root_that_failed_is_an_error_row() -> None:
    failed, outer = Lazy(), Lazy()
    failed.reject(ValueError())
    outer.resolve(failed)

    assert encode_payload(outer, digest=lambda _: "D") == b'0:E{"digest":"D"}\n'


def test_a_node_in_two_places_is_one_hole() -> None:
    encoder, lazy = PayloadEncoder(), Lazy()

    encoder.add([lazy, lazy])

    assert encoder.take_holes() == [Hole(1, "node", lazy)]
    assert encoder.data_to_send() == [b'0:["$L1","$L1"]\n']


def test_keys_that_are_some_kind_of_text_make_an_object() -> None:
    assert encode_payload({Word.YES: 1, "no": 2}) == b'0:{"yes":1,"no":2}\n'


def test_a_temporary_reference_can_be_the_type_of_an_element() -> None:
    assert encode_payload(Element(TemporaryReference("0:0"), None, {})) == b'0:["$","$T0:0",null,{}]\n'


class Open(BaseModel, extra="allow"):
    name: str


def test_extra_fields_of_a_model_travel() -> None:
    assert encode_payload(Open.model_validate({"name": "a", "age": 3})) == b'0:{"name":"a","age":3}\n'


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def test_an_error_that_cannot_describe_itself_is_still_shown() -> None:
    payload = encode_payload(Mute(), development=True)

    assert payload == b'1:{"name":"Mute","message":"","stack":[],"env":"Server"}\n0:"$Z1"\n'


def test_actions_bound_to_actions_have_no_depth_limit() -> None:
    action = ServerReference("last")
    for _ in range(2000):
        action = ServerReference("a", (action,))

    assert encode_payload(action).count(b'"id"') == 2001


def resolved_alone(value: object) -> tuple[list[str], object]:
    """Return what failed and what arrives of a value that is resolved as the result of an action is."""
    failures: list[str] = []

    def digest(error: BaseException) -> str:
        failures.append(str(error))
        return f"D{len(failures)}"

    encoder = PayloadEncoder(digest=digest)
    encoder.add({"value": Awaited()})
    (hole,) = encoder.take_holes()
    encoder.resolve(hole.row, value, isolate=True)
    assert not encoder.pending
    return failures, decode_payload(b"".join(encoder.data_to_send()))["value"].value


class Awaited:
    def __await__(self) -> Iterator[None]:
        yield


def test_an_element_that_cannot_travel_fails_alone() -> None:
    shared = Element("i", None, {"children": "shared"})
    bad = Element("p", None, {"onClick": print, "children": shared})

    failures, arrived = resolved_alone(
        [shared, Element("div", None, {"children": [bad, "text", bad]}), shared]
    )

    assert failures == ["Cannot send value.value[1].children[0].onClick to the browser. " + EXPLAINED]
    first, div, last = arrived
    assert first is last
    left, text, right = div.props["children"]
    assert (text, left.error.digest, right.error.digest) == ("text", "D1", "D1")


EXPLAINED = (
    'It is a function (builtins.print). Mark it "use server" to make it an action, or send its result.'
)


def test_a_settled_promise_that_cannot_travel_fails_alone() -> None:
    failures, arrived = resolved_alone({"bad": Promise([print]), "good": Promise([1]), "n": 1})

    assert len(failures) == 1
    assert (arrived["good"].value, arrived["n"]) == ([1], 1)
    assert isinstance(arrived["bad"], RejectedPromise)


def test_what_stands_in_neither_fails_with_all_of_it() -> None:
    with pytest.raises(SerializationError, match=r"^Cannot send value\.value\.bad to the browser"):
        resolved_alone({"bad": print, "good": 1})
    with pytest.raises(SerializationError, match=r"onClick"):
        resolved_alone([Element("p", None, {"onClick": print}) for _ in range(40)])


def test_a_tree_that_is_html_too_is_refused_as_a_whole() -> None:
    with pytest.raises(SerializationError, match=r"onClick"):
        encode_payload([Element("p", None, {"onClick": print})])
