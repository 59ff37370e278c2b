"""A month's profit: entered by one, confirmed by another, paid by points, and kept in the history."""

from datetime import datetime, timedelta
from html import unescape

import pytest
from console_days import FROZEN_DAY, PLAN, Days, set_clock
from console_shop import page
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from test_console_pages import said

from pinwheel.ledger.models import Wallet
from pinwheel.market.days.services import run_days
from pinwheel.market.pool.models import PoolShare, Profit
from pinwheel.market.refusals import Refused

pytestmark = pytest.mark.database
State = Profit.State


def pool_url(name: str = "pool_plan") -> str:
    return reverse(f"admin:{name}", args=[PLAN])


def entered(months: Days, profit: str = "1,000.00") -> Profit:
    months.staff.client("finance").post(pool_url("pool_enter"), {"profit": profit})
    return Profit.objects.get(state=State.ENTERED)


def text_of(client, url: str, **data: str) -> str:
    return said(html_of(client, url, **data))


def html_of(client, url: str, **data: str) -> str:
    """A page with its messages, which stand in an attribute."""
    answer = client.post(url, data, follow=True) if data else client.get(url, follow=True)
    return unescape(answer.content.decode())


def test_the_pool_is_shown_before_the_profit_is_entered(days: Days):
    finance = days.staff.client("finance")
    text = text_of(finance, pool_url())
    for words in ("frozen, to be settled", "500.00", "2026-11-25", "2026-12-01", "0.01", "1-5", "6-24"):
        assert words in text, words
    assert "Enter the month's profit…" in text
    assert "Enter the month's profit…" not in text_of(days.staff.client("audit"), pool_url())
    assert "2026-10 100.01 confirmed finance boss done 100.01 100.00 3 0.01" in text
    assert "2026-11 777.00 rejected finance boss" in text
    assert "National group-buy" in text_of(finance, reverse("admin:pool_plans"))


def test_two_people_settle_a_month(months: Days, language: str):
    finance, boss = (months.staff.client(name, language) for name in ("finance", "boss"))
    answer = finance.post(pool_url("pool_enter"), {"profit": "1,000.00"})
    entry = Profit.objects.get(state=State.ENTERED)
    assert answer.url == page(entry)
    assert (entry.profit, entry.entered_by) == (100_000, months.staff["finance"])
    assert "confirm/" not in finance.get(page(entry)).content.decode()
    asked = text_of(boss, page(entry, "confirm"))
    for words in ("1,000.00", "1,000.01", "500.00", "200.00"):  # profit, with what was left, points, per 100
        assert words in asked, words
    before = Wallet.objects.get(pk=months.stage.members[0]).cash
    boss.post(page(entry, "confirm"))
    entry.refresh_from_db()
    assert (entry.state, entry.decided_by) == (State.CONFIRMED, months.staff["boss"])
    paid = "全部会员都已发放" if language == "zh-hans" else "everybody is paid"
    assert paid not in text_of(boss, page(entry))  # weighed, and not yet paid
    run_days(FROZEN_DAY + timedelta(seconds=1))
    assert Wallet.objects.get(pk=months.stage.members[0]).cash == before + 20_000
    text = text_of(boss, page(entry))
    assert paid in text
    assert "1,000.01" in text
    assert LogEntry.objects.filter(object_id=str(entry.pk)).count() == 2


def test_nobody_confirms_their_own(months: Days):
    entry, finance = entered(months), months.staff.client("finance")
    refused = Refused("same_person").sentence("en")
    assert refused in html_of(finance, page(entry, "confirm"))
    assert refused in html_of(finance, page(entry, "confirm"), sure="1")
    entry.refresh_from_db()
    assert entry.state == State.ENTERED
    assert "Take back…" in html_of(finance, page(entry))
    finance.post(page(entry, "reject"))
    entry.refresh_from_db()
    assert (entry.state, entry.decided_by) == (State.REJECTED, months.staff["finance"])
    assert entered(months, "5").profit == 500


def test_each_refusal_is_said_in_its_sentence(months: Days, monkeypatch: pytest.MonkeyPatch):
    finance, boss = months.staff.client("finance"), months.staff.client("boss")
    enter = pool_url("pool_enter")
    assert "The profit must be more than 0 and at most" in html_of(finance, enter, profit="0")
    assert "The profit must be more than 0 and at most" in html_of(finance, enter, profit="9" * 15)
    assert "cannot be read" in html_of(finance, enter, profit="1.001")
    assert not Profit.objects.filter(state=State.ENTERED).exists()
    entry = entered(months)
    assert "The profit of 2026-11 was entered already." in html_of(finance, enter, profit="5")
    boss.post(page(entry, "reject"))
    for name in ("confirm", "reject"):
        assert Refused("already_decided").sentence("en") in html_of(boss, page(entry, name)), name
        assert Refused("already_decided").sentence("en") in html_of(boss, page(entry, name), sure="1"), name
    late = entered(months)
    set_clock(monkeypatch, FROZEN_DAY + timedelta(days=10))
    sentence = "A month's profit is entered and confirmed on its frozen days"
    for url in (enter, page(late, "confirm")):
        assert sentence in html_of(boss, url), url
        assert sentence in html_of(boss, url, profit="5"), url
    set_clock(monkeypatch, FROZEN_DAY)
    boss.post(page(late, "reject"))
    PoolShare.objects.update(points=0)
    assert "Nobody has points in the pool to share it." in html_of(finance, enter, profit="5")
    assert "Enter the month's profit…" not in html_of(finance, pool_url())


@pytest.mark.parametrize("role", ["operations", "support", "audit"])
def test_only_finance_enters_and_confirms(months: Days, role: str):
    client = months.staff.client(role)
    assert client.post(pool_url("pool_enter"), {"profit": "5"}).status_code == 403
    entry = entered(months)
    for name in ("confirm", "reject"):
        assert client.get(page(entry, name)).status_code == 403
        assert client.post(page(entry, name)).status_code == 403
    entry.refresh_from_db()
    assert entry.state == State.ENTERED


def test_the_overview_says_what_waits(months: Days, monkeypatch: pytest.MonkeyPatch):
    finance, home = months.staff.client("finance"), reverse("admin:index")
    assert "the pool is frozen and this month's profit is not entered" in text_of(finance, home)
    entry = entered(months)
    text = text_of(finance, home)
    assert "profit of 2026-11: awaiting a second person" in text
    assert "not entered" not in text
    months.staff.client("boss").post(page(entry, "confirm"))
    text = text_of(finance, home)
    assert "pool settlement" not in text
    assert "not done after 15 minutes" not in text
    set_clock(monkeypatch, FROZEN_DAY + timedelta(hours=1))
    assert "Runs that are not done after 15 minutes: 1." in text_of(finance, home)


def test_a_plan_without_a_pool_has_no_page(days: Days):
    boss = days.staff.client("boss")
    for name in ("pool_plan", "pool_enter"):
        assert boss.get(reverse(f"admin:{name}", args=["draw-on-fill"])).status_code == 404


def test_before_the_frozen_days_the_page_says_when(days: Days, monkeypatch: pytest.MonkeyPatch):
    set_clock(monkeypatch, datetime.fromisoformat("2026-11-03T09:00:00+08:00"))
    text = text_of(days.staff.client("finance"), pool_url())
    assert "open both ways" in text
    assert "can be entered and confirmed from 2026-11-25 on" in text
    assert "Enter the month's profit…" not in text
