"""Keys of components, which leave no trace on the wire, in what they render: React's rules, one by one."""

from __future__ import annotations

import pytest

from wingbeat import component, fragment, html as h

pytestmark = pytest.mark.anyio


@component
def k(children: object = None) -> object:
    return children


@component
async def later(children: object = None) -> object:
    return children


LI = h.li
IN = ("li", "in", {})


@pytest.mark.parametrize("keep", [k, later])
@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (LI(), ("li", "a", {})),
        (LI(key="in"), ("li", "a,in", {})),
        ("text", "text"),
        (None, None),
        ([LI(key=1), LI(key=2)], ("react.fragment", "a", {"children": [("li", "1", {}), ("li", "2", {})]})),
        (k().keyed("b"), None),
        (k().keyed("b")[LI(key="in")], ("li", "a,b,in", {})),
        (k[LI(key="in")], ("li", "a,in", {})),
        (fragment[LI(key="in")], ("li", "a,in", {})),
        (fragment.keyed("f")[LI(key="in")], ("react.fragment", "a,f", {"children": IN})),
    ],
)
async def test_the_key_of_a_component_is_pushed_down(bench, keep, inside, expected) -> None:
    assert await bench.render(keep().keyed("a")[inside]) == expected


@pytest.mark.parametrize("keep", [k, later, fragment])
@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (LI(), ("li", None, {})),
        (LI(key="in"), [IN]),
        (k().keyed("b")[LI()], [("li", "b", {})]),
        (k[LI(key="in")], [IN]),
        ([LI(key="in")], [IN]),
        (k().keyed("b")[[LI(), "x"]], [("react.fragment", "b", {"children": [("li", None, {}), "x"]})]),
    ],
)
async def test_without_a_key_the_place_keeps_its_own(bench, keep, inside, expected) -> None:
    assert await bench.render(keep[inside]) == expected


async def test_a_key_path_ends_at_an_element_at_a_list_and_at_a_prop(bench) -> None:
    tree = await bench.render(k().keyed("a")[h.ul[LI(key="in")], [LI(key="in")]])

    assert tree == ("react.fragment", "a", {"children": [("ul", None, {"children": IN}), [IN]]})


async def test_an_async_iterable_is_a_list_to_keys(bench) -> None:
    async def rows():
        yield LI(key=1)

    assert await bench.render(k().keyed("a")[rows()]) == (
        "react.fragment",
        "a",
        {"children": [("li", "1", {})]},
    )
