"""Shipping, import, export and after-sales in the console: who may, what it does, what is logged."""

import csv
import io
import re

import pytest
from console_shop import page
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from delivery_stage import asked, operator, parcel, settled_orders
from pinwheel.doors.console.links import list_url
from pinwheel.market.aftersales.models import AfterSale, Debt, Restocked
from pinwheel.market.aftersales.services import send_back
from pinwheel.market.catalogue.models import Sku, StockMovement
from pinwheel.market.delivery.invoices import state_invoice
from pinwheel.market.delivery.models import Delivery, Invoice
from pinwheel.market.delivery.services import ship
from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.orders.models import Order
from pinwheel.rules.assets import CONSUMER_POINTS
from return_stage import Sold

pytestmark = pytest.mark.database
TICKED = re.compile(r'<input[^>]*name="on_sale"[^>]* checked')
FILES = ("parcel_import", "parcel_template", "parcel_export")


@pytest.fixture
def settled(staff):
    stage, orders = settled_orders()
    return staff, stage, orders


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_one_parcel_is_shipped_by_who_may(settled):
    staff, _, [order, _] = settled
    path, said = page(parcel(order), "ship"), {"carrier": "sf", "tracking_number": "SF1234567"}
    for role in ("finance", "support", "audit"):
        assert staff.client(role).post(path, said).status_code == 403
        assert staff.client(role).get(page(parcel(order))).status_code == 200
    client = staff.client("operations")
    assert client.post(path, said | {"tracking_number": "1"}).status_code == 400
    assert client.post(path, said).status_code == 302
    assert (parcel(order).state, parcel(order).shipped_by) == (Delivery.State.SHIPPED, staff["operations"])
    assert "SF1234567" in LogEntry.objects.get().change_message
    again = client.post(path, said | {"carrier": "jd"})
    assert b"was shipped by SF Express SF1234567" in again.content


def test_whoever_packs_reads_which_variant_was_ordered(settled):
    staff, _, [order, other] = settled
    ordered = Order.objects.get(pk=order)
    red = Sku.objects.create(
        id=7,
        product_id=ordered.product_id,
        code="red",
        options_zh="红 L",
        options_en="red L",
        price=ordered.price,
    )
    Order.objects.filter(pk=order).update(sku_id=red.pk)
    client = staff.client("operations")
    for path in (page(parcel(order)), page(ordered), page(parcel(order), "ship")):
        assert "(red L)" in client.get(path).content.decode()
    for model in (Delivery, Order):
        listed = client.get(list_url(model)).content.decode()
        assert listed.count("(red L)") == 1
    Delivery.objects.filter(pk=order).update(product_id=other)  # a prize that was chosen instead
    assert "(red L)" not in client.get(page(parcel(order))).content.decode()


def test_a_parcel_on_its_way_is_called_so_in_chinese(settled):
    staff, stage, [order, _] = settled
    ship(order, "sf", "SF1234567", staff["operations"], stage.now)
    text = staff.client("operations", "zh-hans").get(page(parcel(order))).content.decode()
    assert "已发货" in text and "自带" not in text


def test_a_file_says_what_became_of_each_row(settled):
    staff, _, [order, other] = settled
    text = (
        f"order,carrier,tracking number\n{to_text(ORDER, order)},sf,SF1234567\n{to_text(ORDER, other)},x,1\n"
    )

    def send(role, data):
        sent = {"file": SimpleUploadedFile("numbers.csv", data)}
        return staff.client(role).post(reverse("admin:parcel_import"), sent)

    assert send("support", text.encode()).status_code == 403
    done = send("operations", text.encode()).content.decode()
    assert "1 rows taken, 1 refused, of 2." in done and "There is no such carrier" in done
    assert "0 rows taken" in send("operations", text.encode()).content.decode()
    refused = send("operations", b"\x00")
    assert refused.status_code == 400 and b"this is no table" in refused.content
    assert send("operations", b"").status_code == 400
    assert (parcel(order).state, parcel(other).state) == (Delivery.State.SHIPPED, Delivery.State.TO_SHIP)


def test_a_wrong_number_is_corrected_where_the_import_says(settled):
    staff, _, [order, other] = settled
    client, path = staff.client("operations"), page(parcel(order), "correct")
    ship(order, "sf", "SF1234567", operator(), parcel(order).made_at)
    row = f"order,carrier,tracking number\n{to_text(ORDER, order)},zto,ZTO7654321\n"
    sent = {"file": SimpleUploadedFile("numbers.csv", row.encode())}
    refused = client.post(reverse("admin:parcel_import"), sent).content.decode()
    assert "was shipped by SF Express SF1234567" in refused and f'href="{path}"' in refused
    assert parcel(order).tracking_number == "SF1234567"
    for role in ("finance", "support", "audit"):
        assert staff.client(role).get(path).status_code == 403
        assert staff.client(role).post(path).status_code == 403
    assert path in client.get(page(parcel(order))).content.decode()
    assert page(parcel(other), "correct") not in client.get(page(parcel(other))).content.decode()
    form = client.get(path).content.decode()
    assert 'value="SF1234567"' in form and "The member is told" in form
    said = {"carrier": "zto", "tracking_number": "ZTO7654321"}
    assert client.post(path, said | {"tracking_number": "1"}).status_code == 400
    for _ in range(2):
        assert client.post(path, said).status_code == 302
    shown = client.get(page(parcel(order))).content.decode()
    assert "SF Express SF1234567" in shown and "ZTO Express ZTO7654321" in shown and "operations" in shown
    assert "SF1234567" in client.get(page(Order.objects.get(pk=order))).content.decode()
    assert "ZTO7654321 (sf SF1234567)" in LogEntry.objects.order_by("id")[0].change_message
    late = client.post(page(parcel(other), "correct"), said)
    assert b"cannot be done now" in late.content


