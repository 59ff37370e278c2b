"""The demo's stage: operators, members with money, products, and every playbook on sale."""

import random
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from pinwheel.doors.cli.demo.publishing import publish_by_two
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.catalogue.models import Product
from pinwheel.market.ids import new_id
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.services import create_many
from pinwheel.market.staff.models import Operator
from pinwheel.plan.load import playbook_names, playbook_text
from pinwheel.rules.assets import CASH

MEMBERS = 300
PASSWORD = "demo-pinwheel"  # printed by the demo; it runs in a database of its own, never in production
OPENING_CASH = 3_000_00
UNTIL_THE_DRAW = timedelta(days=2)  # of an activity that is drawn when it ends: a visitor sees it waiting
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "小明",
    "芳",
    "伟",
    "静",
    "丽",
    "强",
    "磊",
    "敏",
    "军",
    "洋",
    "勇",
    "艳",
    "娜",
    "杰",
    "涛",
    "超",
    "雪",
    "婷",
)

# code, Chinese, English, price (fen), cost (fen)
GOODS = (
    ("longjing-tea", "西湖龙井 250 克", "Longjing tea, 250 g", 100_00, 30_00),
    ("rice-5kg", "五常大米 5 公斤", "Wuchang rice, 5 kg", 100_00, 42_00),
    ("olive-oil", "特级初榨橄榄油 1 升", "Extra virgin olive oil, 1 l", 100_00, 38_00),
    ("thermos", "不锈钢保温杯", "Steel thermos", 99_00, 40_00),
    ("steak-voucher", "牛排套餐券", "Steak dinner voucher", 98_00, 30_00),
    ("headphones", "降噪耳机", "Noise-cancelling headphones", 1000_00, 250_00),
    ("towels", "纯棉毛巾四条装", "Cotton towels, set of four", 59_00, 21_00),
    ("dinner-for-five", "五人聚餐", "Dinner for five", 200_00, 90_00),
)
# playbook: the products of its activity
ON_SALE = {
    "national-group-buy": ("longjing-tea", "rice-5kg", "olive-oil"),
    "draw-on-fill": ("steak-voucher",),
    "leader-five": ("olive-oil",),
    "friends-bill": ("dinner-for-five",),
    "ninety-nine-of-a-hundred": ("thermos",),
    "ordinary-group": ("towels",),
    "thousand-of-a-hundred": ("headphones",),
}


def make_operators() -> None:
    """Two operators: what moves money by hand, and what the law warns of, needs a second person."""
    Operator.objects.create_superuser("admin", password=PASSWORD)
    Operator.objects.create_superuser("finance", password=PASSWORD)


def make_members(
    chance: random.Random, now: datetime, count: int = MEMBERS, cash: int = OPENING_CASH
) -> list[int]:
    """Members with some money (fen) each; all share the demo's password."""
    names = [chance.choice(SURNAMES) + chance.choice(GIVEN) for _ in range(count)]
    phones = [f"+8613800{number:06d}" for number in range(1, count + 1)]
    members = create_many(phones, names, make_password(PASSWORD), now)
    adjust_balances(members, CASH, [cash] * len(members), 0, now)
    return members


def make_products(now: datetime) -> dict[str, Product]:
    """The demo's goods by code."""
    return {
        code: Product.objects.create(
            id=new_id(now),
            code=code,
            name_zh=chinese,
            name_en=english,
            price=price,
            cost=cost,
            created_at=now,
        )
        for code, chinese, english, price, cost in GOODS
    }


def open_activities(products: dict[str, Product], now: datetime) -> list[Activity]:
    """Publish every playbook and put it on sale."""
    activities = []
    for name in playbook_names():
        version = publish_by_two(playbook_text(name), now)
        goods = [products[code] for code in ON_SALE.get(name, ("longjing-tea",))]
        draws_on_close = terms_of(version.pk).draws_on_close
        activity = create_activity(version, goods, now, now + UNTIL_THE_DRAW if draws_on_close else None, now)
        schedule(activity, now)
        activities.append(activity)
    return activities
