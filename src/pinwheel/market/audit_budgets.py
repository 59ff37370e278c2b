"""The audit of budgets: groups were counted, and no plan lost more than it had set aside."""

from collections.abc import Iterator
from typing import Any

import psycopg

from pinwheel.ledger.audit import Finding
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.budgets.models import Allotment
from pinwheel.market.budgets.position import position_of

Cursor = psycopg.Cursor[Any]

BUDGET_QUERIES: dict[str, tuple[str, str]] = {
    "allotments_count_their_groups": (
        "activity's budget counts other groups than those that are finished",
        "SELECT b.activity_id FROM budgets_allotment b LEFT JOIN (SELECT activity_id,"
        " count(*) FILTER (WHERE state = 2) AS settled, count(*) FILTER (WHERE state = 4) AS dissolved"
        " FROM groups_group WHERE state IN (2, 4) GROUP BY 1) g ON g.activity_id = b.activity_id"
        " WHERE b.settled <> coalesce(g.settled, 0) OR b.dissolved <> coalesce(g.dissolved, 0)",
    ),
}


def budgets_hold(cursor: Cursor) -> Iterator[Finding]:
    """No plan has used more than the largest budget of its versions on sale."""
    sold = Allotment.objects.values_list("plan", "activity__plan_version_id").distinct()
    budgets: dict[str, int] = {}
    for plan, version in sold:
        budgets[plan] = max(budgets.get(plan, 0), terms_of(version).plan.budget or 0)
    for plan, budget in sorted(budgets.items()):
        used = position_of(cursor, plan).used
        if used > budget:
            yield Finding("budgets_hold", plan, f"used {used} fen of a budget of {budget}")
