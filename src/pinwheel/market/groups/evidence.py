"""The evidence of a draw: one document that anybody can check, in the shape of docs/algorithms/draw.md.

While the group is forming only its commit is shown: the secret and the list leave when it is finished. Of a
full group that waits for a public value the hash of its list is shown, and what it waits for.
"""

from datetime import datetime
from typing import Any

from pinwheel.market.activities.models import Activity
from pinwheel.market.groups.models import CLOSING_NUMBER, ClosingDraw, Group
from pinwheel.market.groups.opening import draw_id
from pinwheel.market.ids import ACTIVITY, GROUP, ORDER, to_text
from pinwheel.market.orders.models import Order
from pinwheel.market.plans.models import PlanVersion
from pinwheel.market.public_values.evidence import value_of, value_section, waiting_sections
from pinwheel.market.public_values.models import PublicValue
from pinwheel.plan.canonical import from_canonical
from pinwheel.plan.explain import odds
from pinwheel.plan.model import Plan, drawn_on_close, is_drawn
from pinwheel.rules.bars import bar_names
from pinwheel.rules.draw import HASH_OF_NO_SEATS, PROTOCOL, draw_seed, list_hash
from pinwheel.rules.outcomes import NO_OUTCOME

STATES = {
    Group.State.FORMING: "forming",
    Group.State.FILLED: "filled",
    Group.State.SETTLED: "settled",
    Group.State.DISSOLVED: "dissolved",
    Group.State.EXPIRED: "expired",
    Group.State.UNUSED: "unused",
}
FINISHED = (Group.State.SETTLED, Group.State.DISSOLVED, Group.State.EXPIRED, Group.State.UNUSED)
DRAWN = (Group.State.SETTLED, Group.State.DISSOLVED)
IN_CLOSING_DRAW = (Group.State.FORMING, Group.State.FILLED, *DRAWN)


def evidence(group: Group) -> dict[str, Any]:
    """What is public about a group's draw now: its commit while it forms, everything once it is finished.

    Of a group that is in the one draw of its activity it is the evidence of that draw, with all its seats.
    """
    activity = Activity.objects.select_related("plan_version").get(pk=group.activity_id)
    version = activity.plan_version
    plan = from_canonical(version.canonical)
    if drawn_on_close(plan) and group.state in IN_CLOSING_DRAW:
        return closing_evidence(activity, plan)
    draw = draw_id(activity.pk, group.draw_number)
    public = {
        "protocol": PROTOCOL,
        "draw_id": draw,
        "activity": to_text(ACTIVITY, activity.pk),
        "group": to_text(GROUP, group.pk),
        "state": STATES[Group.State(group.state)],
        "commit": bytes(group.commit).hex(),
        "committed_at": group.committed_at.isoformat(),
        "plan": plan_section(version),
    }
    value = value_of(group)
    if group.state not in FINISHED or group.server_seed is None:
        return public | waiting_sections(plan, value) if value else public
    return public | finished_sections(group, plan, draw, value)


def closing_evidence(activity: Activity, plan: Plan) -> dict[str, Any]:
    """What is public about the draw of an activity that is drawn when it ends; its group is the activity."""
    draw = ClosingDraw.objects.get(pk=activity.pk)
    name = draw_id(activity.pk, CLOSING_NUMBER)
    is_dissolved = bool(draw.outcomes) and draw.outcomes[0] == NO_OUTCOME
    state = "dissolved" if is_dissolved else "settled" if draw.groups else "unused"
    public = {
        "protocol": PROTOCOL,
        "draw_id": name,
        "activity": to_text(ACTIVITY, activity.pk),
        "group": to_text(ACTIVITY, activity.pk),
        "state": "forming" if draw.drawn_at is None else state,
        "commit": bytes(draw.commit).hex(),
        "committed_at": draw.committed_at.isoformat(),
        "plan": plan_section(activity.plan_version),
    }
    if draw.drawn_at is None or draw.server_seed is None:
        return public
    return public | drawn_sections(draw, plan, name, draw.drawn_at)


