"""What each day brought: runs with their shares and transfers, and a warning where a day is not done."""

import re
from datetime import timedelta

import pytest
from console_days import FROZEN_DAY, PLAN, Days, set_clock
from console_shop import page
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from test_console_pages import said

from pinwheel.doors.console import run_page, runs
from pinwheel.doors.console.base import LIST_PAGE
from pinwheel.ledger.models import Transfer
from pinwheel.market.days.models import DayRun, DayShare, PlanDays
from pinwheel.market.ids import MEMBER, to_text

pytestmark = pytest.mark.database


def text_of(client, url: str, **query: str) -> str:
    return said(client.get(url, query, follow=True).content.decode())


def test_runs_are_listed_filtered_and_found_by_date(days: Days, language: str):
    client, url = days.staff.client("support", language), reverse("admin:days_dayrun_changelist")
    shown = client.get(url).context_data["cl"].result_list
    assert len(shown) == LIST_PAGE
    for query, wanted in (
        ({"kind": 3}, {"kind": 3}),
        ({"q": "2026-10-03"}, {"day": "2026-10-03"}),
        ({"q": PLAN, "kind": 1}, {"kind": 1, "pk__gte": shown[-1].pk}),
        ({"state": 1}, {"state": 1}),
    ):
        found = {run.pk for run in client.get(url, query).context_data["cl"].result_list}
        assert found >= set(DayRun.objects.filter(**wanted).values_list("pk", flat=True)), query
        assert all(query.get("kind", run.kind) == run.kind for run in DayRun.objects.filter(pk__in=found))
    text = text_of(client, url, q="2026-10-26", kind="3")
    assert "100.01" in text
    assert ("月分红" if language == "zh-hans" else "monthly dividend") in text


def test_a_run_shows_its_pool_and_every_share(days: Days):
    run, finance = days.monthly, days.staff.client("finance")
    text = text_of(finance, page(run))
    assert "Done: everybody is paid." in text
    for share in DayShare.objects.filter(run_id=run.pk):
        assert to_text(MEMBER, share.member_id) in text
    assert "Carried over (yuan) 0.01" in text
    assert "The month's profit" in text
    assert "The month's profit" not in text_of(days.staff.client("support"), page(run))
    daily = text_of(finance, page(days.daily))
    assert "Price won" in daily
    assert "Put into the pool (yuan) 6.00" in daily
    release = text_of(finance, page(days.release))
    assert "Joins settled the day before" in release
    assert "Carried over" not in release


def test_shares_go_on_page_by_page(days: Days, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(run_page, "SHARES", 2)
    monkeypatch.setattr(runs, "LINES", 3)
    finance, run = days.staff.client("finance"), days.monthly
    members = list(
        DayShare.objects.filter(run_id=run.pk).order_by("member_id").values_list("member_id", flat=True)
    )
    first = text_of(finance, page(run))
    second = text_of(finance, page(run), after=str(members[1]))
    assert [to_text(MEMBER, member) in first for member in members] == [True, True, False]
    assert [to_text(MEMBER, member) in second for member in members] == [False, False, True]
    url, seen = page(days.release, "transfers"), 0
    while url:
        section = finance.get(url).context_data["sections"][0]
        seen, url = seen + len(section.rows), section.more[1] if section.more else ""
    assert seen == Transfer.objects.filter(about=days.release.pk).count() == 8


def test_a_member_is_found_in_a_run_with_the_transfers(days: Days):
    finance, member = days.staff.client("finance"), days.members[0]
    for term in (member.phone, to_text(MEMBER, member.pk).lower()):
        text = text_of(finance, page(days.release), q=term)
        assert "shopping credit used up by the daily release" in text
        assert to_text(MEMBER, days.members[1].pk) not in text
    assert "Transfers" not in text_of(days.staff.client("support"), page(days.monthly), q=member.phone)
    nobody = finance.get(page(days.monthly), {"q": "nobody"}, follow=True).content.decode()
    assert "Nothing was found for" in nobody
    assert days.staff.client("support").get(page(days.monthly, "transfers")).status_code == 403


def test_transfers_are_found_by_their_time_and_batch(days: Days):
    finance = days.staff.client("finance")
    with CaptureQueriesContext(connection) as queries:
        finance.get(page(days.monthly, "transfers"))
    moved = [query["sql"] for query in queries if 'FROM "ledger_transfer"' in query["sql"]]
    assert moved
    assert all('"batch" <=' in sql and '"at" >=' in sql for sql in moved)


def test_a_run_that_is_being_paid_says_how_far_it_is(months: Days):
    run = months.monthly
    first = DayShare.objects.filter(run_id=run.pk).order_by("member_id").first()
    DayRun.objects.filter(pk=run.pk).update(
        state=DayRun.State.PAYING, position=first.member_id, finished_at=None
    )
    finance = months.staff.client("finance")
    for url in (page(run), page(months.october)):
        text = text_of(finance, url)
        assert "Being paid: 1 of 3 members so far." in text, url
        assert "Carried over (yuan) –" in text, url
    assert text_of(finance, page(run)).count("paid out") == 1
    assert len(re.findall(r"\bwaiting", text_of(finance, page(run)))) == 2
    pool = text_of(finance, reverse("admin:pool_plan", args=[PLAN]))
    assert "Left over of months before (yuan) 0.00" in pool


def test_the_overview_warns_of_a_day_that_is_not_done(
    months: Days, monkeypatch: pytest.MonkeyPatch, language
):
    home = reverse("admin:index")
    late = "日结只完成到 2026-11-26" if language == "zh-hans" else "days are done up to 2026-11-26"
    support = months.staff.client("support", language)
    assert late not in text_of(support, home)
    midnight = FROZEN_DAY.replace(hour=0) + timedelta(days=1)
    for moment, is_late in ((timedelta(minutes=5), False), (timedelta(minutes=16), True)):
        set_clock(monkeypatch, midnight + moment)
        assert (late in text_of(support, home)) == is_late, moment
    PlanDays.objects.update(done_through="2026-11-20")
    set_clock(monkeypatch, FROZEN_DAY)
    assert "2026-11-20" in text_of(support, home)


def test_runs_are_read_only(days: Days):
    boss = days.staff.client("boss")
    assert boss.get(reverse("admin:days_dayrun_add")).status_code == 403
    assert boss.post(page(days.monthly, "delete"), {"post": "yes"}).status_code == 403
    before = DayRun.objects.values().get(pk=days.monthly.pk)
    boss.post(page(days.monthly), {"state": 0, "paid": 0, "_save": "1"})
    assert DayRun.objects.values().get(pk=days.monthly.pk) == before
