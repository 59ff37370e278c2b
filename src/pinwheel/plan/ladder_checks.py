"""What must hold of a plan with tiers. Source: modes page, section 2 (ladder)."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from pinwheel.plan.amounts import format_amount
from pinwheel.plan.parts import Draw, Give, Group, Offer, Outcome
from pinwheel.plan.refusal import Problem, shown

FIXED_EN = "a fixed amount: with tiers the price is known only at the end"
FIXED_ZH = "固定数额：阶梯拼团最后才知道价格"


def tiers_rise(group: Group) -> Iterator[Problem]:
    """Two tiers or more, each larger and cheaper than the one before; nobody forms a group alone."""
    tiers = group.tiers
    if tiers is None:
        return
    if len(tiers) < 2:
        yield Problem("group.tiers", f"{len(tiers)}", "2 to 20 tiers", "2 到 20 档")
        return
    if tiers[0].size < 2:
        yield Problem("group.tiers[0].size", shown(tiers[0].size), "2 or more seats", "至少 2 个席位")
    for number, (before, tier) in enumerate(pairwise(tiers), start=1):
        if tier.size <= before.size:
            allowed = f"more than {before.size}, the tier before", f"大于上一档的 {before.size}"
            yield Problem(f"group.tiers[{number}].size", shown(tier.size), *allowed)
        if tier.price >= before.price:
            price = format_amount(before.price)
            allowed = f"less than {price}, the tier before", f"低于上一档的 {price}"
            yield Problem(f"group.tiers[{number}].price", format_amount(tier.price), *allowed)


def ladder_starts_at_the_offer(offer: Offer, group: Group) -> Iterator[Problem]:
    """Whoever joins first pays the first tier's price: it is what is offered."""
    if group.tiers and offer.price != group.tiers[0].price:
        price = format_amount(group.tiers[0].price)
        allowed = f"{price}, the price of the first tier", f"{price}，即第一档的价格"
        yield Problem("offer.price", format_amount(offer.price), *allowed)


def ladder_seats_payments_in_time(group: Group) -> Iterator[Problem]:
    """A late payment was made for one group's price; another group may have another."""
    if group.tiers and group.late_payment != "refund":
        allowed = "refund: with tiers another group has another price", "refund：阶梯拼团各团价格不同"
        yield Problem("group.late_payment", group.late_payment, *allowed)


def ladder_draws_nothing(group: Group, draw: Draw | None, outcomes: Sequence[Outcome]) -> Iterator[Problem]:
    """A ladder's size is known only at its end: nothing is drawn, and everybody gets the goods' price."""
    if group.tiers is None:
        return
    if draw is not None:
        yield Problem("draw", "tiers", "no draw where there are tiers", "有 tiers 时不抽奖")
    if len(outcomes) > 1:
        allowed = "one class where there are tiers", "有 tiers 时只写一类结果"
        yield Problem("outcomes", f"{len(outcomes)}", *allowed)
    for number, outcome in enumerate(outcomes):
        if outcome.payment != "keep":
            allowed = "keep: a ladder sells", "keep：阶梯拼团是销售"
            yield Problem(f"outcomes[{number}].payment", outcome.payment, *allowed)


def ladder_gives_fixed_amounts(
    group: Group, outcomes: Sequence[Outcome], each_join: Sequence[Give]
) -> Iterator[Problem]:
    """No reward is a rate of a price that is still falling."""
    if group.tiers is None:
        return
    places = [(f"outcomes[{number}].gives", outcome.gives) for number, outcome in enumerate(outcomes)]
    for path, gives in [*places, ("each_join", each_join), ("group.leader.gives", group.leader.gives)]:
        for place, give in enumerate(gives):
            if give.amount.ppm:
                yield Problem(f"{path}[{place}].{give.what}", "%", FIXED_EN, FIXED_ZH)
            if give.choice is not None:
                allowed = "ordered, where there are tiers", "有 tiers 时写 ordered"
                yield Problem(f"{path}[{place}].goods", "choose_from", *allowed)


def ladder_pays_for_itself(group: Group, budget: int | None) -> Iterator[Problem]:
    """No budget carries a ladder: what a group costs depends on where it ends."""
    if group.tiers and budget:
        allowed = "none where there are tiers", "有 tiers 时不写"
        yield Problem("budget", format_amount(budget), *allowed)


LADDER_CHECKS: list[tuple[tuple[str, ...], Callable[..., Iterator[Problem]]]] = [
    (("group",), tiers_rise),
    (("offer", "group"), ladder_starts_at_the_offer),
    (("group",), ladder_seats_payments_in_time),
    (("group", "draw", "outcomes"), ladder_draws_nothing),
    (("group", "outcomes", "each_join"), ladder_gives_fixed_amounts),
    (("group", "budget"), ladder_pays_for_itself),
]
