"""What user code may ask and say about the current request. It holds data; the server layer fills it."""

from .afterwards import Deferred
from .context import Headers, RequestContext, cookies, current_request, headers
from .cookie_jar import Cookies
from .effects import after, refresh, revalidate_path, revalidate_tag, update_tag
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
    "Deferred",
    "Forbidden",
    "Headers",
    "HttpInterrupt",
    "Interrupt",
    "NotFound",
    "Redirect",
    "RequestContext",
    "Unauthorized",
    "after",
    "cookies",
    "current_request",
    "forbidden",
    "headers",
    "not_found",
    "permanent_redirect",
    "redirect",
    "refresh",
    "revalidate_path",
    "revalidate_tag",
    "sole_interrupt",
    "unauthorized",
    "update_tag",
]
