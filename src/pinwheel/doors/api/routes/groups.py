"""Groups with their seats, draws with their evidence, and the ledger's heads."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.joins import number_of
from pinwheel.doors.api.routes.common import GroupPath, reads
from pinwheel.doors.api.routes.orders import plan_versions
from pinwheel.doors.api.schemas.groups import (
    GroupDetailOut,
    HeadOut,
    HeadsOut,
    group_fields,
    public_value_out,
    seats_out,
)
from pinwheel.ledger.models import Lane
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.groups.evidence import evidence
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import GROUP
from pinwheel.market.orders.models import Order
from pinwheel.market.refusals import Refused

router = Router(tags=["groups and draws"])


@router.get(
    "/groups/{group}",
    auth=BearerKey("groups:read"),
    response=reads(GroupDetailOut),
    operation_id="getGroup",
    summary="Read a group with its seats",
)
def get_group(request: HttpRequest, group: GroupPath) -> GroupDetailOut:
    found = found_group(group)
    terms = terms_of(plan_versions({found.activity_id})[found.activity_id])
    return GroupDetailOut(
        **group_fields(found, terms.plan),
        seats=seats_out(found, Order.objects.in_bulk(found.seats), terms),
        held=len(found.held_members),
        server_seed=bytes(found.server_seed).hex() if found.server_seed else None,
        drawn_order=found.drawn_order or None,
        public_value=public_value_out(found, terms),
    )


@router.get(
    "/draws/{group}",
    auth=BearerKey("groups:read"),
    response=reads(dict[str, Any]),
    operation_id="getDraw",
    summary="Read a draw's evidence",
)
def get_draw(request: HttpRequest, group: GroupPath) -> dict[str, Any]:
    """Everything that is needed to recompute the draw, as `pinwheel verify` and the page's own check read it.

    Before the group is finished the secret seed is not in it.
    """
    return evidence(found_group(group))


@router.get(
    "/ledger/heads",
    auth=BearerKey("statements:read"),
    response=reads(HeadsOut),
    operation_id="getHeads",
    summary="Read the ends of the ledger's hash chains",
    tags=["ledger"],
)
def get_heads(request: HttpRequest) -> HeadsOut:
    """Keep them: a later audit proves that everything up to here is still the same."""
    lanes = Lane.objects.filter(length__gt=0).order_by("lane")
    return HeadsOut(
        heads=[HeadOut(lane=lane.lane, length=lane.length, digest=bytes(lane.digest).hex()) for lane in lanes]
    )


def found_group(text: str) -> Group:
    """The group with that public id. Raises: Refused not_found."""
    group = Group.objects.filter(pk=number_of(GROUP, text)).first()
    if group is None:
        raise Refused("not_found")
    return group
