"""Counters, promoters and sponsors of members; the change of a sponsor with its reason and second page."""

import pytest
from console_days import PLAN, Days
from console_shop import page
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from test_console_pages import said
from test_console_pool import html_of

from pinwheel.doors.console import counters
from pinwheel.market.groups.models import WinCounter
from pinwheel.market.ids import MEMBER, to_text
from pinwheel.market.members.models import Member, SponsorChange
from pinwheel.market.prizes.models import PrizeChoice, Voucher
from pinwheel.market.promoters.models import Promoter

pytestmark = pytest.mark.database


def text_of(client, url: str, **query: str) -> str:
    return said(client.get(url, query, follow=True).content.decode())


def test_the_page_of_a_member_shows_counters_pool_and_prizes(days: Days, language: str):
    chosen = PrizeChoice.objects.get(state=PrizeChoice.State.VOUCHER)
    winner = Member.objects.get(pk=chosen.member_id)
    text = text_of(days.staff.client("support", language), page(winner))
    is_chinese = language == "zh-hans"
    assert f"{PLAN} 0 1 1 1 1" in text  # may win; one win in a row, in all, in the window of one join
    assert f"{PLAN} 2026-10-03 2026-10-02 {'已过期' if is_chinese else 'expired'}" in text
    assert ("已选券" if is_chinese else "voucher chosen") in text
    voucher = Voucher.objects.get(member_id=winner.pk)
    assert f"{voucher.pk} " in text
    first = text_of(days.staff.client("support", language), page(days.members[0]))
    assert f"{PLAN} 100.00" in first
    last = text_of(days.staff.client("support", language), page(days.members[11]))
    assert PLAN not in last  # never joined: nothing is counted


def test_rights_decide_what_of_a_member_is_shown(days: Days):
    member = page(days.members[0])
    shown = {role: text_of(days.staff.client(role), member) for role in ("operations", "support")}
    assert "dividend points in the pool" in shown["support"]
    assert "dividend points in the pool" not in shown["operations"]
    assert all("Win counters" in text for text in shown.values())


def test_the_page_of_a_member_shows_sponsor_and_members_brought(days: Days):
    first, second, third, fourth, fifth = days.members[:5]
    support = days.staff.client("support")
    text = text_of(support, page(second))
    assert f"Sponsor {first.nickname} Since" in text
    assert "Members brought 2" in text
    assert fourth.nickname in text
    assert fifth.nickname in text
    assert "Brought by those 2" in text_of(support, page(first))
    text = text_of(support, page(fourth))
    assert f"{first.nickname} {second.nickname} brought by the second support" in text
    url = reverse("admin:members_member_changelist")
    brought = support.get(url, {"sponsor_id": first.pk}).context_data["cl"].result_list
    assert {member.pk for member in brought} == {second.pk, third.pk}


@pytest.mark.parametrize(("name", "model"), [("win_counters", WinCounter), ("promoters", Promoter)])
def test_lists_of_counters_go_on_and_are_searched(days: Days, name: str, model, monkeypatch):
    client, url = days.staff.client("operations"), reverse(f"admin:{name}")
    wanted = list(model.objects.order_by("-member_id").values_list("member_id", flat=True))
    assert len(wanted) == 10
    monkeypatch.setattr(counters, "ON_A_PAGE", 3)
    seen, here = [], url
    while here:
        with CaptureQueriesContext(connection) as queries:
            section = client.get(here).context_data["sections"][0]
        assert not any("COUNT(" in query["sql"].upper() for query in queries)
        seen += [str(row[0]) for row in section.rows]
        here = section.more[1] if section.more else ""
    assert len(seen) == 10
    names = dict(Member.objects.values_list("pk", "nickname"))
    assert all(f">{names[member]}<" in cell for member, cell in zip(wanted, seen, strict=True))
    member = Member.objects.get(pk=wanted[4])
    for term in (member.phone, to_text(MEMBER, member.pk)):
        section = client.get(url, {"q": term}).context_data["sections"][0]
        assert [member.nickname in str(row[0]) for row in section.rows] == [True]
    for term in ("nobody", "'; drop table"):
        answer = client.get(url, {"q": term})
        assert answer.context_data["sections"][0].rows == []
        assert "Nothing was found for" in answer.content.decode()
    assert client.get(url, {"after": "nonsense"}).status_code == 200


def test_a_sponsor_is_changed_in_two_steps(months: Days, language: str):
    support = months.staff.client("support", language)
    first, last = months.members[0], months.members[11]
    url, changes = page(last, "sponsor"), SponsorChange.objects.count()
    form = {"sponsor": first.phone, "reason": "came by the poster"}
    asked = support.post(url, form).content.decode()
    assert "came by the poster" in asked
    assert first.nickname in asked
    assert SponsorChange.objects.count() == changes
    last.refresh_from_db()
    assert last.sponsor_id is None
    assert support.post(url, form | {"shown": "0"}).url == page(last)
    last.refresh_from_db()
    assert last.sponsor_id == first.pk
    made = SponsorChange.objects.latest("id")
    assert (made.operator, made.reason) == (months.staff["support"], "came by the poster")
    nobody = {"is_nobody": "on", "reason": "asked by the member", "shown": str(first.pk)}
    support.post(url, nobody)
    last.refresh_from_db()
    assert last.sponsor_id is None
    text = text_of(support, page(last))
    assert "came by the poster" in text
    assert "asked by the member" in text
    assert LogEntry.objects.filter(object_id=str(last.pk)).count() == 2


def test_a_sponsor_that_cannot_be_is_refused_on_either_page(months: Days):
    support, (first, second) = months.staff.client("support"), months.members[:2]
    url, before = page(first, "sponsor"), SponsorChange.objects.count()
    reason = {"reason": "x"}
    for wanted, sentence in (
        ({"sponsor": second.phone}, "cannot be the sponsor"),
        ({"sponsor": first.phone}, "Nobody can invite themselves."),
        ({"is_nobody": "on"}, "That is the sponsor already."),
        ({"sponsor": "13100000000"}, "There is no such member."),
        ({"sponsor": to_text(MEMBER, 5)}, "There is no such member."),
        ({}, "one of the two"),
        ({"sponsor": second.phone, "is_nobody": "on"}, "one of the two"),
        ({"sponsor": second.phone, "reason": " "}, "This field is required."),
    ):
        for confirmed in ({}, {"shown": "0"}):
            assert sentence in html_of(support, url, **{**reason, **wanted, **confirmed}), wanted
    assert SponsorChange.objects.count() == before


def test_a_sponsor_that_changed_meanwhile_is_looked_at_again(months: Days):
    support, member = months.staff.client("support"), months.members[3]
    form = {"sponsor": months.members[2].phone, "reason": "x", "shown": str(months.members[0].pk)}
    before = member.sponsor_id
    assert "The sponsor was changed meanwhile" in html_of(support, page(member, "sponsor"), **form)
    member.refresh_from_db()
    assert member.sponsor_id == before
    assert SponsorChange.objects.count() == 1


@pytest.mark.parametrize("role", ["finance", "audit"])
def test_not_everybody_changes_sponsors(days: Days, role: str):
    client, url = days.staff.client(role), page(days.members[0], "sponsor")
    assert client.get(url).status_code == 403
    assert client.post(url, {"is_nobody": "on", "reason": "x", "shown": "0"}).status_code == 403
