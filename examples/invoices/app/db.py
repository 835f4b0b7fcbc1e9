"""Invoices in SQLite. The file is made and filled when it is first needed."""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from app.forms import InvoiceForm
from app.models import Base, Invoice

FILE = Path(os.environ.get("INVOICES_DB", Path(__file__).parents[1] / "invoices.db"))

_engine = create_async_engine(f"sqlite+aiosqlite:///{FILE}")
_sessions = async_sessionmaker(_engine, expire_on_commit=False)
_preparing = asyncio.Lock()
_prepared = False


@asynccontextmanager
async def transaction() -> AsyncGenerator[AsyncSession, None]:
    """Open a session whose changes are committed at the end, or not at all."""
    global _prepared  # noqa: PLW0603 (once in the life of the process)
    async with _preparing:
        if not _prepared:
            await _prepare()
            _prepared = True
    async with _sessions.begin() as session:
        yield session


async def all_invoices() -> Sequence[Invoice]:
    async with transaction() as session:
        return (await session.scalars(select(Invoice).order_by(Invoice.id.desc()))).all()


async def find_invoice(invoice_id: int) -> Invoice | None:
    async with transaction() as session:
        return await session.get(Invoice, invoice_id)


async def add_invoice(form: InvoiceForm) -> int:
    async with transaction() as session:
        invoice = Invoice(customer=form.customer, subject=form.subject, cents=form.cents, due=form.due)
        session.add(invoice)
        await session.flush()
        return invoice.id


async def change_invoice(invoice_id: int, form: InvoiceForm) -> None:
    async with transaction() as session:
        await session.execute(
            update(Invoice)
            .where(Invoice.id == invoice_id)
            .values(customer=form.customer, subject=form.subject, cents=form.cents, due=form.due)
            .values(version=Invoice.version + 1)
        )


async def publish_version(invoice_id: int, version: int) -> bool:
    """Publish an invoice if `version` is still its newest version, and tell whether it was."""
    async with transaction() as session:
        result = await session.execute(
            update(Invoice)
            .where(Invoice.id == invoice_id, Invoice.version == version)
            .values(published_version=version)
        )
        return isinstance(result, CursorResult) and result.rowcount == 1


async def mark_as_paid(invoice_id: int) -> None:
    async with transaction() as session:
        await session.execute(update(Invoice).where(Invoice.id == invoice_id).values(paid=_today()))


async def delete_invoice(invoice_id: int) -> None:
    async with transaction() as session:
        await session.execute(delete(Invoice).where(Invoice.id == invoice_id))


async def _prepare() -> None:
    async with _engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with _sessions.begin() as session:
        if not await session.scalar(select(func.count()).select_from(Invoice)):
            session.add_all(_seeds())


def _seeds() -> list[Invoice]:
    return [
        Invoice(
            customer=customer,
            subject=subject,
            cents=cents,
            due=_today() + timedelta(days=days),
            version=1,
            published_version=1 if published else None,
            paid=_today() + timedelta(days=days - 3) if paid else None,
        )
        for customer, subject, cents, days, published, paid in _SEEDS
    ]


def _today() -> date:
    return date.today()  # noqa: DTZ011 (a calendar day, not an instant)


# Customer, subject, cents, days until due, published, paid.
_SEEDS = (
    ("Harbour & Pine", "Brand identity, final instalment", 480_000, -74, True, True),
    ("Nordlicht Optik", "Product photography, 14 frames", 132_500, -61, True, True),
    ("Studio Okonkwo", "Website maintenance, third quarter", 96_000, -48, True, True),
    ("Café Marguerite", "Menu design and print supervision", 74_350, -33, True, True),
    ("Lindqvist Cycles", "Catalogue, 48 pages", 618_000, -12, True, False),
    ("Tereza Novák", "Portrait session", 38_000, -5, True, False),
    ("Ferris Botanical", "Packaging for six teas", 254_900, -2, True, False),
    ("Atlas Language School", "Poster series", 118_000, 6, True, False),
    ("Moreau Architects", "Exhibition signage", 842_075, 13, True, False),
    ("Bluebird Bakery", "Shop window lettering", 56_000, 17, True, False),
    ("Kestrel Trail Runs", "Race number templates", 29_900, 24, False, False),
    ("Nordlicht Optik", "Lookbook, spring collection", 367_500, 30, False, False),
)
