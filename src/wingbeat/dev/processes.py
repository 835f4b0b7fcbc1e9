"""Processes that serve for another one: started without a trace when Ctrl-C comes early, and gone when it is."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from multiprocessing import connection, parent_process, resource_tracker
from multiprocessing.process import BaseProcess
from typing import Any, Literal

__all__ = ["StartMethod", "follow_parent", "start_process", "stop_process"]

STOP_SECONDS = 5.0

StartMethod = Literal["spawn", "forkserver"]


def start_process(target: Callable[..., None], *args: Any, method: StartMethod = "spawn") -> BaseProcess:
    """Start `target(*args)` in a new process, which must call `follow_parent()` first."""
    process: BaseProcess
    if method == "forkserver":
        process = multiprocessing.get_context("forkserver").Process(target=target, args=args)
    else:
        process = multiprocessing.get_context("spawn").Process(target=target, args=args)
    with _ctrl_c_waits():
        process.start()
    return process


def follow_parent() -> None:
    """In a process that `start_process` has started: end when the parent says so, or when it is no more.

    Ctrl-C reaches every process of a terminal, so it is ignored here.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # blocked while this process started
    threading.Thread(target=_end_with_parent, daemon=True).start()


def stop_process(process: BaseProcess) -> None:
    """Ask the process to end, and end it when it has not within five seconds."""
    process.terminate()
    process.join(STOP_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()


@contextmanager
def _ctrl_c_waits() -> Generator[None]:
    """Block Ctrl-C in a process that is being started, until it ignores it: it would die with a traceback.

    What comes meanwhile reaches this process when the block ends.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it would end the blocking when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
