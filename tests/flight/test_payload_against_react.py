"""Whatever Python value goes in, React's own client gets the same value out: random graphs, both builds."""

from __future__ import annotations

import json
import random
from array import array
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import Phase, given, reject, seed, settings, strategies as st

from support.fuzz import SEED, drawing, how_many
from support.payload_graphs import Graph, graphs, settle
from support.payload_oracle import Items, Later, PayloadOracle, describe
from wingbeat.errors import SerializationError
from wingbeat.flight import (
    SUSPENSE,
    UNDEFINED,
    ArrayBuffer,
    BigInt,
    ClientReference,
    DataView,
    Element,
    File,
    FormData,
    Lazy,
    PayloadEncoder,
    Promise,
    ReadableStream,
    ReplyIterator,
    ServerReference,
    Set,
    TemporaryReference,
    Undefined,
    encode_payload,
    payload_encoder,
    payload_ledger,
    payload_models,
    payload_types,
)
from wingbeat.flight.rows import Row, RowReader, length_row, text_row
from wingbeat.flight.tags import LENGTH_ROW_TAGS

LIKE = ClientReference("/like.js", "default")
CASES = how_many(1000)
FUZZ = drawing(CASES)

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(60 + CASES)]


@pytest.fixture(scope="module", params=["production", "development"])
def react(request: pytest.FixtureRequest) -> Iterator[tuple[PayloadOracle, bool]]:
    oracle = PayloadOracle(request.param)
    yield oracle, request.param == "development"
    oracle.close()


@seed(SEED)
@FUZZ
@given(graph=graphs(), order=st.randoms(use_true_random=False))
def test_any_value_arrives_as_it_was_sent(
    react: tuple[PayloadOracle, bool], graph: Graph, order: random.Random
) -> None:
    oracle, development = react
    encoder = PayloadEncoder(development=development)
    try:
        encoder.add(graph.value)
        payload = settle(encoder, graph, order.choice)
    except SerializationError as refused:
        # A node that resolved to the very Map it stands in: refused, and no value that could arrive.
        if "contains itself" not in str(refused):
            raise
        reject()

    arrived = oracle.decode(payload)

    expected = describe(graph.value, development=development)
    assert (arrived["root"], arrived["nodes"]) == (expected["root"], expected["nodes"]), (SEED, payload)


