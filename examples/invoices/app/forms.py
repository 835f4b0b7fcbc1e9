"""The invoice form on the server: what it must hold, and what is said while it does not."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

SENTENCES = {
    "customer": "Enter the name of the customer, at most 80 characters.",
    "subject": "Say in a few words what the invoice is for.",
    "amount": "Enter an amount between 0.01 and 9,999,999.99, such as 1250.00.",
    "due": "Enter the day by which the invoice is due.",
}

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Problems = dict[str, dict[str, str]]
"""The state of the form: `errors` is what `field_error` shows beside each field."""


class InvoiceForm(BaseModel):
    customer: Line
    subject: Line
    amount: Annotated[Decimal, Field(gt=0, lt=10_000_000, decimal_places=2)]
    due: date

    @property
    def cents(self) -> int:
        return int(self.amount * 100)


def problems(wrong: Iterable[str]) -> Problems:
    """Return our own sentence for each wrong field: a customer should not read Pydantic's."""
    return {"errors": {name: SENTENCES[name] for name in wrong}}
