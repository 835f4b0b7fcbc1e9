"""The one table of this app."""

from datetime import date
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

InvoiceId = Annotated[int, Field(gt=0, lt=2**63)]
"""What SQLite takes; any other number in a URL is a page that does not exist."""
STATUSES = ("draft", "sent", "overdue", "paid")


class Base(DeclarativeBase):
    pass


class Invoice(Base):
    __tablename__ = "invoices"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[str]
    subject: Mapped[str]
    cents: Mapped[int]
    due: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)
    """Counts up with every edit."""
    published_version: Mapped[int | None]
    """The version that the customer has seen."""
    paid: Mapped[date | None]

    @property
    def number(self) -> str:
        return f"INV-{1000 + self.id}"

    @property
    def amount(self) -> str:
        return money(self.cents)

    @property
    def status(self) -> str:
        if self.paid:
            return "paid"
        if self.published_version != self.version:
            return "draft"
        return "overdue" if self.due < date.today() else "sent"  # noqa: DTZ011 (a calendar day, not an instant)


def money(cents: int) -> str:
    return f"€{cents // 100:,}.{cents % 100:02}"
