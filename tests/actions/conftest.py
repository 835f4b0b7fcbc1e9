"""What tests of actions share: an app written in the test, and the folder of specimens."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from textwrap import dedent

import pytest

from support.app_packages import AppUnderTest, app_package

Load = Callable[..., AppUnderTest]


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Return a function that writes and installs an app: `load(source)` or `load({"page.py": source})`."""
    with ExitStack() as stack:

        def load_app(files: str | dict[str, str]) -> AppUnderTest:
            sources = {"page.py": files} if isinstance(files, str) else files
            written = {path: dedent(source) for path, source in sources.items()}
            return stack.enter_context(app_package(tmp_path, written))

        yield load_app
