"""Which page a path finds: precedence, backtracking, conflicts, and a search that agrees with a plain one."""

import pytest
from hypothesis import given, strategies as st

from wingbeat.errors import RouteError
from wingbeat.routing import Match, Route, RouteTree, Segment, SegmentKind, parse_segment

S = SegmentKind


def route(pattern: str, file: str = "") -> Route:
    segments = tuple(parse_segment(part, pattern) for part in pattern.split("/") if part)
    return Route(segments, f"page of {pattern}", (), file or f"app{pattern}/page.py")


def tree(*patterns: str) -> RouteTree:
    return RouteTree([route(pattern) for pattern in patterns])


def found(routes: RouteTree, path: str) -> tuple[str, dict[str, str | list[str]]] | None:
    match = routes.match(tuple(part for part in path.split("/") if part))
    return (match.route.pattern, match.params) if match else None


def test_static_wins_over_dynamic_and_that_over_catch_alls() -> None:
    routes = tree("/[[...any]]", "/a/[...rest]", "/a/[id]", "/a/b")

    assert found(routes, "/a/b") == ("/a/b", {})
    assert found(routes, "/a/c") == ("/a/[id]", {"id": "c"})
    assert found(routes, "/a/c/d") == ("/a/[...rest]", {"rest": ["c", "d"]})
    assert found(routes, "/a") == ("/[[...any]]", {"any": ["a"]})
    assert found(routes, "/") == ("/[[...any]]", {"any": []})


def test_a_dead_end_is_left_again() -> None:
    routes = tree("/a/b/c", "/[x]/b/d", "/[x]/[y]/e", "/[...all]")

    assert found(routes, "/a/b/d") == ("/[x]/b/d", {"x": "a"})
    assert found(routes, "/a/b/e") == ("/[x]/[y]/e", {"x": "a", "y": "b"})
    assert found(routes, "/a/b/f") == ("/[...all]", {"all": ["a", "b", "f"]})
    assert found(routes, "/") is None


def test_catch_alls_need_one_part_and_optional_ones_none() -> None:
    assert found(tree("/a/[...rest]"), "/a") is None
    assert found(tree("/a/[[...rest]]"), "/a") == ("/a/[[...rest]]", {"rest": []})


def test_parameters_at_one_place_may_have_several_names() -> None:
    routes = tree("/[id]/edit", "/[slug]/view")

    assert found(routes, "/7/edit") == ("/[id]/edit", {"id": "7"})
    assert found(routes, "/7/view") == ("/[slug]/view", {"slug": "7"})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/a", "/a"),
        ("/", "/"),
        ("/[id]", "/[slug]"),
        ("/[a]/x/[b]", "/[c]/x/[d]"),
        ("/[...a]", "/[...b]"),
        ("/[[...a]]", "/[[...b]]"),
        ("/[...a]", "/[[...b]]"),
        ("/a", "/a/[[...b]]"),
        ("/", "/[[...b]]"),
    ],
)
def test_two_pages_of_one_url_are_an_error_that_names_both(first: str, second: str) -> None:
    for one, other in ((first, second), (second, first)):
        with pytest.raises(RouteError) as error:
            RouteTree([route(one, "one/page.py"), route(other, "other/page.py")])

        assert str(error.value) == (
            f"other/page.py ({other}) and one/page.py ({one}) claim the same URLs. Remove or move one."
        )


def test_nothing_follows_a_catch_all() -> None:
    with pytest.raises(RouteError, match=r"^app.*: nothing can follow the catch-all in /\[\.\.\.a\]/b\.$"):
        tree("/[...a]/b")


def test_a_parameter_is_named_once() -> None:
    with pytest.raises(RouteError, match=r"a parameter of /\[id\]/x/\[id\] is named twice\. Rename one\.$"):
        tree("/[id]/x/[id]")


def test_a_deep_path_costs_no_depth() -> None:
    assert found(tree("/[...all]"), "/a" * 100_000) is not None
    assert found(tree("/a/[id]"), "/a" * 100_000) is None


PARTS = st.sampled_from(["a", "b", "c"])
SEGMENTS = st.lists(
    st.one_of(
        st.builds(Segment, st.just(S.STATIC), PARTS),
        st.builds(Segment, st.just(S.DYNAMIC), st.sampled_from(["x", "y", "z"])),
    ),
    max_size=3,
    unique_by=lambda segment: segment.name,
)
ENDS = st.sampled_from([(), (Segment(S.CATCH_ALL, "rest"),), (Segment(S.OPTIONAL_CATCH_ALL, "rest"),)])
ROUTES = st.builds(lambda head, end: Route((*head, *end), "page", (), "file"), SEGMENTS, ENDS)


def fits(route: Route, parts: tuple[str, ...]) -> dict[str, str | list[str]] | None:
    """Return the parameters if one route alone fits: the plain meaning of a pattern."""
    params: dict[str, str | list[str]] = {}
    for index, segment in enumerate(route.segments):
        if segment.kind in {S.CATCH_ALL, S.OPTIONAL_CATCH_ALL}:
            rest = list(parts[index:])
            return {**params, segment.name: rest} if rest or segment.kind is S.OPTIONAL_CATCH_ALL else None
        if index >= len(parts) or (segment.kind is S.STATIC and segment.name != parts[index]):
            return None
        if segment.kind is S.DYNAMIC:
            params[segment.name] = parts[index]
    return params if len(route.segments) == len(parts) else None


def rank(route: Route, parts: tuple[str, ...]) -> list[int]:
    """Order two routes that both fit: the first part where they differ decides, the more exact one wins.

    What ends with the path is more exact than a catch-all that takes nothing.
    """
    kinds = [segment.kind.value for segment in route.segments]
    return kinds if len(kinds) > len(parts) else [*kinds, -1]


@given(st.lists(ROUTES, max_size=6), st.lists(PARTS, max_size=4).map(tuple))
def test_the_tree_finds_what_a_plain_search_finds(routes: list[Route], parts: tuple[str, ...]) -> None:
    accepted: list[Route] = []
    for one in routes:
        try:
            RouteTree([*accepted, one])
        except RouteError:
            continue
        accepted.append(one)

    match = RouteTree(accepted).match(parts)

    fitting = sorted(
        (one for one in accepted if fits(one, parts) is not None), key=lambda one: rank(one, parts)
    )
    expected = Match(fitting[0], fits(fitting[0], parts) or {}) if fitting else None
    assert match == expected
