"""The prizes of winning orders: read, and each chosen once; vouchers taken."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.idempotency import handle_once, request_print
from pinwheel.doors.api.joins import number_of
from pinwheel.doors.api.pages import PAGE, PageQuery, page_by_id, page_by_number
from pinwheel.doors.api.routes.common import (
    IdempotencyKey,
    MemberPath,
    OrderPath,
    caller_of,
    handled_response,
    reads,
    writes,
)
from pinwheel.doors.api.routes.members import found_member
from pinwheel.doors.api.schemas.common import Page
from pinwheel.doors.api.schemas.prizes import (
    STATES,
    PrizeBody,
    PrizeOut,
    State,
    VoucherOut,
    prizes_out,
    voucher_out,
)
from pinwheel.market.clock import current_time
from pinwheel.market.ids import ORDER, PRODUCT
from pinwheel.market.prizes.models import PrizeChoice, Voucher
from pinwheel.market.prizes.services import choose_product, choose_voucher
from pinwheel.market.refusals import Refused

router = Router(tags=["prizes"])
PRIZE_STATES = {name: number for number, name in STATES.items()}


class PrizesQuery(PageQuery):
    """Which prizes."""

    state: State | None = Field(default=None, description="Only prizes in this state")


@router.get(
    "/members/{member}/prizes",
    auth=BearerKey("orders:read", ("state", *PAGE)),
    response=reads(Page[PrizeOut]),
    operation_id="listPrizes",
    summary="List a member's prizes",
)
def list_prizes(request: HttpRequest, member: MemberPath, query: Query[PrizesQuery]) -> Page[PrizeOut]:
    """Prizes of the member's winning orders, newest order first; `state=open`: those to be chosen."""
    rows = PrizeChoice.objects.filter(member_id=found_member(member).pk)
    if query.state is not None:
        rows = rows.filter(state=PRIZE_STATES[query.state])
    choices, cursor = page_by_id(rows, ORDER, query)
    return Page[PrizeOut](items=prizes_out(choices), next_cursor=cursor)


@router.get(
    "/members/{member}/vouchers",
    auth=BearerKey("orders:read", PAGE),
    response=reads(Page[VoucherOut]),
    operation_id="listVouchers",
    summary="List a member's vouchers",
)
def list_vouchers(request: HttpRequest, member: MemberPath, query: Query[PageQuery]) -> Page[VoucherOut]:
    rows = Voucher.objects.filter(member_id=found_member(member).pk)
    vouchers, cursor = page_by_number(rows, "id", query)
    return Page[VoucherOut](items=[voucher_out(voucher) for voucher in vouchers], next_cursor=cursor)


@router.get(
    "/orders/{order}/prize",
    auth=BearerKey("orders:read"),
    response=reads(PrizeOut),
    operation_id="getPrize",
    summary="Read a winning order's prize",
)
def get_prize(request: HttpRequest, order: OrderPath) -> PrizeOut:
    """Not found where the order did not win, or nothing is to be chosen under its plan."""
    return prizes_out([found_choice(order)])[0]


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
        return prizes_out([found_choice(order)])[0]

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
