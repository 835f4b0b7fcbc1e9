"""What goes into a token comes out of it: type, value, and for functions and classes the very object."""

import enum
import math
from collections import OrderedDict, namedtuple
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st
from pydantic import BaseModel, ConfigDict, PrivateAttr

from wingbeat import component, fragment, html as h
from wingbeat.actions.capture_codec import PADDING_BYTES, decode_captured, encode_captured
from wingbeat.actions.closures import Record
from wingbeat.errors import SerializationError, StaleCapture
from wingbeat.flight import UNDEFINED, BigInt, Element, File, FormData


class Colour(enum.Enum):
    RED = "r"
    GREEN = ("g", 1)


class Level(enum.IntEnum):
    LOW = 1


class Access(enum.Flag):
    READ = 1
    WRITE = 2


class Point(NamedTuple):
    x: int
    y: object = None


@dataclass(frozen=True, slots=True)
class Frozen:
    value: object
    hidden: list[int] = field(default_factory=list, repr=False)


class Model(BaseModel):
    model_config = ConfigDict(extra="allow")
    name: str
    inner: Any = None
    _secret: int = PrivateAttr(default=3)


@component
def badge(label: str) -> Element:
    return h.b[label]


def no_function(module: str, qualname: str) -> Any:
    raise StaleCapture(f"{module}.{qualname}")


def two_ends(value: object) -> Any:
    return decode_captured(encode_captured(value, "the test"), no_function)


def described(value: Any) -> object:
    """Return what is equal exactly for values that are equal in value and, at every depth, in type."""
    kind, parts = type(value), value
    if isinstance(value, float | datetime | time):
        parts = (repr(value), getattr(value, "fold", None))
    elif isinstance(value, dict):
        parts = [described(item) for item in value.items()]
    elif isinstance(value, list | tuple):
        parts = [described(item) for item in value]
    elif isinstance(value, set | frozenset):
        parts = {(type(item), item) for item in value}
    elif isinstance(value, Element):
        parts = described([value.type, value.key, value.props])
    elif isinstance(value, Frozen):
        parts = described([value.value, value.hidden])
    elif isinstance(value, Record | Model):
        parts = described([vars(value), getattr(value, "model_extra", None)])
    return kind, parts


ZONES = st.sampled_from(
    [
        None,
        UTC,
        timezone(timedelta(hours=-3, minutes=-30)),
        ZoneInfo("Europe/Berlin"),
        ZoneInfo("UTC"),
    ]
)
HASHABLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=2**62),
    st.floats(allow_nan=False),
    st.text(st.characters()),
    st.binary(),
    st.decimals(allow_nan=False),
    st.uuids(),
    st.dates(),
    st.datetimes(timezones=ZONES),
    st.times(timezones=st.sampled_from([None, UTC])),
    st.timedeltas(),
    st.integers().map(BigInt),
    st.sampled_from(
        [
            *Colour,
            *Level,
            Access.READ,
            Access.READ | Access.WRITE,
            Access(0),
            UNDEFINED,
            PurePosixPath("a/b"),
            PureWindowsPath("c:/d"),
            ZoneInfo("Asia/Tokyo"),
            timezone(timedelta(hours=2)),
        ]
    ),
)
LEAVES = st.one_of(HASHABLE, st.just(math.nan), st.lists(st.tuples(st.text(), st.text())).map(FormData))


def _extend(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(values),
        st.lists(values).map(tuple),
        st.sets(HASHABLE),
        st.frozensets(HASHABLE),
        st.dictionaries(HASHABLE, values),
        st.dictionaries(st.text(), values).map(lambda named: Record(**named)),
        st.builds(Point, st.integers(), values),
        st.builds(Frozen, values, st.lists(st.integers())),
        st.builds(Model, name=st.text(), inner=values, more=values),
        st.builds(lambda value: h.p(key="k")["a", h.br(), badge(label="x")].keyed(str(value)), st.integers()),
    )


@given(st.recursive(LEAVES, _extend, max_leaves=12))
def test_every_supported_value_comes_back_with_its_type(value: object) -> None:
    assert described(two_ends(value)) == described(value)


@pytest.mark.parametrize("digits", [10, 5000])
def test_an_integer_of_any_length_comes_back(digits: int) -> None:
    assert two_ends([10**digits, -(10**digits)]) == [10**digits, -(10**digits)]


def test_a_moment_in_the_repeated_hour_keeps_its_zone_and_fold() -> None:
    second = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)

    back = two_ends([second, time(2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)])

    assert back[0].utcoffset() == timedelta(hours=1)
    assert (back[0].tzinfo, back[1].tzinfo, back[1].fold) == (second.tzinfo, second.tzinfo, 1)


def test_a_model_keeps_its_private_and_extra_attributes() -> None:
    model = Model(name="Ada", more=[1])
    model._secret = 7

    back = two_ends(model)

    assert (back._secret, back.more, back.model_fields_set) == (7, [1], {"name", "more"})


