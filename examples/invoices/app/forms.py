"""The invoice form on the server: what it must hold, and what happens while it does not.

A form that is refused stays in a cookie, so that the page can show it again, with what is wrong, whether or
not the browser runs JavaScript.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, TypeAdapter, ValidationError

from wingbeat import FormData, cookies

KEPT = TypeAdapter(dict[str, str])
KEPT_SECONDS = 600
LONGEST = 81
"""Characters kept of each field: one more than fits, so that too long stays too long. A cookie holds 4 KB, and
a character may take 12 bytes of it."""

PROBLEMS = {
    "customer": "Enter the name of the customer, at most 80 characters.",
    "subject": "Say in a few words what the invoice is for.",
    "amount": "Enter an amount above zero, such as 1250.00.",
    "due": "Enter the day by which the invoice is due.",
}

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class InvoiceForm(BaseModel):
    customer: Line
    subject: Line
    amount: Annotated[Decimal, Field(gt=0, lt=10_000_000, decimal_places=2)]
    due: date

    @property
    def cents(self) -> int:
        return int(self.amount * 100)


def accept(name: str, form_data: FormData) -> InvoiceForm | None:
    """Return the form called `name`, or keep it for the page to show again."""
    typed = {field: form_data.text(field) for field in PROBLEMS}
    try:
        form = InvoiceForm.model_validate(typed)
    except ValidationError:
        kept = {field: text[:LONGEST] for field, text in typed.items()}
        cookies().set(f"refused-{name}", json.dumps(kept, ensure_ascii=False), max_age=KEPT_SECONDS)
        return None
    cookies().delete(f"refused-{name}")
    return form


def refused(name: str) -> dict[str, str] | None:
    """Return what was typed into the form called `name` when it was last refused."""
    try:
        return KEPT.validate_json(cookies().get(f"refused-{name}") or "")
    except ValidationError:
        return None


def problems(typed: dict[str, str]) -> dict[str, str]:
    """Return a sentence for each field that does not hold what it must."""
    try:
        InvoiceForm.model_validate(typed)
    except ValidationError as error:
        names = [str(found["loc"][0]) for found in error.errors()]
        return {name: text for name, text in PROBLEMS.items() if name in names}
    return {}
