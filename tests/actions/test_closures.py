"""Every file of fixtures/closures is one behaviour: a page, and what its actions give in a later process.

A file states `EXPECTED` (what each action returns, in the order of the page), or `ERROR` (what rendering
raises). `ARGS` are sent with every call, `CAPTURED_NAMES` is what travels of the first action, and `after`
goes on with the results.
"""

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from support.app_packages import AppUnderTest, app_package, references_in
from wingbeat import html as h
from wingbeat.actions import Action
from wingbeat.errors import SerializationError, StaleCapture, UsageError

SPECIMENS = sorted((Path(__file__).parent / "fixtures/closures").glob("*.py"))
pytestmark = pytest.mark.anyio


def specimen(file: Path) -> dict[str, str]:
    return {"page.py": file.read_text(encoding="utf-8")}


async def results_of(app: AppUnderTest, module: ModuleType) -> Any:
    """Render the page, start anew, and call its actions there."""
    references = references_in(await app.render(module.page()))
    app.forget()
    later = app.module()
    results = [await app.call(reference, *getattr(later, "ARGS", ())) for reference in references]
    if not hasattr(later, "after"):
        return results

    async def call(action: Action) -> Any:
        (reference,) = references_in(await app.render(h.form(action=action)))
        return await app.call(reference)

    return await later.after(results, call)


@pytest.mark.parametrize("file", SPECIMENS, ids=lambda file: file.stem)
async def test_closure(file: Path, tmp_path: Path) -> None:
    with app_package(tmp_path, specimen(file)) as app:
        module = app.module()
        error = getattr(module, "ERROR", getattr(module, "ERROR_START", None))
        if error is not None:
            end = "$" if hasattr(module, "ERROR") else ""
            message = re.escape(error.format(file=module.__file__)) + end
            with pytest.raises(UsageError, match=f"^{message}"):
                await app.render(module.page())
            return

        if (names := getattr(module, "CAPTURED_NAMES", None)) is not None:
            assert list(app.registry().definitions[0].captured_names) == names
        assert await results_of(app, module) == module.EXPECTED


async def test_a_row_whose_session_is_closed_is_used_by_its_id(load) -> None:
    app = load("""
        from sqlalchemy import create_engine
        from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
        from sqlalchemy import ForeignKey
        from wingbeat import component, html as h

        class Base(DeclarativeBase): ...

        class Customer(Base):
            __tablename__ = "customer"
            id: Mapped[int] = mapped_column(primary_key=True)
            invoices: Mapped[list["Invoice"]] = relationship()

        class Invoice(Base):
            __tablename__ = "invoice"
            id: Mapped[int] = mapped_column(primary_key=True)
            customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))

        @component
        def line(row):
            async def delete():
                "use server"
                return row.id, row.customer_id
            return h.form(action=delete)

        def page():
            engine = create_engine("sqlite://")
            Base.metadata.create_all(engine)
            with Session(engine) as session:
                session.add(Customer(id=1, invoices=[Invoice(id=7), Invoice(id=8)]))
                session.commit()
                rows = session.query(Invoice).all()
            engine.dispose()
            return [line(row) for row in rows]
    """)

    assert await results_of(app, app.module()) == [(7, 1), (8, 1)]


async def test_a_deploy_that_renames_a_captured_variable_makes_its_actions_stale(load) -> None:
    source = """
        from wingbeat import html as h

        def page():
            row = 7
            async def delete():
                "use server"
                return row
            return h.form(action=delete)
    """
    app = load(source)
    (reference,) = references_in(await app.render(app.module().page()))
    app.forget()
    app.rewrite("page.py", source.replace("row", "line"))

    with pytest.raises(StaleCapture):
        await app.call(reference)


async def test_a_deploy_that_changes_a_captured_plain_function_makes_its_actions_stale(load) -> None:
    source = """
        from wingbeat import html as h

        def page():
            unit, other = "kg", "t"
            def shown():
                return unit
            async def weigh():
                "use server"
                return shown()
            return h.form(action=weigh)
    """
    app = load(source)
    (reference,) = references_in(await app.render(app.module().page()))
    app.forget()
    app.rewrite("page.py", source.replace("return unit", "return unit, other"))

    with pytest.raises(StaleCapture):
        await app.call(reference)


async def test_calling_an_action_in_python_runs_it_as_written(load) -> None:
    app = load("""
        def page():
            count = 1
            async def current(step: int = 1):
                "use server"
                return count + step
            count = 2
            return current
    """)

    current = app.module().page()

    assert (await current(), await current(step=5), current.__name__) == (3, 7, "current")


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("SecretStr('canary')", "captures: secret is a pydantic.types.SecretStr, which cannot be sealed"),
        (
            "Account(SecretStr('canary'))",
            "secret.token is a pydantic.types.SecretStr, which cannot be sealed",
        ),
        ("Connection('canary')", "captures: secret is a {module}.Connection, which cannot be sealed"),
        ("'canary ' * 8000", "captures takes"),
    ],
)
async def test_g15_what_cannot_be_captured_is_named_and_never_shown(value: str, problem: str, load) -> None:
    app = load(f"""
        from dataclasses import dataclass
        from pydantic import SecretStr
        from wingbeat import html as h

        @dataclass
        class Account:
            token: SecretStr

        class Connection:
            def __init__(self, password):
                self.password = password
            def __repr__(self):
                return self.password

        def page():
            secret = {value}
            async def save():
                "use server"
                return secret
            return h.form(action=save)
    """)
    module = app.module()

    with pytest.raises(SerializationError) as caught:
        await app.render(module.page())

    said = str(caught.value)
    assert said.startswith(f"{module.__file__}:18: what the action page.<locals>.save() captures"), said
    assert problem.format(module=module.__name__) in said
    assert "canary" not in said
