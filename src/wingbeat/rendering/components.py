"""Server components: functions marked `@component`, sync or async.

    @component
    def card(title: str, children: object = None): ...

    card("Today")[h.p["…"]].keyed(7)     an element; the renderer runs the function once, inside its boundaries

Calling a component does not run it: a plain call would raise before its boundary exists, could not be keyed,
and a coroutine cannot be used twice.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Generic, NoReturn, ParamSpec, final

from wingbeat.errors import ElementError
from wingbeat.flight import Element
from wingbeat.html.builder import prepare_children
from wingbeat.html.server_functions import hand_over

__all__ = ["Component", "ComponentElement", "component"]

P = ParamSpec("P")

_WITHOUT_NAME = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.VAR_POSITIONAL}
_WITH_NAME = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
_UNNAMED = "*"
"""The prop under which arguments travel that have no name."""


@final
class Component(Generic[P]):
    """A server component; see `component`."""

    def __init__(self, function: Callable[..., object], *, threaded: bool = False) -> None:
        self.function = function
        self.threaded = threaded
        """A sync function that may block, so that it runs in the thread pool."""
        self.__name__ = function.__name__
        self.__qualname__ = function.__qualname__
        self.__module__ = function.__module__
        self.__doc__ = function.__doc__
        self.__wrapped__ = function
        parameters = inspect.signature(function).parameters.values()
        self._in_order = tuple(one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD)
        self._has_unnamed = any(one.kind in _WITHOUT_NAME for one in parameters)
        takes_any = any(one.kind is one.VAR_KEYWORD for one in parameters)
        self._names = None if takes_any else {one.name for one in parameters if one.kind in _WITH_NAME}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> ComponentElement:
        """Return an element of this component; the arguments are its props."""
        props: dict[str, object] = {name: hand_over(value) for name, value in kwargs.items()}
        if self._names is not None and not props.keys() <= self._names:
            unknown = ", ".join(sorted(props.keys() - self._names))
            raise TypeError(f"{self.__qualname__}() has no parameter {unknown}")
        if args:
            props = self._with_positional([hand_over(value) for value in args], props)
        return ComponentElement(self, None, props)

    def __getitem__(self, children: object) -> ComponentElement:
        """Return an element of this component with `children` and no other props."""
        return ComponentElement(self, None, {})[children]

    def __iter__(self) -> NoReturn:
        raise TypeError(f"{self!r} is a component, not a list of children")

    @property
    def takes_children(self) -> bool:
        """Whether its elements may have children."""
        return self._names is None or "children" in self._names

    def run(self, props: dict[str, object]) -> object:
        """Call the function with the props of one element."""
        if _UNNAMED not in props:
            return self.function(**props)
        named = {name: value for name, value in props.items() if name != _UNNAMED}
        args: Any = props[_UNNAMED]
        return self.function(*args, **named)

    def __repr__(self) -> str:
        return f"<component {self.__qualname__}>"

    def _with_positional(self, args: list[object], props: dict[str, object]) -> dict[str, object]:
        if self._has_unnamed:
            return {_UNNAMED: tuple(args), **props}
        if len(args) > len(self._in_order):
            raise TypeError(
                f"{self.__qualname__}() takes {len(self._in_order)} arguments by position, "
                f"but {len(args)} were given. Children go in brackets."
            )
        named = dict(zip(self._in_order, args, strict=False))
        if twice := named.keys() & props.keys():
            raise TypeError(f"{self.__qualname__}() got {', '.join(sorted(twice))} by position and by name")
        return {**named, **props}


@final
class ComponentElement(Element):
    """An element of a server component; `[...]` gives it children and `keyed` its key, each as a new element."""

    __slots__ = ()

    type: Component[...]

    def __getitem__(self, children: object) -> ComponentElement:
        name = self.type.__name__
        if "children" in self.props:
            raise ElementError(f"{name} already has children. Give them all in one pair of brackets.")
        if not self.type.takes_children:
            raise ElementError(f"{name} takes no children. Give its function a parameter `children`.")
        prepared = prepare_children(children, name)
        return ComponentElement(self.type, self.key, {**self.props, "children": prepared})

    def keyed(self, key: object) -> ComponentElement:
        """Return this element with `key`, which tells it from its siblings when a list changes."""
        return ComponentElement(self.type, str(key), self.props)

    def __iter__(self) -> NoReturn:
        # Without this, iteration would call __getitem__ with 0, 1, 2 and never end.
        raise TypeError(f"{self.type.__name__}(...) is an element, not a list of its children")


def component(function: Callable[P, object]) -> Component[P]:
    """Mark a function as a server component (React's Server Component).

    It returns what it renders: elements, text, lists, `None`, or (an async one) awaits first. It may take a
    parameter `children`. Calling it returns an element, which the renderer runs beside its siblings.
    Raises ElementError for what is no function, such as a class.
    """
    if not inspect.isfunction(function):
        raise ElementError(f"@component marks a function, but was given {function!r:.80}.")
    return Component(function)
