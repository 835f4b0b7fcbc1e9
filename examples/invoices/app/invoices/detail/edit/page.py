from functools import partial

from app import db
from app.actions import update_invoice
from app.models import Invoice, InvoiceId
from app.parts import invoice_fields
from wingbeat import html as h, not_found
from wingbeat.ui import action_form, submit_button


async def page(invoice_id: InvoiceId) -> h.Node:
    invoice = await db.find_invoice(invoice_id) or not_found()
    title = f"Edit {invoice.number}"
    return h.main(class_="narrow")[
        h.title[f"{title} · Tally"],
        h.a(class_="back", href=f"/invoices/{invoice.id}")[invoice.number],
        h.h1[title],
        action_form(partial(update_invoice, invoice.id), class_="card")[
            invoice_fields(saved(invoice)),
            h.div(class_="actions")[
                h.a(class_="button secondary", href=f"/invoices/{invoice.id}")["Cancel"],
                submit_button(pending="Saving…")["Save changes"],
            ],
        ],
    ]


def saved(invoice: Invoice) -> dict[str, str]:
    return {
        "customer": invoice.customer,
        "subject": invoice.subject,
        "amount": f"{invoice.cents // 100}.{invoice.cents % 100:02}",
        "due": invoice.due.isoformat(),
    }
