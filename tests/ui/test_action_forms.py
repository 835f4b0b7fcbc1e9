"""Action forms as elements: what they take, and the mistakes that are found where they are written."""

from __future__ import annotations

from functools import partial

import pytest

from wingbeat import html as h
from wingbeat.errors import ElementError
from wingbeat.html.server_functions import ServerFunction
from wingbeat.html.writer import write_html
from wingbeat.ui import action_form, field_error, form_message


class Action(ServerFunction):
    """An action of as many parameters as are said, and what it has been handed over with."""

    def __init__(self, arity: int = 2, bound: tuple[object, ...] = ()) -> None:
        self._arity = arity
        self.bound = bound

    @property
    def open_arity(self) -> int:
        return self._arity

    def __call__(self, *args: object) -> None: ...

    def handed_over(self) -> Action:
        return Action(self._arity, ("handed over", *self.bound))

    def bind(self, args: tuple[object, ...], kwargs: dict[str, object]) -> Action:
        assert not kwargs
        return Action(self._arity - len(args), (*self.bound, *args))

    def __str__(self) -> str:
        return "app.page.save()"


def test_the_action_is_handed_over_where_the_form_is_written() -> None:
    form = action_form(partial(Action(3), 7), initial={}, class_="card", key=1)["…"]

    assert form.props["action"].bound == ("handed over", 7)  # type: ignore[attr-defined]
    assert (form.key, form.props["className"], form.props["initial"]) == ("1", "card", {})


@pytest.mark.parametrize("action", [Action(1), partial(Action(2), 7)], ids=["one parameter", "one is left"])
def test_an_action_that_takes_no_state_is_refused_with_the_fix(action: object) -> None:
    with pytest.raises(
        ElementError,
        match=r"^app\.page\.save\(\) cannot be the action of action_form\(\): it is called with the last state and "
        r"the form, so it needs two parameters, like `\(state: dict, form: FormData\)`\. For an action without a "
        r"state use h\.form\(action=…\)\.$",
    ):
        action_form(action)


def test_what_is_no_action_is_refused() -> None:
    with pytest.raises(
        ElementError, match=r"^action_form\(\) calls a server action, but was given '/save'\.$"
    ):
        action_form("/save")


@pytest.mark.parametrize("given", ["method", "enc_type", "encType"])
def test_how_the_form_is_sent_is_not_the_apps_to_say(given: str) -> None:
    with pytest.raises(ElementError, match=rf"^action_form\(\) sets {given} itself\.$"):
        action_form(Action(), **{given: "post"})


def test_ids_and_roles_that_the_parts_need_are_theirs() -> None:
    with pytest.raises(ElementError, match="makes its id itself"):
        field_error("email", id="mine")
    with pytest.raises(ElementError, match="sets its role itself"):
        form_message(role="note")


@pytest.mark.parametrize(
    ("part", "said"),
    [(field_error("email"), r'field_error\("email"\)'), (form_message(), r"form_message\(\)")],
)
def test_a_part_outside_every_action_form_is_an_error(part: object, said: str) -> None:
    with pytest.raises(ElementError, match=rf"^{said} stands in no action_form\. Put it inside the form"):
        write_html(h.form[part])
