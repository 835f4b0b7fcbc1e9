"""The development server: serves the app, restarts it on change, and shows why it cannot start."""

from .failures import describe_failure
from .listening import listen, url_of
from .server import serve

__all__ = ["describe_failure", "listen", "serve", "url_of"]
