"""A ladder plan seen as the plain plans that its groups may end as: one size, one price each."""

from collections.abc import Sequence

from pinwheel.plan.model import Plan
from pinwheel.plan.parts import Tier
from pinwheel.rules.ladder import price_at


def tiers_of(plan: Plan) -> Sequence[Tier]:
    """The plan's tiers; none: it is no ladder."""
    return plan.group.tiers or ()


def ladder_price(plan: Plan, seats: int) -> int:
    """Fen a seat, once so many seats of a group are taken."""
    tiers = tiers_of(plan)
    return price_at([tier.size for tier in tiers], [tier.price for tier in tiers], seats)


def is_formed_at(plan: Plan, seats: int) -> bool:
    """Whether a group with so many seats taken goes through even if nobody joins any more."""
    tiers = tiers_of(plan)
    return bool(tiers) and seats >= tiers[0].size


def ended_with(plan: Plan, seats: int) -> Plan:
    """What the plan is for a group that ended with so many seats: an ordinary group of that size."""
    group = plan.group.model_copy(update={"size": seats, "tiers": None})
    offer = plan.offer.model_copy(update={"price": ladder_price(plan, seats)})
    return plan.model_copy(update={"group": group, "offer": offer})


def ends_of(plan: Plan) -> list[int]:
    """Of every tier the fewest and the most seats that a group can end with in it.

    What a seat costs and brings is the same within a tier, so a group's least margin is at one of these.
    """
    tiers = tiers_of(plan)
    most = [tier.size - 1 for tier in tiers[1:]] + [plan.group.size]
    return sorted({seats for tier, last in zip(tiers, most, strict=True) for seats in (tier.size, last)})
