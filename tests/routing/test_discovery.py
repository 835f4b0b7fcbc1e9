"""The folder on disk -> its routes; nothing is imported."""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, strategies as st

from wingbeat.errors import RouteError
from wingbeat.routing import RouteTree, discover_routes


def discover(folder: Path, *files: str, **contents: str) -> RouteTree:
    """Discover an app of `files`, which would fail if they were imported."""
    for name in files:
        file = folder / "app" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            contents.get(name.replace("/", "_").removesuffix(".py"), "raise SystemExit"), encoding="utf-8"
        )
    return discover_routes(folder / "app")


def test_pages_and_the_layouts_around_them(tmp_path: Path) -> None:
    routes = discover(
        tmp_path,
        "layout.py",
        "page.py",
        "admin/layout.py",
        "admin/users/page.py",
        "admin/users/actions.py",
        "lib/text.py",
    ).routes

    assert [(one.pattern, one.module, one.layouts) for one in routes] == [
        ("/", "app.page", ("app.layout",)),
        ("/admin/users", "app.admin.users.page", ("app.layout", "app.admin.layout")),
    ]
    assert routes[0].file == str(tmp_path / "app" / "page.py")
    assert "app" not in sys.modules


def test_groups_add_a_layout_and_no_part(tmp_path: Path) -> None:
    (one,) = discover(tmp_path, "(shop)/layout.py", "(shop)/cart/page.py").routes

    assert (one.pattern, one.module, one.layouts) == ("/cart", "app.(shop).cart.page", ("app.(shop).layout",))


def test_both_spellings_are_one_segment(tmp_path: Path) -> None:
    routes = discover(
        tmp_path,
        "a/[slug]/page.py",
        "b/slug/__init__.py",
        "b/slug/page.py",
        "c/shop/__init__.py",
        "c/shop/page.py",
        "d/old/__init__.py",
        "d/old/page.py",
        b_slug___init__="segment = '[slug]'",
        c_shop___init__="segment = '(shop)'",
        d_old___init__="segment = 'sign-up'",
    ).routes

    assert [one.pattern for one in routes] == ["/a/[slug]", "/b/[slug]", "/c", "/d/sign-up"]


SEGMENTS = ["a", "b-c", "[x]", "[...r]", "[[...r]]", "(g)", "_p"]
PATHS = st.lists(
    st.lists(st.tuples(st.sampled_from(SEGMENTS), st.booleans()), max_size=3), min_size=1, max_size=4
)


@given(PATHS, st.sampled_from(["page", "route"]))
def test_whichever_spelling_each_folder_has_the_urls_are_the_same(
    paths: list[list[tuple[str, bool]]], kind: str
) -> None:
    """A folder's segment is its name, or a plain name and a line in its `__init__.py`."""
    expected = {
        "/" + "/".join(text for text, _ in path if not text.startswith("("))
        for path in paths
        if not any(text.startswith("_") for text, _ in path)
    }
    with TemporaryDirectory() as project:
        folder = Path(project, "app")
        for number, path in enumerate(paths):
            place = folder
            for depth, (text, stated) in enumerate(path):
                place /= f"plain{number}{depth}" if stated else text
                place.mkdir(parents=True, exist_ok=True)
                if stated:
                    (place / "__init__.py").write_text(f"segment = {text!r}", encoding="utf-8")
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{kind}.py").touch()
        try:
            found, refusal = discover_routes(folder).routes, ""
        except RouteError as error:
            found, refusal = [], str(error)

    if refusal:
        assert re.search("claim the same|holds no page|follow the catch-all|named twice", refusal)
    else:
        assert {route.pattern for route in found} == expected
        assert {route.is_page for route in found} == {kind == "page"}


def test_private_and_hidden_folders_have_no_pages(tmp_path: Path) -> None:
    routes = discover(
        tmp_path,
        "page.py",
        "_parts/page.py",
        ".git/page.py",
        "__pycache__/page.py",
        "kept/__init__.py",
        "kept/page.py",
        kept___init__="segment = '_kept'",
    ).routes

    assert [one.pattern for one in routes] == ["/"]


def test_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    files = [f"{name}/page.py" for name in "cab"]

    assert [one.pattern for one in discover(tmp_path, *files).routes] == ["/a", "/b", "/c"]


def test_an_app_without_page_says_which_to_create(tmp_path: Path) -> None:
    with pytest.raises(RouteError) as error:
        discover(tmp_path, "layout.py")

    folder = tmp_path / "app"
    assert str(error.value) == f"{folder} holds no page. Create {folder / 'page.py'} with a function page()."


def test_a_page_and_a_route_in_one_folder_are_an_error_that_names_both(tmp_path: Path) -> None:
    with pytest.raises(RouteError) as error:
        discover(tmp_path, "a/page.py", "a/route.py")

    folder = tmp_path / "app" / "a"
    assert str(error.value) == (
        f"{folder / 'page.py'} and {folder / 'route.py'} would both answer one URL. "
        "Move one to a folder of its own."
    )


def test_a_page_and_a_route_of_one_url_are_an_error_that_names_both(tmp_path: Path) -> None:
    with pytest.raises(RouteError, match=r"\(b\)/a/route\.py \(/a\) and .*\(a\)/a/page\.py \(/a\) claim"):
        discover(tmp_path, "(a)/a/page.py", "(b)/a/route.py")


@pytest.mark.parametrize("file", ["robots.txt/route.py", "v1.0/users/page.py", "v1.0/layout.py"])
def test_a_dot_in_a_folders_name_is_an_error_with_the_way_out(file: str, tmp_path: Path) -> None:
    name = file.partition("/")[0]

    with pytest.raises(RouteError) as error:
        discover(tmp_path, "page.py", file)

    assert str(error.value) == (
        f"{tmp_path / 'app' / name}: Python imports nothing from a folder with a dot in its name. "
        f"Name it {name.replace('.', '_')!r} and state segment = {name!r} in its __init__.py."
    )


def test_a_url_may_hold_dots_and_so_may_a_folder_without_pages(tmp_path: Path) -> None:
    routes = discover(
        tmp_path,
        "data.v1/words.py",
        "robots/__init__.py",
        "robots/route.py",
        robots___init__="segment = 'robots.txt'",
    ).routes

    assert [(one.pattern, one.module, one.is_page) for one in routes] == [
        ("/robots.txt", "app.robots.route", False)
    ]


def test_a_bad_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(RouteError, match=r"app/\[a-b\]: '\[a-b\]' is no segment\."):
        discover(tmp_path, "[a-b]/page.py")
