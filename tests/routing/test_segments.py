"""One folder's name, or what its `__init__.py` states, as a piece of a URL."""

import pytest

from wingbeat.errors import RouteError
from wingbeat.routing import Segment, SegmentKind, parse_segment, stated_segment


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("invoices", SegmentKind.STATIC, "invoices"),
        ("sign-up", SegmentKind.STATIC, "sign-up"),
        ("v1.0", SegmentKind.STATIC, "v1.0"),
        ("~me", SegmentKind.STATIC, "~me"),
        ("über", SegmentKind.STATIC, "über"),
        ("u\u0308ber", SegmentKind.STATIC, "über"),
        ("%5Fnext", SegmentKind.STATIC, "_next"),
        ("%5fnext", SegmentKind.STATIC, "_next"),
        ("...", SegmentKind.STATIC, "..."),
        ("[slug]", SegmentKind.DYNAMIC, "slug"),
        ("[...rest]", SegmentKind.CATCH_ALL, "rest"),
        ("[[...rest]]", SegmentKind.OPTIONAL_CATCH_ALL, "rest"),
        ("(shop)", SegmentKind.GROUP, "shop"),
        ("(my-shop)", SegmentKind.GROUP, "my-shop"),
        ("_parts", SegmentKind.PRIVATE, "parts"),
    ],
)
def test_every_form(text: str, kind: SegmentKind, name: str) -> None:
    assert parse_segment(text, "here") == Segment(kind, name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        "[a-b]",
        "[[a]]",
        "[..a]",
        "()",
        "a b",
        "a/b",
        "a%20b",
        "[a]b",
        "a?",
        "%5F",
        "a%5Fb",
        "(.)a",
        "@a",
    ],
)
def test_other_texts_are_errors_that_show_the_forms(text: str) -> None:
    with pytest.raises(RouteError) as error:
        parse_segment(text, "app/x")

    assert str(error.value) == (
        f"app/x: {text!r} is no segment. Use name, [name], [...name], [[...name]], (group) or _private."
    )


@pytest.mark.parametrize("text", [".", "..", "%5Fwingbeat"])
def test_what_no_url_can_ask_for_is_an_error(text: str) -> None:
    with pytest.raises(RouteError, match=r"^app/x: .* Choose another name\.$"):
        parse_segment(text, "app/x")


@pytest.mark.parametrize("text", ["[1]", "[...2b]", "[class]"])
def test_a_parameter_is_an_argument(text: str) -> None:
    with pytest.raises(RouteError, match=r"^app/x: '.*' cannot be the name of an argument of page\(\)\.$"):
        parse_segment(text, "app/x")


@pytest.mark.parametrize(
    ("source", "stated"),
    [
        ("segment = '[slug]'", "[slug]"),
        ('"""Docs."""\nimport x\nsegment: str = "(shop)"', "(shop)"),
        ("", None),
        ("other = segment", None),
        ("segment: str", None),
        ("def segment(): pass", None),
        ("if True:\n    segment = 'x'", None),
    ],
)
def test_what_a_module_states(source: str, stated: str | None) -> None:
    assert stated_segment(source, "app/x/__init__.py") == stated


@pytest.mark.parametrize("value", ["f'[{x}]'", "name()", "7", "None", "'a' + 'b'"])
def test_a_stated_segment_is_plain_text_and_nothing_is_executed(value: str) -> None:
    with pytest.raises(RouteError) as error:
        stated_segment(f"\nsegment = {value}", "app/x/__init__.py")

    assert str(error.value) == "app/x/__init__.py:2: segment must be a plain string such as '[slug]'."
