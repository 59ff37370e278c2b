"""From a plan to the tables that the rules read."""

from collections.abc import Sequence

import numpy as np

from pinwheel.plan.model import Plan, is_drawn, rest_count
from pinwheel.plan.parts import DIVIDEND_SHARE, RELEASE, Give
from pinwheel.plan.promises import ReleaseToSponsor
from pinwheel.plan.seat_rules import SeatRule, SeatRuleName
from pinwheel.rules.assets import ASSETS
from pinwheel.rules.reasons import JOIN_REWARD, LEADER_REWARD, REWARD
from pinwheel.rules.tables import Gives, PlanTables

NO_RULE = SeatRule(name="newcomer_in_front")


def compile_plan(plan: Plan) -> PlanTables:
    """The plan as integers and arrays (rules/tables.py). Where nothing is drawn no seat is barred."""

    def rule(name: SeatRuleName) -> SeatRule | None:
        return plan.draw.rule(name) if plan.draw and is_drawn(plan) else None

    counts = [rest_count(plan) if outcome.count == "rest" else outcome.count for outcome in plan.outcomes]
    shares = [share_of(outcome.gives) for outcome in plan.outcomes]
    in_a_row, in_total = rule("after_wins_in_a_row") or NO_RULE, rule("after_wins_in_total") or NO_RULE
    at_most = rule("at_most") or NO_RULE
    sponsor = (plan.referral and plan.referral.release_to_sponsor) or ReleaseToSponsor()
    return PlanTables(
        size=plan.group.size,
        seats_per_group=plan.limits.seats_per_group,
        class_counts=np.array(counts, np.int64),
        class_keeps=np.array([outcome.payment == "keep" for outcome in plan.outcomes], np.int64),
        class_shares=np.array(shares, np.int64),
        releases=gives_of(plan, (RELEASE,)),
        grants=gives_of(plan, ASSETS),
        first_join_of_day_in_front=int(rule("first_join_of_day_in_front") is not None),
        newcomer_in_front=int(rule("newcomer_in_front") is not None),
        row_wins=in_a_row.wins,
        row_sit_out=in_a_row.sit_out,
        total_wins=in_total.wins,
        total_sit_out=in_total.sit_out,
        cap_wins=at_most.wins,
        cap_joins=at_most.of_joins,
        leader_may_win=int(plan.group.leader.may_win or not is_drawn(plan)),
        dissolve=int(is_drawn(plan) and plan.draw is not None and plan.draw.conflict == "dissolve"),
        direct_fixed=sponsor.direct.fixed,
        direct_ppm=sponsor.direct.ppm,
        indirect_fixed=sponsor.indirect.fixed,
        indirect_ppm=sponsor.indirect.ppm,
    )


def share_of(gives: Sequence[Give]) -> int:
    """Ppm of the price that a seat with these gives weighs in the daily dividend."""
    return sum(give.amount.ppm for give in gives if give.what == DIVIDEND_SHARE)


def gives_of(plan: Plan, kinds: Sequence[str]) -> Gives:
    """The gives of these kinds, scope after scope; goods are handed over and move nothing in the books."""
    scopes = [(outcome.gives, REWARD) for outcome in plan.outcomes]
    scopes += [(plan.each_join, JOIN_REWARD), (plan.group.leader.gives, LEADER_REWARD)]
    starts, rows = [0], []
    for gives, reason in scopes:
        for give in gives:
            if give.what in kinds:
                asset = ASSETS.index(give.what) if give.what in ASSETS else 0
                rows.append((asset, give.amount.fixed, give.amount.ppm, reason))
        starts.append(len(rows))
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    return Gives(np.array(starts, np.int64), *(np.ascontiguousarray(column) for column in columns))
