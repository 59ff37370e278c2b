"""Every refusal of a join: its code, its sentence in both languages, and that nothing was written."""

import contextlib
import string
from dataclasses import replace

import pytest
from django.db import connection

from pinwheel.ledger.accounts import PlanAccounts
from pinwheel.market.activities.terms import Terms, plain_tables
from pinwheel.market.coupons.using import CouponState, Scope
from pinwheel.market.members.models import Member
from pinwheel.market.orders.decide import ActivityState, GroupState, MemberState
from pinwheel.market.orders.intake import Book, decide_join
from pinwheel.market.orders.models import Order
from pinwheel.market.refusals import SENTENCES, Refused
from pinwheel.plan.compile import compile_plan
from stage import DAY, HOUR, Stage, changed

pytestmark = pytest.mark.usefixtures("shared_database")
LEDGER = ("transfer", "batch", "lane", "wallet", "platform_balance")
ORDERS = ("order", "waiting", "unpaid", "participation")
TABLES = [
    *(f"ledger_{name}" for name in LEDGER),
    *(f"orders_{name}" for name in ORDERS),
    *("groups_group", "activities_activity", "activities_activity_product"),
]


def database_print() -> list[object]:
    """Every row of every table that a join may touch."""
    with connection.cursor() as cursor:
        rows = []
        for table in TABLES:
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} AS t")
            rows.append((table, cursor.fetchone()))
        return rows


def not_started():
    stage = Stage(members=1, starts=HOUR)
    return stage, {}


def ended():
    stage = Stage(members=1, ends=HOUR)
    stage.now += HOUR
    return stage, {}


def outside_hours():
    return Stage(changes='{hours: ["10:00-12:00"]}', members=1), {}


def sold_out():
    stage = Stage(members=2, stock=1)
    stage.join(stage.members[1])
    return stage, {}


def limit_per_day():
    stage = Stage(changes="{limits.joins_per_day: 2}", members=1)
    for _ in range(2):
        stage.join(stage.members[0])
    return stage, {}


def limit_total():
    stage = Stage(changes="{limits: {joins_total: 2}}", members=1)
    stage.join(stage.members[0])
    stage.join(stage.members[0], external=True)
    return stage, {}


def leaders(seats=5):
    stage = Stage("leader-five", f"{{group.size: {seats}}}", members=4)
    return stage, stage.join(stage.members[3], opens=True).group_id


def already_in_group():
    stage, group = leaders()
    stage.join(stage.members[0], group=group)
    return stage, {"group": group}


def too_many_open_groups():
    stage = Stage("leader-five", members=1)
    stage.join(stage.members[0], opens=True)
    return stage, {"opens": True}


def group_full():
    stage, group = leaders(3)
    stage.join(stage.members[1], group=group)
    stage.join(stage.members[2], group=group, external=True)  # held, not paid
    return stage, {"group": group}


def group_closed():
    stage, group = leaders()
    stage.now += DAY
    return stage, {"group": group}


def group_of_another_activity():
    _, group = leaders()
    stage, _ = leaders()
    return stage, {"group": group}


def no_such_group():
    stage, _ = leaders()
    return stage, {"group": 12345}


def queue_group_by_its_number():
    stage = Stage("ordinary-group", members=2)
    stage.join(stage.members[1])
    stage.settle()
    return stage, {"group": stage.groups()[0].pk}


def queue_of_a_leaders_plan():
    return leaders()[0], {}


def leader_in_a_queue_plan():
    return Stage(members=1), {"opens": True}


def insufficient_balance():
    return Stage(members=1, cash=9_999), {}


def member_frozen():
    stage = Stage(members=1)
    Member.objects.filter(pk=stage.members[0]).update(is_frozen=True)
    return stage, {}


def idempotency_conflict():
    stage = Stage(members=1, products=2)
    stage.join(stage.members[0], key="again", product=stage.products[0].pk)
    return stage, {"key": "again", "product": stage.products[1].pk}


def unknown_product():
    return Stage(members=1), {"product": 5}


def unknown_activity():
    return Stage(members=1), {"activity": 5}


def a_draft():
    stage = Stage(members=1)
    type(stage.activity).objects.filter(pk=stage.activity.pk).update(state=0)
    return stage, {}


