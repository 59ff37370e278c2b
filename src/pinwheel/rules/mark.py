"""The mark of a rule: a plain function on integers and arrays that a compiler may take as it is."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

Function = TypeVar("Function", bound=Callable[..., object])

# Columns of integers: NumPy arrays where a compiler runs the rule, plain lists where Python does
# (reading a list is several times as fast there). A rule only reads and sets elements.
Ints: TypeAlias = Any

RULES: list[Callable[..., object]] = []


def rule(function: Function) -> Function:
    """Leave the function as it is and list it, so that a compiler can be handed every rule at once."""
    RULES.append(function)
    return function
