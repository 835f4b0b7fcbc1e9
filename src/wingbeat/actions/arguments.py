"""What the browser sent, checked against the action's annotations by Pydantic before the function runs.

    In:   an action with what the server bound, and the decoded arguments    Out:  args and kwargs to run it with

Fields of a form are text, so they are read leniently ("3" is an int). Arguments of a call have types already
and are not converted (see `wire_schemas`). `undefined` asks for the default, as in JavaScript. What the server
has bound comes first and is not checked again: it was sealed.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import PydanticUserError, ValidationError

from wingbeat.errors import ArgumentRefused, DirectiveError, ReplyError
from wingbeat.flight import UNDEFINED, FormData

from .action import Action
from .definition import MISSING, POSITIONAL, Definition, Parameter
from .form_values import form_values
from .validated import Invalid, Valid, validated_type
from .wire_schemas import Checks

__all__ = ["check_arguments", "prepare_checks"]

MAX_ARGUMENTS = 255
_ANYTHING = (MISSING, Any, object)
_REQUIRED = "This argument is required."


def prepare_checks(definition: Definition) -> None:
    """Build the checks of an action, so that a wrong annotation is an error at start and not at the first call.

    Raises DirectiveError naming the parameter.
    """
    for parameter in definition.parameters:
        if parameter.annotation is not MISSING:
            try:
                _checks_of(definition)[parameter.name]
            except (PydanticUserError, TypeError, NameError) as error:
                raise DirectiveError(
                    f"{definition.where}: the annotation of {parameter.name} in {definition.qualname}() "
                    f"cannot be checked: {error}"
                ) from error


def check_arguments(action: Action, sent: list[object]) -> tuple[tuple[object, ...], dict[str, object]]:
    """Return the arguments to run `action` with: what the server bound, then what the browser sent, checked.

    Raises ReplyError for more arguments than the function takes, ArgumentRefused naming each wrong one.
    """
    definition = action.definition
    positional = [parameter for parameter in definition.parameters if parameter.kind in POSITIONAL]
    open_ones = [one for one in positional[len(action.args) :] if one.name not in action.kwargs]
    rest = next((one for one in definition.parameters if one.kind == "VAR_POSITIONAL"), None)
    if len(sent) > MAX_ARGUMENTS or (rest is None and len(sent) > len(open_ones)):
        raise ReplyError(f"{len(sent)} arguments for {definition.qualname}(), which takes {len(open_ones)}")
    check = _Check(_checks_of(definition))
    padded = [*sent, *[UNDEFINED] * (len(open_ones) - len(sent))]
    values = {one.name: check.argument(one, value) for one, value in zip(open_ones, padded, strict=False)}
    more = [
        check.value(rest, value, f"{rest.name}[{index}]")
        for index, value in enumerate(sent[len(open_ones) :])
        if rest is not None
    ]
    check.require_keywords(action)
    if check.errors:
        raise ArgumentRefused(f"arguments of {definition.qualname}(): {sorted(check.errors)}", check.errors)
    return _arranged(action, positional[len(action.args) :], {**values, **action.kwargs}, more)


def _arranged(
    action: Action, positional: list[Parameter], values: dict[str, object], more: list[object]
) -> tuple[tuple[object, ...], dict[str, object]]:
    """Return the call: by position as far as there are values, by name after the first that was left out."""
    by_name = dict(values)
    args: list[object] = []
    last = max(
        (index for index, one in enumerate(positional) if more or one.kind == "POSITIONAL_ONLY"), default=-1
    )
    for index, parameter in enumerate(positional):
        value = by_name.get(parameter.name, UNDEFINED)
        if value is UNDEFINED:
            if index > last:
                break
            # Python cannot leave out an argument before one that has no name.
            value = _default(action, parameter)
        by_name.pop(parameter.name, None)
        args.append(value)
    return (*action.args, *args, *more), {
        name: value for name, value in by_name.items() if value is not UNDEFINED
    }


def _default(action: Action, parameter: Parameter) -> object:
    if parameter.captured_default and action.captured is not None:
        return action.captured[f"={parameter.name}"]
    return parameter.default


class _ParameterChecks(dict[str, Checks]):
    """Parameter name -> its checks, built on first use."""

    def __init__(self, definition: Definition) -> None:
        super().__init__()
        self._annotations = {parameter.name: parameter.annotation for parameter in definition.parameters}

    def __missing__(self, name: str) -> Checks:
        annotation = self._annotations[name]
        self[name] = Checks(validated_type(annotation) or annotation)
        return self[name]


_built: weakref.WeakKeyDictionary[Definition, _ParameterChecks] = weakref.WeakKeyDictionary()


def _checks_of(definition: Definition) -> _ParameterChecks:
    if definition not in _built:
        _built[definition] = _ParameterChecks(definition)
    return _built[definition]


@dataclass(slots=True)
class _Check:
    checks: _ParameterChecks
    errors: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def argument(self, parameter: Parameter, value: object) -> object:
        """Return the checked value, `UNDEFINED` where the default is to be taken."""
        if value is UNDEFINED and parameter.has_default:
            return UNDEFINED
        return self.value(parameter, value, parameter.name)

    def value(self, parameter: Parameter, value: object, name: str) -> object:
        wanted = validated_type(parameter.annotation)
        annotation = parameter.annotation if wanted is None else wanted
        try:
            checked = self._checked(parameter, annotation, value, name)
        except _Wrong as wrong:
            if wanted is not None:
                return Invalid(wrong.errors)
            for path, texts in wrong.errors.items():
                self.errors.setdefault(path, []).extend(texts)
            return None
        return checked if wanted is None else Valid(checked)

    def require_keywords(self, action: Action) -> None:
        """Refuse when a keyword-only parameter has no value: the browser cannot send one, only a partial binds it."""
        for parameter in action.definition.parameters:
            is_given = parameter.name in action.kwargs or parameter.has_default
            if parameter.kind == "KEYWORD_ONLY" and not is_given:
                self.errors[parameter.name] = [_REQUIRED]

    def _checked(self, parameter: Parameter, annotation: Any, value: object, name: str) -> object:
        if value is UNDEFINED and annotation in _ANYTHING:
            raise _Wrong({name: [_REQUIRED]})
        if annotation is MISSING:
            return value
        checks = self.checks[parameter.name]
        if isinstance(value, FormData) and not _takes_form_data(annotation):
            form = form_values(value, annotation)
            try:
                return checks.lenient.validate_python(form.values)
            except ValidationError as error:
                raise _Wrong(_texts(error, lambda place: form.name_of(place) or name)) from error
        try:
            return checks.strict.validate_python(None if value is UNDEFINED else value)
        except ValidationError as error:
            if value is UNDEFINED:
                raise _Wrong({name: [_REQUIRED]}) from error
            raise _Wrong(_texts(error, lambda place: ".".join(map(str, (name, *place))))) from error


class _Wrong(Exception):
    """One argument is not what its annotation asks."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__()
        self.errors = errors


def _takes_form_data(annotation: Any) -> bool:
    return annotation is FormData or FormData in get_args(annotation) or annotation in _ANYTHING


def _texts(error: ValidationError, name_of: Callable[[tuple[str | int, ...]], str]) -> dict[str, list[str]]:
    """Return name -> sentences; values are left out, they may be secrets."""
    texts: dict[str, list[str]] = {}
    for details in error.errors(include_url=False, include_input=False, include_context=False):
        texts.setdefault(name_of(details["loc"]), []).append(details["msg"])
    return texts
