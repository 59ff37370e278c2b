"""The prize of a winning order: read, and chosen once."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.idempotency import handle_once, request_print
from pinwheel.doors.api.joins import number_of
from pinwheel.doors.api.routes.common import (
    IdempotencyKey,
    OrderPath,
    caller_of,
    handled_response,
    reads,
    writes,
)
from pinwheel.doors.api.schemas.prizes import PrizeBody, PrizeOut, prize_out
from pinwheel.market.clock import current_time
from pinwheel.market.ids import ORDER, PRODUCT
from pinwheel.market.prizes.models import PrizeChoice
from pinwheel.market.prizes.services import choose_product, choose_voucher
from pinwheel.market.refusals import Refused

router = Router(tags=["prizes"])


@router.get(
    "/orders/{order}/prize",
    auth=BearerKey("orders:read"),
    response=reads(PrizeOut),
    operation_id="getPrize",
    summary="Read a winning order's prize",
)
def get_prize(request: HttpRequest, order: OrderPath) -> PrizeOut:
    """Not found where the order did not win, or nothing is to be chosen under its plan."""
    return prize_out(found_choice(order))


@router.post(
    "/orders/{order}/prize",
    auth=BearerKey("prizes:write", body=True, once=True),
    response=writes(200, PrizeOut),
    operation_id="choosePrize",
    summary="Choose a prize",
)
def post_prize(
    request: HttpRequest, order: OrderPath, body: PrizeBody, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Once, in time; after that it is the product ordered."""
    now = current_time()

    def choose() -> PrizeOut:
        choice = found_choice(order)
        if body.product is not None:
            choose_product(choice.pk, choice.member_id, number_of(PRODUCT, body.product), now)
        else:
            choose_voucher(choice.pk, choice.member_id, now)
        return prize_out(found_choice(order))

    handled = handle_once(
        (caller_of(request).name, idempotency_key),
        request_print("POST", f"/orders/{order}/prize", body),
        200,
        PrizeOut,
        choose,
        now,
    )
    return handled_response(200, handled)


def found_choice(order: str) -> PrizeChoice:
    """Raises: Refused not_found."""
    choice = PrizeChoice.objects.filter(pk=number_of(ORDER, order)).first()
    if choice is None:
        raise Refused("not_found")
    return choice
