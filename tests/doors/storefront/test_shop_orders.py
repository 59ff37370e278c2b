"""Orders and groups: one's own only; every end is explained; live parts are whole."""

import re
from datetime import timedelta

import pytest
import shop_stage as stage
from shop_html import text_of

from pinwheel.market.catalogue.models import Sku
from pinwheel.market.clock import current_time
from pinwheel.market.groups.expire import expire_groups
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import GROUP, ORDER, to_text
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order
from pinwheel.plan.load import playbook_text

pytestmark = pytest.mark.database


def order_path(member_id: int) -> str:
    return f"/orders/{to_text(ORDER, Order.objects.filter(member_id=member_id).latest('id').pk)}"


def group_path(group: Group) -> str:
    return f"/groups/{to_text(GROUP, group.pk)}"


def test_an_order_is_shown_to_its_member_only(database, client_of):
    activity, me, other = stage.on_sale("ordinary-group"), stage.member(), stage.member()
    stage.join(activity, me.pk)
    path = order_path(me.pk)
    assert client_of(me).get(path).status_code == 200
    for page in (path, f"{path}/live", f"{path}/pay"):
        assert client_of(other).get(page).status_code == 404
        assert client_of(None).get(page)["Location"].startswith("/login?next=")
    assert client_of(other).post(f"{path}/pay").status_code == 404


def test_each_result_says_what_it_gives(database, client_of):
    activity, ids = stage.on_sale("national-group-buy"), stage.members(10)
    stage.filled(activity, *ids)
    seen = set()
    for order in Order.objects.all():
        member = Member.objects.get(pk=order.member_id)
        text = text_of(client_of(member).get(f"/orders/{to_text(ORDER, order.pk)}"))
        seen.add(order.state)
        if order.state == Order.State.SETTLED:
            assert "your payment of ¥100.00 was kept" in text
            assert "+100.00" in text
        else:
            assert "your payment of ¥100.00 went back to you" in text
            assert "+¥5.00" in text
    assert seen == {Order.State.SETTLED, Order.State.REFUNDED}


def test_a_group_that_did_not_fill_is_explained(database, client_of):
    activity, me = stage.on_sale("ordinary-group"), stage.member()
    stage.join(activity, me.pk)
    stage.settle(activity)
    expire_groups(activity.pk, current_time() + timedelta(days=2))
    text = text_of(client_of(me).get(order_path(me.pk)))
    assert "did not fill in time" in text
    assert "Not filled, all refunded" in text_of(client_of().get(group_path(Group.objects.get(taken=1))))


def dissolved(client_of) -> tuple[Member, Group]:
    """Nine of ten win, and two seats are barred: the group dissolves."""
    text = playbook_text("national-group-buy").replace("count: 3", "count: 9")
    activity = stage.put_on_sale(text, starts_in=timedelta(days=-3))
    before = current_time() - timedelta(days=2)
    old, *fresh = stage.members(10)
    stage.join(activity, old, now=before)
    stage.settle(activity, before)
    expire_groups(activity.pk, current_time())
    group = stage.filled(activity, old, *fresh)
    assert group.state == Group.State.DISSOLVED
    return Member.objects.get(pk=old), group


def test_a_dissolved_group_is_explained_and_its_bars_named(database, client_of):
    member, group = dissolved(client_of)
    assert "so the group dissolved" in text_of(client_of(member).get(order_path(member.pk)))
    text = text_of(client_of().get(group_path(group)))
    assert "Dissolved, all refunded" in text
    assert "First join of the day in front" in text
    assert "Newcomer in front" in text


def test_a_group_shows_masked_names_and_marks_ones_own_seat(database, client_of):
    activity, me = stage.on_sale("national-group-buy"), stage.member()
    Member.objects.filter(pk=me.pk).update(nickname="林小满")
    group = stage.filled(activity, *stage.members(4), me.pk, *stage.members(5))
    stranger, own = client_of().get(group_path(group)), client_of(me).get(group_path(group))
    assert "林小满" not in stranger.content.decode()
    assert "林**" in text_of(stranger)
    assert "Your seat 5" not in text_of(stranger)
    assert "Your seat 5" in text_of(own)
    assert "Barred" in text_of(own)


def test_a_seat_that_awaits_payment_leads_to_paying(database, client_of):
    activity, leader, me = stage.on_sale("ordinary-group"), stage.member(), stage.member()
    group_id = stage.join(activity, leader.pk, opens_group=True)[0].group_id
    stage.settle(activity)
    stage.join(activity, me.pk, group_id=group_id, route=Order.Route.EXTERNAL)
    path = group_path(Group.objects.get(pk=group_id))
    assert "1 seat is kept for a member who is paying." in text_of(client_of().get(path))
    assert order_path(me.pk) in client_of(me).get(path).content.decode()


def test_pages_of_orders_hold_each_order_once(database, client_of):
    activity, me = stage.on_sale("ordinary-group"), stage.member()
    for _ in range(25):
        stage.join(activity, me.pk)
    client, seen, path = client_of(me), [], "/orders?tab=forming"
    while path:
        page = client.get(path).content.decode()
        seen += re.findall('class="card-link" href="(/orders/O[^"]*)"', page)
        more = re.search(r'href="\?(tab=forming&amp;before=[^"]*)"', page)
        path = f"/orders?{more[1].replace('&amp;', '&')}" if more else ""
    assert len(seen) == len(set(seen)) == 25


def test_a_ladder_that_has_formed_does_not_speak_of_failing(database, client_of):
    activity, ids = stage.on_sale("ladder-group"), stage.members(3)
    stage.join(activity, *ids)
    stage.settle(activity)
    for path in ("/orders", order_path(ids[0])):
        text = text_of(client_of(Member.objects.get(pk=ids[0])).get(path))
        assert "Seat 1, group formed" in text and "does not fill" not in text
    assert "you get the goods, now for ¥99.00" in text


def test_a_full_group_that_is_drawn_at_the_end_says_so(database, client_of):
    activity, ids = stage.on_sale("draw-on-close", lasts=timedelta(hours=1)), stage.members(5)
    stage.join(activity, *ids)
    stage.settle(activity)
    text = text_of(client_of(Member.objects.get(pk=ids[0])).get(order_path(ids[0])))
    assert "Seat 1, drawn at the end" in text and "more to go" not in text
    assert "The draw is made when the activity ends" in text


def test_an_order_names_the_variant_that_was_chosen(database, client_of):
    shirt, me = stage.product("shirt", "T恤", "T-shirt"), stage.member()
    red = Sku.objects.create(
        id=7, product=shirt, code="shirt-red", options_zh="红 L", options_en="red L", price=shirt.price
    )
    stage.join(stage.on_sale("ordinary-group", stage.product("cup", "杯", "Cup")), me.pk)
    Order.objects.update(product_id=shirt.pk, sku_id=red.pk)
    for path in ("/orders", order_path(me.pk)):
        assert "red L" in text_of(client_of(me).get(path))
