"""Where a group stands, as people are told."""

from pinwheel.market.groups.models import Group
from pinwheel.plan.ladder import is_formed_at
from pinwheel.plan.model import Plan


def has_formed(group: Group, plan: Plan) -> bool:
    """Whether a ladder's group is past its first tier and still takes more."""
    return group.state == Group.State.FORMING and is_formed_at(plan, group.taken)
