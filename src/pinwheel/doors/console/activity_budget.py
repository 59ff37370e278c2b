"""What a plan's budget carries: shown with each of its activities."""

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.page import Facts, Section
from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.budgets.models import Allotment
from pinwheel.market.budgets.position import costs_of, position_of
from pinwheel.market.budgets.services import needs_budget


def budget(activity: Activity) -> list[Section]:
    """Where the plan stands and what this activity was given; nothing where no budget is asked for."""
    terms = terms_of(activity.plan_version_id)
    if not needs_budget(activity, terms):
        return []
    stands = position_of(raw_cursor(), terms.plan_name)
    own = Allotment.objects.filter(activity=activity).first() or Allotment(allotted=0)
    left = max(0, (terms.plan.budget or 0) - stands.used)
    rows = [
        (_("Set aside by the plan"), text.amount(terms.plan.budget or 0)),
        (_("Used, over all its activities"), text.amount(stands.used)),
        (_("Left"), text.amount(left)),
        (_("Shopping credit still owed"), text.amount(stands.owed)),
        (_("A group loses at most"), text.amount(costs_of(terms.version_id, activity.price).loss)),
        (_("Groups carried for this activity"), text.count(own.allotted)),
        (_("Of these finished"), text.count(own.settled + own.dissolved)),
        (_("Ended by the budget"), text.moment_cell(own.stopped_at) if own.stopped_at else _("no")),
    ]
    return [Facts(_("Budget"), rows)]
