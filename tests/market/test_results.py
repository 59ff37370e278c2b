"""What came of every order of an activity, as files: exact, whole, flat in memory, safe in a spreadsheet."""

import csv
import io
import itertools
from decimal import Decimal

import pytest
from django.db import connection
from openpyxl import load_workbook

from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.members.models import Member
from pinwheel.market.orders import result_files, results
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.result_files import result_lines, result_workbook
from pinwheel.market.orders.results import HEADERS, result_rows
from pinwheel.market.presale.services import pay_balance
from pinwheel.market.refusals import Refused
from pinwheel.rules.assets import ASSETS
from stage import HOUR, Stage

pytestmark = pytest.mark.usefixtures("database")
PLAN = "national-group-buy"


def table(shop: Stage) -> list[dict[str, str]]:
    text = "".join(result_lines(shop.activity.pk)).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def column(name: str) -> str:
    return next(header for header in HEADERS if name in header)


def stage(members=11) -> Stage:
    """A group of ten that is settled, and the next ones on their way."""
    shop = Stage(PLAN, members=members, ends=HOUR)
    for member in shop.members:
        shop.join(member)
    shop.settle()
    return shop


def test_every_order_is_one_row_with_what_it_paid_and_got():
    shop = stage()
    rows = table(shop)
    assert [row[column("Order")] for row in rows] == [
        to_text(ORDER, order) for order in Order.objects.order_by("-id").values_list("id", flat=True)
    ]
    by_order = {row[column("Order")]: row for row in rows}
    for order in Order.objects.filter(state__in=(3, 4)):
        row = by_order[to_text(ORDER, order.pk)]
        assert row[column("Paid")] and Decimal(row[column("实付 Paid")]) == Decimal(order.price) / 100
        assert Decimal(row[column("退款 Refunded")]) == Decimal(order.refunded) / 100
        assert row[column("Draw number")] == "1" and row[column("Seat")] == str(order.seat)
        won = order.outcome == 0
        assert (Decimal(row[column("shopping credit")]) > 0) == won
        assert (Decimal(row[column("Reward, cash")]) > 0) != won
    last = rows[0]
    assert last[column("State")].endswith("seated") and last[column("Outcome")] == ""


def test_rewards_are_those_of_the_ledger():
    shop = stage()
    with connection.cursor() as cursor:
        cursor.execute("SELECT asset, sum(amount) FROM ledger_transfer WHERE reason IN (6, 9, 10) GROUP BY 1")
        posted = dict(cursor.fetchall())
    rows = table(shop)
    for asset, name in enumerate(ASSETS):
        total = sum(Decimal(row[results.ASSET_WORDS[name]]) for row in rows)
        assert total == Decimal(int(posted.get(asset, 0))) / 100, name


def test_every_state_of_an_order_has_a_word():
    assert set(results.STATES) == set(Order.State)


def test_a_presale_has_paid_its_deposit_until_the_balance_settles_it():
    shop = Stage("presale-group", "{group.size: 2}", members=3)
    for member in shop.members:
        shop.join(member)
    shop.settle()
    due = Order.objects.filter(state=Order.State.BALANCE_DUE).earliest("id")
    pay_balance(due.pk, due.member_id, shop.now)
    shop.settle()
    assert [(row[column("State")].split(" ", 1)[1], row[column("实付 Paid")]) for row in table(shop)] == [
        ("seated", "20.00"),
        ("balance due", "20.00"),
        ("settled", "199.00"),
    ]


def test_pages_of_rows_lose_and_repeat_nothing(monkeypatch):
    shop = stage(23)
    whole = list(result_rows(shop.activity.pk))
    monkeypatch.setattr(results, "AT_ONCE", 4)
    assert list(result_rows(shop.activity.pk)) == whole and len(whole) == 23


def test_rows_are_handed_on_as_they_are_read(monkeypatch):
    shop = stage(5)
    monkeypatch.setattr(results, "AT_ONCE", 2)
    monkeypatch.setattr(result_files, "LINES_AT_ONCE", 2)
    assert len(list(itertools.islice(result_lines(shop.activity.pk), 2))) == 2
    assert sum(part.count("\r\n") for part in result_lines(shop.activity.pk)) == 6


NASTY = ["=1+1", "+8613", "-2", "@SUM(A1)", "\t=1", "a\r\n=2", '"quoted"', "#N/A", "\x0bx"]


@pytest.mark.parametrize("nickname", NASTY)
def test_no_cell_is_a_formula(nickname):
    shop = stage(1)
    Member.objects.update(nickname=nickname)
    (row,) = table(shop)
    said = row[column("Nickname")]
    assert said[:1] not in ("=", "+", "-", "@", "\t", "\r")
    with result_workbook(shop.activity.pk) as file:
        sheet = load_workbook(file).worksheets[0]
    cell = sheet.cell(2, HEADERS.index(column("Nickname")) + 1)
    assert cell.data_type == "s" and cell.value == nickname.translate(result_files.ILLEGAL)
    phone = sheet.cell(2, HEADERS.index(column("Phone")) + 1)
    assert phone.data_type == "s" and len(phone.value) == 11


def test_the_workbook_has_amounts_and_moments_as_such():
    shop = stage(11)
    with result_workbook(shop.activity.pk) as file:
        sheet = load_workbook(file).worksheets[0]
    assert [cell.value for cell in sheet[1]] == HEADERS and sheet.max_row == 12
    paid = sheet.cell(2, HEADERS.index("实付 Paid") + 1)
    assert (paid.data_type, paid.number_format) == ("n", "0.00") and paid.value == shop.activity.price / 100
    assert sheet.cell(2, HEADERS.index(column("Ordered")) + 1).is_date


def test_a_workbook_that_would_be_too_long_is_refused(monkeypatch):
    shop = stage(2)
    monkeypatch.setattr(result_files, "MOST_ROWS", 1)
    with pytest.raises(Refused) as refused:
        result_workbook(shop.activity.pk)
    assert refused.value.code == "bad_file" and "take the CSV" in refused.value.sentence("en")
    assert len(table(shop)) == 2


def test_an_activity_without_orders_is_headers_alone():
    shop = Stage(PLAN)
    assert table(shop) == []
    with result_workbook(shop.activity.pk) as file:
        assert load_workbook(file).worksheets[0].max_row == 1
