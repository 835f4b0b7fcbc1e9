"""What several pages show."""

from collections.abc import Callable
from datetime import date

from app.models import Invoice
from wingbeat import component, fragment, html as h
from wingbeat.ui import field_error, form_message, submit_button

NOTICES = {
    "created": ("good", "Invoice created. It is a draft until you publish it."),
    "saved": ("good", "Changes saved. Publish the new version when it is ready."),
    "published": ("good", "Published. The customer can see this version now."),
    "changed": (
        "bad",
        "Not published: this invoice has changed since you opened it. Check the new version below, then publish again.",
    ),
    "paid": ("good", "Marked as paid."),
}


@component
def notice(name: object) -> h.Node | None:
    """Tell how the last action ended; `name` comes from the address, so only known ones are shown."""
    if not isinstance(name, str) or name not in NOTICES:
        return None
    tone, text = NOTICES[name]
    return h.p(class_=f"notice {tone}", role="status")[text]


@component
def badge(status: str) -> h.Node:
    return h.span(class_=f"badge {status}")[status.capitalize()]


@component
def day(value: date) -> h.Node:
    return h.time(date_time=value.isoformat())[f"{value.day} {value:%b %Y}"]


@component
def delete_button(invoice: Invoice, action: Callable[[], object]) -> object:
    """A button that asks first: a popover needs no JavaScript."""
    popover, title = f"delete-{invoice.id}", f"delete-{invoice.id}-title"
    return fragment[
        h.button(
            type="button",
            class_="quiet danger",
            popover_target=popover,
            aria_label=f"Delete {invoice.number}",
        )["Delete"],
        h.div(id=popover, popover="auto", role="dialog", aria_labelledby=title, class_="dialog")[
            h.h2(id=title)[f"Delete {invoice.number}?"],
            h.p[f"{invoice.amount} for {invoice.customer}. This cannot be undone."],
            h.form(action=action, class_="actions")[
                h.button(
                    type="button", class_="secondary", popover_target=popover, popover_target_action="hide"
                )["Keep it"],
                submit_button(pending="Deleting…", class_="danger")["Delete invoice"],
            ],
        ],
    ]


@component
def invoice_fields(values: dict[str, str]) -> object:
    """The fields of the invoice form, each with what is wrong with it once it was refused."""
    return fragment[
        form_message(class_="notice bad")["Please check the fields marked below."],
        field("customer", "Customer", values, auto_complete="organization", max_length=80),
        field("subject", "What is it for?", values, max_length=80),
        field("amount", "Amount in euros", values, type="number", min="0.01", step="0.01"),
        field("due", "Due date", values, type="date"),
    ]


@component
def field(name: str, label: str, values: dict[str, str], **attributes: str | int) -> h.Node:
    return h.div(class_="field")[
        h.label(html_for=name)[label],
        h.input(id=name, name=name, default_value=values.get(name, ""), required=True, **attributes),
        field_error(name, class_="problem"),
    ]