@seed(SEED)
@settings(FUZZ, max_examples=max(CASES // 10, 1))
@given(graph=graphs(), order=st.randoms(use_true_random=False))
def test_any_payload_is_the_same_byte_by_byte_and_cut_in_two(
    react: tuple[PayloadOracle, bool], graph: Graph, order: random.Random
) -> None:
    oracle, development = react
    encoder = PayloadEncoder(development=development)
    try:
        encoder.add(graph.value)
        payload = settle(encoder, graph, order.choice)
    except SerializationError:
        reject()
    whole = oracle.decode(payload)

    assert oracle.decode(payload, cuts=range(1, len(payload))) == whole, (SEED, payload)
    if any(node[0] == "byte stream" for node in whole["nodes"]):
        return  # it may take what lies beside it, see below
    for _ in range(5):
        cut = order.randrange(len(payload))
        assert oracle.decode(payload, cuts=[cut]) == whole, (SEED, payload, cut)


def everything() -> dict[str, object]:
    shared: dict[str, object] = {"z": 1}
    shared["self"] = shared
    return {
        "text": ["$L1", "\r\n\u2028\x00", "😀" * 600, "\ud83d", "x" * 1023],
        "numbers": [1, -0.0, float("nan"), float("-inf"), BigInt(-(10**30)), 2**53 - 1],
        "date": datetime(2020, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        "binary": [
            b"\n:,",
            bytearray(3),
            array("h", [-1]),
            ArrayBuffer(b"ab"),
            DataView(b"c"),
            b"\n0:null\n",
        ],
        "collections": [{1: shared}, {2}, iter_of(1, "$"), FormData([("a", "1"), ("a", "$")])],
        "file": File(b"\n", "n.txt", "text/plain"),
        "element": Element("main", "$k", {"children": (Element(SUSPENSE, None, {"fallback": "…"}), shared)}),
        "client": [LIKE, Element(LIKE, None, {"n": 1})],
        "promise": Promise(["x" * 5000]),
        "shared": [shared, shared],
        "undefined": [UNDEFINED, {"absent": UNDEFINED}],
    }


def iter_of(*items: object) -> ReplyIterator:
    return ReplyIterator(items)


def arrived_as_expected(arrived: dict, value: object, *, development: bool) -> bool:
    expected = describe(value, development=development)
    return (arrived["root"], arrived["nodes"]) == (expected["root"], expected["nodes"])


@pytest.mark.parametrize("client", ["browser", "node"])
def test_every_client_of_react_understands_everything(react: tuple[PayloadOracle, bool], client: str) -> None:
    oracle, development = react
    value = everything()

    arrived = oracle.decode(encode_payload(value, development=development), client=client)

    assert arrived_as_expected(arrived, value, development=development)
    assert arrived["console"] == []


def test_it_does_not_matter_where_the_bytes_are_cut(react: tuple[PayloadOracle, bool]) -> None:
    oracle, development = react
    value = everything()
    payload = encode_payload(value, development=development)

    byte_by_byte = oracle.decode(payload, cuts=range(1, len(payload)))

    assert arrived_as_expected(byte_by_byte, value, development=development)
    small = {name: value[name] for name in ("binary", "element", "shared", "numbers")}
    payload = encode_payload(small, development=development)
    for cut in range(1, len(payload)):
        assert arrived_as_expected(oracle.decode(payload, cuts=[cut]), small, development=development), cut


def test_every_announced_length_is_the_written_length(react: tuple[PayloadOracle, bool]) -> None:
    payload = encode_payload(everything(), development=react[1])

    rows = RowReader().feed(payload)

    assert b"".join(map(frame, rows)) == payload
    assert len({row.id for row in rows}) == len(rows)


def frame(row: Row) -> bytes:
    assert row.id is not None
    if row.tag in LENGTH_ROW_TAGS:
        return length_row(row.id, row.tag.encode(), row.body)
    json.loads(row.body)
    return text_row(row.id, row.body, row.tag.encode())


def test_deep_values_arrive(react: tuple[PayloadOracle, bool]) -> None:
    oracle, development = react
    value: object = "leaf"
    for _ in range(1000):
        value = [{"a": value}]

    arrived = oracle.decode(encode_payload(value, development=development))

    assert arrived_as_expected(arrived, value, development=development)


def test_more_than_256_ids_stay_apart(react: tuple[PayloadOracle, bool]) -> None:
    oracle, development = react
    value = [ServerReference(f"id{number}", (number,)) for number in range(300)]

    arrived = oracle.decode(encode_payload(value, development=development))

    assert arrived_as_expected(arrived, value, development=development)


def test_an_action_calls_the_server_with_its_bound_arguments(react: tuple[PayloadOracle, bool]) -> None:
    oracle, development = react
    bound = ({1: datetime(2020, 1, 1, tzinfo=UTC)}, Promise(5), "$x")

    arrived = oracle.decode(encode_payload(ServerReference("m#f", bound), development=development))

    assert arrived_as_expected(arrived, ServerReference("m#f", bound), development=development)


def test_a_temporary_reference_comes_back_as_what_the_browser_kept(react: tuple[PayloadOracle, bool]) -> None:
    oracle, development = react

    arrived = oracle.decode(encode_payload(TemporaryReference("0:1:cb"), development=development))

    assert arrived["root"] == ["client", "temporary", "$0:1:cb"]


def test_keys_are_asked_for_in_lists_and_not_in_what_the_author_wrote(
    react: tuple[PayloadOracle, bool],
) -> None:
    oracle, development = react
    written = Element("ul", None, {"children": (Element("li", None, {}), Element("li", None, {}))})
    data = Element("ol", None, {"children": [Element("li", None, {}), Element("li", None, {})]})

    quiet = oracle.render(encode_payload(written, development=development))
    asking = oracle.render(encode_payload(data, development=development))

    assert quiet == {"html": "<ul><li></li><li></li></ul>", "console": []}
    assert asking["html"] == "<ol><li></li><li></li></ol>"
    assert ["unique" in line for line in asking["console"]] == ([True] if development else [])


def failing() -> Exception:
    try:
        try:
            raise KeyError("inner")  # noqa: TRY301 (it needs a traceback)
        except KeyError as error:
            raise ExceptionGroup("several", [ValueError("$one"), TypeError("two")]) from error
    except ExceptionGroup as error:
        return error


def test_an_error_shows_its_traceback_in_development_and_only_its_digest_in_production(
    react: tuple[PayloadOracle, bool],
) -> None:
    oracle, development = react
    lazy = Lazy()
    lazy.reject(failing())
    payload = encode_payload([lazy], development=development, digest=lambda _: "D")

    _, failed = oracle.decode(payload)["nodes"][0]

    inner = ["error", None, "KeyError", "'inner'", 1, None, None]
    group = [
        ["error", None, "ValueError", "$one", 0, None, None],
        ["error", None, "TypeError", "two", 0, None, None],
    ]
    in_development = ["error", "D", "ExceptionGroup", "several (2 sub-exceptions)", 1, inner, group]
    assert failed == ["lazy error", in_development if development else ["error", "D"]]


def test_upstream_bug_7_5_an_error_that_is_a_value_brings_its_cause(
    react: tuple[PayloadOracle, bool],
) -> None:
    """React's own server escapes the reference to the cause twice, and a text arrives."""
    oracle, development = react
    error = failing()

    arrived = oracle.decode(encode_payload([error, error], development=development))

    assert arrived_as_expected(arrived, [error, error], development=development)
    if development:
        assert "KeyError" in str(arrived["nodes"])


@pytest.mark.parametrize("value", ["x" * 5000, b"\n" * 5000, [b"a", "y" * 2000]])
def test_upstream_bug_7_6_what_is_awaited_is_never_a_row_with_a_length(
    react: tuple[PayloadOracle, bool], value: object
) -> None:
    """Who waits for such a row in React's client waits for ever: long text and bytes stand in rows of their own."""
    oracle, development = react
    encoder, node, later = PayloadEncoder(development=development), Lazy(), Later(value)
    encoder.add([node, later])
    waiting = {hole.row for hole in encoder.take_holes()}
    for row in waiting:
        encoder.resolve(row, value)
    payload = b"".join(encoder.data_to_send())
    node.resolve(value)

    assert not {row.id for row in RowReader().feed(payload) if row.tag in LENGTH_ROW_TAGS} & waiting
    arrived = oracle.decode(payload)
    assert "pending" not in str(arrived)
    assert len(waiting) == 2
    assert str(arrived["nodes"]).count("Connection closed") == 0


def test_upstream_bug_a_stream_of_bytes_takes_the_bytes_before_it_along(
    react: tuple[PayloadOracle, bool],
) -> None:
    """React's client gives a stream of bytes the very buffer that came from the network, and it is gone.

    Typed arrays that came in the same piece lie in that buffer, unless their row was cut. No server can know where
    the network cuts; what is sent as it should be is shown by the two whole pieces. The reference says so to users.
    """
    oracle, development = react
    encoder = PayloadEncoder(development=development)
    stream = ReadableStream(Items([b"xy"]), of_bytes=True)
    encoder.add([b"ab", stream])
    (hole,) = encoder.take_holes()
    encoder.add_item(hole.row, b"xy")
    before = b"".join(encoder.data_to_send())
    encoder.close(hole.row)
    payload = before + b"".join(encoder.data_to_send())

    assert arrived_as_expected(oracle.decode(payload), [b"ab", stream], development=development)
    cut = oracle.decode(payload, cuts=[len(before)])
    assert "detached" in str(cut)


HINTS: list[tuple[str, object]] = [
    ("D", "https://cdn.example"), ("C", "https://cdn.example"), ("C", ["https://cdn.example", "anonymous"]),
    ("L", ["/a.woff2", "font", {"crossOrigin": ""}]), ("L", ["/a.js", "script"]), ("m", "/a.mjs"),
    ("m", ["/a.mjs", {"integrity": "$x"}]), ("X", "/b.js"), ("S", "/a.css"), ("S", ["/a.css", "p"]), ("M", "/b.mjs"),
]  # fmt: skip


def test_every_kind_of_hint_is_understood(react: tuple[PayloadOracle, bool]) -> None:
    oracle, development = react
    encoder = PayloadEncoder(development=development)
    for code, model in HINTS:
        encoder.hint(code, model)
    encoder.add(["value"])

    arrived = oracle.decode(b"".join(encoder.data_to_send()))

    assert arrived_as_expected(arrived, ["value"], development=development)
    assert arrived["console"] == []


def test_one_failing_row_leaves_the_others_intact(react: tuple[PayloadOracle, bool]) -> None:
    oracle, development = react
    encoder = PayloadEncoder(development=development)
    first, second, third = Lazy(), Lazy(), Lazy()
    encoder.add([first, second, third])
    encoder.resolve(1, "a")
    encoder.reject(2, ValueError("no"))

    arrived = oracle.decode(b"".join(encoder.data_to_send()))

    (_, left, middle, right) = arrived["nodes"][0]
    assert left == ["string", "a"]
    assert middle[0] == "lazy error"
    assert right[0] == "lazy error"  # never sent: "Connection closed."


def replace(module: object, name: str, made: Callable) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(module, name, made(getattr(module, name)))


DEFECTS = {
    "a dollar is not escaped": replace(payload_models, "escape_dollar", lambda _: str),
    "a length is counted in characters": replace(
        payload_ledger,
        "length_row",
        lambda _: (
            lambda row, tag, body: b"%x:%b%x,%b" % (row, tag, len(body.decode("utf-8", "replace")), body)
        ),
    ),
    "ids are decimal": replace(
        payload_ledger, "text_row", lambda _: lambda r, b, t=b"": b"%d:%b%b\n" % (r, t, b)
    ),
    "a reference loses its last key": replace(
        payload_models,
        "path_reference",
        lambda real: lambda place: (found := real(place)) and (found.rpartition(":")[0] or found),
    ),
    "-0 is 0": replace(payload_types, "float_model", lambda real: lambda v: real(v + 0.0)),
    "NaN is null": replace(payload_types, "float_model", lambda real: lambda v: None if v != v else real(v)),  # noqa: PLR0124
    "dates lose their milliseconds": replace(
        payload_types, "date_text", lambda real: lambda v: real(v)[:-4] + "000Z"
    ),
    "a Set is an array": replace(
        payload_types, "WRITERS", lambda real: {**real, Set: payload_models.ModelWriter.sequence}
    ),
    "shared objects are copied": replace(
        payload_models.ModelWriter,
        "record",
        lambda _: lambda w, v, parent, key, depth: w.mapping(dict(vars(v)), parent, key, depth),
    ),
    "undefined is null": replace(payload_types, "WRITERS", lambda real: {**real, Undefined: lambda *_: None}),
    "a text with a dollar is cut": replace(
        payload_models.ModelWriter, "text", lambda real: lambda w, v: real(w, v)[:6]
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_would_be_found(
    monkeypatch: pytest.MonkeyPatch, react: tuple[PayloadOracle, bool], defect: str
) -> None:
    """The fuzz test proves something only if it fails for a broken encoder, within as many cases."""
    oracle, development = react
    DEFECTS[defect](monkeypatch)
    monkeypatch.setattr(payload_encoder, "WRITERS", payload_types.WRITERS)
    found = []

    @seed(1)
    @settings(FUZZ, max_examples=1000, phases=[Phase.generate])
    @given(graph=graphs())
    def attempt(graph: Graph) -> None:
        try:
            encoder = PayloadEncoder(development=development)
            encoder.add(graph.value)
            arrived = oracle.decode(settle(encoder, graph, lambda holes: holes[0]))
            assert arrived_as_expected(arrived, graph.value, development=development)
        except Exception as error:
            found.append(error)
            raise Found from error

    with pytest.raises(Found):
        attempt()

    assert found


class Found(Exception):
    pass
