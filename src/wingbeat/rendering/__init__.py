"""Server components -> the tree as it goes over the wire."""

from .boundaries import (
    ERROR_BOUNDARY,
    INTERRUPT_DIGEST,
    RUNTIME_MODULE,
    Wrapper,
    error_boundary,
    fragment,
    suspense,
)
from .components import Component, ComponentElement, component
from .error_pages import ErrorPage
from .late_content import LateContent, Rendering
from .renderer import Renderer
from .urls import rebased

__all__ = [
    "ERROR_BOUNDARY",
    "INTERRUPT_DIGEST",
    "RUNTIME_MODULE",
    "Component",
    "ComponentElement",
    "ErrorPage",
    "LateContent",
    "Renderer",
    "Rendering",
    "Wrapper",
    "component",
    "error_boundary",
    "fragment",
    "rebased",
    "suspense",
]
