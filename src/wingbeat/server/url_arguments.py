"""What a function of an app asks of its URL: path parameters, converted to their annotations, and what is offered.

    async def page(number: int, search_params): ...      /items/7?a=1   ->   number=7, search_params={"a": "1"}
                                                         /items/seven   ->   404

Conversion is Pydantic's, so whatever it can make of a text may be an annotation: `int`, `UUID`, `date`, an `Enum`,
a `Literal`, `Annotated[int, Field(gt=0)]`; for a catch-all, lists of these.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, EnumType
from typing import Annotated, Any, Literal, cast, get_args, get_origin, get_type_hints

from pydantic import BeforeValidator, PydanticUserError, TypeAdapter, ValidationError

from wingbeat.errors import RouteError
from wingbeat.request import NotFound

__all__ = ["OFFERED", "SearchParams", "UrlArguments", "read_url_arguments"]

SearchParams = dict[str, str | list[str]]
"""Query parameter -> its value, or its values where it is repeated."""

OFFERED = ("request", "search_params")
"""What a function may take besides its path parameters."""


@dataclass(frozen=True, slots=True)
class UrlArguments:
    """What one function takes."""

    adapters: Mapping[str, TypeAdapter[Any]]
    """The checks of the path parameters."""
    takes: frozenset[str]
    """Which of the other arguments."""

    def converted(self, params: Mapping[str, object]) -> dict[str, object]:
        """Return the path parameters. Raises NotFound when one does not fit its annotation."""
        try:
            return {name: adapter.validate_python(params[name]) for name, adapter in self.adapters.items()}
        except ValidationError:
            raise NotFound from None

    def chosen(self, params: Mapping[str, object], offered: Mapping[str, object]) -> dict[str, object]:
        """Return all arguments of a call: `params` as the URL has them, and what it takes of `offered`."""
        return self.converted(params) | {name: offered[name] for name in self.takes}


def read_url_arguments(
    function: Callable[..., object],
    *,
    where: str,
    url: str,
    parameters: Collection[str],
    offered: Sequence[str] = OFFERED,
) -> UrlArguments:
    """Return what `function` takes of the `parameters` of its `url` and of what is `offered`.

    `where` names file and function in the RouteError that anything else raises.
    """
    hints = _hints(function, where)
    adapters: dict[str, TypeAdapter[Any]] = {}
    takes: set[str] = set()
    for name in inspect.signature(function).parameters:
        if name in parameters:
            adapters[name] = _adapter(hints.get(name, Any), name, where)
        elif name in offered:
            takes.add(name)
        else:
            raise RouteError(
                f"{where} takes {name!r}, which {url} does not have. "
                f"It may take {', '.join([*sorted(parameters), *offered])}."
            )
    return UrlArguments(adapters, frozenset(takes))


def _hints(function: Callable[..., object], where: str) -> dict[str, Any]:
    try:
        return get_type_hints(inspect.unwrap(function), include_extras=True)
    except (NameError, TypeError, SyntaxError) as error:
        raise RouteError(f"{where}: an annotation cannot be evaluated: {error}.") from error


def _adapter(annotation: Any, name: str, where: str) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(_by_text(annotation))
    except PydanticUserError as error:
        raise RouteError(
            f"{where} takes {name!r}, but a part of a URL cannot be made a {annotation!r}."
        ) from error


def _by_text(annotation: Any) -> Any:
    """Return an annotation of choices so that a choice that is no text is found by its text: `Literal[2026]`.

    Pydantic compares them as they are, so that no URL would ever fit.
    """
    by_text = {str(choice): choice for choice in _choices(annotation) if not isinstance(choice, str)}

    def found(value: object) -> object:
        return by_text.get(value, value) if isinstance(value, str) else value

    return Annotated[annotation, BeforeValidator(found)] if by_text else annotation


def _choices(annotation: Any) -> Sequence[object]:
    if isinstance(annotation, EnumType):
        return [member.value for member in cast("Iterable[Enum]", annotation)]
    return get_args(annotation) if get_origin(annotation) is Literal else ()
