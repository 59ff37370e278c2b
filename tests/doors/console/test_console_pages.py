"""Every page answers in both languages, says what it should, and costs the same with more rows."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from console_shop import LISTS, Shop, page
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pinwheel.doors.console.base import LIST_PAGE
from pinwheel.doors.console.words import IN_ADVANCE, group_state
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import ACTIVITY, GROUP, MEMBER, ORDER, to_text
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order
from stage import make_members

CHINESE = re.compile("[\u4e00-\u9fff]")
pytestmark = pytest.mark.database


def said(html: str) -> str:
    """The text of a page's main part."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def test_every_page_answers(shop: Shop, language: str):
    client = shop.staff.client("boss", language)
    for url in shop.pages():
        answer = client.get(url)
        assert answer.status_code == 200, url
        text = said(answer.content.decode())
        assert ("概览" if language == "zh-hans" else "Overview") in text, url


def test_a_list_is_titled_by_what_it_lists(shop: Shop):
    for language, title in (("zh-hans", "订单"), ("en", "Orders")):
        page = shop.staff.client("boss", language).get(reverse("admin:orders_order_changelist"))
        assert re.search(rf"<title>\s*{title} \|", page.content.decode()), language


def test_the_log_in_page_speaks_both_languages(shop: Shop, client_without_login):
    for language, words in (("zh-hans", "欢迎回到"), ("en", "Welcome back to")):
        answer = client_without_login(language).get(reverse("admin:index"), follow=True)
        text = said(answer.content.decode())
        assert words in text
        assert "Pinwheel" in text
        assert "English" in text


def test_an_english_page_has_no_chinese_words_of_ours(shop: Shop):
    """Names that the shop itself gave are Chinese; labels are not."""
    client = shop.staff.client("boss", "en")
    for name in LISTS:
        html = client.get(reverse(f"admin:{name}_changelist")).content.decode()
        heads = re.findall(r'data-label="([^"]*)"', html)
        assert not any(CHINESE.search(head) for head in heads), name


@pytest.mark.parametrize("name", ["orders_order", "groups_group", "members_member", "cashier_payment"])
def test_lists_cost_the_same_with_more_rows(shop: Shop, name: str):
    client = shop.staff.client("boss")
    url = reverse(f"admin:{name}_changelist")
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)
    for member in make_members(4, 100_000, shop.stage.now):
        shop.stage.join(member)
        shop.stage.join(member, external=True)
    shop.stage.settle()
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)
    assert not any("COUNT(" in query["sql"].upper() for query in many)


def test_a_list_goes_on_where_it_stopped(shop: Shop):
    client = shop.staff.client("boss")
    members = make_members(60, 0, shop.stage.now)
    url = reverse("admin:members_member_changelist")
    first = client.get(url)
    shown = [member.pk for member in first.context_data["cl"].result_list]
    assert len(shown) == LIST_PAGE
    older = client.get(url + first.context_data["cl"].older_url)
    assert older.context_data["cl"].result_list[0].pk < shown[-1]
    assert set(members) <= set(shown) | {member.pk for member in older.context_data["cl"].result_list}
    assert client.get(f"{url}?before=nonsense").status_code == 302
    assert client.get(f"{url}?before={10**30}").status_code == 302


def test_orders_are_found_by_what_an_operator_has_in_hand(shop: Shop):
    client = shop.staff.client("support")
    url = reverse("admin:orders_order_changelist")
    order = Order.objects.filter(state=Order.State.SETTLED).first()
    member = Member.objects.get(pk=order.member_id)
    of_member = set(Order.objects.filter(member_id=member.pk).values_list("pk", flat=True))
    terms = {
        to_text(ORDER, order.pk): {order.pk},
        to_text(ORDER, order.pk).lower(): {order.pk},
        to_text(GROUP, order.group_id): set(Group.objects.get(pk=order.group_id).seats),
        to_text(MEMBER, member.pk): of_member,
        member.phone: of_member,
        to_text(ACTIVITY, 1): set(),
        "no such thing": set(),
        "'; drop table": set(),
    }
    for term, orders in terms.items():
        shown = client.get(url, {"q": term}).context_data["cl"].result_list
        assert {found.pk for found in shown} == orders, term


@pytest.mark.parametrize("state", list(Order.State))
def test_orders_are_filtered_by_state(shop: Shop, state: Order.State):
    url = reverse("admin:orders_order_changelist")
    shown = shop.staff.client("support").get(url, {"state": state.value}).context_data["cl"].result_list
    assert {order.pk for order in shown} == set(
        Order.objects.filter(state=state).values_list("pk", flat=True)
    )


