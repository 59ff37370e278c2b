"""How the demo's plans are published: through the gate, by two operators, as in any shop."""

from datetime import datetime
from typing import get_args

from pinwheel.market.plans.models import PlanVersion
from pinwheel.market.plans.requests import acknowledge, draft_digest, request_publication, save_facts
from pinwheel.market.plans.services import save_draft
from pinwheel.market.staff.models import Operator
from pinwheel.plan.lawfulness import Facts
from pinwheel.plan.lawfulness.facts import NoticeItem
from pinwheel.plan.load import load_plan
from pinwheel.plan.reports import findings_of

OPINION = "演示用，不是真实意见 · for the demo, no real opinion (2026-1)"
WORST_OF_A_GROUP = 347_00  # fen, of the only playbook with a budget


def stated(source: str) -> Facts:
    """What the demo's shop states beside a plan. Its goods are food and household goods."""
    plan = load_plan(source)
    return Facts(
        market_price=plan.offer.price,
        goods=frozenset({"food", "other"}),
        notice=frozenset(get_args(NoticeItem)),
        points_rules=True,
        live_board=True,
        winners_shown_by="seat",
        affiliates_barred=True,
        captured_before_draw=False,
        prize_tax="withhold",
        groups=max(1, (plan.budget or 0) // WORST_OF_A_GROUP),
        withdrawals_named=True,
        privacy_notice=True,
    )


def publish_by_two(source: str, now: datetime) -> PlanVersion:
    """Keep a draft with its facts, ask for its publication, and have the second operator acknowledge."""
    publisher, second = (Operator.objects.get(username=name) for name in ("admin", "finance"))
    draft = save_facts(save_draft(source, now).pk, stated(source), now)
    request = request_publication(draft.pk, draft_digest(draft), publisher, now)
    if request.version is None:
        warnings = findings_of(request.lawfulness, "warn")
        request = acknowledge(request.pk, [OPINION] * len(warnings), second, now)
    if request.version is None:
        raise RuntimeError(f"{request} was acknowledged and not published")
    return request.version
