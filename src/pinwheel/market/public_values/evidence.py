"""A group's public value as its evidence states it, and as pages read it."""

from typing import Any

from pinwheel.market.groups.models import Group
from pinwheel.market.public_values.models import PublicValue
from pinwheel.plan.model import Plan
from pinwheel.rules.bars import bar_names
from pinwheel.rules.beacon import CHAIN

NONE = {"kind": "none", "bytes": ""}
Kind, State = PublicValue.Kind, PublicValue.State


def value_of(group: Group) -> PublicValue | None:
    """What the group waits or waited for; None where its plan asks for nothing, or while it forms."""
    return PublicValue.objects.filter(pk=group.pk).first() if group.filled_at else None


def value_section(plan: Plan, value: PublicValue | None) -> dict[str, Any]:
    """The section `public_value` of the evidence. What is not known, or never came to be, is null."""
    kind = plan.draw.public_value if plan.draw else "none"
    if kind == "none":
        return dict(NONE)
    found = value or PublicValue()
    known: dict[str, Any] = {"kind": kind, "bytes": bytes(found.value or b"").hex()}
    if kind == "drand":
        signature = bytes(found.signature or b"").hex() or None
        return known | {"chain": CHAIN, "round": found.round, "signature": signature}
    published = found.published_at.isoformat() if found.published_at else None
    event = plan.draw.public_event if plan.draw else None
    return known | {
        "event": event.model_dump() if event else None,
        "number": found.number or None,
        "source": found.source or None,
        "reference": found.reference or None,
        "published_at": published,
    }


def frozen_bars(group: Group) -> dict[int, int]:
    """The bars of a group that waits, by order: nothing can change them any more."""
    value = value_of(group) if group.state == Group.State.FILLED else None
    return dict(zip(group.seats, value.bars, strict=True)) if value else {}


def waiting_sections(plan: Plan, value: PublicValue) -> dict[str, Any]:
    """What is public while a full group waits: the list's hash, bars by seat, what it waits for."""
    return {
        "list_hash": bytes(value.list_hash).hex(),
        "frozen_at": value.frozen_at.isoformat(),
        "barred": [bar_names(bars) for bars in value.bars],
        "public_value": value_section(plan, value),
        "public_value_due": value.due_at.isoformat(),
    }
