from datetime import date, timedelta

from app.actions import create_invoice
from app.parts import invoice_fields
from wingbeat import html as h
from wingbeat.ui import action_form, submit_button

DAYS_TO_PAY = 30


async def page() -> h.Node:
    in_a_month = date.today() + timedelta(days=DAYS_TO_PAY)  # noqa: DTZ011 (a calendar day, not an instant)
    return h.main(class_="narrow")[
        h.title["New invoice · Tally"],
        h.a(class_="back", href="/")["All invoices"],
        h.h1["New invoice"],
        action_form(create_invoice, class_="card")[
            invoice_fields({"due": in_a_month.isoformat()}),
            h.div(class_="actions")[
                h.a(class_="button secondary", href="/")["Cancel"],
                submit_button(pending="Creating…")["Create invoice"],
            ],
        ],
    ]
