"""The tree of errors, drawn in the docstring of `wingbeat.errors`, is the tree of classes."""

import importlib
import pkgutil
import re

import wingbeat
from wingbeat import errors

# The drawing indents by four characters a level; a class is a capitalised word, then perhaps its status.
DRAWN_LINE = re.compile(r"^(?P<indent>[ │├└─]*)(?P<name>[A-Z]\w+)(?: {2,}(?:(?P<status>\d{3})\b)?.*)?$")


def drawn_tree(docstring: str) -> dict[str, tuple[str, str | None]]:
    """Return class -> (base class, status as drawn), from the block of the docstring that draws."""
    base_at_depth: dict[int, str] = {}
    tree: dict[str, tuple[str, str | None]] = {}
    for line in docstring.split("\n\n")[1].splitlines():
        match = DRAWN_LINE.match(line)
        assert match, line
        depth = len(match["indent"]) // 4
        base_at_depth[depth] = match["name"]
        if depth - 1 in base_at_depth:
            tree[match["name"]] = (base_at_depth[depth - 1], match["status"])
    return tree


def real_tree(base: type) -> dict[str, str]:
    """Return class -> base class, for every subclass of *base* that the package defines."""
    tree: dict[str, str] = {}
    for child in base.__subclasses__():
        if child.__module__.startswith("wingbeat"):
            tree |= {child.__name__: base.__name__} | real_tree(child)
    return tree


def test_the_drawing_is_the_tree_of_classes() -> None:
    for module in pkgutil.walk_packages(wingbeat.__path__, "wingbeat."):
        if not module.name.endswith("__main__") and ".templates." not in module.name:
            importlib.import_module(module.name)

    drawn = {name: base for name, (base, _) in drawn_tree(errors.__doc__ or "").items()}

    assert drawn == real_tree(errors.WingbeatError)


def test_every_drawn_status_is_the_class_s_own() -> None:
    drawn = {name: status for name, (_, status) in drawn_tree(errors.__doc__ or "").items() if status}

    assert drawn == {name: str(getattr(errors, name).status) for name in drawn}
    assert len(drawn) >= 9


def test_every_error_is_public() -> None:
    assert {"WingbeatError", *drawn_tree(errors.__doc__ or "")} == set(errors.__all__)


def test_a_drawing_is_read_as_a_tree() -> None:
    drawing = """Errors.

    Root
    ├── Left      what it is
    │   └── Leaf  404: gone
    └── Right

More."""

    assert drawn_tree(drawing) == {"Left": ("Root", None), "Leaf": ("Left", "404"), "Right": ("Root", None)}
