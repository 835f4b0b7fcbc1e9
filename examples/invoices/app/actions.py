"use server"

from app import db
from app.forms import InvoiceForm, Problems, problems
from app.models import InvoiceId
from app.preferences import Density, Theme
from wingbeat import Validated, cookies, redirect

ONE_YEAR_SECONDS = 365 * 24 * 60 * 60


async def create_invoice(_state: object, form: Validated[InvoiceForm]) -> Problems:
    if not form.ok:
        return problems(form.errors)
    invoice_id = await db.add_invoice(form.value)
    return redirect(f"/invoices/{invoice_id}?notice=created")


async def update_invoice(invoice_id: InvoiceId, _state: object, form: Validated[InvoiceForm]) -> Problems:
    if not form.ok:
        return problems(form.errors)
    await db.change_invoice(invoice_id, form.value)
    return redirect(f"/invoices/{invoice_id}?notice=saved")


async def choose_theme(theme: Theme) -> None:
    cookies().set("theme", theme, max_age=ONE_YEAR_SECONDS)


async def choose_density(density: Density) -> None:
    cookies().set("density", density, max_age=ONE_YEAR_SECONDS)