def test_a_form_keeps_its_files() -> None:
    back = two_ends(FormData([("f", File(b"\x00", "a.txt", "text/plain"))]))

    assert (back.file("f").content, back.file("f").name, back.file("f").type) == (
        b"\x00",
        "a.txt",
        "text/plain",
    )


def test_functions_and_classes_of_modules_come_back_as_themselves() -> None:
    assert two_ends([no_function, Model, Decimal]) == [no_function, Model, Decimal]


def test_an_element_of_a_component_and_a_fragment_come_back() -> None:
    node = fragment[badge("a"), h.br()]

    back = two_ends(node)

    assert (type(back), back.type) == (type(node), node.type)
    assert [type(child) for child in back.props["children"]] == [
        type(child) for child in node.props["children"]
    ]


def test_no_user_code_runs_when_a_value_is_read() -> None:
    content = encode_captured([Frozen([1]), Colour.RED, Point(1), Model(name="x")], "the test")
    ran: list[str] = []
    originals = {kind: kind.__init__ for kind in (Frozen, Model)}
    for kind in originals:
        kind.__init__ = lambda self, *_args, **_kwargs: ran.append(type(self).__name__)
    try:
        decode_captured(content, no_function)
    finally:
        for kind, original in originals.items():
            kind.__init__ = original

    assert ran == []


def test_lengths_tell_little() -> None:
    lengths = {len(encode_captured("x" * size, "the test")) for size in range(200)}

    assert all(length % PADDING_BYTES == 0 for length in lengths)
    assert len(lengths) == 4


Local = namedtuple("Local", "x")  # noqa: PYI024 (the name says that it is not found under it)
Local.__qualname__ = "elsewhere.Local"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [object()]}, "the test: a[0] is a builtins.object, which cannot be sealed. "),
        (math, "the test:  is the module math. Import it once, or at module level."),
        (OrderedDict(), "the test:  is a collections.OrderedDict, which cannot be sealed. "),
        (len, "the test:  is a builtins.builtin_function_or_method, which cannot be sealed. "),
        ((n for n in ""), "the test:  is a builtins.generator, which cannot be sealed. "),
        (Local(1), "the test:  is of class elsewhere.Local, which is not at module level. "),
        (
            {1: {"a": print}},
            "the test: [1].a is a builtins.builtin_function_or_method, which cannot be sealed. ",
        ),
        ({print: 1}, "the test:  (a key) is a builtins.builtin_function_or_method, which cannot be sealed. "),
    ],
)
def test_what_cannot_travel_is_named_and_not_shown(value: object, message: str) -> None:
    with pytest.raises(SerializationError) as caught:
        encode_captured(value, "the test: ")

    assert str(caught.value).startswith(message)


def test_the_deepest_value_that_is_written_can_be_read() -> None:
    deep: object = 1
    for _ in range(31):
        deep = Frozen(deep)

    assert two_ends(deep) == deep


def test_a_value_nested_too_deeply_is_refused() -> None:
    deep: object = []
    for _ in range(70):
        deep = [deep]

    with pytest.raises(SerializationError, match="is nested too deeply, or holds itself"):
        encode_captured(deep, "the test: ")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}x",
        b'["?"]',
        b'["E","os:environ","x"]',
        b'["E","builtins:dict","x"]',
        b'["E","tests.nowhere:X","RED"]',
        b'["C","builtins:dict",["d"]]',
        b'["P","builtins:dict",{},[],null,null]',
        b'["T","builtins:tuple",1]',
        b'["N","Node",["@","os:system"],null,["d"]]',
        b'["N","Popen","p",null,["d"]]',
        b'["@","os:nothing"]',
        b'["A",["os","system"],["t"],["d"]]',
        b'["A",0,["t"],["d"]]',
        b'["F",["os","system",[],[]]]',
        b'["D","yesterday",0,null]',
        b'["p","Popen","x"]',
        b'["d","odd"]',
        b"[[]]",
    ],
)
def test_g12_content_of_another_deployment_or_a_hostile_one_is_stale(content: bytes) -> None:
    with pytest.raises(StaleCapture):
        decode_captured(content, no_function)


def test_a_dataclass_whose_fields_have_changed_is_stale() -> None:
    content = encode_captured(Frozen(1), "the test").replace(b"hidden", b"hiding")

    with pytest.raises(StaleCapture, match="have changed"):
        decode_captured(content, no_function)


def test_known_values_have_known_bytes() -> None:
    value = {"row": Record(id=7), "due": date(2026, 1, 2), "id": UUID(int=1), "price": Decimal("1.50")}

    assert encode_captured(value, "").strip() == (
        b'["d","row",["R","id",7],"due",["a","2026-01-02"],'
        b'"id",["u","00000000-0000-0000-0000-000000000001"],"price",["n","1.50"]]'
    )
