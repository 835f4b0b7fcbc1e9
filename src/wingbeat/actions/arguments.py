"""What the browser sent, checked against the action's annotations by Pydantic before the function runs.

Fields of a form are text, so they are read leniently ("3" is an int). Arguments of a call have types already:
nothing is converted between types that the wire tells apart, but a Python type that has no wire form of its
own (UUID, Decimal, Enum, date, tuple, dataclass) is taken in the form in which it is sent.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, PydanticUserError, TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from wingbeat.errors import ArgumentRefused, DirectiveError, ReplyError
from wingbeat.flight import UNDEFINED, FormData

from .action import Action
from .definition import MISSING, POSITIONAL, Definition, Parameter

__all__ = ["check_arguments", "prepare_checks"]

MAX_ARGUMENTS = 255

# The wire tells these apart, so a call must send the very one; every other type is read leniently.
_STRICT_TYPES = frozenset(
    {"int", "float", "bool", "str", "bytes", "datetime", "list", "set", "frozenset", "dict"}
)


def prepare_checks(definition: Definition) -> None:
    """Build the checks of an action, so that a wrong annotation is an error at start and not at the first call.

    Raises DirectiveError naming the parameter.
    """
    for parameter in definition.parameters:
        if parameter.annotation is not MISSING:
            try:
                _checks(definition)[parameter.name]
            except (PydanticUserError, TypeError) as error:
                raise DirectiveError(
                    f"{definition.where}: the annotation of {parameter.name} in {definition.qualname}() "
                    f"cannot be checked: {error}"
                ) from error


def check_arguments(action: Action, sent: list[object]) -> tuple[tuple[object, ...], dict[str, object]]:
    """Return the arguments to run `action` with: what the server bound, then what the browser sent, checked.

    Raises ReplyError for more arguments than the function takes, ArgumentRefused naming each wrong one.
    """
    definition = action.definition
    free = [parameter for parameter in definition.parameters if parameter.kind in POSITIONAL][
        len(action.args) :
    ]
    free = [parameter for parameter in free if parameter.name not in action.kwargs]
    rest = next(
        (parameter for parameter in definition.parameters if parameter.kind == "VAR_POSITIONAL"), None
    )
    if len(sent) > MAX_ARGUMENTS or (rest is None and len(sent) > len(free)):
        raise ReplyError(f"{len(sent)} arguments for {definition.qualname}(), which takes {len(free)}")
    check = _Check(_checks(definition))
    args, kwargs = check.free(free, sent)
    if rest is not None:
        args += [check.value(rest, value, f"{rest.name}[{i}]") for i, value in enumerate(sent[len(free) :])]
    if check.errors:
        raise ArgumentRefused(f"arguments of {definition.qualname}(): {sorted(check.errors)}", check.errors)
    return (*action.args, *args), {**kwargs, **action.kwargs}


class _Validators(dict[str, tuple[SchemaValidator, SchemaValidator]]):
    """Parameter name -> its lenient and its strict check, built on first use."""

    def __init__(self, definition: Definition) -> None:
        super().__init__()
        self._parameters = {parameter.name: parameter for parameter in definition.parameters}

    def __missing__(self, name: str) -> tuple[SchemaValidator, SchemaValidator]:
        schema = _adapter(self._parameters[name].annotation).core_schema
        self[name] = (SchemaValidator(cast("Any", schema)), SchemaValidator(_strict(schema)))
        return self[name]


_built: weakref.WeakKeyDictionary[Definition, _Validators] = weakref.WeakKeyDictionary()


def _checks(definition: Definition) -> _Validators:
    if definition not in _built:
        _built[definition] = _Validators(definition)
    return _built[definition]


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(annotation, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError:
        return TypeAdapter(annotation)  # models and dataclasses bring their own configuration


@dataclass(slots=True)
class _Check:
    validators: _Validators
    errors: dict[str, list[str]] = field(default_factory=dict)

    def free(self, parameters: list[Parameter], sent: list[object]) -> tuple[list[object], dict[str, object]]:
        """Return positional and keyword arguments; after a left-out default, the rest go by name."""
        args: list[object] = []
        kwargs: dict[str, object] = {}
        skipped = False
        for index, parameter in enumerate(parameters):
            value = sent[index] if index < len(sent) else UNDEFINED
            if value is UNDEFINED and parameter.has_default:
                skipped = True  # JavaScript's rule: undefined asks for the default
            elif skipped and parameter.kind != "POSITIONAL_ONLY":
                kwargs[parameter.name] = self.value(parameter, value, parameter.name)
            else:
                args.append(self.value(parameter, value, parameter.name))
        return args, kwargs

    def value(self, parameter: Parameter, value: object, name: str) -> object:
        if parameter.annotation is MISSING:
            if value is UNDEFINED:
                self.errors[name] = ["This argument is required."]
            return value
        lenient, strict = self.validators[parameter.name]
        is_form = isinstance(value, FormData) and not _takes_form_data(parameter.annotation)
        try:
            if is_form:
                return lenient.validate_python(_fields(cast("FormData", value), parameter.annotation))
            return strict.validate_python(None if value is UNDEFINED else value)
        except ValidationError as error:
            for path, text in _texts(error, name, is_form=is_form):
                self.errors.setdefault(path, []).append(text)
        return None


def _takes_form_data(annotation: Any) -> bool:
    return annotation is FormData or FormData in get_args(annotation) or annotation in {Any, object}


def _fields(form: FormData, annotation: Any) -> dict[str, object]:
    """Return the form as a dict; a name that the model holds as a list, or that is repeated, becomes one."""
    lists: set[str] = set()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        lists = {
            info.alias or name
            for name, info in annotation.model_fields.items()
            if get_origin(info.annotation) in {list, set, tuple, frozenset}
        }
    values = {name: form.get_all(name) for name in form}
    return {name: found if name in lists or len(found) > 1 else found[0] for name, found in values.items()}


def _texts(error: ValidationError, name: str, *, is_form: bool) -> Iterator[tuple[str, str]]:
    """Yield field path and sentence of each error; values are left out, they may be secrets."""
    for details in error.errors(include_url=False, include_input=False, include_context=False):
        path = [str(part) for part in details["loc"]]
        yield ".".join(path if is_form and path else [name, *path]), details["msg"]


def _strict(schema: Any) -> Any:
    """Return a core schema in which the types that the wire tells apart are strict."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if isinstance(schema, tuple):
        return tuple(_strict(part) for part in schema)
    if not isinstance(schema, dict):
        return schema
    copied = {
        key: value if key in {"metadata", "cls", "serialization"} else _strict(value)
        for key, value in schema.items()
    }
    if copied.get("type") in _STRICT_TYPES and "strict" not in copied:
        copied["strict"] = True
    return copied
