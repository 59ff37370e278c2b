"""Joining from the page: pays once however often it is sent, and says why where it is refused."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import shop_stage as stage
from django.db import connections
from django.test import Client
from shop_html import fields_of, text_of

from pinwheel.ledger.models import Wallet
from pinwheel.market.activities.services import end
from pinwheel.market.cashier.models import Payment
from pinwheel.market.clock import current_time
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import ACTIVITY, GROUP, ORDER, to_text
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order, Unpaid
from pinwheel.market.orders.payment import lapse_holds

pytestmark = pytest.mark.database


@pytest.fixture
def activity(database):
    return stage.on_sale("national-group-buy", lasts=timedelta(days=1))


def join_path(activity) -> str:
    return f"/activities/{to_text(ACTIVITY, activity.pk)}/join"


def form(client: Client, activity, query: str = "") -> dict[str, str]:
    """The form that the page shows, as it is sent."""
    return fields_of(client.get(join_path(activity) + query))


def cash(member: Member) -> int:
    return Wallet.objects.get(pk=member.pk).cash


def test_a_join_by_balance_leads_to_its_order(activity, client_of):
    me = stage.member(cash=25_000)
    client = client_of(me)
    response = client.post(join_path(activity), form(client, activity) | {"pay_by": "balance"})
    order = Order.objects.get(member_id=me.pk)
    assert (response.status_code, response["Location"]) == (302, f"/orders/{to_text(ORDER, order.pk)}")
    assert (order.price, order.state, cash(me)) == (10_000, Order.State.PAID, 15_000)
    assert "Paid, being seated" in text_of(client.get(response["Location"]))
    stage.settle(activity)
    assert "Seat 1, group forming" in text_of(client.get(f"{response['Location']}/live"))


def test_every_form_has_a_key_of_its_own(activity, client_of):
    client = client_of(stage.member())
    keys = {form(client, activity)["key"] for _ in range(3)}
    assert len(keys) == 3
    assert b'name="key"' in client.get(join_path(activity)).content
    assert b'autocomplete="off"' in client.get(join_path(activity)).content


def test_the_same_form_sent_again_pays_once_and_says_so(activity, client_of):
    me = stage.member(cash=25_000)
    client = client_of(me)
    sent = form(client, activity) | {"pay_by": "balance"}
    places = [client.post(join_path(activity), sent)["Location"] for _ in range(3)]
    assert len(set(places)) == 1
    assert Order.objects.filter(member_id=me.pk).count() == 1
    assert cash(me) == 15_000
    assert "nothing was paid twice" in text_of(client.get(places[0]))


def test_a_double_tap_pays_once(activity, client_of):
    me = stage.member(cash=50_000)
    sent = form(client_of(me), activity) | {"pay_by": "balance"}
    clients = [client_of(me) for _ in range(6)]
    start = threading.Barrier(len(clients))

    def tap(client: Client) -> str:
        try:
            start.wait(10)
            return client.post(join_path(activity), sent)["Location"]
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(len(clients)) as pool:
        places = set(pool.map(tap, clients))
    assert len(places) == 1
    assert Order.objects.filter(member_id=me.pk).count() == 1
    assert cash(me) == 40_000


def test_a_used_form_sent_with_another_wish_leads_to_the_first_order(activity, client_of):
    client = client_of(stage.member())
    sent = form(client, activity)
    first = client.post(join_path(activity), sent | {"pay_by": "balance"})["Location"]
    again = client.post(join_path(activity), sent | {"pay_by": "sandbox"})
    assert again["Location"] == first
    assert Order.objects.count() == 1


def test_too_little_balance_is_said_and_the_form_kept(activity, client_of, language):
    me = stage.member(cash=9_999)
    client = client_of(me, language)
    sent = form(client, activity)
    assert sent["pay_by"] == "sandbox"  # what can be paid by is chosen to begin with
    response = client.post(join_path(activity), sent | {"pay_by": "balance"})
    assert response.status_code == 422
    words = (
        "Your balance is too low: 100.00 is needed, you have 99.99."
        if language == "en"
        else "余额不足：需要 100.00 元，现有 99.99 元。"
    )
    assert words in text_of(response)
    kept = fields_of(response)
    assert kept["product"] == sent["product"]
    assert kept["key"] != sent["key"]
    assert not Order.objects.exists()


def refused(client: Client, activity, query: str = "", **wish: str) -> str:
    """What the page says to a join that is refused."""
    shown = {} if "key" in wish else form(client, activity, query)
    response = client.post(join_path(activity), shown | {"pay_by": "balance"} | wish)
    assert response.status_code == 422
    return text_of(response)


def test_refusals_are_said_at_the_form(activity, client_of):
    me = stage.member()
    client = client_of(me)
    Member.objects.filter(pk=me.pk).update(is_frozen=True)
    assert "Your account is frozen" in refused(client, activity)
    Member.objects.filter(pk=me.pk).update(is_frozen=False)
    assert "There is no such group" in refused(client, activity, group=to_text(GROUP, 5))
    assert "There is no such group" in refused(client, activity, opens="1")
    assert "Not found" in refused(client, activity, pay_by="barter")
    assert "confirm once more" in refused(client, activity, key="not-a-key")
    coming = stage.on_sale("draw-on-fill", starts_in=timedelta(hours=1))
    kept_open = {"key": "0" * 31 + "1"}  # forms that were open before
    assert "it starts" in refused(client, coming, **kept_open)
    ended = stage.on_sale("draw-on-fill", starts_in=timedelta(hours=-2), lasts=timedelta(hours=3))
    type(ended).objects.filter(pk=ended.pk).update(ends_at=current_time())
    assert "This has ended." in refused(client, ended, **kept_open)
    short = stage.on_sale("draw-on-fill", stock=0)
    assert "sold out" in refused(client, short)
    assert not Order.objects.exists()


def test_a_leaders_group_is_opened_joined_and_full(database, client_of):
    activity = stage.on_sale("ordinary-group")
    leader, guest, third = (stage.member() for _ in range(3))
    client = client_of(leader)
    client.post(join_path(activity), form(client, activity, "?opens=1") | {"pay_by": "balance"})
    stage.settle(activity)
    group = Group.objects.get(leader_id=leader.pk)
    text = to_text(GROUP, group.pk)
    page = client_of(guest).get(f"/groups/{text}")
    assert f"/join?group={text}" in page.content.decode()
    sent = form(client_of(guest), activity, f"?group={text}") | {"pay_by": "balance"}
    assert sent["group"] == text
    client_of(guest).post(join_path(activity), sent)
    assert "You are in this group already" in refused(client_of(guest), activity, f"?group={text}")
    stage.join(activity, third.pk, group_id=group.pk)
    late = client_of(stage.member())
    assert "This group is full" in refused(late, activity, f"?group={text}")
    stage.settle(activity)
    assert Group.objects.get(pk=group.pk).state == Group.State.SETTLED
    assert "This group is full" in text_of(late.post(join_path(activity), sent | {"key": "0" * 32}))


def test_the_sheet_is_only_the_form(activity, client_of):
    sheet = client_of(stage.member()).get(join_path(activity), headers={"HX-Request": "true"})
    assert b"<html" not in sheet.content
    assert b"<form" in sheet.content


def test_what_cannot_be_joined_now_offers_nothing_to_pay(activity, client_of):
    client = client_of(stage.member())
    end(activity, current_time())
    answer = client.get(join_path(activity))
    assert answer.status_code == 302 and join_path(activity).startswith(answer["Location"])
    sheet = client.get(join_path(activity), headers={"HX-Request": "true"})
    assert sheet["HX-Redirect"] == answer["Location"] and b"<form" not in sheet.content


def test_strangers_are_sent_to_sign_in_and_back(activity, client_of):
    path = join_path(activity) + "?product=P0000000000001"
    response = client_of().get(path)
    assert response["Location"].startswith("/login?next=%2Factivities%2F")
    assert "product%3D" in response["Location"]
    sheet = client_of().get(path, headers={"HX-Request": "true"})
    assert sheet["HX-Redirect"].startswith("/login?next=")
    assert client_of().post(join_path(activity), {"key": "0" * 32}).status_code == 302
    assert not Order.objects.exists()


def external(client: Client, activity) -> tuple[str, str]:
    """Join by the sandbox cashier; return the cashier's page and the order's."""
    response = client.post(join_path(activity), form(client, activity) | {"pay_by": "sandbox"})
    cashier = response["Location"]
    assert urlsplit(cashier).path == "/cashier/sandbox"
    return cashier, f"/orders/{to_text(ORDER, Order.objects.latest('id').pk)}"


def test_an_external_payment_takes_its_seat_once(activity, client_of):
    client = client_of(stage.member(cash=0))
    cashier, order = external(client, activity)
    assert "¥100.00" in text_of(client.get(cashier))
    assert "To pay" in text_of(client.get(order))
    assert client.post(cashier, {"action": "twice"})["Location"] == order
    assert "it counts once" in text_of(client.get(order))
    stage.settle(activity)
    assert "Seat 1" in text_of(client.get(order))
    assert "confirmed already" in text_of(client.get(cashier))


def test_a_failed_payment_can_be_tried_again(activity, client_of):
    client = client_of(stage.member(cash=0))
    cashier, order = external(client, activity)
    client.post(cashier, {"action": "failed"})
    assert "You can pay again" in text_of(client.get(order))
    assert client.post(f"{order}/pay")["Location"] == cashier
    client.post(cashier, {"action": "paid"})
    assert "Payment received." in text_of(client.get(order))
    assert Order.objects.get().state == Order.State.PAID


def test_paying_later_warns_and_a_lapsed_hold_is_explained(activity, client_of):
    client = client_of(stage.member(cash=0))
    cashier, order = external(client, activity)
    client.post(cashier, {"action": "later"})
    assert "held for 30 minutes" in text_of(client.get(order))
    Unpaid.objects.update(hold_until=current_time())
    lapse_holds(current_time())
    text = text_of(client.get(order))
    assert "Not paid in time" in text
    assert client.post(f"{order}/pay")["Location"] == order


def test_a_cashier_page_that_we_did_not_sign_is_not_found(activity, client_of):
    client = client_of(stage.member(cash=0))
    cashier, _ = external(client, activity)
    for wrong in (cashier.replace("amount=10000", "amount=1"), "/cashier/sandbox", cashier + "&x=1"):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, {"action": "paid"}).status_code == 404
    assert client.post(cashier, {"action": "steal"}).status_code == 404
    assert Payment.objects.get().state == Payment.State.PENDING
