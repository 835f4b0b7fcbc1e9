"""What the browser sends is what the annotation asks, or the function does not run."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from support.app_packages import AppUnderTest
from wingbeat.actions import Action, check_arguments, prepare_checks
from wingbeat.actions.definition import MISSING
from wingbeat.errors import ArgumentRefused, DirectiveError, ReplyError
from wingbeat.flight import UNDEFINED, BigInt, File, FormData, Map, Set

TYPES = """
    "use server"
    import enum
    from dataclasses import dataclass
    from datetime import date, datetime, time, timedelta
    from decimal import Decimal
    from typing import Annotated, Any, Literal, NamedTuple
    from uuid import UUID
    from pydantic import BaseModel, Field
    from typing_extensions import TypedDict  # Pydantic asks for it before Python 3.12
    from wingbeat import BigInt, File, FormData

    class Colour(enum.Enum):
        RED = "r"

    class Level(enum.IntEnum):
        LOW = 1

    @dataclass
    class Point:
        x: int
        y: int = 0

    class Named(NamedTuple):
        x: int

    class Options(TypedDict, total=False):
        deep: bool

    class Item(BaseModel):
        type: str = ""
        metadata: int = 0
        tags: dict[int, str] = {}
        parts: "list[Item]" = []

"""


def action(load: Any, signature: str, header: str = TYPES) -> Action:
    app: AppUnderTest = load({"actions.py": header + f"    def act({signature}): ...\n"})
    found = app.module("actions").act
    assert isinstance(found, Action)
    return found


def check(load: Any, annotation: str, value: object) -> object:
    args, _ = check_arguments(action(load, f"value: {annotation}"), [value])
    return args[0]


@pytest.mark.parametrize(
    ("annotation", "sent"),
    [
        ("int", 3),
        ("int", 2**60),
        ("float", 2.5),
        ("bool", True),
        ("str", ""),
        ("bytes", b"\x00"),
        ("None", None),
        ("int | None", None),
        ("datetime", datetime(2026, 1, 2, tzinfo=UTC)),
        ("list[int]", [1, 2]),
        ("dict[str, int]", {"a": 1}),
        ("Any", {"py/object": "os.system", "__class__": 1}),
        ("object", Map([(1, 2)])),
        ("BigInt", BigInt(2**70)),
        ("Literal['a', 1]", 1),
        ("Annotated[int, Field(gt=2)]", 3),
        ("Options", {"deep": True}),
    ],
)
def test_a_value_of_the_annotated_type_passes_unchanged(annotation: str, sent: object, load) -> None:
    passed = check(load, annotation, sent)

    assert (passed, type(passed)) == (sent, type(sent))


@pytest.mark.parametrize(
    ("annotation", "sent", "passed"),
    [
        ("float", 3, 3.0),
        ("int", BigInt(3), 3),
        ("UUID", "00000000-0000-0000-0000-000000000001", UUID(int=1)),
        ("Decimal", "1.50", Decimal("1.50")),
        ("date", "2026-01-02", date(2026, 1, 2)),
        ("time", "10:30:00", time(10, 30)),
        ("timedelta", "PT1H", timedelta(hours=1)),
        ("tuple[int, str]", [1, "a"], (1, "a")),
        ("dict[int, str]", Map([(1, "a")]), {1: "a"}),
        ("dict[int, str]", {}, {}),
        ("set[int]", Set([1, 2]), {1, 2}),
        ("frozenset[str]", Set(["a"]), frozenset({"a"})),
        ("list[dict[int, set[str]]]", [Map([(1, Set(["a"]))])], [{1: {"a"}}]),
        ("dict[int, set[str]] | None", Map([(1, Set(["a"]))]), {1: {"a"}}),
    ],
)
def test_a_type_without_a_wire_form_is_taken_as_it_is_sent(
    annotation: str, sent: object, passed: object, load
) -> None:
    assert check(load, annotation, sent) == passed
    assert type(check(load, annotation, sent)) is type(passed)


def test_enums_dataclasses_and_models_are_made_from_their_wire_form(load) -> None:
    assert check(load, "Colour", "r").name == "RED"  # type: ignore[attr-defined]
    assert check(load, "Level", 1).name == "LOW"  # type: ignore[attr-defined]
    assert check(load, "Point", {"x": 1}).y == 0  # type: ignore[attr-defined]
    assert check(load, "Named", [1]).x == 1  # type: ignore[attr-defined]
    item: Any = check(load, "Item", {"type": "t", "tags": Map([(1, "a")]), "parts": [{"metadata": 5}]})
    assert (item.type, item.tags, item.parts[0].metadata) == ("t", {1: "a"}, 5)


@pytest.mark.parametrize(
    ("annotation", "sent"),
    [
        ("int", "3"),
        ("int", True),
        ("int", 3.5),
        ("int", None),
        ("float", "2.5"),
        ("float", True),
        ("bool", 1),
        ("bool", "true"),
        ("str", 3),
        ("str", b"a"),
        ("bytes", "a"),
        ("datetime", "2026-01-02T00:00:00Z"),
        ("datetime", 1_700_000_000),
        ("date", 20_000),
        ("time", 3600),
        ("timedelta", 3600),
        ("Decimal", True),
        ("Decimal", 1.5),
        ("Decimal", BigInt(1)),
        ("float", BigInt(1)),
        ("date", datetime(2026, 1, 2, tzinfo=UTC)),
        ("time", datetime(2026, 1, 2, tzinfo=UTC)),
        ("UUID", 1),
        ("Colour", "RED"),
        ("Level", True),
        ("Level", "1"),
        ("Literal[1]", True),
        ("list[int]", Set([1])),
        ("list[int]", {"0": 1}),
        ("set[int]", [1]),
        ("dict[int, str]", {"1": "a"}),
        ("dict[int, str]", Map([(True, "a")])),
        ("dict[str, int]", [["a", 1]]),
        ("tuple[int, int]", ["1", 2]),
        ("BigInt", 3),
        ("Point", {"x": "1"}),
        ("Point", Map([("x", 1)])),
        ("Options", {"deep": 1}),
        ("Options", Map([("deep", True)])),
        ("Item", {"metadata": "5"}),
        ("Item", {"type": 5}),
        ("Item", {"parts": [{"metadata": "5"}]}),
        ("Item", Map([("type", "t")])),
        ("dict[Any, int]", Map([([], 1)])),
        ("dict[Any, int]", Map([(1, 1), (True, 2)])),
        ("Annotated[int, Field(gt=2)]", 2),
        ("File", "a.txt"),
        ("FormData", {}),
    ],
)
def test_b25_a_value_of_another_wire_type_is_refused(annotation: str, sent: object, load) -> None:
    with pytest.raises(ArgumentRefused) as caught:
        check(load, annotation, sent)

    assert {name.partition(".")[0] for name in caught.value.fields} == {"value"}


def test_a_refusal_says_nothing_of_what_was_sent(load) -> None:
    with pytest.raises(ArgumentRefused) as caught:
        check(load, "dict[str, Annotated[str, Field(max_length=3)]]", {"a": "the secret"})

    assert "secret" not in f"{caught.value} {caught.value.fields}"


def test_fields_of_a_form_are_read_as_text(load) -> None:
    form = FormData([("x", "1"), ("y", "2")])

    point: Any = check(load, "Point", form)

    assert (point.x, point.y) == (1, 2)
    assert check(load, "dict[str, int]", form) == {"x": 1, "y": 2}


def test_a_form_is_given_as_it_is_where_the_annotation_asks_for_one(load) -> None:
    form = FormData([("x", "1")])

    for annotation in ("FormData", "FormData | None", "Any", "Annotated[FormData, 'x']"):
        assert check(load, annotation, form) is form


def test_errors_in_a_form_are_named_by_field(load) -> None:
    with pytest.raises(ArgumentRefused) as caught:
        check(load, "Point", FormData([("x", "one"), ("y", "two")]))

    assert set(caught.value.fields) == {"x", "y"}


def test_every_wrong_argument_is_named(load) -> None:
    act = action(load, "a: int, b: list[int], *more: str")

    with pytest.raises(ArgumentRefused, match=r"^arguments of act\(\): \['a', 'b\.1', 'more\[1\]'\]$"):
        check_arguments(act, ["x", [1, "x"], "ok", 3])


def test_more_arguments_than_parameters_are_malformed(load) -> None:
    act = action(load, "a, b=1, *, c=2, **d")

    with pytest.raises(ReplyError, match=r"^3 arguments for act\(\), which takes 2$"):
        check_arguments(act, [1, 2, 3])


def test_a_rest_takes_what_is_left_up_to_the_limit(load) -> None:
    act = action(load, "first, *rest: int")

    assert check_arguments(act, ["a", 1, 2]) == (("a", 1, 2), {})
    with pytest.raises(ReplyError):
        check_arguments(act, [1] * 256)


@pytest.mark.parametrize("annotation", ["", ": int", ": Any", ": object", ": str | int"])
def test_a_missing_argument_is_refused(annotation: str, load) -> None:
    act = action(load, f"value{annotation}")

    for sent in ([], [UNDEFINED]):
        with pytest.raises(ArgumentRefused) as caught:
            check_arguments(act, list(sent))
        assert caught.value.fields == {"value": ["This argument is required."]}


def test_a_missing_argument_that_may_be_none_is_none(load) -> None:
    assert check_arguments(action(load, "value: int | None"), []) == ((None,), {})


@pytest.mark.parametrize(
    ("signature", "sent", "called"),
    [
        ("a=1, b=2", [], {"a": 1, "b": 2}),
        ("a=1, b=2", [UNDEFINED, 5], {"a": 1, "b": 5}),
        ("a=1, b=2, /", [UNDEFINED, 5], {"a": 1, "b": 5}),
        ("a=1, *rest", [UNDEFINED, 5], {"a": 1, "rest": (5,)}),
        ("a, b=2, /, c=3, *, d=4", [1, UNDEFINED, 7], {"a": 1, "b": 2, "c": 7, "d": 4}),
        ("a, b=2, c=3", [1, 5, UNDEFINED], {"a": 1, "b": 5, "c": 3}),
    ],
)
def test_undefined_asks_for_the_default(signature: str, sent: list[object], called: object, load) -> None:
    app = load({"actions.py": f'"use server"\ndef act({signature}): return locals()'})
    act = app.module("actions").act

    args, kwargs = check_arguments(act, sent)

    assert act.function(*args, **kwargs) == called


@pytest.mark.parametrize(
    ("signature", "args", "kwargs", "sent", "called"),
    [
        ("a, b, c", (1,), {}, [2, 3], {"a": 1, "b": 2, "c": 3}),
        ("a, b, c", (), {"b": 2}, [1, 3], {"a": 1, "b": 2, "c": 3}),
        ("a, b, c", (), {"a": 1}, [2, 3], {"a": 1, "b": 2, "c": 3}),
        ("a, b=2, c=3", (), {"c": 9}, [1], {"a": 1, "b": 2, "c": 9}),
        ("a, b, *rest", (), {"a": 1}, [2, 3, 4], {"a": 1, "b": 2, "rest": (3, 4)}),
        ("a, /, b, *, c", (1,), {"c": 3}, [2], {"a": 1, "b": 2, "c": 3}),
        ("a, **more", (), {"x": 1}, [2], {"a": 2, "more": {"x": 1}}),
        ("*rest", (1,), {}, [2], {"rest": (1, 2)}),
    ],
)
def test_what_is_bound_keeps_its_place(
    signature: str,
    args: tuple[object, ...],
    kwargs: dict[str, object],
    sent: list[object],
    called: object,
    load,
) -> None:
    app = load({"actions.py": f'"use server"\ndef act({signature}): return locals()'})
    act = app.module("actions").act.bind(args, kwargs)

    checked, keywords = check_arguments(act, sent)

    assert act.function(*checked, **keywords) == called


def test_a_required_keyword_that_nobody_bound_is_refused(load) -> None:
    act = action(load, "a, *, owner: int")

    with pytest.raises(ArgumentRefused) as caught:
        check_arguments(act, [1])
    assert caught.value.fields == {"owner": ["This argument is required."]}
    assert check_arguments(act.bind((), {"owner": 3}), [1]) == ((1,), {"owner": 3})


def test_annotations_may_be_strings(load) -> None:
    header = TYPES.replace('"use server"', '"use server"\n    from __future__ import annotations')
    for annotation in ("Item", "'Item'", "list['Item']", "'list[Item]'", "dict[str, 'Item | None']"):
        act = action(load, f"value: {annotation}", header)
        with pytest.raises(ArgumentRefused):
            check_arguments(act, [3])
        prepare_checks(act.definition)


@pytest.mark.parametrize(
    "annotation", ["Missing", "'Missing'", "list['Missing']", "1 / 0", "Annotated[int, Missing]"]
)
def test_an_annotation_that_cannot_be_evaluated_is_an_error_at_start(annotation: str, load) -> None:
    app = load(
        {"actions.py": f'"use server"\nfrom typing import Annotated\ndef act(value: "{annotation}"): ...'}
    )
    act = app.module("actions").act

    with pytest.raises(
        DirectiveError,
        match=r"actions.py:3: the annotation of value of act\(\) cannot be evaluated in its module \(\w+: .*\)\. "
        r"Import or define what it names at module level\.$",
    ):
        prepare_checks(act.definition)


def test_an_annotation_that_nothing_can_check_is_an_error_at_start(load) -> None:
    act = action(load, "value: Annotated[int, Field(discriminator='kind')]")

    with pytest.raises(DirectiveError, match=r"the annotation of value in act\(\) cannot be checked: "):
        prepare_checks(act.definition)


def test_names_of_the_module_defined_later_are_found(load) -> None:
    app = load(
        {
            "actions.py": """
            "use server"
            from __future__ import annotations
            def act(value: Later): ...
            class Later: ...
            """
        }
    )
    parameter = app.module("actions").act.definition.parameters[0]

    assert parameter.annotation is app.module("actions").Later
    assert parameter.default is MISSING


def test_an_unannotated_parameter_takes_what_is_sent(load) -> None:
    value = File(b"", "a.txt")

    assert check_arguments(action(load, "value"), [value]) == ((value,), {})


UPLOADS = """
    "use server"
    from __future__ import annotations
    from dataclasses import dataclass, field
    from typing import Annotated
    from pydantic import BaseModel, Field
    from typing_extensions import TypedDict
    from wingbeat import File

    class Line(BaseModel):
        text: Annotated[str, Field(min_length=1)]
        count: int = 1

    class Album(BaseModel):
        cover: File
        pictures: list[File] = []
        lines: list[Line] = []

    @dataclass
    class Upload:
        file: File
        more: list[File] = field(default_factory=list)

    class Attached(TypedDict):
        files: list[File]
