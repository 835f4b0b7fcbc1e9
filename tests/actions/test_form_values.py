"""Forms are read by the annotation: repeated fields, nested names, and fields left empty."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

from wingbeat.actions.form_values import form_values
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
    return TypeAdapter(annotation).validate_python(form_values(FormData(entries), annotation))


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
    assert form_values(FormData([(name, "1")]), dict[str, str]) == {name: "1"}
    if name != "note.x":
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
        model_config = ConfigDict(arbitrary_types_allowed=True)
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
    assert form_values(FormData([("a", "1"), ("b", "2"), ("b", "3")]), dict[str, Any]) == {
        "a": "1",
        "b": ["2", "3"],
    }