def drawn_sections(draw: ClosingDraw, plan: Plan, name: str, frozen_at: datetime) -> dict[str, Any]:
    """The revealed seed, the list of all seats, the drawn order and what became of every seat."""
    seats = dict(Group.objects.filter(pk__in=draw.groups).values_list("id", "seats"))
    by_seat = [to_text(ORDER, order_id) for group in draw.groups for order_id in seats[group]]
    server_seed = bytes(draw.server_seed or b"")
    hashed = list_hash(by_seat) if by_seat else HASH_OF_NO_SEATS
    prizes = [(outcome.name, int(outcome.count)) for outcome in plan.outcomes[:-1]]
    rest = max(len(by_seat) - sum(count for _, count in prizes), 0)
    return {
        "server_seed": server_seed.hex(),
        "list": sorted(by_seat),
        "list_hash": hashed.hex(),
        "frozen_at": frozen_at.isoformat() if by_seat else None,
        "public_value": {"kind": "none", "bytes": ""},
        "seed": draw_seed(name, server_seed, hashed, b"").hex() if by_seat else None,
        "order": [by_seat[seat - 1] for seat in draw.drawn_order] if by_seat else None,
        "classes": [
            {"name": name, "count": count} for name, count in [*prizes, (plan.outcomes[-1].name, rest)]
        ],
        "conflict": plan.draw.conflict if plan.draw else "dissolve",
        "seats": [
            {
                "seat": number,
                "order": text,
                "barred": bar_names(bars),
                "outcome": None if outcome == NO_OUTCOME else plan.outcomes[outcome].name,
            }
            for number, (text, bars, outcome) in enumerate(
                zip(by_seat, draw.bars, draw.outcomes, strict=True), start=1
            )
        ],
    }


def plan_section(version: PlanVersion) -> dict[str, Any]:
    """The plan under which the group ran, with the text that its hash is of."""
    return {
        "id": version.name,
        "version": version.version,
        "hash": version.hash,
        "canonical": version.canonical,
    }


def finished_sections(group: Group, plan: Plan, draw: str, value: PublicValue | None) -> dict[str, Any]:
    """The revealed seed, the list, the drawn order and what became of every seat."""
    server_seed = bytes(group.server_seed or b"")
    by_seat = [to_text(ORDER, order_id) for order_id in group.seats]
    hashed = list_hash(by_seat) if by_seat else HASH_OF_NO_SEATS
    was_drawn = group.state in DRAWN and is_drawn(plan) and group.drawn_order is not None
    public_bytes = bytes(value.value or b"") if value else b""
    # A presale's list is frozen when the balances are due.
    ended_at = (group.filled_at or group.finished_at) if group.state in DRAWN else None
    frozen_at = value.frozen_at if value else ended_at
    return {
        "server_seed": server_seed.hex(),
        "list": sorted(by_seat),
        "list_hash": hashed.hex(),
        "frozen_at": frozen_at.isoformat() if frozen_at else None,
        "public_value": value_section(plan, value),
        "seed": draw_seed(draw, server_seed, hashed, public_bytes).hex() if was_drawn else None,
        "order": [by_seat[seat - 1] for seat in group.drawn_order or []] if was_drawn else None,
        "classes": [{"name": chance.name, "count": chance.seats} for chance in odds(plan)],
        "conflict": plan.draw.conflict if plan.draw else "dissolve",
        "seats": seat_sections(group, plan, by_seat),
    }


def seat_sections(group: Group, plan: Plan, by_seat: list[str]) -> list[dict[str, Any]]:
    """Each seat with the rules that barred it and the outcome class it got.

    A presale draws nothing: every seat of its full group is of its one class. Which of them were concluded by
    paying the balance is a matter of each order, and no part of the draw.
    """
    is_presold = plan.presale is not None and group.state == Group.State.SETTLED
    rows = Order.objects.filter(pk__in=group.seats).values_list("id", "bars", "outcome")
    found = {order_id: (bars, outcome) for order_id, bars, outcome in rows}
    sections = []
    for number, (order_id, text) in enumerate(zip(group.seats, by_seat, strict=True), start=1):
        bars, outcome = found[order_id]
        outcome = 0 if is_presold else outcome
        sections.append(
            {
                "seat": number,
                "order": text,
                "barred": bar_names(bars),
                "outcome": None if outcome == NO_OUTCOME else plan.outcomes[outcome].name,
            }
        )
    return sections
