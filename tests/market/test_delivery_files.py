"""Files of tracking numbers: whatever a spreadsheet makes of them is read right, or refused by row."""

import csv
import io

import pytest
from openpyxl import Workbook, load_workbook

from delivery_stage import asked, operator, parcel, settled_orders
from pinwheel.market.catalogue.models import Sku
from pinwheel.market.delivery.addresses import Address
from pinwheel.market.delivery.exports import invoice_lines, to_ship_lines
from pinwheel.market.delivery.files import (
    MOST_BYTES,
    MOST_ROWS,
    cell_text,
    read_file,
    safe_cell,
    template_xlsx,
)
from pinwheel.market.delivery.imports import EMPTY, REFUSED, TAKEN, TAKEN_BEFORE, import_rows
from pinwheel.market.delivery.invoices import state_invoice
from pinwheel.market.delivery.models import Delivery, Invoice
from pinwheel.market.ids import ORDER, new_id, to_text
from pinwheel.market.orders.models import Order
from pinwheel.market.refusals import Refused
from stage import findings

pytestmark = pytest.mark.usefixtures("shared_database")
HEAD = "订单号,快递公司,快递单号\n"


def results(data, stage):
    return [
        (found.result, found.refusal.code if found.refusal else "")
        for found in import_rows(read_file(data), operator(), stage.now)
    ]


def xlsx(*rows):
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def refused_file(data):
    with pytest.raises(Refused) as found:
        read_file(data)
    return found.value.code


def test_each_row_is_answered_and_the_same_file_twice_is_once():
    stage, orders = settled_orders(6)
    one, two, three, disputed, shipped, homeless = (to_text(ORDER, order) for order in orders)
    asked(stage, orders[3])
    Address.objects.filter(member_id=stage.members[5]).delete()
    rows = [
        f"{one},顺丰,SF1234567",
        ",,",
        f"{two.lower()},ZTO Express, zto 1234567 ",
        f"{one},顺丰,SF7654321",
        "O0000000000000,顺丰,SF1234567",
        "不是订单,顺丰,SF1234567",
        f"{three},飞鸽,SF1234567",
        f"{disputed},jd,JD1234567",
        f"{homeless},jd,JD1234567",
        f"{shipped},sf,7.31234E+13",
    ]
    data = (HEAD + "\n".join(rows) + "\n\n").encode()
    first = [
        (TAKEN, ""),
        (EMPTY, ""),
        (TAKEN, ""),
        (REFUSED, "duplicate_row"),
        (REFUSED, "not_found"),
        (REFUSED, "not_found"),
        (REFUSED, "unknown_carrier"),
        (REFUSED, "aftersale_open"),
        (REFUSED, "address_missing"),
        (REFUSED, "digits_lost"),
    ]
    assert results(data, stage) == first
    assert parcel(orders[1]).tracking_number == "ZTO1234567"
    again = [(TAKEN_BEFORE, "") if found == (TAKEN, "") else found for found in first]
    assert results(data, stage) == again
    assert parcel(orders[0]).tracking_number == "SF1234567"
    other = (HEAD + f"{one},sf,SF0000001\n").encode()
    assert results(other, stage) == [(REFUSED, "shipped_otherwise")]
    assert findings(["draws_hold"]) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_every_encoding_and_separator_that_is_met(encoding, separator):
    stage, [order, _] = settled_orders()
    line = separator.join([to_text(ORDER, order), "圆通速递", "YT1234567"])
    data = (HEAD.replace(",", separator) + line).replace("\n", "\r\n").encode(encoding)
    assert results(data, stage) == [(TAKEN, "")]


def test_numbers_of_a_workbook_keep_their_digits():
    stage, orders = settled_orders(4)
    ids = [to_text(ORDER, order) for order in orders]
    data = xlsx(
        ["快递单号", "备注", "订单号", "快递公司"],
        [773123456789012.0, None, ids[0], "申通快递"],
        [773123456789013, "x", ids[1], "申通快递"],
        [7731234567890123.0, None, ids[2], "申通快递"],
        [None, None, None, None],
        ["'00123456", None, f" {ids[3]} ", "申通"],
    )
    assert results(data, stage) == [
        (TAKEN, ""),
        (TAKEN, ""),
        (REFUSED, "digits_lost"),
        (EMPTY, ""),
        (TAKEN, ""),
    ]
    numbers = [parcel(order).tracking_number for order in orders]
    assert numbers == ["773123456789012", "773123456789013", "", "00123456"]


