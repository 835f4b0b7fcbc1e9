"""Fragments, Suspense and error boundaries as elements, and the first HTML of a boundary."""

from __future__ import annotations

import pytest

from wingbeat import error_boundary, fragment, html as h, suspense
from wingbeat.errors import ElementError
from wingbeat.flight import FRAGMENT, SUSPENSE
from wingbeat.rendering import ERROR_BOUNDARY
from wingbeat.ui import submit_button

pytestmark = pytest.mark.anyio


def test_a_fragment_is_written_with_or_without_a_key() -> None:
    assert (fragment["a", "b"].type, fragment["a", "b"].props) == (FRAGMENT, {"children": ("a", "b")})
    assert fragment()["a"].props == {"children": "a"}
    assert (fragment.keyed(7)["a"].key, fragment["a"].keyed(7).key) == ("7", "7")


def test_suspense_holds_its_fallback_and_its_children() -> None:
    element = suspense(fallback=h.p["…"])["slow"]

    assert element.type == SUSPENSE
    assert element.props["fallback"].props == {"children": "…"}
    assert element.props["children"] == "slow"


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: fragment["a"], "fragment"),
        (lambda: suspense(fallback="…")["a"], "suspense"),
        (lambda: error_boundary(fallback="…")["a"], "error_boundary"),
        (lambda: submit_button()["a"], "submit_button"),
    ],
)
def test_a_mistake_is_told_in_the_name_that_the_author_wrote(make, name: str) -> None:
    with pytest.raises(ElementError, match=rf"^{name} already has children\. Give them all in one pair"):
        make()["b"]
    with pytest.raises(TypeError, match=rf"^{name} is an element, not a list of its children$"):
        list(make())


@pytest.mark.parametrize("make", [suspense, error_boundary])
def test_a_fallback_that_cannot_be_rendered_is_refused_where_it_is_written(make) -> None:
    with pytest.raises(ElementError, match=rf"^{make.__name__}\(fallback=…\) was given the set"):
        make(fallback={1})


def test_fragment_itself_is_not_iterable() -> None:
    with pytest.raises(TypeError, match=r"^fragment is an element"):
        list(fragment)


async def test_a_tag_without_brackets_may_be_a_fallback(bench) -> None:
    assert await bench.render(suspense(fallback=h.hr)["a"]) == (
        "react.suspense",
        None,
        {"fallback": ("hr", None, {}), "children": "a"},
    )


def test_the_first_html_of_a_boundary_is_its_children_or_its_fallback() -> None:
    twin = ERROR_BOUNDARY.twin
    assert twin is not None

    assert twin({"children": "c", "fallback": "f"}) == "c"
    assert twin({"children": None, "fallback": "f", "failed": {}}) == "f"
