"""The mark of a rule: a plain function on integers and arrays that a compiler may take as it is."""

from collections.abc import Callable
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[..., object])

RULES: list[Callable[..., object]] = []


def rule(function: Function) -> Function:
    """Leave the function as it is and list it, so that a compiler can be handed every rule at once."""
    RULES.append(function)
    return function
