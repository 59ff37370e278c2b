"""A plan: one marketing mode, written down as data. Frozen, complete, and free of contradictions.

Source: plans page. A section that is not built yet is named in `Plan.later` and refused as such.
"""

from typing import Annotated, ClassVar

from pydantic import Field, field_validator, model_validator

from pinwheel.plan.base import Part
from pinwheel.plan.checks import check_sections
from pinwheel.plan.parts import (
    About,
    Draw,
    Extra,
    Gives,
    Group,
    Limits,
    Offer,
    Outcome,
    Span,
    titled,
)
from pinwheel.plan.presale import Presale
from pinwheel.plan.promises import Credit, Dividends, Promoter, Referral
from pinwheel.plan.refusal import PlanRefused
from pinwheel.plan.seat_rules import SEAT_RULES
from pinwheel.plan.titles import Title
from pinwheel.plan.values import Budget, PlanId

VALUE_WITHIN = 48 * 3600  # seconds that a full group waits for its public value, unless the plan says


class Plan(Part):
    """One plan.

    Attributes:
        plan: its id.
        title, about: for people, in both languages; the title is the id where it is left out.
        offer: price and costs unless the activity says otherwise.
        group, limits, hours: how groups form and who may join when; no hours: all day.
        draw: None where nothing is drawn.
        outcomes: the classes in order, counts of rates resolved to seats; the last has `rest`.
        each_join: what every seat gets at settlement, whatever its outcome.
        credit, promoter, dividends, referral: what is promised beyond the group; None: nothing.
        presale: a deposit first, the balance when the group is full; None: all is paid with the join.
        budget: fen set aside for promises that the orders do not fund; None: nothing, as is 0.00 written.

    Raises:
        PlanRefused: for what single fields cannot know, as prizes that do not fit the group.
    """

    later: ClassVar[tuple[str, ...]] = ("purchase", "caps")
    added: ClassVar[tuple[str, ...]] = ("presale", "credit", "promoter", "dividends", "referral", "budget")

    plan: PlanId
    title: Title
    about: About | None = None
    offer: Offer
    group: Group
    limits: Limits = Limits()
    hours: Annotated[tuple[Span, ...], Field(max_length=24)] = ()
    presale: Presale | None = None
    draw: Draw | None = None
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1, max_length=50)]
    each_join: Gives = ()
    credit: Credit | None = None
    promoter: Promoter | None = None
    dividends: Dividends | None = None
    referral: Referral | None = None
    budget: Budget | None = None

    @model_validator(mode="before")
    @classmethod
    def take_title_from_id(cls, data: object) -> object:
        return titled(data, "plan")

    @field_validator("hours")
    @classmethod
    def sort_hours(cls, hours: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(sorted(hours, key=lambda span: span.start))

    @field_validator("budget")
    @classmethod
    def nothing_is_no_budget(cls, budget: int | None) -> int | None:
        """0.00 says what leaving it out says; one plan has one hash."""
        return budget or None

    @field_validator("draw")
    @classmethod
    def sort_seat_rules(cls, draw: Draw | None) -> Draw | None:
        """The order in the file means nothing; one order, so that one plan has one hash."""
        names = [rule.name for rule in draw.seat_rules] if draw else []
        if draw is None or len(set(names)) < len(names):
            return draw
        in_order = sorted(draw.seat_rules, key=lambda rule: SEAT_RULES.index(rule.name))
        return draw.model_copy(update={"seat_rules": tuple(in_order)})

    @model_validator(mode="after")
    def has_no_contradiction(self) -> "Plan":
        problems = check_sections({name: getattr(self, name) for name in type(self).model_fields})
        if problems:
            raise PlanRefused(problems)
        return self


def prize_count(plan: Plan) -> int:
    """Seats of a group that the draw gives out: all classes before the rest."""
    return sum(outcome.count for outcome in plan.outcomes if outcome.count != "rest")


def extra_of(plan: Plan) -> Extra | None:
    """The second article that every seat gets whose payment is kept, if the plan gives one."""
    return next((give.extra for give in plan.outcomes[0].gives if give.extra is not None), None)


def rest_count(plan: Plan) -> int:
    """Seats of the last class."""
    return plan.group.size - prize_count(plan)


def is_drawn(plan: Plan) -> bool:
    """Whether anything is drawn: a plan whose outcomes are one class draws nothing."""
    return len(plan.outcomes) > 1


def drawn_on_close(plan: Plan) -> bool:
    """Whether there is one draw when the activity ends, among the seats of all filled groups."""
    return is_drawn(plan) and plan.draw is not None and plan.draw.when == "on_close"


def awaits_value(plan: Plan) -> bool:
    """Whether a full group waits for a public value before it is drawn."""
    return is_drawn(plan) and plan.draw is not None and plan.draw.public_value != "none"


def value_within(plan: Plan) -> int:
    """Seconds that a full group waits for its public value at the most."""
    within = plan.draw.public_value_within if plan.draw else None
    return VALUE_WITHIN if within is None else within
