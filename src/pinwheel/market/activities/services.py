"""Activities from draft to end."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from pinwheel.market.activities.allotting import allot_stock, extra_sku_of, give_back_stock
from pinwheel.market.activities.models import Activity, ActivityProduct
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.catalogue.models import Product, Sku
from pinwheel.market.groups.closing import close_draw, commit_closing_draw
from pinwheel.market.groups.draws import DrawMaker, draw_v1
from pinwheel.market.groups.expire import close_groups, close_unused, expire_groups
from pinwheel.market.groups.models import ClosingDraw, Group
from pinwheel.market.groups.opening import ensure_reserve
from pinwheel.market.groups.settle import RESERVE
from pinwheel.market.ids import new_id
from pinwheel.market.messages.events import Fact
from pinwheel.market.plans.models import PlanVersion
from pinwheel.market.plans.requests import refuse_price
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.model import extra_of
from pinwheel.plan.presale import EARNEST_MONEY, Presale, deposit_of, is_part_of


def create_activity(
    version: PlanVersion,
    products: Sequence[Product],
    starts_at: datetime,
    ends_at: datetime | None,
    now: datetime,
    price: int | None = None,
    stock: int | None = None,
    title: tuple[str, str] | None = None,
    takes_coupons: bool = False,
) -> Activity:
    """A draft of an activity. Price in fen (default: the plan's offer); stock in joins per product.

    `title` is (Chinese, English); default: the plan's.
    """
    plan = terms_of(version.pk).plan
    with transaction.atomic():
        activity = Activity.objects.create(
            id=new_id(now),
            plan_version=version,
            title_zh=title[0] if title else plan.title.zh,
            title_en=title[1] if title else plan.title.en,
            price=price if price is not None else plan.offer.price,
            starts_at=starts_at,
            ends_at=ends_at,
            created_at=now,
            takes_coupons=takes_coupons,
        )
        offer_products(activity, products, stock)
    return activity


def offer_products(activity: Activity, products: Sequence[Product], stock: int | None) -> None:
    """Put products into a draft, each of its variants by itself; `stock`: joins that each may take."""
    variants: dict[int, list[int | None]] = {}
    found = Sku.objects.filter(product__in=products).order_by("position", "id")
    for product_id, sku_id in found.values_list("product_id", "id"):
        variants.setdefault(product_id, []).append(sku_id)
    offered = [(product, sku) for product in products for sku in variants.get(product.pk, [None])]
    ActivityProduct.objects.bulk_create(
        [
            ActivityProduct(activity=activity, product=product, sku_id=sku, left=stock, position=position)
            for position, (product, sku) in enumerate(offered)
        ]
    )


def schedule(activity: Activity, now: datetime) -> None:
    """Put a draft on sale: its terms are fixed from here, and its first draws are committed.

    A start that lies in the past becomes now.

    Raises: Refused not_editable, invalid, stock_needed, stock_short, and what `refuse_price` says of a price
        that the gate did not see.
    """
    with transaction.atomic():
        locked = Activity.objects.select_for_update().get(pk=activity.pk)
        if locked.state != Activity.State.DRAFT:
            raise Refused("not_editable")
        if not locked.offers.exists():
            raise Refused("invalid", {"what": ("请先选择商品。", "Choose at least one product first.")})
        if locked.ends_at is not None and locked.ends_at <= now:
            raise Refused("invalid", {"what": ("结束时间已过。", "The end lies in the past.")})
        terms = terms_of(locked.plan_version_id)
        if terms.draws_on_close and locked.ends_at is None:
            raise Refused(
                "invalid",
                {
                    "what": (
                        "活动结束时开奖，请填写结束时间。",
                        "It is drawn at its end: enter when that is.",
                    )
                },
            )
        refuse_presale(locked, terms.plan.presale)
        refuse_price(locked.plan_version, terms_of(locked.plan_version_id).plan, locked.price)
        locked.extra_sku = extra_sku_of(locked, extra_of(terms.plan))
        allot_stock(locked, now)
        locked.state = Activity.State.RUNNING if locked.starts_at <= now else Activity.State.SCHEDULED
        # Nobody was promised anything before it was on sale: days that went by owe nothing.
        locked.starts_at = max(locked.starts_at, now)
        locked.save(update_fields=["state", "starts_at", "extra_sku"])
        if terms.draws_on_close:
            commit_closing_draw(locked.pk, now)
    ensure_reserve(activity.pk, terms.tables.size, RESERVE, now)
    activity.refresh_from_db()


def refuse_presale(activity: Activity, presale: Presale | None) -> None:
    """Raises: Refused invalid: no deposit or no balance at its price, untrue words, coupons."""
    if presale is None:
        return
    if not is_part_of(presale, activity.price):
        deposit, price = (format_amount(one) for one in (deposit_of(presale, activity.price), activity.price))
        what = (
            f"订金 {deposit} 元必须大于 0 且小于活动价 {price} 元。",
            f"The deposit of {deposit} must be more than 0 and less than the activity's price, {price}.",
        )
        raise Refused("invalid", {"what": what})
    if EARNEST_MONEY in activity.title_zh:
        what = ("请写“订金”：预售的订金全额可退。", "Write 订金: a presale's deposit is returned in full.")
        raise Refused("invalid", {"what": what})
    if activity.takes_coupons:
        what = ("预售方案不能使用优惠券。", "Coupons cannot be used in a presale.")
        raise Refused("invalid", {"what": what})


def start_due(now: datetime) -> int:
    """Mark scheduled activities as running whose time has come."""
    return Activity.objects.filter(state=Activity.State.SCHEDULED, starts_at__lte=now).update(
        state=Activity.State.RUNNING
    )


def end_due(now: datetime, maker: DrawMaker = draw_v1) -> int:
    """End activities whose time is over; everything unfinished goes back. `maker`: see `settle_activity`."""
    forming, filled = (
        Group.objects.filter(state=state).values("activity_id")
        for state in (Group.State.FORMING, Group.State.FILLED)
    )
    to_be_drawn = ClosingDraw.objects.filter(pk__in=filled).values("pk")  # a presale's wait for balances
    due = Activity.objects.filter(
        Q(state__in=(Activity.State.SCHEDULED, Activity.State.RUNNING), ends_at__lte=now)
        | Q(state=Activity.State.ENDED, pk__in=to_be_drawn)
        | Q(state=Activity.State.ENDED, pk__in=forming)  # an end that was interrupted, or a late seat
    )
    for activity in list(due):
        end(activity, now, maker)
    return len(due)


def end(activity: Activity, now: datetime, maker: DrawMaker = draw_v1) -> None:
    """End an activity now: who paid in time is seated, groups that did not fill are refunded in full.

    Where the draw is made at the end, it is made now, among all groups that filled.
    """
    running = Activity.objects.filter(pk=activity.pk).exclude(state=Activity.State.ENDED)
    ends_at = min(activity.ends_at or now, now)
    if ends_at > activity.starts_at:
        running.update(state=Activity.State.ENDED, ends_at=ends_at)
    else:  # stopped before it began: its times stay as they were announced
        running.update(state=Activity.State.ENDED)
    is_early = activity.ends_at is None or activity.ends_at > now
    expire_groups(activity.pk, now, maker, Fact.STOPPED if is_early else Fact.EXPIRED)
    unfinished = list(
        Group.objects.filter(activity_id=activity.pk, state=Group.State.FORMING)
        .exclude(taken=0, leader_id=0)
        .values_list("id", flat=True)
    )
    if unfinished:
        close_groups(activity.pk, unfinished, now, fact=Fact.STOPPED)
    close_unused(activity.pk, now)
    close_draw(activity, now, maker)
    give_back_stock(activity.pk, now)
