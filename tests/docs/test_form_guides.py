"""What the guides about forms show works as they say, in a project made of their own code."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import wingbeat
from support.projects import Project, loaded_project

GUIDES = Path(__file__).parents[2] / "docs/how-to"
EMPTY_PAGE = "async def page(): return 'Nothing'"


@contextmanager
def project_of(guide: str, folder: Path, **files: str) -> Iterator[Project]:
    """Load the blocks of a guide that name their file."""
    text = (GUIDES / guide).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n# app/(\S+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    with loaded_project(folder, {**files, **dict(blocks)}) as project:
        yield project


def test_the_form_shows_what_is_wrong_and_then_what_was_done(tmp_path: Path) -> None:
    with project_of("forms-and-errors.md", tmp_path) as project:
        (form,) = project.get().forms
        wrong = project.submit(form, email="nobody", age="17")
        right = project.submit(form, email="ada@example.org", age="36")
        again = project.submit(form, email="ada@example.org", age="36")

    assert '<div class="notice" role="alert">Please check the fields below.</div>' in wrong.text
    assert wrong.text.count('<p class="problem"') == wrong.text.count('aria-invalid="true"') == 2
    assert 'value="nobody"' in wrong.text
    assert '<div class="notice" role="status">Welcome. You are member 1.</div>' in right.text
    assert "This address is a member already." in again.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"customer": "Ada", "due": "", "lines.0.text": "Looms", "address.street": "Via"}, 303),
        ({"customer": "Ada", "lines.3.text": "Looms", "lines.7.text": "", "lines.7.count": "0"}, 422),
    ],
)
def test_the_order_is_read_from_a_form(tmp_path: Path, fields: dict[str, Any], status: int) -> None:
    with project_of("validation.md", tmp_path, **{"page.py": EMPTY_PAGE}) as project:
        assert "app.actions" in sys.modules
        reply = project.post("actions.place_order", fields)

    assert reply.status == status
    assert ("lines.7.count: Input should be greater than 0" in reply.text) == (status == 422)


def test_what_is_saved_with_a_redirect_and_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where the guide's database is
    with project_of("transactions-and-redirects.md", tmp_path) as project:
        (form,) = project.get().forms
        placed = project.submit(form, number="A-1", amount="700")
        again = project.submit(form, number="A-1", amount="700")
        refused = project.submit(form, number="A-2", amount="700")
        monkeypatch.setattr(project.module(), "Redirect", wingbeat.redirect)  # raises instead of returning
        raised = project.submit(form, number="A-3", amount="7")

    with sqlite3.connect(tmp_path / "orders.db") as database:
        saved = database.execute("SELECT number FROM orders").fetchall()
    assert [(reply.status, reply.all("location")) for reply in (placed, again, raised)] == [
        (303, ["/orders/A-1"]),
        (303, ["/orders/A-1"]),
        (303, ["/orders/A-3"]),
    ]
    assert refused.status == 400
    assert "That is more than your credit." in refused.text
    assert saved == [("A-1",)]


@pytest.mark.parametrize(
    ("password", "following", "status", "location"),
    [
        ("lovelace", "/orders", 303, ["/orders"]),
        ("lovelace", "//evil.example", 500, []),
        ("byron", "/orders", 400, []),
    ],
)
def test_people_sign_in(
    tmp_path: Path, password: str, following: str, status: int, location: list[str]
) -> None:
    async def check_password(name: str, password: str) -> str | None:
        return name if password == "lovelace" else None

    async def new_session(user: str) -> str:
        return f"session-of-{user}"

    with project_of("authentication.md", tmp_path, **{"page.py": EMPTY_PAGE}) as project:
        vars(project.module("auth")).update(check_password=check_password, new_session=new_session)
        url = f"/login?next={following}"
        (form,) = project.get(url).forms
        reply = project.submit(form, url, name="ada", password=password)

    assert (reply.status, reply.all("location")) == (status, location)
    assert ("session=session-of-ada" in "".join(reply.all("set-cookie"))) == (password == "lovelace")
    assert ("The name or the password is wrong." in reply.text) == (password == "byron")
