"""The one writer of the ledger: what it refuses, what it writes, and what the database itself refuses."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from booking import AT, account, balance, book, book_findings, moves, people
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinwheel.ledger import post as post_module
from pinwheel.ledger.models import Batch, Lane, Transfer
from pinwheel.ledger.post import BadTransfer, InsufficientBalance, post, raw_cursor
from pinwheel.ledger.wallets import LockedWallets, UnknownMember, lock_wallets
from pinwheel.rules.assets import ASSETS

pytestmark = pytest.mark.usefixtures("shared_database")


def state():
    """Everything a refused post must leave alone."""
    return Batch.objects.count(), Transfer.objects.count(), list(Lane.objects.order_by("lane").values())


def test_a_batch_moves_money_and_links_the_chain():
    a, b = people(2)
    till, fund = account("till"), account("fund")
    book((till, a, 500), lane=3)
    batch = book((a, till, 200), (till, b, 50, 2), (fund, till, 7), lane=3)
    assert (balance(a), balance(b), balance(b, 2), balance(fund)) == (300, 0, 50, -7)
    assert balance(till) == -500 + 200 + 7 and balance(till, 2) == -50
    lines = Transfer.objects.filter(batch=batch).order_by("line")
    assert [(line.line, line.from_account, line.to_account, line.amount) for line in lines] == [
        (0, a, till, 200),
        (1, till, b, 50),
        (2, fund, till, 7),
    ]
    link, before = Batch.objects.filter(lane=3).order_by("-position")[:2]
    assert link.id == batch and link.lines == 3 and bytes(link.previous) == bytes(before.digest)
    lane = Lane.objects.get(lane=3)
    assert (lane.length, bytes(lane.digest)) == (link.position, bytes(link.digest))
    assert book_findings() == []


def test_transfers_of_the_platform_alone_need_no_wallet():
    till, fund = account("till"), account("fund")
    before = balance(fund)
    book((till, fund, 5))
    assert balance(fund) == before + 5


BAD = {
    "nothing": (),
    "of nothing": (("till", "member", 0),),
    "negative": (("till", "member", -1),),
    "between members": (("member", "other", 1),),
    "to itself": (("till", "till", 1),),
    "in an unknown asset": (("till", "member", 1, len(ASSETS)),),
    "in a negative asset": (("till", "member", 1, -1),),
    "behind a good one": (("till", "member", 5), ("till", "other", 0)),
    "from account nothing": ((0, "member", 1),),
    "to account nothing": (("till", 0, 1),),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_transfer_is_refused_and_nothing_is_written(what):
    member, other = people(2)
    numbers = {"member": member, "other": other, "till": account("till"), 0: 0}
    rows = [(numbers[a], numbers[b], *rest) for a, b, *rest in BAD[what]]
    before = state()
    with transaction.atomic():
        try:
            with pytest.raises(BadTransfer):
                book(*rows)
        finally:
            transaction.set_rollback(True)
    assert state() == before


def test_too_little_leaves_nothing_behind_even_inside_a_bigger_transaction():
    poor, rich = people(2)
    till = account("till")
    book((till, poor, 99), (till, rich, 1000))
    before = state()
    with transaction.atomic():
        cursor = raw_cursor()
        wallets = lock_wallets(cursor, [poor, rich])
        with pytest.raises(InsufficientBalance) as refusal:
            post(cursor, AT, moves((rich, till, 1), (poor, till, 60), (poor, till, 40)), wallets)
    assert (refusal.value.member, refusal.value.asset) == (poor, "cash")
    assert state() == before and balance(poor) == 99


def test_only_the_net_of_a_batch_must_be_covered():
    (member,) = people(1)
    till = account("till")
    book((member, till, 70), (till, member, 100))
    assert balance(member) == 30


def test_one_asset_does_not_pay_for_another():
    (member,) = people(1)
    till = account("till")
    book((till, member, 1000, 1))
    with pytest.raises(InsufficientBalance) as refusal:
        book((member, till, 1, 2))
    assert refusal.value.asset == ASSETS[2]


def test_a_wallet_that_is_not_locked_or_does_not_exist_is_refused():
    member, other = people(2)
    before = state()
    for locked in ([], [other]):
        with pytest.raises(UnknownMember):
            book((account("till"), member, 1), locked=locked)
    with pytest.raises(UnknownMember):
        book((account("till"), 999_999_999, 1))
    assert state() == before


def test_a_lane_that_does_not_exist_is_refused():
    (member,) = people(1)
    with pytest.raises(ValueError):
        book((account("till"), member, 1), lane=64)


TAMPER = {
    "a transfer changed": "UPDATE {table} SET amount = amount + 1",
    "a transfer changed in nothing": "UPDATE {table} SET amount = amount",
    "a transfer deleted": "DELETE FROM {table}",
    "transfers truncated": "TRUNCATE {table}",
}


@pytest.mark.parametrize("statement", TAMPER.values(), ids=TAMPER)
@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_transfer_2026_11", "ledger_batch"])
def test_the_database_refuses_to_change_what_was_written(table, statement):
    (member,) = people(1)
    book((account("till"), member, 1))
    column = "lines" if table == "ledger_batch" else "amount"
    before = state()
    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"), transaction.atomic():
        raw_cursor().execute(statement.format(table=table).replace("amount", column))
    assert state() == before


def test_a_partition_of_any_month_is_as_append_only_as_the_first():
    (member,) = people(1)
    book((account("till"), member, 1), at=datetime(2031, 2, 3, tzinfo=UTC))
    for statement in TAMPER.values():
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"), transaction.atomic():
            raw_cursor().execute(statement.format(table="ledger_transfer_2031_02"))


@pytest.mark.parametrize("asset", ASSETS)
def test_the_database_refuses_a_negative_balance_that_python_let_through(asset, monkeypatch):
    (member,) = people(1)
    monkeypatch.setattr(post_module, "check_balances", lambda wallets, changes: None)
    before = state()
    with pytest.raises(psycopg.errors.CheckViolation, match="not_negative"):
        book((member, account("till"), 1, ASSETS.index(asset)))
    assert state() == before


@pytest.mark.parametrize(
    "values",
    ["5, 6, 1, 0", "-1, -1, 1, 0", "-1, 5, 0, 0", "-1, 5, -3, 0", "-1, 5, 1, 6", "-1, 5, 1, -1"],
    ids=["members", "one account", "nothing", "negative", "unknown asset", "negative asset"],
)
def test_the_database_refuses_a_bad_transfer_that_python_let_through(values):
    book((account("till"), people(1)[0], 1))  # the month is there
    with pytest.raises(psycopg.Error, match="violates check"), transaction.atomic():
        raw_cursor().execute(
            "INSERT INTO ledger_transfer (batch, at, line, about, reason, from_account, to_account, amount,"
            f" asset) VALUES (0, '2026-11-02', 0, 0, 1, {values})"
        )


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'ledger_transfer'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def test_months_are_made_on_demand_and_again_after_a_rollback():
    (member,) = people(1)
    at = datetime(2030, 5, 31, 23, 59, 59, tzinfo=UTC)
    with pytest.raises(RuntimeError, match="stop"), transaction.atomic():
        cursor = raw_cursor()
        post(cursor, at, moves((account("till"), member, 1)), lock_wallets(cursor, [member]))
        assert "ledger_transfer_2030_05" in partitions()
        raise RuntimeError("stop")
    assert "ledger_transfer_2030_05" not in partitions()
    for days in range(3):
        book((account("till"), member, 1), at=at + timedelta(days=days))
    assert {"ledger_transfer_2030_05", "ledger_transfer_2030_06"} <= partitions()
    assert balance(member) == 3 and book_findings() == []


def test_the_month_is_that_of_utc_whatever_zone_the_moment_is_told_in():
    """Early on the 1st in Shanghai it is still last month in UTC; the new month must be made as well."""
    (member,) = people(1)
    shanghai = timezone(timedelta(hours=8))
    for moment in ((2030, 9, 1, 3), (2030, 9, 1, 4), (2030, 9, 15, 9)):
        book((account("till"), member, 1), at=datetime(*moment, tzinfo=shanghai))
    assert balance(member) == 3


def test_rows_of_members_that_are_not_locked_are_never_guessed():
    cursor = raw_cursor()
    members = people(3)
    locked = lock_wallets(cursor, [members[2], members[0], members[0]])
    assert locked.members.tolist() == [members[0], members[2]]
    assert locked.rows_of([members[2], members[0]]).tolist() == [1, 0]
    with pytest.raises(UnknownMember):
        locked.rows_of([members[1]])
    empty = LockedWallets(locked.members[:0], locked.balances[:0])
    assert empty.rows_of([]).tolist() == []
    with pytest.raises(UnknownMember):
        empty.rows_of([members[0]])


steps = st.lists(
    st.lists(
        st.tuples(
            st.integers(0, 4), st.integers(0, 2), st.booleans(), st.integers(1, 300), st.integers(0, 5)
        ),
        min_size=1,
        max_size=6,
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, lanes=st.lists(st.integers(10, 13), min_size=12, max_size=12))
def test_balances_are_what_a_plain_sum_says(steps, lanes):
    """Batches in and out of wallets; one that somebody cannot pay leaves no trace."""
    members = people(5)
    accounts = [account(name) for name in ("till", "fund", "pool")]
    expected = {}
    before = {(number, asset): balance(number, asset) for number in accounts for asset in range(6)}
    for rows, lane in zip(steps, lanes, strict=False):
        after = dict(expected)
        transfers = []
        for member, other, gets, amount, asset in rows:
            source, target = accounts[other], members[member]
            if not gets:
                source, target = target, source
            transfers.append((source, target, amount, asset))
            for side, sign in ((source, -1), (target, 1)):
                after[side, asset] = after.get((side, asset), 0) + sign * amount
        if any(amount < 0 for (number, _), amount in after.items() if number > 0):
            with pytest.raises(InsufficientBalance):
                book(*transfers, lane=lane)
        else:
            book(*transfers, lane=lane)
            expected = after
    for number in [*members, *accounts]:
        for asset in range(6):
            moved = expected.get((number, asset), 0)
            assert balance(number, asset) == before.get((number, asset), 0) + moved
    for asset in range(6):
        assert sum(amount for (_, kind), amount in expected.items() if kind == asset) == 0
    assert book_findings() == []


def test_two_lanes_are_written_at_the_same_time():
    """A writer that holds one lane does not make a writer of another wait; one of the same lane waits."""
    members = people(3)
    till = account("till")
    done = {21: threading.Event(), 22: threading.Event()}

    def write(member: int, lane: int) -> None:
        try:
            book((till, member, 1), lane=lane)
            done[lane].set()
        finally:
            connection.close()

    others = [
        threading.Thread(target=write, args=(m, lane)) for m, lane in zip(members[1:], done, strict=True)
    ]
    with transaction.atomic():
        cursor = raw_cursor()
        post(cursor, AT, moves((till, members[0], 1)), lock_wallets(cursor, members[:1]), 21)
        for thread in others:
            thread.start()
        assert done[22].wait(20)
        assert not done[21].wait(0.3)
    assert done[21].wait(20)
    for thread in others:
        thread.join(20)
    assert [balance(member) for member in members] == [1, 1, 1] and book_findings() == []
