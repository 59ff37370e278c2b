"""Before paying, a member reads what the seat rules mean for their own next join; guests read the rules."""

from datetime import timedelta

import points_stage
import pytest
import shop_stage as stage
from shop_html import text_of

from pinwheel.market.groups.models import WinCounter
from pinwheel.market.ids import ACTIVITY, to_text
from pinwheel.market.orders.models import Participation

pytestmark = pytest.mark.database
EVER = "This would be your first join ever"
TODAY = "This would be your first join today"
BEFORE = "the newcomers’ rule does not concern you"
AGAIN = "the rule about the day’s first does not concern you"


@pytest.fixture
def activity(database):
    return stage.on_sale("national-group-buy")


def paths(activity) -> list[str]:
    page = f"/activities/{to_text(ACTIVITY, activity.pk)}"
    return [page, f"{page}/live", f"{page}/join"]


def test_a_newcomer_reads_both_firsts(activity, client_of):
    for path in paths(activity):
        text = text_of(client_of(stage.member()).get(path))
        assert EVER in text, path
        assert TODAY in text, path


def test_a_join_anywhere_counts_from_its_payment_on(activity, client_of):
    me = stage.member()
    stage.join(stage.on_sale("ordinary-group"), me.pk)
    text = text_of(client_of(me).get(paths(activity)[0]))
    assert (BEFORE in text, AGAIN in text) == (True, True)
    Participation.objects.update(last_day="2026-01-01")
    text = text_of(client_of(me).get(paths(activity)[0]))
    assert (BEFORE in text, TODAY in text) == (True, True)


def test_the_members_own_counts_are_told(activity, client_of, language):
    me = stage.member()
    WinCounter.objects.create(
        member_id=me.pk,
        plan="national-group-buy",
        sit_out=2,
        row_wins=1,
        all_wins=4,
        window_joins=3,
        window_wins=2,
    )
    said = {
        "en": "You cannot win your next 2 settled joins",
        "zh-hans": "您接下来 2 次结算的参团必不中",
    }[language]
    for path in paths(activity):
        assert said in text_of(client_of(me, language).get(path)), path
    assert said not in text_of(client_of(stage.member(), language).get(paths(activity)[0]))


def test_guests_and_plans_without_seat_rules_have_no_such_panel(activity, client_of):
    assert "Your next join" not in text_of(client_of().get(paths(activity)[0]))
    ordinary = stage.on_sale("ordinary-group")
    for path in paths(ordinary):
        assert "Your next join" not in text_of(client_of(stage.member()).get(path))


def test_rules_that_are_not_in_force_are_not_spoken_of(database, client_of):
    text = points_stage.playbook_text("national-group-buy")
    without = "".join(line for line in text.splitlines(True) if "- newcomer_in_front" not in line)
    activity = stage.put_on_sale(without, starts_in=timedelta(minutes=-1))
    said = text_of(client_of(stage.member()).get(paths(activity)[0]))
    assert (EVER in said, TODAY in said) == (False, True)
