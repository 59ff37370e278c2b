"""The statement: each line once, newest first, told in words; and read from the index alone."""

import re

import pytest
import shop_stage as stage
from django.db import connection
from shop_html import text_of

from pinwheel.ledger.statements import LINES, NEWEST_FIRST, BadCursor, lines_about, statement
from pinwheel.market.clock import current_time
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.orders.models import Order
from pinwheel.rules.assets import CASH, CONSUMER_POINTS

pytestmark = pytest.mark.database


@pytest.fixture
def me(database):
    """A member with a hundred adjustments and a settled join."""
    member = stage.member(cash=100_000)
    for number in range(99):
        adjust_balances([member.pk], number % 2 * CONSUMER_POINTS, [number + 1], 0, current_time())
    activity = stage.on_sale("national-group-buy")
    stage.filled(activity, member.pk, *stage.members(9))
    return member


def pages(member_id: int, limit: int, asset: int | None = None) -> list[list]:
    found, before = [], None
    while True:
        lines, before = statement(member_id, before, limit, asset)
        found.append(lines)
        if before is None:
            return found


def test_pages_hold_every_line_once_newest_first(me):
    for limit in (1, 7, 50, 200):
        lines = [line for page in pages(me.pk, limit) for line in page]
        places = [(line.batch, line.line) for line in lines]
        assert places == sorted(set(places), reverse=True)
        assert len(places) >= 103
    assert sum(line.amount for line in lines if line.asset == CASH) == balance(me.pk, "cash")
    assert sum(line.amount for line in lines if line.asset == CONSUMER_POINTS) == balance(
        me.pk, "consumer_points"
    )


def balance(member_id: int, asset: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asset} FROM ledger_wallet WHERE member_id = %s", [member_id])
        return cursor.fetchone()[0]


def test_an_exact_last_page_has_no_next(me):
    count = sum(len(page) for page in pages(me.pk, 200))
    assert statement(me.pk, limit=count)[1] is None
    assert statement(me.pk, limit=count - 1)[1] is not None


def test_one_asset_only(me):
    lines = [line for page in pages(me.pk, 10, CONSUMER_POINTS) for line in page]
    assert {line.asset for line in lines} == {CONSUMER_POINTS}
    assert len(lines) == 50  # 49 adjustments and the join's


def test_nobody_sees_another_members_lines(me):
    assert statement(stage.member(cash=0).pk) == ([], None)


def test_a_cursor_that_nobody_gave_out_is_refused(me, client_of):
    client = client_of(me)
    for cursor in ("", "1", "1.", ".1", "1.2.3", "-1.0", "1.x", "１.1", "9" * 30 + ".1", "1.1\n"):
        with pytest.raises(BadCursor):
            statement(me.pk, cursor)
        assert client.get("/assets", {"before": cursor}).status_code == 404


def test_lines_about_an_order(me):
    order = Order.objects.get(member_id=me.pk)
    [paid] = lines_about(me.pk, order.paid_batch, order.pk)
    assert (paid.amount, paid.asset) == (-10_000, CASH)
    assert lines_about(me.pk, order.settled_batch, order.pk)


def test_the_page_tells_each_line_in_words(me, client_of, language):
    text = text_of(client_of(me, language).get("/assets"))
    known = {
        "en": [
            "Paid for a join, held for the group",
            "National group-buy",
            "−¥100.00",
            "Consumer points",
            "Order",
        ],
        "zh-hans": ["参团付款，为本团保留", "全民拼购", "−¥100.00", "消费积分", "订单"],
    }
    for words in known[language]:
        assert words in text, words


def test_the_page_goes_on_where_it_ended(me, client_of):
    client, path, seen = client_of(me), "/assets?asset=cash", 0
    while path:
        page = client.get(path).content.decode()
        seen += page.count('class="line-what"')
        more = re.search(r'href="(\?[^"#]*before=[^"#]*)#statement"', page)
        path = "/assets" + more[1].replace("&amp;", "&") if more else ""
    assert seen == sum(len(page) for page in pages(me.pk, 50, CASH))


def test_the_statement_reads_its_index_and_sorts_nothing(me):
    """Also over several months: each one's index is read backwards and merged."""
    with connection.cursor() as cursor:
        for month in ("2031-01-15", "2031-02-15"):
            cursor.execute("SELECT ledger_ensure_month(%s)", [month])
            cursor.execute(
                "INSERT INTO ledger_transfer"
                " (batch, line, at, from_account, to_account, amount, about, asset, reason)"
                " SELECT 100000 + n, 0, %s, -1, 1000 + n %% 500, 1, 0, 0, 11"
                " FROM generate_series(1, 20000) AS n",
                [month],
            )
        cursor.execute("ANALYZE ledger_transfer")
        for more in (
            "",
            " AND (batch, line) < (200000, 0)",
            " AND (batch, line) < (200000, 0) AND asset = 0",
        ):
            cursor.execute("EXPLAIN " + LINES + more + NEWEST_FIRST, [1001, 51])
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan" not in re.sub(r"Seq Scan on ledger_transfer_2026\S*", "", plan), plan
            assert "Sort Key" not in plan or "Merge Append" in plan, plan
            assert "Index Scan Backward" in plan or "Bitmap" not in plan, plan