@pytest.mark.parametrize(
    ("value", "said"),
    [(12.0, "12"), ("12.0", "12"), (" a ", "a"), (None, ""), ("1.5", "1.5"), ("'=1", "=1"), (1.5, "1.5")],
)
def test_what_a_cell_says(value, said):
    assert cell_text(value) == said


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02",
        b"\xff\xfe\xff\xff",
        b"PK\x03\x04 not a workbook",
        "订单号,快递公司\nO1,sf\n".encode(),
        "订单号,订单号,快递公司,快递单号\n".encode(),
        b"x" * (MOST_BYTES + 1),
        (HEAD + "O,sf,1\n" * (MOST_ROWS + 1)).encode(),
        b'order,carrier,tracking number\n"' + b"a" * 200_000,
    ],
    ids=["empty", "bytes", "utf-16", "zip", "column", "twice", "large", "long", "quote"],
)
def test_what_is_no_table_is_refused(data):
    assert refused_file(data) == "bad_file"


def test_the_template_can_be_filled_and_taken():
    stage, [order, _] = settled_orders()
    book = load_workbook(io.BytesIO(template_xlsx()))
    book.active.append([to_text(ORDER, order), "EMS", "EA123456789CN"])
    stream = io.BytesIO()
    book.save(stream)
    assert results(stream.getvalue(), stage) == [(TAKEN, "")]


def test_the_list_to_ship_is_safe_and_comes_back_as_an_import():
    stage, [order, other] = settled_orders()
    Address.objects.filter(member_id=stage.members[0]).update(receiver="=HYPERLINK(1)", street="+1,\n号")
    Delivery.objects.filter(pk=other).update(state=Delivery.State.CLOSED)
    rows = list(csv.DictReader(io.StringIO("".join(to_ship_lines()).removeprefix("\ufeff"))))
    ours = [row for row in rows if row["订单号 Order"] == to_text(ORDER, order)]
    assert len(ours) == 1
    assert not [row for row in rows if row["订单号 Order"] == to_text(ORDER, other)]
    assert (ours[0]["收货人 Receiver"], ours[0]["详细地址 Street"]) == ("'=HYPERLINK(1)", "'+1, 号")
    assert ours[0]["电话 Phone"] == "13800138000"
    ours[0] |= {"快递公司 Carrier": "jd", "快递单号 Tracking number": "JD1234567"}
    stream = io.StringIO()
    writer = csv.DictWriter(stream, ours[0].keys())
    writer.writeheader()
    writer.writerow(ours[0])
    assert results(stream.getvalue().encode("utf-8-sig"), stage) == [(TAKEN, "")]


def test_the_list_to_ship_names_the_variant_of_the_product_that_was_ordered():
    stage, [order, other] = settled_orders()
    for number, words in ((order, "红"), (other, "蓝")):
        product = Order.objects.get(pk=number).product_id
        variant = Sku.objects.create(
            id=new_id(stage.now), product_id=product, code=f"TEA-{number}", options_zh=words, price=9_900
        )
        Order.objects.filter(pk=number).update(sku_id=variant.pk)
    prize = stage.make_product()
    Delivery.objects.filter(pk=other).update(product_id=prize.pk)  # chosen in place of what was ordered
    rows = csv.DictReader(io.StringIO("".join(to_ship_lines()).removeprefix("\ufeff")))
    names = {row["订单号 Order"]: row["商品 Product"] for row in rows}
    assert names[to_text(ORDER, order)] == "茶 (红)"
    assert names[to_text(ORDER, other)] == prize.name_zh


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r@", "\n+"])
def test_no_cell_is_a_formula(sign):
    assert safe_cell(f"{sign}1").startswith("'")
    assert safe_cell("plain") == "plain"


def test_invoices_are_listed_with_what_was_paid():
    stage, [order, _] = settled_orders()
    state_invoice(
        order, stage.members[0], Invoice.Kind.COMPANY, "@公司", "911100001234567", "a@b.cn", stage.now
    )
    lines = "".join(invoice_lines())
    assert f"{to_text(ORDER, order)},公司 Company,'@公司,911100001234567,a@b.cn,100.00,0.00" in lines
