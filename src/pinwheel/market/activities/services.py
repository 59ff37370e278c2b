"""Activities from draft to end."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from pinwheel.ledger.post import raw_cursor
from pinwheel.market.activities.allotting import allot_stock, extra_sku_of, give_back_stock
from pinwheel.market.activities.door import shut
from pinwheel.market.activities.models import Activity, ActivityProduct, ActivityStop
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
from pinwheel.market.messages.models import Silence
from pinwheel.market.plans.models import PlanVersion
from pinwheel.market.plans.requests import refuse_price
from pinwheel.market.prizes.models import PrizeProduct
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.ladder import tiers_of
from pinwheel.plan.model import Plan, extra_of
from pinwheel.plan.presale import EARNEST_MONEY, Presale, deposit_of, is_part_of


def create_activity(
    version: PlanVersion,
    products: Sequence[Product],
    starts_at: datetime | None,
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


def offer_products(
    activity: Activity,
    products: Sequence[Product],
    stock: int | None,
    pieces: Mapping[tuple[int, int | None], int | None] | None = None,
) -> None:
    """Put products into a draft, each of its variants by itself; `stock`: joins that each may take.

    `pieces` says it for a product and variant by itself.
    """
    said = pieces or {}
    variants: dict[int, list[int | None]] = {}
    found = Sku.objects.filter(product__in=products).order_by("position", "id")
    for product_id, sku_id in found.values_list("product_id", "id"):
        variants.setdefault(product_id, []).append(sku_id)
    offered = [(product, sku) for product in products for sku in variants.get(product.pk, [None])]
    ActivityProduct.objects.bulk_create(
        [
            ActivityProduct(
                activity=activity,
                product=product,
                sku_id=sku,
                left=said.get((product.pk, sku), stock),
                position=position,
            )
            for position, (product, sku) in enumerate(offered)
        ]
    )


def copy_activity(activity_id: int, now: datetime) -> Activity:
    """A draft with everything of an activity but its products and times, which are to be chosen again.

    Raises: Refused not_found.
    """
    with transaction.atomic():
        found = Activity.objects.filter(pk=activity_id).first()
        if found is None:
            raise Refused("not_found")
        silences = list(Silence.objects.filter(activity_id=found.pk).values_list("kind", flat=True))
        prizes = list(found.prizes.values_list("product_id", "position"))
        copy = create_activity(
            found.plan_version,
            [],
            None,
            None,
            now,
            price=found.price,
            title=(found.title_zh, found.title_en),
            takes_coupons=found.takes_coupons,
        )
        Silence.objects.bulk_create([Silence(kind=kind, activity_id=copy.pk) for kind in silences])
        copied = [PrizeProduct(activity=copy, product_id=product, position=at) for product, at in prizes]
        PrizeProduct.objects.bulk_create(copied)
    return copy


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
        if locked.starts_at is None:
            raise Refused("invalid", {"what": ("请先选择开始时间。", "Choose first when it starts.")})
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
        refuse_price(locked.plan_version, terms.plan, locked.price)
        refuse_ladder(locked, terms.plan)
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


def refuse_ladder(activity: Activity, plan: Plan) -> None:
    """A ladder sells at its tiers' prices, to everybody the same. Raises: Refused invalid."""
    if not tiers_of(plan):
        return
    what = None
    if activity.price != plan.offer.price:
        what = ("阶梯拼团按方案各档的价格销售。", "A ladder sells at the prices of its tiers.")
    elif activity.takes_coupons:
        what = ("阶梯拼团不能使用优惠券。", "A ladder takes no coupons.")
    elif activity.offers.filter(sku__isnull=False).exists():
        what = (
            "阶梯拼团的商品不能有规格：各档只有一个价格。",
            "A ladder's product has no variants: a tier has one price.",
        )
    if what is not None:
        raise Refused("invalid", {"what": what})


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
    """End activities whose time is over; everything unfinished goes back. `maker`: see `settle_activity`.

    Those that operators stop are left to `carry_on_stops`, which does it bit by bit.
    """
    forming, filled = (
        Group.objects.filter(state=state).values("activity_id")
        for state in (Group.State.FORMING, Group.State.FILLED)
    )
    to_be_drawn = ClosingDraw.objects.filter(pk__in=filled).values("pk")  # a presale's wait for balances
    due = Activity.objects.filter(
        Q(state__in=(Activity.State.SCHEDULED, Activity.State.RUNNING), ends_at__lte=now)
        | Q(state=Activity.State.ENDED, pk__in=to_be_drawn)
        | Q(state=Activity.State.ENDED, pk__in=forming)  # an end that was interrupted, or a late seat
    ).exclude(stops__state=ActivityStop.State.STOPPING)
    found = list(due)
    for activity in found:
        end(activity, now, maker)
    return len(found)


def end(activity: Activity, now: datetime, maker: DrawMaker = draw_v1) -> None:
    """End an activity now: who paid in time is seated, groups that did not fill are refunded in full.

    Where the draw is made at the end, it is made now, among all groups that filled.
    """
    is_early = activity.ends_at is None or activity.ends_at > now
    let_nobody_in(activity, now)
    expire_groups(activity.pk, now, maker, Fact.STOPPED if is_early else Fact.EXPIRED)
    if unfinished := unfinished_groups(activity.pk):
        close_groups(activity.pk, unfinished, now, fact=Fact.STOPPED)
    finish_ended(activity, now, maker)


def let_nobody_in(activity: Activity, now: datetime) -> None:
    """Mark an activity as ended. What was taken of joins and payments before is committed and waits."""
    with transaction.atomic():
        shut(raw_cursor(), activity.pk)
        running = Activity.objects.filter(pk=activity.pk).exclude(state=Activity.State.ENDED)
        ends_at = min(activity.ends_at or now, now)
        if activity.starts_at is None or ends_at > activity.starts_at:
            running.update(state=Activity.State.ENDED, ends_at=ends_at)
        else:  # stopped before it began: its times stay as they were announced
            running.update(state=Activity.State.ENDED)


def unfinished_groups(activity_id: int, at_most: int | None = None) -> list[int]:
    """Forming groups that somebody sits in or leads."""
    found = Group.objects.filter(activity_id=activity_id, state=Group.State.FORMING)
    return list(found.exclude(taken=0, leader_id=0).order_by("id").values_list("id", flat=True)[:at_most])


def finish_ended(activity: Activity, now: datetime, maker: DrawMaker = draw_v1) -> None:
    """What is left of an ended activity in which nobody waits and no group forms: reveal, draw, give back."""
    close_unused(activity.pk, now)
    close_draw(activity, now, maker)
    give_back_stock(activity.pk, now)
