"""What user code may ask and say about the current request. It holds data; the server layer fills it."""

from .context import Headers, RequestContext, cookies, current_request, headers, refresh, revalidate_path
from .cookie_jar import Cookies
from .interrupts import (
    ENDINGS,
    Forbidden,
    HttpInterrupt,
    Interrupt,
    NotFound,
    Redirect,
    Unauthorized,
    forbidden,
    not_found,
    permanent_redirect,
    redirect,
    sole_interrupt,
    unauthorized,
)

__all__ = [
    "ENDINGS",
    "Cookies",
    "Forbidden",
    "Headers",
    "HttpInterrupt",
    "Interrupt",
    "NotFound",
    "Redirect",
    "RequestContext",
    "Unauthorized",
    "cookies",
    "current_request",
    "forbidden",
    "headers",
    "not_found",
    "permanent_redirect",
    "redirect",
    "refresh",
    "revalidate_path",
    "sole_interrupt",
    "unauthorized",
]
