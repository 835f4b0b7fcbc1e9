"""What the commands write to the terminal, and how the log looks there."""

from __future__ import annotations

import logging

from rich.console import Console
from rich.logging import RichHandler

__all__ = ["console", "print_line", "show_log"]

console = Console(highlight=False, soft_wrap=True)


def print_line(line: str) -> None:
    """Print a line as it is."""
    console.print(line, markup=False)


def show_log() -> None:
    """Write this process's log to stderr."""
    logging.basicConfig(level="INFO", format="%(message)s", handlers=[_log_handler()])
    logging.getLogger("watchfiles").setLevel("WARNING")  # the restart is announced with the file's name


def _log_handler() -> logging.Handler:
    """Write columns for a person at a terminal; for a file or a collector of logs a line for each, with its time."""
    terminal = Console(stderr=True)
    if terminal.is_terminal:
        return RichHandler(console=terminal, show_path=False)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler
