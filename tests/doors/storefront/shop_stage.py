"""Setting a stage for the shop: plans on sale, members with money, groups in every state."""

import itertools
import uuid
from datetime import datetime, timedelta

from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.catalogue.models import Product
from pinwheel.market.clock import current_time
from pinwheel.market.groups.models import Group
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.ids import new_id
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member
from pinwheel.market.members.services import create_many
from pinwheel.market.orders.intake import take_joins
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import JoinRequest, JoinResult, request_key
from pinwheel.market.plans.stage import publish_on_stage
from pinwheel.plan.load import playbook_text

NAMES = ["王小明", "李雷", "韩梅梅", "Anna", "张伟", "刘洋", "Bo", "陈静", "周杰", "赵敏", "Eve", "吴刚"]
_phones = itertools.count()


def product(code: str, zh: str, en: str, price: int = 10_000, about: tuple[str, str] = ("", "")) -> Product:
    now = current_time()
    return Product.objects.create(
        id=new_id(now),
        code=code,
        name_zh=zh,
        name_en=en,
        about_zh=about[0],
        about_en=about[1],
        price=price,
        created_at=now,
    )


def on_sale(
    playbook: str,
    *products: Product,
    starts_in: timedelta = timedelta(minutes=-5),
    lasts: timedelta | None = None,
    **options: int | None,
) -> Activity:
    """A playbook as an activity on sale; without products it gets one of its own."""
    return put_on_sale(playbook_text(playbook), *products, starts_in=starts_in, lasts=lasts, **options)


def put_on_sale(
    text: str,
    *products: Product,
    starts_in: timedelta = timedelta(minutes=-5),
    lasts: timedelta | None = None,
    **options: int | None,
) -> Activity:
    now = current_time()
    goods = products or (product(f"goods-{next(_phones)}", "茶叶礼盒", "Tea box"),)
    starts = now + starts_in
    ends = starts + lasts if lasts else None
    made = create_activity(publish_on_stage(text, None, now), goods, starts, ends, now, **options)
    schedule(made, min(now, starts))
    return made


def members(count: int, cash: int = 1_000_000) -> list[int]:
    """Members with names and money (fen)."""
    now = current_time()
    serial = [next(_phones) for _ in range(count)]
    ids = create_many(
        [f"+86138{number:08d}" for number in serial],
        [NAMES[index % len(NAMES)] for index in range(count)],
        "",
        now,
    )
    if cash:
        adjust_balances(ids, 0, [cash] * count, 0, now)
    return ids


def member(cash: int = 1_000_000) -> Member:
    return Member.objects.get(pk=members(1, cash)[0])


def join(
    activity: Activity, *member_ids: int, now: datetime | None = None, **wish: object
) -> list[JoinResult]:
    """Each member joins once, in this order; all must be taken."""
    requests = [
        JoinRequest(activity.pk, member_id, request_key("stage", uuid.uuid4().hex), **wish)
        for member_id in member_ids
    ]
    results = take_joins(requests, now or current_time())
    assert all(isinstance(result, JoinResult) for result in results), results
    return results


def settle(activity: Activity, now: datetime | None = None) -> None:
    settle_activity(activity.pk, now or current_time())


def filled(activity: Activity, *member_ids: int) -> Group:
    """Fill and settle a group of the public queue with these members; return it."""
    results = join(activity, *member_ids)
    settle(activity)
    return Group.objects.get(pk=Order.objects.get(pk=results[0].order_id).group_id)
