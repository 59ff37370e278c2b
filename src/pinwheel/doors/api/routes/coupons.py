"""Coupons of a member: read. They are used by a join that names one."""

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from pinwheel.doors.api.guard import BearerKey
from pinwheel.doors.api.pages import PAGE, PageQuery, page_by_number
from pinwheel.doors.api.routes.common import MemberPath, reads
from pinwheel.doors.api.routes.members import found_member
from pinwheel.doors.api.schemas.common import Page
from pinwheel.doors.api.schemas.coupons import CouponOut, State, coupon_out
from pinwheel.market.clock import current_time
from pinwheel.market.coupons.models import Coupon

router = Router(tags=["coupons"])


class CouponsQuery(PageQuery):
    """Which coupons."""

    state: State | None = Field(default=None, description="Only coupons in this state")


@router.get(
    "/members/{member}/coupons",
    auth=BearerKey("orders:read", ("state", *PAGE)),
    response=reads(Page[CouponOut]),
    operation_id="listCoupons",
    summary="List a member's coupons",
)
def list_coupons(request: HttpRequest, member: MemberPath, query: Query[CouponsQuery]) -> Page[CouponOut]:
    """Newest first. A join uses one by its `coupon`, where the activity `takes_coupons`."""
    now = current_time()
    rows = Coupon.objects.filter(member_id=found_member(member).pk).select_related("template")
    is_used, is_over = Q(state=Coupon.State.USED), Q(expires_at__lte=now)
    if query.state is not None:
        rows = rows.filter(
            {"used": is_used, "expired": ~is_used & is_over, "unused": ~is_used & ~is_over}[query.state]
        )
    found, cursor = page_by_number(rows, "id", query)
    return Page[CouponOut](
        items=[coupon_out(one, one.expires_at <= now) for one in found], next_cursor=cursor
    )
