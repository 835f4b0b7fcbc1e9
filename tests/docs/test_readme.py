"""The README's app is a whole app."""

import re
from pathlib import Path

import pytest

from support.projects import loaded_project
from wingbeat.testing import Client

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("java_script", [True, False])
def test_the_first_app_of_the_readme_works(tmp_path: Path, *, java_script: bool) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    source = re.search(r"```python\n# app/page\.py\n(.*?)```", readme, re.DOTALL)
    assert source is not None

    with (
        loaded_project(tmp_path, {"page.py": source[1]}, development=True) as project,
        Client(project.app, java_script=java_script) as client,
    ):
        signed = client.get("/").submit("Sign", name="Grace")
        erased = signed.submit("Erase")

    assert "<title>Guest book</title>" in signed.text
    assert signed.shown == "Guest book Ada Erase Grace Erase Sign"
    assert erased.shown == "Guest book Grace Erase Sign"
