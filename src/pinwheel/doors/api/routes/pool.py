"""The monthly pool: its calendar, moves of points, goods for points; and dividends that were paid."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.idempotency import handle_once, request_print
from pinwheel.doors.api.pages import PAGE, PageQuery, page_by_number
from pinwheel.doors.api.routes.common import (
    IdempotencyKey,
    MemberPath,
    PlanPath,
    caller_of,
    handled_response,
    reads,
    writes,
)
from pinwheel.doors.api.routes.members import found_member
from pinwheel.doors.api.schemas.common import Page, amount
from pinwheel.doors.api.schemas.pool import (
    PHASES,
    DividendOut,
    ExchangeBody,
    ExchangeOut,
    MemberPoolOut,
    MoveBody,
    MoveOut,
    PoolOut,
    dividend_out,
    exchange_out,
    item_out,
    move_out,
)
from pinwheel.ledger.models import Wallet
from pinwheel.market.clock import current_time
from pinwheel.market.days.models import DayRun, DayShare
from pinwheel.market.orders.requests import request_key
from pinwheel.market.pool.calendar import pool_calendar, pool_terms
from pinwheel.market.pool.exchanging import exchange
from pinwheel.market.pool.models import Exchange, ExchangeItem, PoolMove
from pinwheel.market.pool.services import move_points, points_in_pool
from pinwheel.plan.amounts import parse_amount

router = Router(tags=["pool and dividends"])
DIVIDENDS = (DayRun.Kind.DAILY_DIVIDEND, DayRun.Kind.MONTHLY_DIVIDEND)


@router.get(
    "/pools/{plan}",
    auth=BearerKey("activities:read"),
    response=reads(PoolOut),
    operation_id="getPool",
    summary="Read a plan's pool and its calendar",
)
def get_pool(request: HttpRequest, plan: PlanPath) -> PoolOut:
    now = current_time()
    _, monthly = pool_terms(plan, now)
    calendar = pool_calendar(monthly, now)
    items = ExchangeItem.objects.filter(plan=plan, is_shown=True).select_related("product", "sku")
    return PoolOut(
        plan=plan,
        phase=PHASES[calendar.phase],
        next_in=calendar.next_in,
        next_out=calendar.next_out,
        frozen_from=calendar.frozen_from,
        step=amount(calendar.step),
        items=[item_out(item) for item in items],
    )


@router.get(
    "/members/{member}/pools/{plan}",
    auth=BearerKey("members:read"),
    response=reads(MemberPoolOut),
    operation_id="getMemberPool",
    summary="Read a member's points in a pool",
)
def get_member_pool(request: HttpRequest, member: MemberPath, plan: PlanPath) -> MemberPoolOut:
    found = found_member(member)
    pool_terms(plan, current_time())
    free = Wallet.objects.get(pk=found.pk).dividend_points
    return MemberPoolOut(
        member=member, plan=plan, in_pool=amount(points_in_pool(plan, found.pk)), free=amount(free)
    )


@router.post(
    "/members/{member}/pools/{plan}/moves",
    auth=BearerKey("points:write", body=True, once=True),
    response=writes(201, MoveOut),
    operation_id="movePoints",
    summary="Move points into a pool or out of it",
)
def post_move(
    request: HttpRequest,
    member: MemberPath,
    plan: PlanPath,
    body: MoveBody,
    idempotency_key: IdempotencyKey,
) -> HttpResponse:
    """As the pool's calendar allows; a refusal names the next day on which it is possible."""
    now, caller = current_time(), caller_of(request).name
    points = parse_amount(body.points)
    signed = points if body.direction == "in" else -points

    def move() -> MoveOut:
        key = request_key(f"{caller} pool", idempotency_key)
        return move_out(move_points(plan, found_member(member).pk, signed, key, now))

    said = request_print("POST", f"/members/{member}/pools/{plan}/moves", body)
    return handled_response(201, handle_once((caller, idempotency_key), said, 201, MoveOut, move, now))


@router.get(
    "/members/{member}/pool-moves",
    auth=BearerKey("statements:read", PAGE),
    response=reads(Page[MoveOut]),
    operation_id="listPoolMoves",
    summary="List a member's moves of points",
)
def list_moves(request: HttpRequest, member: MemberPath, query: Query[PageQuery]) -> Page[MoveOut]:
    rows = PoolMove.objects.filter(member_id=found_member(member).pk)
    moves, cursor = page_by_number(rows, "id", query)
    return Page[MoveOut](items=[move_out(move) for move in moves], next_cursor=cursor)


@router.post(
    "/members/{member}/exchanges",
    auth=BearerKey("points:write", body=True, once=True),
    response=writes(201, ExchangeOut),
    operation_id="exchangePoints",
    summary="Give points for goods",
)
def post_exchange(
    request: HttpRequest, member: MemberPath, body: ExchangeBody, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """One piece of an item: of a pool on the days on which it is open both ways, of the mall at any time.

    Without any address the goods wait until the member has one.
    """
    now, caller = current_time(), caller_of(request).name
    points, cash = parse_amount(body.points), parse_amount(body.cash)

    def give() -> ExchangeOut:
        key = request_key(f"{caller} exchange", idempotency_key)
        address = int(body.address) if body.address is not None else None
        return exchange_out(
            exchange(int(body.item), points, found_member(member).pk, key, now, cash, address)
        )

    said = request_print("POST", f"/members/{member}/exchanges", body)
    return handled_response(201, handle_once((caller, idempotency_key), said, 201, ExchangeOut, give, now))


@router.get(
    "/members/{member}/exchanges",
    auth=BearerKey("statements:read", PAGE),
    response=reads(Page[ExchangeOut]),
    operation_id="listExchanges",
    summary="List what a member had for points",
)
def list_exchanges(request: HttpRequest, member: MemberPath, query: Query[PageQuery]) -> Page[ExchangeOut]:
    rows = Exchange.objects.filter(member_id=found_member(member).pk).select_related("item", "parcel")
    exchanges, cursor = page_by_number(rows, "id", query)
    return Page[ExchangeOut](items=[exchange_out(given) for given in exchanges], next_cursor=cursor)


@router.get(
    "/members/{member}/dividends",
    auth=BearerKey("statements:read", PAGE),
    response=reads(Page[DividendOut]),
    operation_id="listDividends",
    summary="List a member's daily and monthly dividends",
)
def list_dividends(request: HttpRequest, member: MemberPath, query: Query[PageQuery]) -> Page[DividendOut]:
    """One item for each run that the member has a share in, also one too small to be paid."""
    runs = DayRun.objects.filter(kind__in=DIVIDENDS)
    rows = DayShare.objects.filter(member_id=found_member(member).pk, run_id__in=runs.values("pk"))
    shares, cursor = page_by_number(rows, "run_id", query)
    by_id = runs.in_bulk([share.run_id for share in shares])
    items = [dividend_out(share, by_id[share.run_id]) for share in shares]
    return Page[DividendOut](items=items, next_cursor=cursor)