"""


def test_files_and_lists_of_models_of_a_form_become_the_annotated_types(load) -> None:
    cover, one, two = File(b"c", "c.png"), File(b"1", "1.png"), File(b"2", "2.png")
    act = action(load, "album: Album", UPLOADS)
    form = FormData(
        [("cover", cover), ("pictures", one), ("pictures", two), ("lines.4.text", "a"), ("lines.9.text", "b")]
    )

    ((album,), _) = check_arguments(act, [form])

    assert (album.cover, album.pictures) == (cover, [one, two])  # type: ignore[attr-defined]
    assert [line.text for line in album.lines] == ["a", "b"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("annotation", ["Upload", "Attached"])
def test_files_stand_in_dataclasses_and_typed_dicts(annotation: str, load) -> None:
    act = action(load, f"value: {annotation}", UPLOADS)
    one, two = File(b"1", "1.png"), File(b"2", "2.png")
    form = FormData([("file", one), ("more", two), ("files", one), ("files", two)])

    ((value,), _) = check_arguments(act, [form])

    found = value["files"] if isinstance(value, dict) else [value.file, *value.more]  # type: ignore[attr-defined]
    assert found == [one, two]


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ([("cover", "a text")], {"cover"}),
        ([("cover", File(b"c", "c")), ("pictures", File(b"1", "1")), ("pictures", "text")], {"pictures"}),
        ([], {"cover"}),
        (
            [("cover", File(b"c", "c")), ("lines.4.text", ""), ("lines.9.text", "b"), ("lines.9.count", "x")],
            {"lines.4.text", "lines.9.count"},
        ),
    ],
)
def test_errors_of_a_form_are_named_as_its_fields_are(
    fields: list[tuple[str, str | File]], names: set[str], load
) -> None:
    with pytest.raises(ArgumentRefused) as caught:
        check_arguments(action(load, "album: Album", UPLOADS), [FormData(fields)])

    assert set(caught.value.fields) == names


def test_a_list_of_files_may_be_an_argument_of_a_call(load) -> None:
    act = action(load, "files: list[File]", UPLOADS)
    one = File(b"1", "1.png")

    assert check_arguments(act, [[one]]) == (([one],), {})
    with pytest.raises(ArgumentRefused):
        check_arguments(act, [[one, "text"]])
