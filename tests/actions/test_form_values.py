"""Forms are read by the annotation: repeated fields, nested names, and fields left empty."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

from wingbeat.actions.form_values import form_values
from wingbeat.errors import ArgumentRefused
from wingbeat.flight import File, FormData


class Address(BaseModel):
    street: str
    city: str = "Rome"


class Order(BaseModel):
    model_config = ConfigDict(extra="forbid")
    items: list[str] = []
    address: Address | None = None
    age: int | None = None
    note: str = "none"


@dataclass
class Size:
    width: int
    tags: set[str] = field(default_factory=set)


class Filter(TypedDict, total=False):
    q: str
    pages: list[int]


def read(annotation: Any, *entries: tuple[str, str | File]) -> Any:
    return TypeAdapter(annotation).validate_python(form_values(FormData(entries), annotation).values)


def test_a_repeated_field_is_a_list_where_the_model_has_one() -> None:
    assert read(Order, ("items", "a"), ("items", "b")).items == ["a", "b"]
    assert read(Order, ("items", "a")).items == ["a"]
    assert read(Size, ("width", "1"), ("tags", "a")).tags == {"a"}
    assert read(Filter, ("pages", "1"), ("pages", "2")) == {"pages": [1, 2]}


def test_nothing_chosen_of_many_is_an_empty_list() -> None:
    class Choice(BaseModel):
        items: list[str]

    assert read(Choice).items == []


def test_a_repeated_field_where_one_is_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="note"):
        read(Order, ("note", "a"), ("note", "b"))


def test_a_dotted_name_is_a_field_of_the_nested_model() -> None:
    assert read(Order, ("address.street", "Via")).address == Address(street="Via")
    assert read(Annotated[Order, "x"] | None, ("address.street", "Via")).address.city == "Rome"


def test_without_its_fields_a_nested_model_keeps_its_default() -> None:
    assert read(Order).address is None


@pytest.mark.parametrize(
    "name", ["a.b.c", "a[__proto__][x]", "a[999999999]", "__class__", "0", "$x", "note.x"]
)
def test_e08_names_are_never_paths(name: str) -> None:
    assert form_values(FormData([(name, "1")]), dict[str, str]).values == {name: "1"}
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        read(Order, (name, "1"))


def test_an_empty_text_is_a_field_not_filled_in_unless_text_is_asked() -> None:
    class Form(BaseModel):
        age: int | None = None
        day: date | None = None
        note: str = "none"

    form = read(Form, ("age", ""), ("day", ""), ("note", ""))

    assert (form.age, form.day, form.note) == (None, None, "")
    with pytest.raises(ValueError, match="Field required"):
        read(Size, ("width", ""))


def test_a_file_input_without_a_file_is_a_field_not_filled_in() -> None:
    class Upload(BaseModel):
        one: File | None = None
        many: list[File] = []

    nothing, something = File(b"", ""), File(b"x", "x.txt")

    assert read(Upload, ("one", nothing), ("many", nothing)) == Upload()
    assert read(Upload, ("one", something), ("many", something), ("many", nothing)) == Upload(
        one=something, many=[something]
    )


def test_aliases_are_the_names_of_the_fields() -> None:
    class Form(BaseModel):
        user_name: str = Field(alias="userName")
        mail: list[str] = Field(validation_alias=AliasChoices("email", "e-mail"))

    form = read(Form, ("userName", "Ada"), ("e-mail", "a@b"))

    assert (form.user_name, form.mail) == ("Ada", ["a@b"])


def test_a_plain_dict_gets_every_field() -> None:
    assert form_values(FormData([("a", "1"), ("b", "2"), ("b", "3")]), dict[str, Any]).values == {
        "a": "1",
        "b": ["2", "3"],
    }


class Line(BaseModel):
    text: str
    count: int = 1
    tags: list[str] = []


class Basket(BaseModel):
    model_config = ConfigDict(extra="forbid")
    lines: list[Line]
    notes: dict[str, str] = {}


class Branch(BaseModel):
    name: str = ""
    left: "Branch | None" = None
    branches: "list[Branch]" = []


def test_numbered_names_are_the_models_of_a_list() -> None:
    basket = read(
        Basket,
        ("lines.10.text", "c"),
        ("lines.2.text", "b"),
        ("lines.0.text", "a"),
        ("lines.0.tags", "x"),
        ("lines.0.tags", "y"),
        ("lines.2.count", "7"),
    )

    assert basket.lines == [Line(text="a", tags=["x", "y"]), Line(text="b", count=7), Line(text="c")]


def test_lists_of_models_may_be_dataclasses_optional_and_nested() -> None:
    @dataclass
    class Sizes:
        sizes: list[Size] | None = None
        name: str = ""

    assert read(Sizes, ("sizes.0.width", "3"), ("sizes.1.width", "4")).sizes == [Size(3), Size(4)]
    assert read(Sizes).sizes is None
    tree = read(Branch, ("branches.0.branches.1.name", "deep"), ("left.left.name", "far"))
    assert (tree.branches[0].branches[0].name, tree.left.left.name) == ("deep", "far")


def test_an_item_whose_fields_were_left_empty_is_no_item() -> None:
    class Numbers(BaseModel):
        count: int

    class Form(BaseModel):
        rows: list[Numbers]

    assert read(Form, ("rows.0.count", ""), ("rows.1.count", "2")).rows == [Numbers(count=2)]


@pytest.mark.parametrize("number", ["9999999999999999", "-1", "+1", "1e3", " 1", "\u0661", "x", "", "0x1"])
def test_e08_a_number_makes_no_more_values_than_there_are_fields(number: str) -> None:
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        read(Basket, (f"lines.{number}.text", "a"))
    assert len(read(Basket, ("lines.999999999999999.text", "a")).lines) == 1
    many = form_values(FormData([(f"lines.{n * 1000}.text", "a") for n in range(900)]), Basket)
    assert len(many.values["lines"]) == 900  # type: ignore[arg-type]


def test_a_value_for_a_list_of_models_never_hides_them() -> None:
    assert read(Basket, ("lines", "flat"), ("lines.0.text", "a")).lines == [Line(text="a")]


def test_names_that_nest_without_end_are_refused() -> None:
    for part in ("left", "branches.0"):
        with pytest.raises(ArgumentRefused, match="form names nest deeper than 16"):
            form_values(FormData([(".".join([part] * 200 + ["name"]), "x")]), Branch)
    assert form_values(FormData([("name", "x")]), Branch).values == {"name": "x"}


def test_a_place_is_named_as_the_form_spells_it() -> None:
    form = form_values(
        FormData([("lines.7.text", "a"), ("lines.3.count", ""), ("lines.9.count", "x")]), Basket
    )

    assert form.name_of(("lines", 0, "text")) == "lines.7.text"
    assert form.name_of(("lines", 1, "count")) == "lines.9.count"
    assert form.name_of(("lines",)) == "lines"
    assert form.name_of(("lines", 0, "tags", 2)) == "lines.7.tags"


def test_of_a_union_the_fields_of_every_member_are_read() -> None:
    class Card(BaseModel):
        kind: Literal["card"]
        number: int

    class Transfer(BaseModel):
        kind: Literal["transfer"]
        references: list[str]

    payment = Annotated[Card | Transfer, Field(discriminator="kind")]

    assert read(payment, ("kind", "transfer"), ("references", "a")) == Transfer(
        kind="transfer", references=["a"]
    )
    assert read(payment, ("kind", "card"), ("number", "3")) == Card(kind="card", number=3)
