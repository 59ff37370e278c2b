"""Sponsors, invitations, where a member stands under a plan, and the names of assets."""

from datetime import datetime
from urllib.parse import urljoin

from django.http import HttpRequest, HttpResponse
from ninja import Router

from pinwheel.config.environment import environment
from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.idempotency import handle_once, request_print
from pinwheel.doors.api.languages import language_of
from pinwheel.doors.api.routes.common import (
    IdempotencyKey,
    MemberPath,
    PlanPath,
    caller_of,
    handled_response,
    reads,
    writes,
)
from pinwheel.doors.api.routes.members import found_member, sponsor_number
from pinwheel.doors.api.schemas.common import public_id
from pinwheel.doors.api.schemas.standing import (
    AssetOut,
    AssetsOut,
    InvitationOut,
    SponsorBody,
    SponsorOut,
    StandingOut,
)
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.clock import current_time
from pinwheel.market.days.calendar import versions_on_sale, versions_sold
from pinwheel.market.groups.models import WinCounter
from pinwheel.market.ids import MEMBER, to_text
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import bind_sponsor, invitation_code
from pinwheel.market.naming.services import asset_names
from pinwheel.market.promoters.services import promoter_status
from pinwheel.market.refusals import Refused
from pinwheel.plan.counter_words import MemberCounts, my_counters
from pinwheel.rules.assets import ASSETS

router = Router(tags=["members"])


@router.get(
    "/members/{member}/sponsor",
    auth=BearerKey("members:read"),
    response=reads(SponsorOut),
    operation_id="getSponsor",
    summary="Read who brought a member",
)
def get_sponsor(request: HttpRequest, member: MemberPath) -> SponsorOut:
    return sponsor_out(found_member(member))


@router.post(
    "/members/{member}/sponsor",
    auth=BearerKey("members:write", body=True, once=True),
    response=writes(200, SponsorOut),
    operation_id="bindSponsor",
    summary="Bind a member to who brought them",
)
def post_sponsor(
    request: HttpRequest, member: MemberPath, body: SponsorBody, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Once and for good: nobody is their own sponsor, and nobody is brought by whom they brought."""
    now = current_time()

    def bind() -> SponsorOut:
        found = found_member(member)
        bind_sponsor(found.pk, sponsor_number(body.sponsor, body.code), now)
        found.refresh_from_db()
        return sponsor_out(found)

    handled = handle_once(
        (caller_of(request).name, idempotency_key),
        request_print("POST", f"/members/{member}/sponsor", body),
        200,
        SponsorOut,
        bind,
        now,
    )
    return handled_response(200, handled)


def sponsor_out(member: Member) -> SponsorOut:
    return SponsorOut(
        member=to_text(MEMBER, member.pk),
        sponsor=public_id(MEMBER, member.sponsor_id or 0),
        bound_at=member.sponsored_at,
    )


@router.get(
    "/members/{member}/invitation",
    auth=BearerKey("members:read"),
    response=reads(InvitationOut),
    operation_id="getInvitation",
    summary="Read a member's invitation",
)
def get_invitation(request: HttpRequest, member: MemberPath) -> InvitationOut:
    """The member's invitation code, made when it is first asked for."""
    code = invitation_code(found_member(member).pk)
    return InvitationOut(member=member, code=code, link=urljoin(environment().base_url, f"/i/{code}"))


@router.get(
    "/members/{member}/plans/{plan}/standing",
    auth=BearerKey("members:read"),
    response=reads(StandingOut),
    operation_id="getStanding",
    summary="Read a member's counters under a plan",
)
def get_standing(request: HttpRequest, member: MemberPath, plan: PlanPath) -> StandingOut:
    """What the seat rules that count know of the member: read before paying, it says what bars the seat.

    The rules are those of the version on sale; that a plan was never on sale is a 404.
    """
    found = found_member(member)
    terms = terms_of(version_in_force(plan, current_time()))
    counter = WinCounter.objects.filter(member_id=found.pk, plan=plan).first() or WinCounter()
    counts = MemberCounts(
        counter.sit_out, counter.row_wins, counter.all_wins, counter.window_joins, counter.window_wins
    )
    language = language_of(request.headers.get("Accept-Language", ""))
    return StandingOut(
        member=member,
        plan=plan,
        **counts._asdict(),
        promoter_until=promoter_status(found.pk).get(plan),
        sentences=my_counters(terms.plan, counts, language),
    )


def version_in_force(plan: str, now: datetime) -> int:
    """The version whose activity started last; before any has, the newest on offer.

    Raises: Refused not_found.
    """
    started = versions_on_sale(plan, now)
    version = started[0] if started else max(versions_sold(plan), default=None)
    if version is None:
        raise Refused("not_found")
    return version


@router.get(
    "/assets",
    auth=BearerKey("members:read"),
    response=reads(AssetsOut),
    operation_id="listAssets",
    summary="Read the names that members read for assets",
)
def get_assets(request: HttpRequest) -> AssetsOut:
    chinese, english = asset_names("zh"), asset_names("en")
    return AssetsOut(assets=[AssetOut(asset=asset, zh=chinese[asset], en=english[asset]) for asset in ASSETS])
