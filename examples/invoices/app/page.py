from collections import Counter
from collections.abc import Sequence
from functools import partial

from app import db
from app.actions import choose_density
from app.models import STATUSES, Invoice, money
from app.parts import badge, day, delete_button
from app.preferences import DENSITIES, density
from wingbeat import component, error_boundary, html as h, revalidate_path


async def page(search_params: dict[str, str | list[str]]) -> h.Node:
    status = search_params.get("status")
    invoices = await db.all_invoices()
    shown = [invoice for invoice in invoices if status not in STATUSES or invoice.status == status]
    return h.main[
        h.title["Invoices · Tally"],
        h.header(class_="page")[
            h.h1["Invoices"],
            h.a(class_="button", href="/invoices/new")["New invoice"],
        ],
        error_boundary(fallback=h.p(class_="notice bad")["The totals cannot be shown."])[totals(invoices)],
        h.div(class_="toolbar")[filters(status), density_switch()],
        h.p(class_="visually-hidden", role="status")[f"{len(shown)} invoices shown"],
        invoice_table(shown) if shown else nothing_here(),
    ]


@component
def totals(invoices: Sequence[Invoice]) -> h.Node:
    cents = Counter[str]()
    for invoice in invoices:
        cents[invoice.status] += invoice.cents
    return h.dl(class_="totals")[
        h.div[h.dt["Outstanding"], h.dd[money(cents["sent"] + cents["overdue"])]],
        h.div[h.dt["Overdue"], h.dd[money(cents["overdue"])]],
        h.div[h.dt["In drafts"], h.dd[money(cents["draft"])]],
        h.div[h.dt["Paid"], h.dd[money(cents["paid"])]],
    ]


@component
def filters(current: object) -> h.Node:
    return h.nav(class_="filters", aria_label="Status")[
        h.a(href="/", aria_current=None if current in STATUSES else "page")["All"],
        (
            h.a(key=status, href=f"/?status={status}", aria_current="page" if status == current else None)[
                status.capitalize()
            ]
            for status in STATUSES
        ),
    ]


@component
def density_switch() -> h.Node:
    return h.form(class_="switch", role="group", aria_label="Rows")[
        (
            h.button(key=name, form_action=partial(choose_density, name), aria_pressed=name == density())[
                name.capitalize()
            ]
            for name in DENSITIES
        )
    ]


@component
def invoice_table(invoices: Sequence[Invoice]) -> h.Node:
    return h.table(class_=f"invoices {density()}")[
        h.caption(class_="visually-hidden")["Invoices, newest first"],
        h.thead[
            h.tr[
                h.th(scope="col")["Invoice"],
                h.th(scope="col")["Due"],
                h.th(scope="col")["Status"],
                h.th(scope="col", class_="number")["Amount"],
                h.th(scope="col")[h.span(class_="visually-hidden")["Actions"]],
            ]
        ],
        h.tbody[(invoice_row(invoice).keyed(invoice.id) for invoice in invoices)],
    ]


@component
def invoice_row(invoice: Invoice) -> h.Node:
    async def delete() -> None:
        "use server"
        await db.delete_invoice(invoice.id)
        revalidate_path("/")

    return h.tr[
        h.th(scope="row")[
            h.a(href=f"/invoices/{invoice.id}")[invoice.customer],
            h.span(class_="detail")[f"{invoice.number} · {invoice.subject}"],
        ],
        h.td(class_="due")[day(invoice.due)],
        h.td(class_="status")[badge(invoice.status)],
        h.td(class_="number")[invoice.amount],
        h.td(class_="row-actions")[delete_button(invoice, delete)],
    ]


@component
def nothing_here() -> h.Node:
    return h.section(class_="empty")[
        h.h2["Nothing here"],
        h.p["There is no invoice to show."],
        h.a(class_="button secondary", href="/invoices/new")["Write an invoice"],
    ]
