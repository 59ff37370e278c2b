"""Sections of a raw document that the plan format does not load yet, read one value at a time.

A document is what `load_yaml` gives. What is off reads as nothing; what cannot be read is refused.
Amounts in fen, rates in ppm, durations in seconds.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy

from pinwheel.plan import amounts
from pinwheel.plan.model import Plan
from pinwheel.plan.promises import Referral
from pinwheel.plan.refusal import refuse

Document = Mapping[object, object]

# The keys that the rules read here. One that the format learns to load must be read from the plan instead.
READ_HERE = {
    "": ("purchase",),
    "referral": ("generations", "filling_reward", "team", "region", "leaders_dividend", "freeze"),
}


def loadable(document: object) -> object:
    """A copy without the sections that the format knows but does not load yet."""
    if not isinstance(document, dict):
        return document
    rest = {key: deepcopy(value) for key, value in document.items() if key not in Plan.later}
    referral = rest.get("referral")
    if isinstance(referral, dict):
        rest["referral"] = {key: value for key, value in referral.items() if key not in Referral.later}
    return rest


def value_at(document: Document, path: str) -> object:
    """What stands at a dotted path; None if nothing does."""
    found: object = document
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def items_at(document: Document, path: str) -> list[object]:
    """The list at a path; empty if it is off. Raises: PlanRefused if it is no list."""
    found = value_at(document, path)
    if found is None:
        return []
    if not isinstance(found, list):
        raise refuse(path, found, "a list", "列表")
    return found


def amount(document: Document, path: str) -> int:
    """An amount in fen; 0 if it is off. Raises: PlanRefused."""
    return _read(value_at(document, path), path, amounts.parse_amount)


def duration(document: Document, path: str) -> int:
    """A duration in seconds; 0 if it is off. Raises: PlanRefused."""
    return _read(value_at(document, path), path, amounts.parse_duration)


def rate(document: Document, path: str) -> int:
    """A rate in ppm; 0 if it is off. Raises: PlanRefused."""
    return rate_of(value_at(document, path), path)


def rate_of(value: object, path: str) -> int:
    """A written rate in ppm; 0 for nothing. Raises: PlanRefused."""
    return _read(value, path, amounts.parse_rate)


def rates(document: Document, path: str) -> list[int]:
    """A list of rates in ppm. Raises: PlanRefused."""
    return [rate_of(value, f"{path}[{number}]") for number, value in enumerate(items_at(document, path))]


def number(document: Document, path: str) -> int:
    """A whole number; 0 if it is off. Raises: PlanRefused."""
    found = value_at(document, path)
    if found is None:
        return 0
    if not isinstance(found, int) or isinstance(found, bool):
        raise refuse(path, found, "a whole number", "整数")
    return found


def _read(value: object, path: str, parse: Callable[[object], int]) -> int:
    if value is None:
        return 0
    try:
        return parse(value)
    except amounts.Unreadable as error:
        raise refuse(path, value, error.allowed_en, error.allowed_zh) from None
