"""Sweeps: one or several fields of a plan in turn over a range of values.

Source: issue's form `outcomes.1.gives.0.cash=1%..10%`; dotted paths as in a scenario's `with:`.
"""

import re
from itertools import product
from typing import NamedTuple

from pinwheel.lab.simulate import Unplayable
from pinwheel.plan.amounts import PPM, Unreadable, format_amount, format_rate, parse_amount, parse_rate
from pinwheel.plan.changes import apply_changes
from pinwheel.plan.model import Plan
from pinwheel.plan.reading import read_plan
from pinwheel.plan.refusal import PlanRefused

FORM = re.compile(r"(?P<path>[^=\s]+)=(?P<values>\S+)")
RANGE = re.compile(r"(?P<first>[^.\s][^,]*?)\.\.(?P<last>[^,/]+)(?:/(?P<count>[0-9]{1,4}))?")
USUAL = 10  # values of a range that does not say how many
MOST_VALUES = 1_000
ALLOWED = "PATH=FIRST..LAST, PATH=FIRST..LAST/COUNT or PATH=A,B,C, as outcomes.1.gives.0.cash=1%..10%"


class Field(NamedTuple):
    """A field of a plan, dotted, and the values that it takes in turn, as a plan file has them."""

    path: str
    values: tuple[str | int, ...]


class Variant(NamedTuple):
    """A plan with one value for each swept field."""

    values: tuple[str, ...]
    plan: Plan


def read_field(text: str) -> Field:
    """A field as an option gives it. Raises: Unplayable."""
    match = FORM.fullmatch(text)
    if match is None:
        raise Unplayable(f"--sweep {text}: allowed is {ALLOWED}")
    written = match["values"]
    span = RANGE.fullmatch(written)
    values = _spread(text, span) if span else tuple(_plain(value) for value in written.split(","))
    if not all(value != "" for value in values):
        raise Unplayable(f"--sweep {text}: a value is missing")
    if len(values) > MOST_VALUES:
        raise Unplayable(f"--sweep {text}: {len(values)} values; at most {MOST_VALUES} are allowed")
    return Field(match["path"], values)


def _spread(text: str, span: re.Match[str]) -> tuple[str | int, ...]:
    """Values from first to last, evenly, in the unit in which both are written; each value once."""
    first, last, count = span["first"], span["last"], int(span["count"] or USUAL)
    if count < 2:
        raise Unplayable(f"--sweep {text}: at least 2 values")
    try:
        if first[-1] in "%‱":
            return tuple(format_rate(ppm) for ppm in _even(parse_rate(first), parse_rate(last), count, PPM))
        if first.isdigit() and last.isdigit():
            return tuple(_even(int(first), int(last), count, 1))
        return tuple(format_amount(fen) for fen in _even(parse_amount(first), parse_amount(last), count, 100))
    except Unreadable as error:
        raise Unplayable(f"--sweep {text}: {first} and {last} are to be {error.allowed_en}") from None


def _even(first: int, last: int, count: int, whole: int) -> list[int]:
    """At most `count` numbers from first to last, evenly as integers go; rates and amounts in round steps."""
    if whole == PPM and count == USUAL and (last - first) % (PPM // 100) == 0:
        steps = abs(last - first) // (PPM // 100) + 1  # whole percents, where they are few
        count = steps if 2 <= steps <= USUAL + 1 else count
    numbers = [first + (last - first) * place // (count - 1) for place in range(count)]
    return list(dict.fromkeys(numbers))


def _plain(value: str) -> str | int:
    return int(value) if value.isdigit() else value


def variants_of(document: object, fields: list[Field]) -> list[Variant]:
    """Every combination of the fields' values, each a valid plan.

    Raises: Unplayable with the value that gives no plan and why, or if they are too many.
    """
    combinations = 1
    for field in fields:
        combinations *= len(field.values)
    if combinations > MOST_VALUES:
        raise Unplayable(f"--sweep: {combinations} combinations; at most {MOST_VALUES} are allowed")
    return [
        Variant(
            tuple(str(value) for value in values),
            _changed(document, {field.path: value for field, value in zip(fields, values, strict=True)}),
        )
        for values in product(*(field.values for field in fields))
    ]


def _changed(document: object, changes: dict[str, str | int]) -> Plan:
    try:
        return read_plan(apply_changes(document, changes))
    except PlanRefused as refused:
        said = ", ".join(f"{path}={value}" for path, value in changes.items())
        raise Unplayable(f"--sweep {said}: {refused}") from None
