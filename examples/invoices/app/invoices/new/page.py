from datetime import date, timedelta

from app.actions import create_invoice
from app.forms import refused
from app.parts import invoice_fields
from wingbeat import html as h
from wingbeat.ui import submit_button

DAYS_TO_PAY = 30


async def page() -> h.Node:
    typed = refused("new")
    in_a_month = date.today() + timedelta(days=DAYS_TO_PAY)  # noqa: DTZ011 (a calendar day, not an instant)
    return h.main(class_="narrow")[
        h.title["Error: New invoice · Tally" if typed else "New invoice · Tally"],
        h.a(class_="back", href="/")["All invoices"],
        h.h1["New invoice"],
        h.form(action=create_invoice, class_="card")[
            invoice_fields(typed or {"due": in_a_month.isoformat()}, checked=typed is not None),
            h.div(class_="actions")[
                h.a(class_="button secondary", href="/")["Cancel"],
                submit_button(pending="Creating…")["Create invoice"],
            ],
        ],
    ]
