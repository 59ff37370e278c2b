"""Sweeps: one or several fields of a plan in turn over a range of values.

Source: issue's form `outcomes.1.gives.0.cash=1%..10%`; dotted paths as in a scenario's `with:`.
"""

import re
from itertools import product
from math import prod
from typing import NamedTuple

from pinwheel.lab.simulate import Unplayable
from pinwheel.plan.amounts import PPM, Unreadable, format_amount, format_rate, parse_amount, parse_rate
from pinwheel.plan.changes import apply_changes
from pinwheel.plan.model import Plan
from pinwheel.plan.reading import read_plan
from pinwheel.plan.refusal import PlanRefused

FORM = re.compile(r"(?P<path>[^=\s]+)=(?P<values>\S+)")
RANGE = re.compile(r"(?P<first>[^.,][^,]*?)\.\.(?P<last>[^.,/][^,/]*)(?:/(?P<count>[0-9]{1,18}))?")
WHOLE = re.compile("[0-9]{1,18}")
BOOLEANS = {"true": True, "false": False}
PERCENT, YUAN = PPM // 100, 100
USUAL = 10  # values of a range that does not say how many
MOST_VALUES = 1_000
ALLOWED = "PATH=FIRST..LAST, PATH=FIRST..LAST/COUNT or PATH=A,B,C, as outcomes.1.gives.0.cash=1%..10%"


class Field(NamedTuple):
    """A field of a plan, dotted, and the values that it takes in turn, as they are written."""

    path: str
    values: tuple[str, ...]


class Variant(NamedTuple):
    """A plan with one value for each swept field."""

    values: tuple[str, ...]
    plan: Plan


def read_field(text: str) -> Field:
    """A field as an option gives it, each value once. Raises: Unplayable."""
    match = FORM.fullmatch(text)
    span = RANGE.fullmatch(match["values"]) if match else None
    if match is None or (span is None and ".." in match["values"]):
        raise Unplayable(f"--sweep {text}: allowed is {ALLOWED}")
    values = _spread(text, span) if span else tuple(dict.fromkeys(match["values"].split(",")))
    if "" in values:
        raise Unplayable(f"--sweep {text}: a value is missing")
    if len(values) > MOST_VALUES:
        raise Unplayable(f"--sweep {text}: {len(values)} values; at most {MOST_VALUES} are allowed")
    return Field(match["path"], values)


def _spread(text: str, span: re.Match[str]) -> tuple[str, ...]:
    """Values from first to last, evenly, in the unit in which both are written; each value once."""
    first, last, count = span["first"], span["last"], int(span["count"] or 0)
    if span["count"] and not 2 <= count <= MOST_VALUES:
        raise Unplayable(f"--sweep {text}: {count} values; a range has 2 to {MOST_VALUES}")
    try:
        if first[-1] in "%‱":
            return tuple(map(format_rate, _even(parse_rate(first), parse_rate(last), count, PERCENT)))
        if WHOLE.fullmatch(first) and WHOLE.fullmatch(last):
            return tuple(map(str, _even(int(first), int(last), count, 1)))
        return tuple(map(format_amount, _even(parse_amount(first), parse_amount(last), count, YUAN)))
    except Unreadable as error:
        raise Unplayable(f"--sweep {text}: {first} and {last} are to be {error.allowed_en}") from None


def _even(first: int, last: int, count: int, whole: int) -> list[int]:
    """At most `count` numbers from first to last, evenly as integers go; 0: whole steps where few."""
    if count == 0:
        steps, rest = divmod(abs(last - first), whole)
        count = steps + 1 if rest == 0 and steps <= USUAL else USUAL
    if count == 1:
        return [first]
    numbers = [first + (last - first) * place // (count - 1) for place in range(count)]
    return list(dict.fromkeys(numbers))


def variants_of(document: object, fields: list[Field]) -> list[Variant]:
    """Every combination of the fields' values, each a valid plan.

    Raises: Unplayable with the value that gives no plan and why, or if they are too many.
    """
    paths = [field.path for field in fields]
    twice = [path for path in dict.fromkeys(paths) if paths.count(path) > 1]
    if twice:
        raise Unplayable(f"--sweep {twice[0]}: given {paths.count(twice[0])} times; a field is swept once")
    combinations = prod(len(field.values) for field in fields)
    if combinations > MOST_VALUES:
        raise Unplayable(f"--sweep: {combinations} combinations; at most {MOST_VALUES} are allowed")
    return [
        Variant(values, _changed(document, dict(zip(paths, values, strict=True))))
        for values in product(*(field.values for field in fields))
    ]


def _changed(document: object, values: dict[str, str]) -> Plan:
    try:
        return read_plan(apply_changes(document, {path: _plain(value) for path, value in values.items()}))
    except PlanRefused as refused:
        said = ", ".join(f"{path}={value}" for path, value in values.items())
        why = "; ".join(problem.sentence("en") for problem in refused.problems)
        raise Unplayable(f"--sweep {said}: {why}") from None


def _plain(value: str) -> str | int:
    """A value as a plan file would have it."""
    return BOOLEANS[value] if value in BOOLEANS else int(value) if WHOLE.fullmatch(value) else value
