"""What members see of a public value: what their group waits for until when, and then value and source."""

import pytest
import shop_html
from django.urls import reverse

from pinwheel.doors.storefront.static.storefront import verify_draw
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order
from pinwheel.market.public_values import relays
from pinwheel.market.public_values.fetching import store_round
from pinwheel.market.public_values.settling import refund_overdue, settle_known
from value_stage import DRAND, give, value_of, waiting_stage

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("database")]


def page(client, name: str, number: int) -> str:
    response = client.get(reverse(f"shop:{name}", args=[number]))
    assert response.status_code == 200
    return shop_html.text_of(response)


def holder(shop) -> tuple[Member, int]:
    order = Order.objects.filter(member_id=shop.members[0]).get()
    return Member.objects.get(pk=shop.members[0]), order.pk


def test_a_waiting_group_says_what_it_waits_for_and_until_when(client_of, language):
    shop, group = waiting_stage()
    me, order = holder(shop)
    client = client_of(me, language)
    shown, mine, activity = (
        page(client, "group", group.pk),
        page(client, "order", order),
        page(client, "activity", shop.activity.pk),
    )
    event = "当晚福彩3D" if language != "en" else "that evening’s 3D"
    waits = "等待公开数值" if language != "en" else "aiting for the public value"
    assert event in shown and waits in shown and waits in mine and event in activity and waits in activity
    list_hash = bytes(value_of(group).list_hash).hex()
    assert list_hash[:8] in shown and list_hash[:8] in mine
    due = f"{value_of(group).due_at.astimezone():%Y-%m}"
    assert due in shown
    assert ("30 小时内" if language != "en" else "within 30 hours") in activity
    assert "provably" not in shown.lower() + activity.lower()


def test_a_drawn_group_shows_the_number_with_its_source_as_a_link(client_of, language):
    shop, group = waiting_stage()
    give(group)
    me, order = holder(shop)
    client = client_of(me, language)
    response = client.get(reverse("shop:group", args=[group.pk]))
    shown = shop_html.text_of(response)
    assert "507" in shown and "3D no. 2026310" in shown
    assert 'href="https://lottery.example/3d?a=1&amp;b=2"' in response.content.decode()
    assert ("nobody, the platform included" in shown) or ("任何人（包括平台）" in shown)
    assert "507" in page(client, "order", order)
    document = client.get(reverse("shop:group-draw", args=[group.pk])).json()
    assert all(holds for _, holds, _ in verify_draw.verify(document))


def test_a_reference_that_is_no_address_is_no_link(client_of):
    _, group = waiting_stage()
    value = value_of(group)
    value.reference = "javascript:alert(1)"
    value.save(update_fields=["reference"])
    assert b"javascript:alert" not in client_of().get(reverse("shop:group", args=[group.pk])).content


def test_a_round_of_the_beacon_and_its_link(client_of, language):
    shop, group = waiting_stage(DRAND)
    number = value_of(group).round
    client = client_of(None, language)
    assert str(number) in page(client, "group", group.pk)
    store_round(relays.Round(number, b"s" * 48, "https://relay.example"), shop.now)
    settle_known(shop.now)
    response = client.get(reverse("shop:group", args=[group.pk]))
    assert f"/public/{number}" in response.content.decode()


def test_an_overdue_group_says_so_and_not_that_it_did_not_fill(client_of, language):
    shop, group = waiting_stage()
    refund_overdue(value_of(group).due_at)
    me, order = holder(shop)
    client = client_of(me, language)
    for name, number in (("group", group.pk), ("order", order), ("activity", shop.activity.pk)):
        shown = page(client, name, number)
        assert "did not fill" not in shown and "Not filled" not in shown and "未成团" not in shown, name
    assert ("逾期" if language != "en" else "overdue") in page(client, "order", order)
    assert shop.cash(me.pk) == 100_000
