"""Public functions of a "use server" module are actions wherever the module's import defines them."""

from wingbeat.actions.directives import read_module

SOURCE = """
"use server"
import os

if os.name:
    async def below_if(): ...

try:
    async def below_try(): ...
except ImportError:
    async def below_except(): ...

class Form:
    async def method(self): ...

def _hidden():
    async def inner(): ...
"""


def test_functions_below_if_and_try_are_actions_and_inner_ones_are_not() -> None:
    actions = read_module(SOURCE, "actions.py").actions

    assert [action.qualname for action in actions] == ["below_if", "below_try", "below_except"]
