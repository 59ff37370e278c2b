"""The terms of an activity: what its plan version means for one join, compiled once per process."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from pinwheel.ledger.accounts import PlanAccounts, plan_accounts
from pinwheel.market.clock import business_zone, minute_of_day
from pinwheel.market.plans.models import PlanVersion
from pinwheel.plan.canonical import from_canonical
from pinwheel.plan.compile import compile_plan
from pinwheel.plan.model import Plan, awaits_value, drawn_on_close
from pinwheel.rules.tables import Gives, PlanTables


class Terms(NamedTuple):
    """A plan version, ready for the hot path. `plain` is `tables` in lists, which Python reads faster."""

    plan: Plan
    plan_name: str
    version_id: int
    hash: str
    tables: PlanTables
    plain: PlanTables
    accounts: PlanAccounts

    @property
    def has_draw(self) -> bool:
        return len(self.tables.class_counts) > 1

    @property
    def draws_on_close(self) -> bool:
        return drawn_on_close(self.plan)

    @property
    def awaits_value(self) -> bool:
        """Whether a full group waits for a public value."""
        return awaits_value(self.plan)

    @property
    def settles_later(self) -> bool:
        """Whether a full group waits: for the activity's end, a public value, or a presale's balances."""
        return self.draws_on_close or self.awaits_value or self.plan.presale is not None


@lru_cache(maxsize=1024)
def terms_of(version_id: int) -> Terms:
    """The terms of a published plan version; versions never change, so they are kept."""
    version = PlanVersion.objects.get(pk=version_id)
    plan = from_canonical(version.canonical)
    tables = compile_plan(plan)
    return Terms(
        plan=plan,
        plan_name=version.name,
        version_id=version.pk,
        hash=version.hash,
        tables=tables,
        plain=plain_tables(tables),
        accounts=plan_accounts(version.name),
    )


def plain_tables(tables: PlanTables) -> PlanTables:
    """The same tables with lists in place of arrays."""
    return tables._replace(
        class_counts=tables.class_counts.tolist(),
        class_keeps=tables.class_keeps.tolist(),
        class_shares=tables.class_shares.tolist(),
        releases=Gives(*(column.tolist() for column in tables.releases)),
        grants=Gives(*(column.tolist() for column in tables.grants)),
    )


def is_open_at(plan: Plan, now: datetime) -> bool:
    """Whether the plan's daily hours admit a join now; a span excludes its end."""
    if not plan.hours:
        return True
    minute = minute_of_day(now)
    return any(span.start <= minute < span.end for span in plan.hours)


def next_opening(plan: Plan, now: datetime) -> datetime:
    """When the plan's daily hours next begin, strictly after now."""
    day_start = now.astimezone(business_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    openings = (
        day_start + timedelta(days=day, minutes=span.start) for day in (0, 1) for span in plan.hours or ()
    )
    return min(opening for opening in openings if opening > now)
