"""What the audit asks of public values: who waits has no outcome, and what is known follows from its source.

Signatures of the beacon are not checked here: each takes about a second. `pinwheel verify` checks them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet

from pinwheel.ledger.audit import AT_MOST, Cursor, Finding
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.orders.models import Order
from pinwheel.market.plans.models import PlanVersion
from pinwheel.market.public_values.models import NumberEntry, PublicValue
from pinwheel.rules.beacon import randomness, round_after
from pinwheel.rules.draw import list_hash

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Kind, State = PublicValue.Kind, PublicValue.State

# States of values: 0 waiting, 1 known, 2 drawn, 3 overdue.
# Of groups: 1 filled, 2 settled, 3 expired, 4 dissolved.
PUBLIC_VALUE_QUERIES: dict[str, tuple[str, str]] = {
    "public_values_have_their_groups": (
        "public value and its group do not agree on what became of them",
        "SELECT v.group_id FROM public_values_value v LEFT JOIN groups_group g ON g.id = v.group_id"
        " WHERE NOT coalesce((v.state IN (0, 1) AND g.state = 1) OR (v.state = 2 AND g.state IN (2, 4))"
        " OR (v.state = 3 AND g.state = 3), false)",
    ),
    "full_groups_wait_for_something": (
        "group is full and waits for nothing",
        "SELECT g.id FROM groups_group g LEFT JOIN public_values_value v ON v.group_id = g.id"
        " LEFT JOIN groups_closing_draw c ON c.activity_id = g.activity_id"
        " WHERE g.state = 1 AND v.group_id IS NULL AND c.activity_id IS NULL AND NOT EXISTS"
        " (SELECT FROM presale_balance b WHERE b.group_id = g.id AND b.state = 0)",
    ),
    "waiting_groups_have_no_outcome": (
        "group waits for its public value and has a result already",
        "SELECT v.group_id FROM public_values_value v JOIN groups_group g ON g.id = v.group_id"
        " WHERE v.state IN (0, 1) AND (g.server_seed IS NOT NULL OR g.drawn_order IS NOT NULL OR EXISTS"
        " (SELECT FROM orders_order o WHERE o.group_id = g.id AND o.seat > 0 AND o.outcome >= 0))",
    ),
}


def public_bytes() -> dict[int, bytes]:
    """The bytes that went into the draw of each group that had a public value."""
    known = PublicValue.objects.filter(state=State.DRAWN).values_list("group_id", "value")
    return {group: bytes(value or b"") for group, value in known.iterator()}


def groups_were_drawn_with_their_value(cursor: Cursor) -> Iterator[Finding]:
    """Every group whose plan asks for a public value was drawn with one."""
    versions = [version.pk for version in PlanVersion.objects.all() if terms_of(version.pk).awaits_value]
    activities = Activity.objects.filter(plan_version_id__in=versions).values("id")
    drawn = Group.objects.filter(
        activity_id__in=activities, state__in=(Group.State.SETTLED, Group.State.DISSOLVED)
    )
    with_value = PublicValue.objects.filter(state=State.DRAWN).values("group_id")
    for number in drawn.exclude(pk__in=with_value).order_by("id").values_list("id", flat=True)[:AT_MOST]:
        message = "group was drawn without the public value that its plan asks for"
        yield Finding("groups_were_drawn_with_their_value", str(number), message)


def public_values_hold(cursor: Cursor) -> Iterator[Finding]:
    """The frozen list is the group's, the round the first after it, and a value what its source gives."""
    for value in PublicValue.objects.iterator():
        for message in wrong_with(value):
            yield Finding("public_values_hold", str(value.group_id), message)


def wrong_with(value: PublicValue) -> Iterator[str]:
    """What is wrong with one public value."""
    seats = Group.objects.filter(pk=value.group_id).values_list("seats", flat=True).first() or []
    if not seats or list_hash(to_text(ORDER, order) for order in seats) != bytes(value.list_hash):
        yield "the frozen list is not that of its seats"
    if value.kind == Kind.DRAND:
        frozen = (value.frozen_at - EPOCH) // timedelta(microseconds=1)
        if value.round != round_after(frozen):
            yield "its round is not the first after the freeze"
    bars = list(orders_of(value).values_list("bars", flat=True))
    if value.state == State.DRAWN and bars != value.bars:
        yield "seats were barred otherwise than at the freeze"
    if value.value is None:
        return
    if value.kind == Kind.DRAND and bytes(value.value) != randomness(bytes(value.signature or b"")):
        yield "the value is not the hash of the beacon's signature"
    if value.kind == Kind.PUBLIC_NUMBER and not was_entered_twice(value):
        yield "two operators did not enter this number"


def orders_of(value: PublicValue) -> QuerySet[Order]:
    """The orders in the group's seats, in seat order."""
    return Order.objects.filter(group_id=value.group_id, seat__gt=0).order_by("seat")


def was_entered_twice(value: PublicValue) -> bool:
    """Whether two operators entered the digits, those who are named."""
    matched = NumberEntry.objects.filter(group_id=value.group_id, state=NumberEntry.State.MATCHED)
    entered = set(matched.values_list("operator_id", "digits"))
    return entered == {(value.entered_by_id, value.number), (value.confirmed_by_id, value.number)}
