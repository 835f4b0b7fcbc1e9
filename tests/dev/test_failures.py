"""What the developer reads when an app cannot start."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from wingbeat.dev import describe_failure
from wingbeat.errors import RouteError


def _failure(source: str, folder: Path) -> str:
    file = folder / "mine.py"
    file.write_text(source, encoding="utf-8")
    try:
        exec(compile(source, str(file), "exec"), {})
    except BaseException as error:  # noqa: BLE001
        return describe_failure(error)
    raise AssertionError("nothing failed")


def test_our_own_errors_are_sentences() -> None:
    assert (
        describe_failure(RouteError("app/page.py: no page(). Define one."))
        == "app/page.py: no page(). Define one."
    )


def test_an_exception_is_told_with_the_developer_s_lines_only(tmp_path: Path) -> None:
    text = _failure(
        "def f():\n    import_it('nothing.here')\n\nfrom importlib import import_module as import_it\nf()\n",
        tmp_path,
    )

    assert text.splitlines()[-1] == "ModuleNotFoundError: No module named 'nothing'"
    assert "<frozen" not in text


@pytest.mark.parametrize("source", ["def f(:", "  x = 1", "if x:\n\ty\n        z"])
def test_a_syntax_error_says_itself_where_it_is(source: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        ast.parse(source, "app/page.py")

    text = describe_failure(caught.value)

    assert 'File "app/page.py", line ' in text
    assert "ast.py" not in text


def test_a_cause_is_told_too(tmp_path: Path) -> None:
    text = _failure(
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('x') from error\n",
        tmp_path,
    )

    assert "ZeroDivisionError: division by zero" in text
    assert text.splitlines()[-1] == "ValueError: x"


def test_an_exception_of_ours_alone_keeps_its_lines() -> None:
    with pytest.raises(ModuleNotFoundError) as caught:
        importlib.import_module("nothing.here")

    assert "line" in describe_failure(caught.value)
