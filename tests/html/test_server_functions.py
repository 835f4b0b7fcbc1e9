"""Server functions are handed over when an element takes them, at any depth."""

from functools import partial
from typing import Any

import pytest

from wingbeat import html as h
from wingbeat.errors import ElementError, UsageError
from wingbeat.flight import taint_object, taint_of, taint_scope
from wingbeat.html.server_functions import ServerFunction, hand_over


class Action(ServerFunction):
    def __init__(self, *bound: object, handed: bool = False) -> None:
        self.bound = bound
        self.handed = handed

    def __call__(self) -> None: ...

    def handed_over(self) -> ServerFunction:
        return Action(*self.bound, handed=True)

    def bind(self, args: tuple[object, ...], kwargs: dict[str, object]) -> ServerFunction:
        return Action(*self.bound, *args, *kwargs.items(), handed=self.handed)


def test_a_server_function_is_handed_over():
    action = h.form(action=Action()).props["action"]

    assert action.handed


def test_a_partial_binds_its_arguments_in_order():
    action = hand_over(partial(partial(Action("first"), 1, x=2), 3, y=4))

    assert action.bound == ("first", 1, 3, ("x", 2), ("y", 4))
    assert action.handed


def test_containers_are_searched_and_copied_only_when_they_change():
    plain = {"a": [1, (2, "x")], "b": partial(print, 1)}
    mixed = {"a": [1, (2, Action())], "b": plain}

    handed = hand_over(mixed)

    assert hand_over(plain) is plain
    assert handed["a"][1][1].handed
    assert handed["b"] is plain
    assert not mixed["a"][1][1].handed


@pytest.mark.parametrize("make", [list, tuple, lambda items: dict(enumerate(items))])
def test_i16_a_copy_that_is_sent_instead_is_as_tainted(make):
    value = make([Action()])
    with taint_scope():
        taint_object("Not this one.", value)

        assert taint_of(hand_over(value)) == "Not this one."
        assert taint_of(hand_over(make([Action()]))) is None


@pytest.mark.parametrize("make", [lambda a: h.button(form_action=a), lambda a: h.input(form_action=a)])
def test_submitters_take_a_server_function(make):
    assert make(Action()).props["formAction"].handed


def test_an_event_handler_cannot_be_a_server_function():
    message = (
        r"^onClick of <button> is an action, but an element of the server's tree has no event handlers\. "
        r"Use <form action=\.\.\.>, or a client component that calls the action\.$"
    )
    with pytest.raises(ElementError, match=message):
        h.button(on_click=Action())
    with pytest.raises(ElementError, match=message):
        h.button(on_click=partial(Action(), 1))


def test_no_other_attribute_takes_a_server_function():
    message = (
        r"^href of <a> is an action, but only action= of <form> and form_action= of <button> and "
        r"<input> take one\.$"
    )
    with pytest.raises(ElementError, match=message):
        h.a(href=Action())


def test_a_server_function_is_no_child():
    message = r"^<p> was given an action as a child\. Give it to a form: h\.form\(action=\.\.\.\)\.$"
    with pytest.raises(ElementError, match=message):
        h.p[Action()]


@pytest.mark.parametrize("kind", ["list", "dict"])
def test_a_container_that_holds_itself_is_refused_in_a_sentence(kind: str) -> None:
    rows: Any = [] if kind == "list" else {}
    if kind == "list":
        rows.append(rows)
    else:
        rows["rows"] = rows

    with pytest.raises(UsageError, match=rf"^a {kind} holds itself, or is nested too deeply to be sent\. "):
        hand_over(rows)
