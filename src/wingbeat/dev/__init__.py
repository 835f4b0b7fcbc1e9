"""The development server: serves the app, restarts it on change, and shows why it cannot start."""

from .failures import describe_failure
from .listening import listen, url_of
from .processes import follow_parent, start_process
from .server import serve

__all__ = ["describe_failure", "follow_parent", "listen", "serve", "start_process", "url_of"]
