"""What an open page sees of a save under `wingbeat dev`, in Chromium: the news, and nothing of its own lost."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.chromium import OpenTab, Tab
from support.command_line import Command, command
from support.projects import write_project

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

FILES = {
    "layout.py": """
        from wingbeat import html as h

        def layout(children):
            return h.html(lang="en")[
                h.head[h.title["Shop"], h.link(rel="stylesheet", href="/site.css")], h.body[children]
            ]
    """,
    "page.py": """
        from pydantic import BaseModel
        from wingbeat import html as h, revalidate_path
        from app.models import Product

        class Named(BaseModel):
            name: str

        sold = []

        def page():
            async def sell():
                "use server"
                sold.append(1)
                revalidate_path("/")
            return h.main[
                h.h1["one ", Named(name=Product.__tablename__).name],
                h.form(action=sell)[h.button["Sell"]],
                h.p(id="sold")[str(len(sold))],
                h.div(style={"height": "3000px"}),
                h.input(id="typed"),
                h.div(style={"height": "3000px"}),
            ]
    """,
    "models.py": """
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

        class Base(DeclarativeBase):
            pass

        class Product(Base):
            __tablename__ = "product"
            id: Mapped[int] = mapped_column(primary_key=True)
    """,
    "/public/site.css": "h1 { color: rgb(0, 0, 255) }\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "shop", FILES)


@pytest.fixture
def dev(project: Path) -> Iterator[Command]:
    with command("dev", project, "--port", "0") as running:
        yield running


@pytest.fixture
def tab(dev: Command, open_tab: OpenTab) -> Tab:
    """Return a tab in which something was typed, far down."""
    tab = open_tab()
    with tab.page.expect_response("**/_wingbeat/dev-events"):
        tab.open(dev.url)
    tab.page.fill("#typed", "half a sentence")
    tab.page.evaluate("() => { scrollTo(0, 2500); window.kept = true }")
    return tab


def _change(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def _heading(tab: Tab, text: str) -> None:
    tab.page.wait_for_function("text => document.querySelector('h1').textContent === text", arg=text)


def _nothing_is_lost(tab: Tab) -> None:
    kept = tab.page.evaluate("() => [window.kept, document.querySelector('#typed').value, scrollY]")
    assert kept == [True, "half a sentence", 2500]


def test_a_saved_page_is_shown_and_nothing_of_the_open_one_is_lost(tab: Tab, project: Path) -> None:
    for old, new in [("one", "two"), ("two", "three")]:
        _change(project / "app" / "page.py", f'"{old} "', f'"{new} "')
        _heading(tab, f"{new} product")

    _nothing_is_lost(tab)
    tab.assert_silence()


def test_models_change_with_the_page(tab: Tab, project: Path) -> None:
    """A class that is registered at import: reloading its module in place would be refused."""
    _change(project / "app" / "models.py", '"product"', '"goods"')

    _heading(tab, "one goods")

    _nothing_is_lost(tab)
    tab.assert_silence()


def test_actions_of_the_new_page_work(tab: Tab, project: Path) -> None:
    _change(project / "app" / "page.py", '"one "', '"two "')
    _heading(tab, "two product")

    tab.page.get_by_role("button", name="Sell").dispatch_event("click")

    tab.page.wait_for_function("() => document.querySelector('#sold').textContent === '1'")
    _nothing_is_lost(tab)
    tab.assert_silence()


def test_broken_code_lies_over_the_page_until_it_is_mended(tab: Tab, project: Path) -> None:
    page = project / "app" / "page.py"
    _change(page, "class Named", "raise ValueError('<b>half done</b>')\nclass Named")
    shown = tab.page.get_by_role("alert")
    shown.wait_for()
    assert "ValueError: <b>half done</b>" in shown.inner_text()
    assert "app/page.py" in shown.inner_text()

    _change(page, "raise ValueError('<b>half done</b>')\n", "")
    shown.wait_for(state="detached")

    _change(page, '"one "', '"two "')
    _heading(tab, "two product")
    _nothing_is_lost(tab)
    tab.assert_silence()


def test_a_page_that_fails_lies_over_the_one_that_did_not(tab: Tab, project: Path) -> None:
    page = project / "app" / "page.py"
    _change(page, "def page():", "def page():\n    raise ValueError('no products')")
    shown = tab.page.get_by_role("alert")
    shown.wait_for()
    assert "ValueError: no products" in shown.inner_text()

    _change(page, "raise ValueError('no products')", "pass")
    shown.wait_for(state="detached")

    _nothing_is_lost(tab)


def test_a_page_that_was_opened_broken_is_shown_when_it_is_mended(project: Path, open_tab: OpenTab) -> None:
    page = project / "app" / "page.py"
    _change(page, "class Named", "raise ValueError('half done')\nclass Named")
    with command("dev", project, "--port", "0") as running:
        tab = open_tab()
        tab.page.goto(running.url)
        tab.page.get_by_role("alert").wait_for()

        _change(page, "raise ValueError('half done')\n", "")

        _heading(tab, "one product")


def test_a_style_sheet_is_exchanged_in_place(tab: Tab, project: Path) -> None:
    _change(project / "public" / "site.css", "0, 0, 255", "255, 0, 0")

    tab.page.wait_for_function(
        "() => getComputedStyle(document.querySelector('h1')).color === 'rgb(255, 0, 0)'"
    )

    _nothing_is_lost(tab)
    tab.assert_silence()


def test_a_client_module_loads_the_document_anew(tab: Tab, project: Path) -> None:
    (project / "public" / "stars.js").write_text("export {}\n", encoding="utf-8")

    tab.page.wait_for_function("() => window.kept === undefined")
    tab.assert_silence()


def test_the_server_ends_in_order_while_a_page_listens(tab: Tab, dev: Command) -> None:
    assert dev.end(signal.SIGINT, group=True) == 0
    assert dev.errors() == ""
    assert tab.errors == []
