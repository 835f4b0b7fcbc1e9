"""What a page shows later: the contents of its Suspense boundaries that are not there with its shell."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, final

from wingbeat.errors import ElementError
from wingbeat.flight import Lazy
from wingbeat.request import sole_interrupt

from .task_scope import TaskScope

__all__ = ["TOO_DEEP", "LateContent", "Rendering"]

TOO_DEEP = "The page is nested too deeply. Does a component contain itself?"


@final
class LateContent(Lazy):
    """The content of one Suspense boundary. Awaiting it waits until it is there, or raises what it failed with."""

    __slots__ = ("_settled",)

    def __init__(self) -> None:
        super().__init__()
        self._settled = asyncio.Event()

    def resolve(self, value: object) -> None:
        """Settle with the node that takes this one's place."""
        super().resolve(value)
        self._settled.set()

    def reject(self, error: BaseException) -> None:
        """Settle with the error that the nearest error boundary in the browser catches."""
        super().reject(error)
        self._settled.set()

    def __await__(self) -> Generator[Any, Any, object]:
        yield from self._settled.wait().__await__()
        if self.error is not None:
            raise self.error
        return self.value

    async def settle(
        self, content: object, scope: TaskScope, ended: Callable[[BaseException], Awaitable[object]]
    ) -> None:
        """Settle with `content` once all work in `scope` has ended, or as `ended` decides on its first failure."""
        try:
            try:
                await scope.settle()
            except BaseException as error:
                await scope.cancel()
                if isinstance(error, asyncio.CancelledError):
                    raise
                content = await ended(_meant(error))
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 (nothing that user code raises ends the process)
            self.reject(error)
        else:
            self.resolve(content)


def _meant(error: BaseException) -> BaseException:
    if isinstance(error, RecursionError):
        return ElementError(TOO_DEEP)
    return sole_interrupt(error) or error  # a redirect may come out of a task group


@final
@dataclass(frozen=True, slots=True)
class Rendering:
    """A tree whose shell is there. Whoever has one calls `cancel` when the answer ends, however it ends."""

    tree: object
    late: TaskScope

    async def cancel(self) -> None:
        """Cancel what is still being rendered, and wait for its end."""
        await self.late.cancel()
