"""The only layer that knows HTTP: an app as an ASGI application."""

from .app import App

__all__ = ["App"]
