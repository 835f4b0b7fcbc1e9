"use server"

from app import db
from app.forms import accept
from app.models import InvoiceId
from app.preferences import Density, Theme
from wingbeat import FormData, cookies, redirect

ONE_YEAR_SECONDS = 365 * 24 * 60 * 60


async def create_invoice(form_data: FormData) -> None:
    form = accept("new", form_data)
    if form:
        invoice_id = await db.add_invoice(form)
        redirect(f"/invoices/{invoice_id}?notice=created")


async def update_invoice(invoice_id: InvoiceId, form_data: FormData) -> None:
    form = accept(str(invoice_id), form_data)
    if form:
        await db.change_invoice(invoice_id, form)
        redirect(f"/invoices/{invoice_id}?notice=saved")


async def choose_theme(theme: Theme) -> None:
    cookies().set("theme", theme, max_age=ONE_YEAR_SECONDS)


async def choose_density(density: Density) -> None:
    cookies().set("density", density, max_age=ONE_YEAR_SECONDS)
