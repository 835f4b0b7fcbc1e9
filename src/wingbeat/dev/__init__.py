"""The development server: serves the app and restarts it on change."""

from .server import serve

__all__ = ["serve"]
