"""A project of each test's own for what requests can show, and a Chromium for what only a browser can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from support.chromium import browser, open_tab
from support.projects import Project, loaded_project
from support.refusals import watching_actions

__all__ = ["browser", "open_tab"]


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Callable[..., Project]]:
    """Return a function that writes and loads a project: `load({"page.py": source}, middleware=[...])`."""
    with ExitStack() as stack:
        stack.enter_context(watching_actions())

        def load_project(files: dict[str, str], **given: Any) -> Project:
            return stack.enter_context(loaded_project(tmp_path, files, **given))

        yield load_project
