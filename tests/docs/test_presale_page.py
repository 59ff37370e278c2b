"""The page of presales: its numbers are recomputed, its table of reasons is the code's."""

from pathlib import Path

from pinwheel.market.aftersales.refund import ways_back
from pinwheel.market.orders.models import Order
from pinwheel.market.presale.models import Balance
from pinwheel.plan.amounts import format_amount, parse_amount
from pinwheel.plan.presale import Presale, deposit_of
from pinwheel.plan.presale_checks import ALONE
from pinwheel.plan.promises import Amount, read_amount
from pinwheel.rules.reasons import BALANCE, BALANCE_EXTERNAL, DEPOSIT, DEPOSIT_BACK, PARTIES, REASONS

PARTY_NAMES = {0: "member", 1: "held", 4: "outside"}
PAGE = (Path(__file__).parents[2] / "docs/algorithms/presale.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under that row of headings."""
    table = PAGE.split(heading + "\n", 1)[1].split("\n\n", 1)[0].splitlines()[1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_deposits_and_balances():
    table = rows("| price | deposit written | deposit | balance |")
    for price, written, deposit, balance in table:
        presale = Presale(deposit=Amount(**read_amount(written)), balance_within=3600)
        paid = deposit_of(presale, parse_amount(price))
        assert (format_amount(paid), format_amount(parse_amount(price) - paid)) == (deposit, balance)
    assert len(table) == 4


def test_the_parties_of_its_reasons():
    table = rows("| reason | from | to |")
    numbers = (DEPOSIT, DEPOSIT_BACK, BALANCE, BALANCE_EXTERNAL)
    assert [tuple(row) for row in table] == [
        (REASONS[number], *(PARTY_NAMES[party] for party in PARTIES[number])) for number in numbers
    ]


def test_refunds_go_back_balance_first(monkeypatch):
    order = Order(pk=1, price=10_005, deposit=1_000, route=Order.Route.EXTERNAL)
    balance = Balance(order_id=1, amount=9_005, route=Order.Route.BALANCE, state=Balance.State.PAID)
    monkeypatch.setattr("pinwheel.market.aftersales.refund.balance_of", lambda found: balance)
    for refund, before, of_balance, of_deposit in rows(
        "| refund | refunded before | of the balance | of the deposit |"
    ):
        ways = {way.part: way.amount for way in ways_back(order, parse_amount(before), parse_amount(refund))}
        assert (ways.get(1, 0), ways.get(0, 0)) == (parse_amount(of_balance), parse_amount(of_deposit))


def test_every_section_that_is_refused_is_named():
    part = PAGE.split("| path | why |", 1)[1].split("\n\n")[0]
    assert [path for path in ALONE if f"`{path}`" not in part] == []
