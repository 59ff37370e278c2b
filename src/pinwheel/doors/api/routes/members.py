"""Members: registered, read, their balances and statements."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.idempotency import handle_once, request_print
from pinwheel.doors.api.joins import number_of
from pinwheel.doors.api.pages import PAGE, PageQuery
from pinwheel.doors.api.routes.common import (
    IdempotencyKey,
    MemberPath,
    caller_of,
    handled_response,
    reads,
    writes,
)
from pinwheel.doors.api.schemas.common import Page
from pinwheel.doors.api.schemas.members import (
    BalancesOut,
    MemberBody,
    MemberOut,
    StatementLineOut,
    balances_out,
    member_out,
)
from pinwheel.doors.api.statements import statement_page
from pinwheel.ledger.models import Wallet
from pinwheel.market.clock import current_time
from pinwheel.market.ids import MEMBER
from pinwheel.market.members.models import Member
from pinwheel.market.members.services import register
from pinwheel.market.members.sponsors import bind_sponsor, sponsor_of_code
from pinwheel.market.refusals import Refused

router = Router(tags=["members"])


@router.post(
    "/members",
    auth=BearerKey("members:write", body=True, once=True),
    response=writes(201, MemberOut),
    operation_id="registerMember",
    summary="Register a member",
)
def create_member(request: HttpRequest, body: MemberBody, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Register a member with an empty wallet. The member signs in to the shop by a one-time code.

    A sponsor is bound at once and for good; where there is no such member or invitation code, the answer is
    404 and nobody is registered.
    """
    now = current_time()
    handled = handle_once(
        (caller_of(request).name, idempotency_key),
        request_print("POST", "/members", body),
        201,
        MemberOut,
        lambda: registered(body, now),
        now,
    )
    return handled_response(201, handled)


def registered(body: MemberBody, now: datetime) -> MemberOut:
    """A new member, bound to who brought them. Must run in a transaction.

    Raises: Refused not_found, adults_only, invalid, already_registered.
    """
    brought = body.sponsor is not None or body.invitation_code is not None
    sponsor = sponsor_number(body.sponsor, body.invitation_code) if brought else None
    member = register(body.phone, body.nickname, "", body.language, body.adult_confirmed, now)
    if sponsor is not None:
        bind_sponsor(member.pk, sponsor, now)
        member.refresh_from_db()
    return member_out(member)


def sponsor_number(sponsor: str | None, code: str | None) -> int:
    """The member that a request names as sponsor, by id or by invitation code. Raises: Refused not_found."""
    if sponsor is not None:
        return number_of(MEMBER, sponsor)
    found = sponsor_of_code(code or "")
    if found is None:
        raise Refused("not_found")
    return found.pk


@router.get(
    "/members/{member}",
    auth=BearerKey("members:read"),
    response=reads(MemberOut),
    operation_id="getMember",
    summary="Read a member",
)
def get_member(request: HttpRequest, member: MemberPath) -> MemberOut:
    return member_out(found_member(member))


@router.get(
    "/members/{member}/balances",
    auth=BearerKey("members:read"),
    response=reads(BalancesOut),
    operation_id="getBalances",
    summary="Read a member's balances",
)
def get_balances(request: HttpRequest, member: MemberPath) -> BalancesOut:
    wallet = Wallet.objects.filter(pk=number_of(MEMBER, member)).first()
    if wallet is None:
        raise Refused("not_found")
    return balances_out(wallet)


@router.get(
    "/members/{member}/statement",
    auth=BearerKey("statements:read", PAGE),
    response=reads(Page[StatementLineOut]),
    operation_id="getStatement",
    summary="Read a member's statement",
)
def get_statement(
    request: HttpRequest, member: MemberPath, query: Query[PageQuery]
) -> Page[StatementLineOut]:
    """Every transfer that changed a balance of the member, newest first."""
    return statement_page(found_member(member).pk, query)


def found_member(text: str) -> Member:
    """The member with that public id. Raises: Refused not_found."""
    member = Member.objects.filter(pk=number_of(MEMBER, text)).first()
    if member is None:
        raise Refused("not_found")
    return member
