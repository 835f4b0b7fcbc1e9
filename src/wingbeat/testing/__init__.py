"""The test kit: an app driven as a browser would, without one. Our own tests use it too."""

from .call_answers import CallFailed
from .client import Client, Page
from .context import request_context
from .payloads import Payload

__all__ = ["CallFailed", "Client", "Page", "Payload", "request_context"]
