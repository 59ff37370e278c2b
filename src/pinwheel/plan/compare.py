"""Two plans side by side: every field in which they differ, and their figures row by row.

Paths are those of the plan file (`outcomes[0].count`); values are shown as a person writes them.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pinwheel.plan.amounts import format_amount, format_duration, format_hours, format_rate
from pinwheel.plan.model import Plan
from pinwheel.plan.parts import COUPON, GOODS
from pinwheel.plan.refusal import Language
from pinwheel.plan.solvency import solvency
from pinwheel.plan.solvency_words import figures

# How the last step of a path is written; what is not named here stands as it is.
WRITTEN = {
    "price": format_amount,
    "goods_cost": format_amount,
    "cost": format_amount,
    "budget": format_amount,
    "fixed": format_amount,
    "step": format_amount,
    "payment_fee": format_rate,
    "ppm": format_rate,
    "or_voucher": format_rate,
    "static_release": format_rate,
    "accelerated_release": format_rate,
    "fill_within": format_duration,
    "balance_within": format_duration,
    "choose_within": format_duration,
    "public_value_within": format_duration,
    "threshold": format_amount,
    "discount": format_amount,
    "valid": format_duration,
}
AMOUNT, HOURS, DAYS = {"fixed", "ppm"}, {"start", "end"}, {"first", "last"}
VALUES = (AMOUNT, HOURS, DAYS)
Section = Mapping[str, Any]


class Difference(NamedTuple):
    """A field that differs: its path, and what stands there in the one and in the other; empty: nothing."""

    path: str
    before: str
    after: str


class FigureRow(NamedTuple):
    """A figure of two plans: what it is, then expected and worst of the one and of the other."""

    name: str
    before: tuple[str, str]
    after: tuple[str, str]


def differences(before: Plan, after: Plan) -> list[Difference]:
    """Every field in which two plans differ, in the order of the plan file."""
    return _between("", before.model_dump(mode="json"), after.model_dump(mode="json"))


def figures_side_by_side(before: Plan, after: Plan, language: Language) -> list[FigureRow]:
    """The solvency figures of both at their own prices and budgets; a dash where one has no such row."""
    one, other = (
        {name: (expected, worst) for name, expected, worst in figures(solvency(plan), language)}
        for plan in (before, after)
    )
    names = [*one, *(name for name in other if name not in one)]
    return [FigureRow(name, one.get(name, ("–", "–")), other.get(name, ("–", "–"))) for name in names]


def _between(path: str, before: Any, after: Any) -> list[Difference]:
    if before == after:
        return []
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not _is_value(before, after):
        return _between_sections(path, before, after)
    if isinstance(before, list) and isinstance(after, list) and _can_be_matched(before, after):
        return _between_lists(path, before, after)
    return [Difference(path, _shown(path, before), _shown(path, after))]


def _between_sections(path: str, before: Section, after: Section) -> list[Difference]:
    keys = [*before, *(key for key in after if key not in before)]
    order = {name: number for number, name in enumerate(Plan.model_fields)}
    if not path:
        keys.sort(key=lambda key: order.get(key, len(order)))
    found = []
    for key in keys:
        found += _between(f"{path}.{key}" if path else key, before.get(key), after.get(key))
    return found


def _between_lists(path: str, before: list[Any], after: list[Any]) -> list[Difference]:
    """Entry by entry, found by what names it; its place is that in the list which has it last."""
    one = {_name(entry): (place, entry) for place, entry in enumerate(before)}
    other = {_name(entry): (place, entry) for place, entry in enumerate(after)}
    found = []
    for name in [*one, *(name for name in other if name not in one)]:
        place = (other.get(name) or one[name])[0]
        pair = (side[name][1] if name in side else None for side in (one, other))
        found += _between(f"{path}[{place}]", *pair)
    return found


def _can_be_matched(before: list[Any], after: list[Any]) -> bool:
    """Whether every entry has a name of its own, and those that stay have kept their order."""
    names = [_name(entry) for entry in before], [_name(entry) for entry in after]
    if any(None in side or len(set(side)) < len(side) for side in names):
        return False
    stay = set(names[0]) & set(names[1])
    one, other = ([name for name in side if name in stay] for side in names)
    return bool(stay) and one == other


def _name(entry: Any) -> str | None:
    """What tells an entry from the others of its list: a class's name, what is given, a seat rule."""
    if not isinstance(entry, Mapping):
        return entry if isinstance(entry, str) else None
    if len(entry) == 1:
        return str(next(iter(entry)))
    found = entry.get("name", entry.get("what"))
    return found if isinstance(found, str) else None


def _is_value(before: Section, after: Section) -> bool:
    """Whether they are told whole: an amount, a span, one thing that is given."""
    return any(set(one) in VALUES or "what" in one for one in (before, after))


def _shown(path: str, value: Any) -> str:
    """A value as it stands in a plan file; nothing: empty."""
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, Mapping):
        return _section_shown(value)
    if isinstance(value, list):
        return "[" + ", ".join(_shown(path, entry) for entry in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    write = WRITTEN.get(path.rsplit(".", 1)[-1].split("[", 1)[0])
    return write(value) if write and isinstance(value, int) else str(value)


def _section_shown(value: Section) -> str:
    if set(value) == AMOUNT:
        return format_rate(value["ppm"]) if value["ppm"] else format_amount(value["fixed"])
    if set(value) == HOURS:
        return format_hours(value["start"], value["end"])
    if set(value) == DAYS:
        return f"{value['first']}-{value['last']}"
    if "what" in value:
        return _give_shown(value)
    parts = [f"{key}: {shown}" for key, part in value.items() if (shown := _shown(key, part))]
    return "{" + ", ".join(parts) + "}"


def _give_shown(give: Section) -> str:
    if give["what"] == GOODS:
        return f"{GOODS}: {_shown('', give.get('choice') or give.get('extra')) or 'ordered'}"
    if give["what"] == COUPON:
        return f"{COUPON}: {_shown('', give.get('coupon'))}"
    return f"{give['what']}: {_section_shown(give['amount'])}"
