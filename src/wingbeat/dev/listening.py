"""The listening socket of a server, opened before the app starts so that requests may wait in it."""

from __future__ import annotations

import socket

from wingbeat.errors import ConfigError

__all__ = ["listen", "url_of"]


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` and `port`; 0 takes a free one. Raises ConfigError when it cannot."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(2048)
        except BaseException:
            listener.close()
            raise
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"cannot listen on {host}, port {port}: {reason}. "
            "Choose another address with --host or another port with --port; 0 takes a free one."
        ) from error
    listener.set_inheritable(True)
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the URL at which `listener` is reached."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