def test_files_are_for_who_ships(settled):
    staff, stage, [order, _] = settled
    for name in FILES:
        assert staff.client("operations").get(reverse(f"admin:{name}")).status_code == 200
        assert staff.client("audit").get(reverse(f"admin:{name}")).status_code == 403
    sent = body(staff.client("operations").get(reverse("admin:parcel_export"))).decode("utf-8-sig")
    assert {row["订单号 Order"] for row in csv.DictReader(io.StringIO(sent))} == {
        to_text(ORDER, number) for number in Delivery.objects.values_list("pk", flat=True)
    }
    member = stage.members[0]
    state_invoice(order, member, Invoice.Kind.PERSON, "李雷", "", "a@b.cn", stage.now)
    assert "李雷" in body(staff.client("audit").get(reverse("admin:invoice_export"))).decode()
    assert "李雷" in staff.client("audit").get(page(Order.objects.get(pk=order))).content.decode()


def test_a_return_is_answered_step_by_step(settled):
    staff, stage, [order, _] = settled
    ship(order, "sf", "SF1234567", operator(), stage.now)
    one = asked(stage, order, "return_and_refund")
    support = staff.client("support")
    for name in ("approve", "refund", "refuse"):
        assert staff.client("audit").post(page(one, name)).status_code == 403
    assert support.get(page(one, "approve")).status_code == 200
    support.post(page(one, "refund"))
    assert AfterSale.objects.get(pk=one.pk).state == AfterSale.State.ASKED
    support.post(page(one, "approve"))
    send_back(one.pk, stage.members[0], "jd", "JD1234567", stage.now)
    assert b"Goods arrived" in support.get(page(one)).content
    support.post(page(one, "refund"))
    one.refresh_from_db()
    assert (one.state, one.ended_by) == (AfterSale.State.REFUNDED, staff["support"])
    assert parcel(order).state == Delivery.State.CLOSED
    assert LogEntry.objects.count() == 2
    assert b"after-sale" in support.get(page(Order.objects.get(pk=order))).content


def test_the_operator_says_which_pieces_go_back_on_sale(staff):
    client = staff.client("support")
    whole, damaged = Sold(with_cup=True).shipped(), Sold(with_cup=True).shipped()
    one, other = whole.sent_back(), damaged.sent_back()
    asked_for = client.get(page(one, "refund")).content.decode()
    assert len(TICKED.findall(asked_for)) == 2 and whole.sku.code in asked_for and whole.cup.code in asked_for
    assert client.post(page(one, "refund"), {"on_sale": ["1"]}).status_code == 400
    client.post(page(one, "refund"), {"on_sale": [whole.sku.pk, whole.cup.pk]})
    again = client.post(page(one, "refund"), {"on_sale": [whole.sku.pk]}, follow=True)
    assert b"cannot be done now" in again.content
    assert (whole.stock(), whole.stock(whole.cup)) == (1, 1)
    client.post(page(other, "refund"), {"on_sale": [damaged.cup.pk]})
    assert (damaged.stock(), damaged.stock(damaged.cup)) == (0, 1)
    shown = re.search(
        r"Back on sale</dt>\s*<dd[^>]*>(.*?)</dd>", client.get(page(other)).content.decode(), re.S
    )
    assert damaged.cup.code in shown[1] and damaged.sku.code not in shown[1]
    back = Restocked.objects.filter(aftersale_id=other.pk)
    assert list(back.values_list("sku_id", flat=True)) == [damaged.cup.pk]
    moved = StockMovement.objects.get(kind=StockMovement.Kind.RETURNED, sku=whole.sku)
    assert page(one) in staff.client("operations").get(page(moved)).content.decode()
    held = Sold()
    never_left = asked(held.stage, held.order)
    assert TICKED.search(client.get(page(never_left, "approve")).content.decode())
    client.post(page(never_left, "approve"))  # nothing ticked: nothing goes back
    assert held.stock() == 0


def test_a_refusal_needs_its_reason_and_a_large_refund_two_people(staff):
    stage, [order, other] = settled_orders(price=60_000)
    client, boss = staff.client("operations"), staff.client("boss")
    small = asked(stage, other, "refund_only", 100)
    assert client.post(page(small, "refuse"), {"reason": ""}).status_code == 400
    client.post(page(small, "refuse"), {"reason": "worn"})
    small.refresh_from_db()
    assert (small.state, small.answer) == (AfterSale.State.REFUSED, "worn")
    one = asked(stage, order)
    client.post(page(one, "approve"))
    assert b"Confirm and refund" not in client.get(page(one)).content
    client.post(page(one, "refund"))
    one.refresh_from_db()
    assert one.state == AfterSale.State.APPROVED
    boss.post(page(one, "refund"))
    one.refresh_from_db()
    assert one.state == AfterSale.State.REFUNDED


def test_debts_are_seen_by_the_operator(settled):
    staff, stage, [order, _] = settled
    adjust_balances([stage.members[0]], CONSUMER_POINTS, [-5_000], 0, stage.now)
    one = asked(stage, order)
    staff.client("support").post(page(one, "approve"))
    debt = Debt.objects.get()
    for path in (
        page(debt),
        page(one),
        page(Order.objects.get(pk=order)),
        reverse("admin:aftersales_debt_changelist"),
    ):
        assert b"50.00" in staff.client("support").get(path).content, path