CASES = {
    not_started: "not_started",
    ended: "ended",
    outside_hours: "outside_hours",
    sold_out: "sold_out",
    limit_per_day: "limit_per_day",
    limit_total: "limit_total",
    already_in_group: "already_in_group",
    too_many_open_groups: "too_many_open_groups",
    group_full: "group_full",
    group_closed: "group_not_found",
    group_of_another_activity: "group_not_found",
    no_such_group: "group_not_found",
    queue_group_by_its_number: "group_not_found",
    queue_of_a_leaders_plan: "group_not_found",
    leader_in_a_queue_plan: "group_not_found",
    insufficient_balance: "insufficient_balance",
    member_frozen: "member_frozen",
    idempotency_conflict: "idempotency_conflict",
    unknown_product: "not_found",
    unknown_activity: "not_found",
    a_draft: "not_found",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_join_that_cannot_be_taken_is_refused_by_name_and_leaves_no_trace(case):
    stage, how = case()
    before = database_print()
    refused = stage.refusal(stage.members[0], **how)
    assert refused.code == CASES[case]
    assert database_print() == before
    chinese, english = refused.sentence("zh-hans"), refused.sentence("en")
    assert chinese != english and "{" not in chinese + english
    assert not set(chinese) <= set(string.printable) and set(english) <= set(string.printable)


def test_an_unknown_member_is_not_found():
    assert Stage().refusal(4711).code == "not_found"


def test_the_sentence_says_what_is_allowed():
    stage, how = outside_hours()
    assert stage.refusal(stage.members[0], **how).sentence("en").endswith("2026-11-02 10:00.")
    stage.now += 3 * HOUR + DAY
    assert "2026-11-04 10:00" in stage.refusal(stage.members[0], **how).sentence("zh-hans")
    stage, how = insufficient_balance()
    assert "100.00" in (text := stage.refusal(stage.members[0]).sentence("en")) and "99.99" in text


def test_every_code_has_two_sentences_with_the_same_blanks():
    for code, (chinese, english) in SENTENCES.items():
        blanks = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (chinese, english)
        ]
        assert chinese and english and blanks[0] == blanks[1], code


def test_a_refusal_passes_through_a_context_manager():
    """`contextlib` sets the traceback of what passes through it; a refusal must bear that."""

    @contextlib.contextmanager
    def somewhere():
        yield

    with pytest.raises(Refused), somewhere():
        raise Refused("ended")


# Order of precedence, without a database: everything is wrong; what is refused is mended, and asked again.

MENDED = {
    "ended": lambda facts: setattr(facts["activity"], "state", 2),
    "outside_hours": lambda facts: facts.update(now=facts["now"] + 2 * HOUR),
    "sold_out": lambda facts: facts["activity"].left.update({(1, 0): 5}),
    "limit_per_day": lambda facts: facts["member"].joins.update({7: (9, 1, facts["now"].date())}),
    "limit_total": lambda facts: facts["member"].joins.clear(),
    "already_in_group": lambda facts: facts["group"].members.remove(3),
    "group_full": lambda facts: facts["group"].members.pop(),
    "group_not_found": lambda facts: setattr(facts["group"], "state", 0),
    "coupon_not_taken": lambda facts: setattr(facts["activity"], "takes_coupons", True),
    "coupon_used": lambda facts: setattr(facts["coupon"], "state", 0),
    "coupon_expired": lambda facts: setattr(facts["coupon"], "expires_at", facts["now"] + DAY),
    "coupon_out_of_scope": lambda facts: facts["coupon"].scope_ids.append(1),
    "coupon_below_threshold": lambda facts: setattr(facts["coupon"], "threshold", 10_000),
    "insufficient_balance": lambda facts: setattr(facts["member"], "cash", 10_000),
    "member_frozen": lambda facts: setattr(facts["member"], "is_frozen", False),
}


def everything_wrong():
    plan = changed(
        "ordinary-group",
        '{group.size: 5, hours: ["10:30-12:00"], limits: {joins_per_day: 2, joins_total: 2}}',
    )
    tables = compile_plan(plan)
    terms = Terms(plan, "p", 1, "", tables, plain_tables(tables), PlanAccounts(*range(-1, -9, -1)))
    stage_now = Stage().now
    activity = ActivityState(7, 3, 10_000, stage_now - DAY, None, terms, {(1, 0): 0})
    group = GroupState(8, 7, 3, 5, None, [3, 11, 12, 13, 14, 15])
    member = MemberState(cash=0, is_frozen=True, joins={7: (9, 2, stage_now.date())})
    coupon = CouponState(9, 3, 1, stage_now - DAY, stage_now, 20_000, 1_000, Scope.PRODUCTS, [2])
    return {"activity": activity, "group": group, "member": member, "coupon": coupon, "now": stage_now}


def test_the_first_refusal_that_applies_wins_in_the_order_of_the_page():
    facts = everything_wrong()
    request = replace(Stage().request(3, group=8, activity=7), coupon_id=9)
    met = []
    while True:
        book = Book(
            {7: facts["activity"]},
            {8: facts["group"]},
            {3: facts["member"]},
            {},
            [],
            {9: facts["coupon"]},
            {},
        )
        before = repr(book)
        try:
            order = decide_join(request, 1, book, facts["now"])
            break
        except Refused as refused:
            assert repr(book) == before, "a refusal changed the book"
            assert refused.code in MENDED and refused.code not in met, (refused.code, met)
            met.append(refused.code)
            MENDED[refused.code](facts)
    assert met == list(MENDED)
    assert met == [code for code in SENTENCES if code in met]
    assert order.state == Order.State.PAID


def test_before_the_start_nothing_else_is_said():
    facts = everything_wrong()
    facts["activity"].starts_at = facts["now"] + HOUR
    book = Book(
        {7: facts["activity"]}, {8: facts["group"]}, {3: facts["member"]}, {}, [], {9: facts["coupon"]}, {}
    )
    with pytest.raises(Refused) as refused:
        decide_join(Stage().request(3, group=8, activity=7), 1, book, facts["now"])
    assert refused.value.code == "not_started"
