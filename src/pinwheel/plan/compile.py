"""From a plan to the tables that the rules read."""

import numpy as np

from pinwheel.plan.model import Plan, is_drawn, rest_count
from pinwheel.plan.parts import GOODS, RELEASE, Give
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.tables import EACH_JOIN, GIVE, GIVE_ASSET, GIVE_GOODS, GIVE_RELEASE, LEADER, PlanTables

Row = tuple[int, int, int, int, int]


def compile_plan(plan: Plan) -> PlanTables:
    """The plan as integers and arrays (rules/tables.py). Where nothing is drawn no seat is barred."""
    rules = plan.draw.seat_rules if plan.draw and is_drawn(plan) else ()
    counts = [rest_count(plan) if outcome.count == "rest" else outcome.count for outcome in plan.outcomes]
    return PlanTables(
        size=plan.group.size,
        seats_per_group=plan.limits.seats_per_group,
        class_counts=np.array(counts, np.int64),
        class_keeps=np.array([outcome.payment == "keep" for outcome in plan.outcomes], np.int64),
        gives=np.array(_rows(plan), GIVE),
        first_join_of_day_in_front=int("first_join_of_day_in_front" in rules),
        newcomer_in_front=int("newcomer_in_front" in rules),
        leader_may_win=int(plan.group.leader.may_win or not is_drawn(plan)),
        dissolve=int(is_drawn(plan) and plan.draw is not None and plan.draw.conflict == "dissolve"),
    )


def _rows(plan: Plan) -> list[Row]:
    rows = [_row(scope, give) for scope, outcome in enumerate(plan.outcomes) for give in outcome.gives]
    rows += [_row(EACH_JOIN, give) for give in plan.each_join]
    return rows + [_row(LEADER, give) for give in plan.group.leader.gives]


def _row(scope: int, give: Give) -> Row:
    if give.what == GOODS:
        return scope, GIVE_GOODS, 0, 0, 0
    if give.what == RELEASE:
        return scope, GIVE_RELEASE, 0, give.amount.fixed, give.amount.ppm
    return scope, GIVE_ASSET, ASSETS.index(give.what), give.amount.fixed, give.amount.ppm
