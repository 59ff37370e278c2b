"""Setting a stage for points: two days of National Group-Buy with credit, dividends, a pool and a team."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import shop_stage as stage

from pinwheel.market.activities.models import Activity
from pinwheel.market.clock import current_time
from pinwheel.market.days.services import run_days
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import bind_sponsor
from pinwheel.market.orders.models import Order
from pinwheel.plan.load import playbook_text
from pinwheel.rules.assets import DIVIDEND_POINTS, SHOPPING_CREDIT

PLAN = "national-group-buy"
PROMISES = """
credit: {static_release: 3‱, accelerated_release: 1%}
referral: {release_to_sponsor: {direct: 1.00, indirect: 0.50, valid_promoters_only: true}}
"""


def in_seat_order(draw: str, seed: bytes, orders: list[int]) -> list[int]:
    """A maker of draws that draws the seats as they were taken: seat 1 is barred, 2 to 4 win."""
    return list(range(len(orders)))


@dataclass
class Points:
    """`me` won in seat 2 yesterday and brought `friend`, who brought `third`."""

    activity: Activity
    me: Member
    friend: Member
    third: Member
    others: list[int]
    now: datetime

    def fill(self, *member_ids: int, now: datetime | None = None) -> None:
        """A group of a newcomer in front, these, and as many others as it takes, drawn in seat order."""
        moment = now or self.now
        others = [other for other in self.others if other not in member_ids][: 9 - len(member_ids)]
        stage.join(self.activity, *stage.members(1), *member_ids, *others, now=moment)
        settle_activity(self.activity.pk, moment, maker=in_seat_order)

    def order(self, member: Member) -> Order:
        """The member's last order."""
        return Order.objects.filter(member_id=member.pk).latest("id")


def promises(changes: dict[str, str] | None = None) -> str:
    """The playbook with what the shop's pages tell about; `changes`: texts to be replaced."""
    text = playbook_text(PLAN) + PROMISES
    for old, new in (changes or {}).items():
        assert old in text
        text = text.replace(old, new)
    return text


def points(changes: dict[str, str] | None = None, days: bool = True) -> Points:
    """A shop in its third day. Yesterday `me` won with seat 2, then `friend` and `third` joined."""
    now = current_time()
    goods = [
        stage.product("tea", "武夷岩茶礼盒", "Rock tea box", about=("一盒十二泡", "Twelve servings")),
        stage.product("cups", "青瓷品茗杯一对", "A pair of celadon cups"),
        stage.product("pot", "紫砂壶", "Clay teapot"),
    ]
    activity = stage.put_on_sale(promises(changes), *goods, starts_in=timedelta(days=-3))
    me, friend, third = (Member.objects.get(pk=number) for number in stage.members(3))
    for member, name in ((me, "林小满"), (friend, "周杰"), (third, "赵敏")):
        member.nickname = name
        member.save(update_fields=["nickname"])
    shop = Points(activity, me, friend, third, stage.members(30), now)
    yesterday = now - timedelta(days=1)
    bind_sponsor(friend.pk, me.pk, yesterday)
    bind_sponsor(third.pk, friend.pk, yesterday)
    adjust_balances([me.pk], SHOPPING_CREDIT, [50_000], 0, yesterday)
    adjust_balances([me.pk], DIVIDEND_POINTS, [125_000], 0, yesterday)
    shop.fill(me.pk, now=yesterday)
    shop.fill(friend.pk, third.pk, now=yesterday)
    if days:
        run_days(now)
    return shop