def test_a_forming_group_keeps_its_seed(shop: Shop):
    forming = Group.objects.filter(state=Group.State.FORMING, taken__gt=0).first()
    text = said(shop.staff.client("boss").get(page(forming)).content.decode())
    assert bytes(forming.commit).hex() in text
    assert "secret until the group is finished" in text
    settled = Group.objects.filter(state=Group.State.SETTLED).first()
    text = said(shop.staff.client("boss").get(page(settled)).content.decode())
    assert bytes(settled.server_seed).hex() in text


def test_an_order_shows_all_that_the_ledger_moved(shop: Shop):
    order = Order.objects.filter(state=Order.State.REFUNDED, route=Order.Route.BALANCE).first()
    with CaptureQueriesContext(connection) as queries:
        text = said(shop.staff.client("boss").get(page(order)).content.decode())
    assert "payment from balance held for the group" in text
    assert "refund to balance" in text
    moved = [query["sql"] for query in queries if "ledger_transfer" in query["sql"]]
    assert moved
    assert all('"batch" IN' in sql and '"at" IN' in sql for sql in moved)


def test_things_that_are_not_there_lead_back(shop: Shop):
    client = shop.staff.client("boss")
    for name in ("orders_order", "groups_group", "activities_activity", "members_member"):
        for wrong in ("1", "nonsense", "9" * 40):
            answer = client.get(reverse(f"admin:{name}_change", args=[wrong]))
            assert answer.status_code == 302, (name, wrong)
    assert client.get(reverse("admin:ledger_batch_page", args=[10**15])).status_code == 404
    assert client.get(reverse("admin:index") + "no/such/page/").status_code == 404


@pytest.mark.parametrize("state", [*Group.State, IN_ADVANCE])
def test_groups_are_filtered_by_state(shop: Shop, state: int):
    url = reverse("admin:groups_group_changelist")
    shown = shop.staff.client("support").get(url, {"state": int(state)}).context_data["cl"].result_list
    wanted = [group for group in Group.objects.order_by("-pk") if group_state(group) == state]
    assert [group.pk for group in shown] == [group.pk for group in wanted[:LIST_PAGE]]


def test_groups_that_nobody_sits_in_are_shown_when_asked_for(shop: Shop):
    url = reverse("admin:groups_group_changelist")
    shown = shop.staff.client("support").get(url).context_data["cl"].result_list
    assert {group_state(group) for group in shown} >= {Group.State.FORMING, Group.State.SETTLED}
    assert IN_ADVANCE not in {group_state(group) for group in shown}
    empty = Group.objects.filter(state=Group.State.FORMING, taken=0).first()
    found = shop.staff.client("support").get(url, {"q": to_text(GROUP, empty.pk)})
    assert [group.pk for group in found.context_data["cl"].result_list] == [empty.pk]


def test_what_people_typed_is_shown_as_text(shop: Shop):
    script = "<script>alert(1)</script>"
    member = shop.stage.members[4]
    Member.objects.filter(pk=member).update(nickname=script)
    client = shop.staff.client("boss")
    order = Order.objects.filter(member_id=member).first()
    urls = [page(Member.objects.get(pk=member)), page(order), reverse("admin:orders_order_changelist")]
    urls += [reverse("admin:members_member_changelist"), reverse("admin:ledger_member", args=[member])]
    urls += [reverse("admin:ledger_explorer") + "?q=" + quote(script), urls[2] + "?q=" + quote(script)]
    for url in urls:
        assert script not in client.get(url).content.decode(), url


def test_a_row_leads_to_its_page_and_keeps_the_lists_filters(shop):
    client = shop.staff.client("boss")
    listed = reverse("admin:orders_order_changelist")
    newest, order = Order.objects.latest("pk"), Order.objects.filter(state=Order.State.SETTLED).latest("pk")
    address = reverse("admin:orders_order_change", args=[newest.pk])
    assert f'href="{address}"' in client.get(listed).content.decode()
    address = reverse("admin:orders_order_change", args=[order.pk])
    row = f"{address}?_changelist_filters=state%3D{Order.State.SETTLED.value}"
    assert f'href="{row}"' in client.get(f"{listed}?state={Order.State.SETTLED.value}").content.decode()
    assert client.get(row).status_code == 200
