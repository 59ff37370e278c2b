"""Coupons of members."""

from typing import Literal

from pydantic import Field

from pinwheel.doors.api.schemas.common import (
    Amount,
    BothLanguages,
    CouponId,
    Document,
    MemberId,
    Moment,
    OrderId,
    amount,
    public_id,
)
from pinwheel.market.coupons.giving import END_OF_TIME
from pinwheel.market.coupons.models import Coupon, CouponTemplate
from pinwheel.market.ids import ACTIVITY, MEMBER, ORDER, PRODUCT, to_text

State = Literal["unused", "used", "expired"]
Scope = Literal["all", "categories", "products", "activities"]
SCOPES: dict[int, Scope] = {scope.value: scope.label for scope in CouponTemplate.Scope}  # type: ignore[misc]
KINDS = {CouponTemplate.Scope.PRODUCTS: PRODUCT, CouponTemplate.Scope.ACTIVITIES: ACTIVITY}


class CouponOut(Document):
    """A member's coupon: a discount of the platform's own, or a link to another shop's."""

    id: CouponId
    member: MemberId
    title: BothLanguages = Field(description="What it is called")
    state: State = Field(description="`expired` as soon as its time is over")
    threshold: Amount = Field(description="The least price that it can be used on; 0.00 of a link")
    discount: Amount = Field(description="What it takes off the price; 0.00 of a link")
    scope: Scope = Field(description="What it can be used on")
    scope_ids: list[str] = Field(description="The categories, products or activities; empty: all")
    link: str | None = Field(description="Where another shop's coupon is fetched; null: the platform's own")
    given_at: Moment
    valid_from: Moment
    valid_until: Moment | None = Field(description="When it expires; null: no end that is known here")
    order: OrderId | None = Field(description="The order that uses it; null: none")
    given_by_order: OrderId | None = Field(description="The order whose result gave it; null: none")


def coupon_out(coupon: Coupon, is_over: bool) -> CouponOut:
    template = coupon.template
    state: State = "used" if coupon.state == Coupon.State.USED else "expired" if is_over else "unused"
    kind = KINDS.get(CouponTemplate.Scope(template.scope))
    return CouponOut(
        id=str(coupon.pk),
        member=to_text(MEMBER, coupon.member_id),
        title=BothLanguages(zh=template.title_zh, en=template.title_en),
        state=state,
        threshold=amount(template.threshold),
        discount=amount(template.discount),
        scope=SCOPES[template.scope],
        scope_ids=[to_text(kind, one) if kind else str(one) for one in template.scope_ids],
        link=template.link or None,
        given_at=coupon.given_at,
        valid_from=coupon.starts_at,
        valid_until=None if coupon.expires_at >= END_OF_TIME else coupon.expires_at,
        order=public_id(ORDER, coupon.order_id),
        given_by_order=public_id(ORDER, coupon.about),
    )
