"""Seat rules as a plan writes them: a name, or a name with its numbers.

Source: plans page, `draw.seat_rules`; modes page, section 3.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_serializer, model_validator

from pinwheel.plan.values import MOST_TIMES, is_whole, is_written, refused

SeatRuleName = Literal[
    "first_join_of_day_in_front",
    "newcomer_in_front",
    "after_wins_in_a_row",
    "after_wins_in_total",
    "at_most",
]
# In the order of the modes page, each with the numbers that it takes.
NUMBERS_OF_RULE: dict[SeatRuleName, tuple[str, ...]] = {
    "first_join_of_day_in_front": (),
    "newcomer_in_front": (),
    "after_wins_in_a_row": ("wins", "sit_out"),
    "after_wins_in_total": ("wins", "sit_out"),
    "at_most": ("wins", "of_joins"),
}
SEAT_RULES: tuple[SeatRuleName, ...] = tuple(NUMBERS_OF_RULE)
COUNTING_RULES = tuple(name for name, numbers in NUMBERS_OF_RULE.items() if numbers)


class SeatRule(BaseModel):
    """One seat rule; a number that the rule does not take is 0.

    Attributes:
        wins: of `after_wins_…` the wins that bring the privilege, of `at_most` the wins of a window.
        sit_out: how many settled joins cannot win then.
        of_joins: joins of a window.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: SeatRuleName
    wins: int = 0
    sit_out: int = 0
    of_joins: int = 0

    @model_validator(mode="before")
    @classmethod
    def read_written(cls, data: object, info: ValidationInfo) -> object:
        """`newcomer_in_front`, or `{at_most: {wins: 2, of_joins: 5}}`; the canonical form is the same."""
        if isinstance(data, SeatRule) or _is_made_in_code(data, info):
            return data
        if isinstance(data, str) and data in SEAT_RULES:
            return {"name": data, **_numbers(data, None)}
        if isinstance(data, dict) and len(data) == 1:
            [(name, numbers)] = data.items()
            if name in SEAT_RULES:
                return {"name": name, **_numbers(name, numbers)}
        raise refused(" or ".join(map(_form, SEAT_RULES)), " 或 ".join(map(_form, SEAT_RULES)))

    @model_serializer
    def written(self) -> str | dict[str, dict[str, int]]:
        numbers = NUMBERS_OF_RULE[self.name]
        return {self.name: {number: getattr(self, number) for number in numbers}} if numbers else self.name


def _is_made_in_code(data: object, info: ValidationInfo) -> bool:
    """Whether the rule is made by its fields, as `SeatRule(name=…, wins=…)`, not read from a plan file."""
    return not is_written(info) and isinstance(data, dict) and "name" in data


def _form(name: SeatRuleName) -> str:
    numbers = NUMBERS_OF_RULE[name]
    return f"{{{name}: {{{', '.join(f'{number}: …' for number in numbers)}}}}}" if numbers else name


def _numbers(name: SeatRuleName, numbers: object) -> Mapping[str, Any]:
    """The numbers of a rule, each a whole number from 1 on. Raises: PydanticCustomError."""
    wanted = NUMBERS_OF_RULE[name]
    if not wanted and numbers is None:
        return {}
    if not wanted or not isinstance(numbers, dict):
        raise refused(_form(name), _form(name))
    for key in numbers:
        if key not in wanted:
            allowed = ", ".join(wanted)
            raise refused(f"these keys: {allowed}", f"以下键：{allowed}", at=f"{name}.{key}", found=key)
    for key in wanted:
        if not is_whole(numbers.get(key)) or not 1 <= numbers[key] <= MOST_TIMES:
            raise refused(
                f"a whole number from 1 to {MOST_TIMES}",
                f"1 到 {MOST_TIMES} 的整数",
                at=f"{name}.{key}",
                found=numbers.get(key),
            )
    if name == "at_most" and numbers["wins"] >= numbers["of_joins"]:
        raise refused(
            f"fewer wins than joins, at most {numbers['of_joins'] - 1}",
            f"中奖次数少于参团次数，最多 {numbers['of_joins'] - 1}",
            at="at_most.wins",
            found=numbers["wins"],
        )
    return numbers
