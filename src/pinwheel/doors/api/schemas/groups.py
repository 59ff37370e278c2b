"""Groups, their seats, and the ledger's heads."""

from typing import Any, Literal

from pydantic import Field

from pinwheel.doors.api.schemas.common import (
    ActivityId,
    BothLanguages,
    Document,
    GroupId,
    Hash,
    MemberId,
    Moment,
    OrderId,
    public_id,
)
from pinwheel.market.activities.terms import Terms
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.opening import draw_id
from pinwheel.market.groups.states import has_formed
from pinwheel.market.ids import ACTIVITY, GROUP, MEMBER, ORDER, to_text
from pinwheel.market.orders.models import Order
from pinwheel.market.public_values.evidence import frozen_bars, value_of
from pinwheel.plan.model import Plan
from pinwheel.rules.bars import bar_names

GroupState = Literal["forming", "formed", "filled", "settled", "expired", "dissolved", "unused"]
STATES: dict[int, GroupState] = {state.value: state.label for state in Group.State}  # type: ignore[misc]


class GroupOut(Document):
    """A group in a list. `forming` with nobody in it: open in advance, its draw committed.

    `formed`: of a ladder, its first tier is reached; it takes more until its last, or until it expires.
    """

    id: GroupId
    activity: ActivityId
    draw: str = Field(description="The draw's id", examples=["D-A02M4TT6QN8R3F-000001"])
    state: GroupState = Field(description="Where it stands")
    leader: MemberId | None = Field(description="Who leads it; null: a group of the public queue")
    size: int = Field(description="Seats")
    taken: int = Field(description="Seats taken by paid orders")
    commit: Hash = Field(description="The hash of the draw's secret seed")
    opened_at: Moment | None = Field(description="When its first seat was taken, or its leader opened it")
    expires_at: Moment | None = Field(description="Until when it must fill")
    finished_at: Moment | None = Field(description="When it was settled, dissolved, expired or closed")


class PublicValueOut(Document):
    """What a full group waits for before it is drawn, and what became known."""

    kind: Literal["drand", "public_number"] = Field(description="The drand beacon, or a public number")
    state: Literal["waiting", "known", "drawn", "overdue"] = Field(
        description="`waiting` until it is known or `due_at` has passed; `overdue`: everybody was refunded"
    )
    list_hash: Hash = Field(description="The hash of the frozen list")
    frozen_at: Moment = Field(description="When the list was frozen")
    due_at: Moment = Field(description="A value that comes later is refused, and everybody is refunded")
    round: int | None = Field(description="The beacon's round, noted at the freeze; null: a public number")
    event: BothLanguages | None = Field(description="The public event of the plan; null: the beacon")
    value: str | None = Field(
        description="The digits as published, or the round's 32 bytes in hexadecimal; null: not known"
    )
    signature: str | None = Field(description="The beacon's signature of the round, hexadecimal")
    source: str | None = Field(description="The relay that gave the round, or where the number stands")
    reference: str | None = Field(description="Of a number: a web address or an issue number")
    published_at: Moment | None = Field(description="When the value was published")


class SeatOut(Document):
    """One seat and its result."""

    seat: int = Field(description="From 1, in the order of payment")
    order: OrderId
    member: MemberId
    outcome: str | None = Field(description="The outcome class by its name in the plan; null: none (yet)")
    barred_by: list[str] = Field(description="Which seat rules barred it from winning, by name")


class GroupDetailOut(GroupOut):
    """A group with its seats and, once it is finished, its revealed seed and the drawn order."""

    seats: list[SeatOut] = Field(description="The seats taken, in order")
    held: int = Field(description="Seats held for orders that are not paid or not seated yet")
    server_seed: str | None = Field(description="The revealed seed, hexadecimal; null until it is finished")
    drawn_order: list[int] | None = Field(description="Seat numbers in drawn order; null: nothing was drawn")
    public_value: PublicValueOut | None = Field(
        description="Of a group that is drawn with a public value, from the moment it is full; else null"
    )


class HeadOut(Document):
    """The end of one hash chain of the ledger: keep it, and nobody can change the past unnoticed."""

    lane: int = Field(description="The chain's number")
    length: int = Field(description="Batches in the chain")
    digest: Hash = Field(description="The last batch's digest")


class HeadsOut(Document):
    """The ends of all hash chains that have a batch."""

    heads: list[HeadOut] = Field(description="One for each chain")


def group_fields(group: Group, plan: Plan) -> dict[str, Any]:
    """What a group shows in a list and by itself."""
    return {
        "id": to_text(GROUP, group.pk),
        "activity": to_text(ACTIVITY, group.activity_id),
        "draw": draw_id(group.activity_id, group.draw_number),
        "state": "formed" if has_formed(group, plan) else STATES[group.state],
        "leader": public_id(MEMBER, group.leader_id),
        "size": group.size,
        "taken": group.taken,
        "commit": bytes(group.commit).hex(),
        "opened_at": group.opened_at,
        "expires_at": group.expires_at,
        "finished_at": group.finished_at,
    }


def public_value_out(group: Group, terms: Terms) -> PublicValueOut | None:
    """What the group waits or waited for; None where nothing is, or not yet."""
    found = value_of(group)
    if found is None:
        return None
    event = terms.plan.draw.public_event if terms.plan.draw else None
    is_known = found.value is not None
    return PublicValueOut(
        kind=found.get_kind_display(),
        state=found.get_state_display(),
        list_hash=bytes(found.list_hash).hex(),
        frozen_at=found.frozen_at,
        due_at=found.due_at,
        round=found.round,
        event=BothLanguages(zh=event.zh, en=event.en) if event else None,
        value=(found.number or bytes(found.value or b"").hex()) if is_known else None,
        signature=bytes(found.signature).hex() if found.signature else None,
        source=found.source or None,
        reference=found.reference or None,
        published_at=found.published_at,
    )


def seats_out(group: Group, orders: dict[int, Order], terms: Terms) -> list[SeatOut]:
    """The seats in order; `orders` by id."""
    seats = []
    frozen = frozen_bars(group)
    for number, (order_id, member_id) in enumerate(
        zip(group.seats, group.seat_members, strict=True), start=1
    ):
        outcome = orders[order_id].outcome
        seats.append(
            SeatOut(
                seat=number,
                order=to_text(ORDER, order_id),
                member=to_text(MEMBER, member_id),
                outcome=terms.plan.outcomes[outcome].name if outcome >= 0 else None,
                barred_by=bar_names(frozen.get(order_id, orders[order_id].bars)),
            )
        )
    return seats
