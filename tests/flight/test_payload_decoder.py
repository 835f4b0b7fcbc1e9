"""What the encoder writes the decoder reads, and what nobody writes it refuses."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, reject, settings, strategies as st

from support.payload_graphs import Graph, graphs, settle
from support.payload_oracle import describe
from wingbeat.errors import ProtocolError, SerializationError
from wingbeat.flight import (
    UNDEFINED,
    ClientReference,
    Element,
    Lazy,
    PayloadEncoder,
    ServerReference,
    decode_payload,
    encode_payload,
)
from wingbeat.flight.payload_values import PayloadError, RejectedPromise


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(graph=graphs(), order=st.randoms(use_true_random=False))
def test_the_two_ends_agree(graph: Graph, order: random.Random) -> None:
    encoder = PayloadEncoder()
    try:
        encoder.add(graph.value)
        payload = settle(encoder, graph, order.choice)
        decoded = decode_payload(payload)
    except (SerializationError, PayloadError):
        reject()  # a Map that contains itself

    expected = describe(graph.value, in_python=True)
    if tells_tiny_bytes_apart(expected["nodes"]):
        reject()
    assert describe(decoded, in_python=True) == expected


def tells_tiny_bytes_apart(nodes: list[list[object]]) -> bool:
    """Python has one `b""`, and one object for each byte: two of them are one member of a Set."""
    tiny = [node for node in nodes if node[0] == "Uint8Array" and len(str(node[1])) <= len("AA==")]
    return len(tiny) > 1 and any(node[0] in {"set", "map"} for node in nodes)


def test_a_cycle_is_one_object() -> None:
    decoded = decode_payload(b'0:{"n":1,"self":"$0"}\n')

    assert isinstance(decoded, dict)
    assert decoded["self"] is decoded


def test_an_element_comes_back_with_its_client_reference() -> None:
    element = Element(ClientReference("/like.js", "default"), "$k", {"n": 1})

    decoded = decode_payload(encode_payload(element))

    assert isinstance(decoded, Element)
    assert isinstance(decoded.type, ClientReference)
    assert (decoded.type.module, decoded.type.name) == ("/like.js", "default")
    assert (decoded.key, decoded.props) == ("$k", {"n": 1})


def test_an_action_comes_back_inert() -> None:
    decoded = decode_payload(encode_payload(ServerReference("id", ("$token", {"n": 1}))))

    assert type(decoded) is ServerReference
    assert (decoded.id, decoded.bound) == ("id", ("$token", {"n": 1}))


def test_a_failed_root_raises_what_the_payload_says() -> None:
    with pytest.raises(PayloadError) as raised:
        decode_payload(b'0:E{"digest":"D"}\n')

    assert raised.value.digest == "D"


def test_a_failed_node_and_a_failed_promise_leave_the_rest_intact() -> None:
    decoded = decode_payload(b'0:["$L1","$@1","rest"]\n1:E{"digest":"D"}\n')

    assert isinstance(decoded, list)
    assert isinstance(decoded[0], Lazy)
    assert isinstance(decoded[0].error, PayloadError)
    assert isinstance(decoded[1], RejectedPromise)
    assert decoded[2] == "rest"


@pytest.mark.anyio
async def test_a_failed_stream_raises_after_its_last_item_and_leaves_the_rest_intact() -> None:
    decoded = decode_payload(
        b'0:["$1","$2","rest"]\n1:X\n1:1\n2:x\n2:2\n1:E{"digest":"D"}\n2:E{"digest":"D"}\n'
    )

    assert isinstance(decoded, list)
    assert decoded[2] == "rest"
    for stream, expected in zip(decoded[:2], ([1], [2]), strict=True):
        items = aiter(stream)
        assert [await anext(items)] == expected
        with pytest.raises(PayloadError):
            await anext(items)


def test_what_a_development_server_adds_is_read_over() -> None:
    payload = (
        b':N1795361568080.2332\n1:{"name":"App","key":null,"env":"Server","stack":[],"props":{}}\n'
        b'0:D"$1"\n:HL["/a.css","style"]\n0:["$","p",null,{"children":1},"$1",null,1]\n'
    )

    decoded = decode_payload(payload)

    assert isinstance(decoded, Element)
    assert (decoded.type, decoded.props) == ("p", {"children": 1})


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "row 0 is missing"),
        (b"0:null", "payload ends inside a row, 6 bytes left over"),
        (b"0:{\n", "row is not JSON"),
        (b'0:"$5"\n', "row 5 is missing"),
        (b'0:{"a":"$0:b"}\n', "reference to 'b', which is not there"),
        (b'0:{"a":"$0:a"}\n', "reference to row 0 leads to itself"),
        (b'0:"$1"\n1:"$0"\n', "reference to row 1 leads to itself"),
        (b'0:"$zz"\n', "reference 'zz' names no row"),
        (b'0:"$Q1"\n1:{}\n', "row is not an array"),
        (b'0:"$Q1"\n1:[[1]]\n', "Map entry is not a pair"),
        (b"0:null\n0:null\n", "row 0 comes twice"),
        (b"1:R\n0:null\n", "stream 1 has no end"),
        (b'0:["$","a"]\n', "element is not a tuple of type, key and props"),
        (b"1:I[]\n0:null\n", "import is not a module, its chunks and an export"),
        (b"0:Pnull\n", "row 0 has the unknown tag 'P'"),
    ],
)
def test_a_broken_payload_is_refused(payload: bytes, message: str) -> None:
    with pytest.raises(ProtocolError, match=f"^{message}$"):
        decode_payload(payload)


def test_a_path_reads_no_attributes() -> None:
    with pytest.raises(ProtocolError, match=r"^reference to '__class__', which is not there$"):
        decode_payload(b'0:{"a":"$0:__class__"}\n')


def test_undefined_is_absent_in_an_object_and_stays_in_an_array() -> None:
    assert decode_payload(b'0:{"a":"$undefined","b":["$undefined"]}\n') == {"b": [UNDEFINED]}


def test_an_error_that_is_a_value_keeps_what_development_says() -> None:
    decoded = decode_payload(encode_payload(ValueError("$secret"), development=True))

    assert isinstance(decoded, PayloadError)
    assert (decoded.name, decoded.message) == ("ValueError", "$secret")


def test_a_path_leads_through_a_node_that_came_later() -> None:
    decoded = decode_payload(b'0:["$L1","$0:0:a"]\n1:{"a":[5]}\n')

    assert isinstance(decoded, list)
    assert decoded[1] == [5]


def test_awaiting_a_rejected_promise_raises_its_error() -> None:
    decoded = decode_payload(b'0:["$@1"]\n1:E{"digest":"D"}\n')

    assert isinstance(decoded, list)
    with pytest.raises(PayloadError):
        decoded[0].__await__().send(None)
