"""What a member's pages say about coupons: the own ones, those to be taken, those that a join can use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pinwheel.doors.storefront.languages import page_language
from pinwheel.market.activities.models import Activity
from pinwheel.market.catalogue.models import Category, Product
from pinwheel.market.coupons.giving import END_OF_TIME
from pinwheel.market.coupons.models import Coupon, CouponTemplate
from pinwheel.market.coupons.services import public_templates
from pinwheel.market.coupons.using import Scope

State = Coupon.State
MOST = 200


@dataclass(frozen=True)
class TemplateView:
    """What a kind of coupon says. Money in fen.

    Attributes:
        scope: what it is for, in words; empty: for everything.
        left: how many may still be taken; None: no limit.
        days: that it is valid for from its receipt; 0: until `until`.
    """

    id: int
    title: str
    threshold: int
    discount: int
    link: str
    scope: str
    left: int | None = None
    days: int = 0
    until: datetime | None = None
    is_had: bool = False


@dataclass(frozen=True)
class CouponView:
    """A member's coupon. `until` None: it has no end here."""

    id: int
    template: TemplateView
    state: str
    until: datetime | None
    starts_at: datetime
    order_id: int


def own_coupons(member_id: int, state: str, now: datetime) -> list[CouponView]:
    """A member's coupons of one state (unused, used, expired), the most urgent or the newest first."""
    found = Coupon.objects.filter(member_id=member_id).select_related("template")
    if state == "unused":
        found = found.filter(state=State.UNUSED, expires_at__gt=now).order_by("expires_at", "-id")
    elif state == "used":
        found = found.filter(state=State.USED).order_by("-id")
    else:
        found = found.exclude(state=State.USED).filter(expires_at__lte=now).order_by("-expires_at", "-id")
    return views(found[:MOST], state)


def of_order(order_id: int) -> list[CouponView]:
    """The coupons that an order's result gave."""
    return views(Coupon.objects.filter(about=order_id).select_related("template").order_by("id"), "")


def usable(member_id: int, activity_id: int, product_id: int, now: datetime) -> list[CouponView]:
    """The member's coupons that a join of this product can use, the best first; none where none is taken."""
    activity = Activity.objects.filter(pk=activity_id, takes_coupons=True).first()
    if activity is None:
        return []
    product = Product.objects.select_related("category").filter(pk=product_id).first()
    category = product.category if product else None
    within: dict[int, set[int | None]] = {
        Scope.ACTIVITIES: {activity_id},
        Scope.PRODUCTS: {product_id},
        Scope.CATEGORIES: {category.pk, category.parent_id} if category else set(),
    }
    found = Coupon.objects.filter(
        member_id=member_id,
        state=State.UNUSED,
        starts_at__lte=now,
        expires_at__gt=now,
        template__link="",
        template__threshold__lte=activity.price,
    ).select_related("template")
    able = [
        coupon
        for coupon in found.order_by("-template__discount", "expires_at")
        if coupon.template.scope == Scope.ALL
        or set(coupon.template.scope_ids) & within[coupon.template.scope]
    ]
    return views(able, "unused")


def public_list(member_id: int, now: datetime) -> list[TemplateView]:
    """What may be taken from the list."""
    templates = list(public_templates(now)[:MOST])
    had: dict[int, int] = {}
    own = Coupon.objects.filter(member_id=member_id, template__in=templates)
    for template_id in own.values_list("template_id", flat=True):
        had[template_id] = had.get(template_id, 0) + 1
    return [
        template_view(one, one.per_member is not None and had.get(one.pk, 0) >= one.per_member)
        for one in templates
    ]


def views(coupons: Iterable[Coupon], state: str) -> list[CouponView]:
    return [
        CouponView(
            id=coupon.pk,
            template=template_view(coupon.template),
            state=state or coupon.get_state_display(),
            until=None if coupon.expires_at >= END_OF_TIME else coupon.expires_at,
            starts_at=coupon.starts_at,
            order_id=coupon.order_id,
        )
        for coupon in coupons
    ]


def template_view(template: CouponTemplate, is_had: bool = False) -> TemplateView:
    return TemplateView(
        id=template.pk,
        title=template.title_zh if page_language() == "zh" else template.title_en,
        threshold=template.threshold,
        discount=template.discount,
        link=template.link,
        scope=scope_words(template),
        left=None if template.total is None else template.total - template.given,
        days=template.valid_seconds // 86_400,
        until=template.valid_until,
        is_had=is_had,
    )


def scope_words(template: CouponTemplate) -> str:
    """The names of what it is for; empty: for everything that takes coupons."""
    ids, is_chinese = template.scope_ids, page_language() == "zh"
    name = "name_zh" if is_chinese else "name_en"
    names: list[str] = []
    if template.scope == Scope.CATEGORIES:
        names = list(Category.objects.filter(pk__in=ids).values_list(name, flat=True))
    elif template.scope == Scope.PRODUCTS:
        names = list(Product.objects.filter(pk__in=ids).values_list(name, flat=True))
    elif template.scope == Scope.ACTIVITIES:
        title = "title_zh" if is_chinese else "title_en"
        names = list(Activity.objects.filter(pk__in=ids).values_list(title, flat=True))
    return ("、" if is_chinese else ", ").join(names)
