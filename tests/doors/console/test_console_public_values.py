"""Public numbers in the console: entered by one, entered again by another, neither seeing the other's."""

from datetime import timedelta
from html import unescape

import pytest
from console_shop import page
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from test_console_pages import said

from pinwheel.market.clock import business_zone, current_time
from pinwheel.market.groups.models import Group
from pinwheel.market.public_values.fetching import note_failure
from pinwheel.market.public_values.models import NumberEntry, PublicValue
from value_stage import DRAND, value_of, waiting_stage

pytestmark = pytest.mark.database
LIST = "admin:public_values_publicvalue_changelist"
State = PublicValue.State


def html_of(client, url: str, **data: str) -> str:
    answer = client.post(url, data, follow=True) if data else client.get(url, follow=True)
    return unescape(answer.content.decode())


def told(number: str = "507", minutes: int = 5, **more: str) -> dict[str, str]:
    """The first operator's form."""
    at = (current_time() - timedelta(minutes=minutes)).astimezone(business_zone())
    return {
        "number": number,
        "source": "3D no. 2026310",
        "reference": "https://lottery.example/3d?a=1&b=2",
        "published_at_0": f"{at:%Y-%m-%d}",
        "published_at_1": f"{at:%H:%M:%S}",
        **more,
    }


def test_two_operators_draw_a_group(staff, language):
    _, group = waiting_stage()
    value = value_of(group)
    first, second = (staff.client(name, language) for name in ("operations", "finance"))
    assert "enter/" in html_of(first, page(value)) and "confirm/" not in html_of(first, page(value))
    html_of(first, page(value, "enter"), **told())
    shown = html_of(first, page(value))
    assert "507" not in said(shown) and "confirm/" not in shown and "enter/" not in shown
    asked = html_of(second, page(value, "confirm"))
    assert "507" not in said(asked) and "confirm/" in html_of(second, page(value))
    answer = html_of(second, page(value, "confirm"), number="507")
    assert "507" in said(answer) and "https://lottery.example/3d?a=1&b=2" in answer
    assert Group.objects.get(pk=group.pk).state == Group.State.SETTLED
    assert value_of(group).state == State.DRAWN
    said_by = list(LogEntry.objects.order_by("id").values_list("user__username", flat=True))
    assert said_by == ["operations", "finance"]
    assert not LogEntry.objects.filter(change_message__contains="507").exists()


def test_one_form_enters_for_all_groups_that_wait_for_the_number(staff, language):
    shop, group = waiting_stage()
    for member in shop.members:
        shop.join(member)
    shop.settle()
    other = shop.groups()[1]
    first, second = (staff.client(name, language) for name in ("operations", "finance"))
    html_of(first, page(value_of(group), "enter"), **told(for_all="on"))
    html_of(second, page(value_of(other), "confirm"), number="507")
    assert {value_of(one).state for one in (group, other)} == {State.DRAWN}


def test_numbers_that_differ_show_neither_and_begin_anew(staff):
    _, group = waiting_stage()
    value = value_of(group)
    first, second = staff.client("operations"), staff.client("finance")
    html_of(first, page(value, "enter"), **told("507"))
    answer = html_of(second, page(value, "confirm"), number="570")
    assert "The two entries differ, so neither counts" in answer
    assert "507" not in said(answer) and "570" not in said(answer)
    assert "the two differ" in answer and "enter/" in answer
    assert value_of(group).state == State.WAITING
    assert NumberEntry.objects.filter(state=NumberEntry.State.CONFLICT).count() == 2


def test_what_a_form_gets_wrong_stays_on_its_page(staff):
    _, group = waiting_stage()
    client, enter = staff.client("operations"), page(value_of(group), "enter")
    for wrong, words in (
        (told("5 07"), "Enter the number as it was published"),
        (told(minutes=200), "must have been published after the list was frozen"),
        (told(minutes=-90), "and not in the future"),
        (told(source=" "), "This field is required"),
        (told(published_at_0="soon"), "valid date"),
    ):
        assert words in html_of(client, enter, **wrong)
    assert not NumberEntry.objects.exists()


def test_who_may_not_enter_sees_and_is_refused(staff):
    _, group = waiting_stage()
    value = value_of(group)
    audit = staff.client("audit")
    assert "enter/" not in html_of(audit, page(value))
    assert audit.post(page(value, "enter"), told()).status_code == 403
    assert audit.post(page(value, "confirm"), {"number": "507"}).status_code == 403
    assert audit.get(page(value)).status_code == 200


def test_the_same_person_and_a_group_that_does_not_wait(staff):
    _, group = waiting_stage()
    client, value = staff.client("operations"), value_of(group)
    html_of(client, page(value, "enter"), **told())
    assert "another operator with the right to confirm must" in html_of(
        client, page(value, "confirm"), number="507"
    )
    html_of(staff.client("finance"), page(value, "confirm"), number="507")
    assert "is not waiting for a public number" in html_of(client, page(value, "enter"), **told())


def test_the_list_and_the_overview_say_who_waits_and_what_failed(staff, language):
    _, group = waiting_stage()
    _, of_beacon = waiting_stage(DRAND)
    note_failure(value_of(of_beacon).round, "timeout", current_time())
    client = staff.client("operations", language)
    shown = html_of(client, reverse(LIST) + "?state=0")
    event = "that evening’s 3D" if language == "en" else "当晚福彩3D"
    assert event in shown and str(value_of(of_beacon).round) in shown
    assert "timeout" in html_of(client, page(value_of(of_beacon)))
    overview = html_of(client, reverse("admin:index"))
    assert ("numbers to enter: 1, rounds not had: 1" if language == "en" else "待录入号码 1 个") in overview
    assert page(value_of(group)) in html_of(client, page(group))
