"""Somebody with all rights changes the books with the triggers off: the audit finds it and says where."""

from collections.abc import Callable

import pytest
from booking import account, book, book_findings, people
from django.db import transaction

from pinwheel.ledger.audit import LEDGER_CHECKS
from pinwheel.ledger.models import Batch
from pinwheel.ledger.post import raw_cursor

pytestmark = pytest.mark.usefixtures("shared_database")
LANE = 40


class Undo(Exception):
    """Takes the damage back."""


@pytest.fixture(scope="module")
def books(shared_database) -> dict[str, int]:
    """Three batches in one lane and one in another."""
    a, b = people(2)
    till, fund = account("till"), account("fund")
    batches = [
        book((till, a, 500), (till, b, 100), lane=LANE),
        book((a, till, 20), (till, b, 7, 2), (till, fund, 1), lane=LANE),
        book((b, till, 3), lane=LANE),
        book((till, a, 4), lane=LANE + 1),
    ]
    return {f"batch{number}": batch for number, batch in enumerate(batches, 1)} | {
        "a": a, "b": b, "till": -till, "fund": -fund, "lane": LANE, "other": LANE + 1,
    }  # fmt: skip


def found_after(damage: str, books: dict[str, int]) -> set[str]:
    """What the audit says with this damage done; it is undone afterwards."""
    found: set[str] = set()
    with pytest.raises(Undo), transaction.atomic():
        cursor = raw_cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("ALTER TABLE ledger_wallet DROP CONSTRAINT wallet_cash_not_negative")
        for statement in damage.format(**books).split(";"):
            cursor.execute(statement)
            assert cursor.rowcount > 0, "the damage did nothing"
        found = {f"{f.check}: {f.where}" for check in LEDGER_CHECKS for f in check(cursor)}
        raise Undo
    return found


CHAIN = "chains_hold: batch {batch2}"
SUMS = "balances_are_the_sum_of_transfers: account"
DAMAGE: dict[str, tuple[str, set[str]]] = {
    "an amount changed": (
        "UPDATE ledger_transfer SET amount = amount + 1 WHERE batch = {batch2} AND line = 0",
        {CHAIN, SUMS + " {a}, cash", SUMS + " -{till}, cash"},
    ),
    "another member favoured": (
        "UPDATE ledger_transfer SET to_account = {a} WHERE batch = {batch2} AND line = 1",
        {CHAIN, SUMS + " {a}, dividend_points", SUMS + " {b}, dividend_points"},
    ),
    "what it is about changed": ("UPDATE ledger_transfer SET about = 77 WHERE batch = {batch2}", {CHAIN}),
    "its time changed": (
        "UPDATE ledger_transfer SET at = at + interval '1 microsecond' WHERE batch = {batch2} AND line = 2",
        {CHAIN},
    ),
    "lines swapped": (
        "UPDATE ledger_transfer SET line = 1 - line WHERE batch = {batch2} AND line < 2",
        {CHAIN},
    ),
    "a row deleted": (
        "DELETE FROM ledger_transfer WHERE batch = {batch2} AND line = 2",
        {CHAIN, SUMS + " -{till}, cash", SUMS + " -{fund}, cash"},
    ),
    "a row added": (
        "INSERT INTO ledger_transfer"
        " SELECT batch, at, from_account, to_account, amount, about, 3, asset, reason"
        " FROM ledger_transfer WHERE batch = {batch2} AND line = 2",
        {CHAIN, SUMS + " -{till}, cash", SUMS + " -{fund}, cash"},
    ),
    "all of a batch's transfers deleted": (
        "DELETE FROM ledger_transfer WHERE batch = {batch2}",
        {
            CHAIN,
            SUMS + " {a}, cash",
            SUMS + " {b}, dividend_points",
            SUMS + " -{till}, cash",
            SUMS + " -{till}, dividend_points",
            SUMS + " -{fund}, cash",
        },
    ),
    "a batch's row deleted": (
        "DELETE FROM ledger_batch WHERE id = {batch2}",
        {CHAIN, "chains_hold: lane {lane}, batch {batch3}"},
    ),
    "a lane's last batch deleted with its transfers": (
        "DELETE FROM ledger_batch WHERE id = {batch4}; DELETE FROM ledger_transfer WHERE batch = {batch4};"
        "UPDATE ledger_wallet SET cash = cash - 4 WHERE member_id = {a};"
        "UPDATE ledger_platform_balance SET amount = amount + 4 WHERE lane = {other} AND asset = 0",
        {"chains_hold: lane {other}"},
    ),
    "a batch's digest changed": (
        "UPDATE ledger_batch SET digest = sha256('x') WHERE id = {batch2}",
        {CHAIN, "chains_hold: lane {lane}, batch {batch3}"},
    ),
    "a batch's previous digest changed": (
        "UPDATE ledger_batch SET previous = sha256('x') WHERE id = {batch2}",
        {CHAIN, "chains_hold: lane {lane}, batch {batch2}"},
    ),
    "a batch moved to another lane": (
        "UPDATE ledger_batch SET lane = {other}, position = 2 WHERE id = {batch3}",
        {
            "chains_hold: lane {other}, batch {batch3}",
            "chains_hold: lane {other}",
            "chains_hold: lane {lane}",
        },
    ),
    "a lane's end changed": (
        "UPDATE ledger_lane SET length = length + 1 WHERE lane = {lane}",
        {"chains_hold: lane {lane}"},
    ),
    "a wallet changed": (
        "UPDATE ledger_wallet SET consumer_points = consumer_points + 1 WHERE member_id = {b}",
        {SUMS + " {b}, consumer_points", "books_balance: consumer_points"},
    ),
    "a wallet emptied below nothing": (
        "UPDATE ledger_wallet SET cash = -1 WHERE member_id = {a}",
        {SUMS + " {a}, cash", "books_balance: cash", "no_member_is_negative: member {a}, cash"},
    ),
    "a wallet deleted": (
        "DELETE FROM ledger_wallet WHERE member_id = {a}",
        {SUMS + " {a}, cash", "books_balance: cash"},
    ),
    "a platform balance changed": (
        "UPDATE ledger_platform_balance SET amount = amount + 5 WHERE account_id = {fund} AND lane = {lane}",
        {SUMS + " -{fund}, cash", "books_balance: cash"},
    ),
    "money made in two places at once": (
        "UPDATE ledger_wallet SET cash = cash + 9 WHERE member_id = {b};"
        "UPDATE ledger_platform_balance SET amount = amount - 9 WHERE account_id = {fund} AND lane = {lane}",
        {SUMS + " {b}, cash", SUMS + " -{fund}, cash"},
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_found_and_located(what, books):
    damage, expected = DAMAGE[what]
    assert found_after(damage, books) == {text.format(**books) for text in expected}


def test_undamaged_books_are_clean(books):
    assert Batch.objects.filter(lane=LANE).count() == 3
    assert book_findings() == []


def test_a_long_ledger_is_read_in_blocks(books, monkeypatch):
    """The audit reads bounded blocks; a batch may lie across several of them."""
    from pinwheel.ledger import audit

    whole: Callable[..., object] = audit.copy_out
    monkeypatch.setattr(audit, "copy_out", lambda cursor, query, columns: whole(cursor, query, columns, 90))
    assert book_findings() == []
    assert found_after(DAMAGE["an amount changed"][0], books) >= {CHAIN.format(**books)}
