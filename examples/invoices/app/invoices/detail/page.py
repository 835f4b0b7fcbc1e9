from app import db
from app.models import Invoice, InvoiceId
from app.parts import badge, day, delete_button, notice
from wingbeat import component, fragment, html as h, not_found, redirect
from wingbeat.ui import submit_button


async def page(invoice_id: InvoiceId, search_params: dict[str, str | list[str]]) -> h.Node:
    invoice = await db.find_invoice(invoice_id) or not_found()

    async def delete() -> None:
        "use server"
        await db.delete_invoice(invoice.id)
        redirect("/")

    refused = search_params.get("notice") == "changed"
    return h.main[
        h.title[f"Not published: {invoice.number} · Tally" if refused else f"{invoice.number} · Tally"],
        h.a(class_="back", href="/")["All invoices"],
        notice(search_params.get("notice")),
        h.header(class_="page")[
            h.h1[invoice.number, " ", badge(invoice.status)],
            h.div(class_="actions")[
                h.a(class_="button secondary", href=f"/invoices/{invoice.id}/edit")["Edit"],
                delete_button(invoice, delete),
            ],
        ],
        h.div(class_="columns")[paper(invoice), next_step(invoice)],
    ]


@component
def paper(invoice: Invoice) -> h.Node:
    return h.section(class_="card paper", aria_label="Invoice")[
        h.p(class_="amount")[invoice.amount],
        h.dl[
            h.div[h.dt["Billed to"], h.dd[invoice.customer]],
            h.div[h.dt["For"], h.dd[invoice.subject]],
            h.div[h.dt["Due"], h.dd[day(invoice.due)]],
            invoice.paid and h.div[h.dt["Paid"], h.dd[day(invoice.paid)]],
            h.div[h.dt["Version"], h.dd[invoice.version]],
        ],
    ]


@component
def next_step(invoice: Invoice) -> h.Node:
    return h.aside(class_="card", aria_labelledby="next")[
        h.h2(id="next")["Next step"],
        _STEPS[invoice.status](invoice),
    ]


@component
def to_publish(invoice: Invoice) -> object:
    version = invoice.version

    async def publish() -> None:
        "use server"
        # `version` is the one that was on the screen when the button was pressed.
        published = await db.publish_version(invoice.id, version)
        redirect(f"?notice={'published' if published else 'changed'}", type="replace")

    return fragment[
        h.p["Only you can see this draft. Publishing shows it to the customer."],
        h.form(action=publish)[submit_button(pending="Publishing…")[f"Publish version {version}"]],
    ]


@component
def to_collect(invoice: Invoice) -> object:
    async def mark_as_paid() -> None:
        "use server"
        await db.mark_as_paid(invoice.id)
        redirect("?notice=paid", type="replace")

    return fragment[
        h.p["The customer has this invoice. Has the money arrived?"],
        h.form(action=mark_as_paid)[submit_button(pending="Saving…")["Mark as paid"]],
    ]


@component
def nothing_to_do(invoice: Invoice) -> h.Node:
    return h.p[f"Nothing: {invoice.customer} has paid."]


_STEPS = {"draft": to_publish, "sent": to_collect, "overdue": to_collect, "paid": nothing_to_do}
