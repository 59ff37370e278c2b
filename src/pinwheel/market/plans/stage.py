"""Publishing on a stage: scratch databases in which scenarios, tests and benchmarks play plans of any kind.

A scenario may play a plan that the gate would block. Nothing that serves members publishes in this way;
`tests/market/test_plan_gate.py` names who may.
"""

from datetime import datetime

from pinwheel.market.plans.models import PlanVersion
from pinwheel.market.plans.services import Ground, publish, publish_plan
from pinwheel.market.staff.models import Operator
from pinwheel.plan.model import Plan

STAGE = Ground(PlanVersion.Ground.STAGE)


def publish_on_stage(source: str, publisher: Operator | None, now: datetime) -> PlanVersion:
    """Publish a plan file without the gate. Raises: PlanRefused."""
    return publish(source, publisher, now, STAGE)


def publish_plan_on_stage(plan: Plan, source: str, publisher: Operator | None, now: datetime) -> PlanVersion:
    """As `publish_on_stage`, of a plan that was read already."""
    return publish_plan(plan, source, publisher, now, STAGE)
