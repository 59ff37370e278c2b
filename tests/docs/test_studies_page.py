"""The numbers on docs/algorithms/studies.md, read from the page and played again."""

import re
from pathlib import Path

from pinwheel.lab.studies import new_debts, queue_rebate, resale, rising_stages, tenfold_credits, two_plus_one
from pinwheel.lab.studies.index import STUDIES
from pinwheel.lab.studies.new_debts import NewDebts
from pinwheel.lab.studies.parts import percent
from pinwheel.lab.studies.queue_rebate import QueueRebate
from pinwheel.lab.studies.resale import Resale
from pinwheel.lab.studies.rising_stages import RUN_DRY, RisingStages
from pinwheel.lab.studies.tenfold_credits import TenfoldCredits
from pinwheel.lab.studies.two_plus_one import TwoPlusOne
from pinwheel.plan.amounts import format_amount, format_rate, parse_amount, parse_rate
from pinwheel.rules.money import MILLION

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/algorithms/studies.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under that row of headings."""
    table = PAGE.split(heading + "\n", 1)[1].split("\n\n", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[1:]]


def amount_before(words: str) -> int:
    """The amount that stands before those words, in fen."""
    found = re.search(r"([\d ]*\d\.\d\d)" + words, " ".join(PAGE.split()))
    assert found is not None, words
    return parse_amount(found[1].replace(" ", ""))


def test_every_study_has_its_section():
    assert [study.title.zh.replace("、", ", ") for study in STUDIES] == re.findall(
        r"^## .+ \((.+)\)$", PAGE, re.MULTILINE
    )


def test_the_growth_that_rising_stages_need():
    heading = "| from the next | from the second | from the third | operator takes | growth needed |"
    for *rates, growth in rows(heading):
        first, second, third, takes = map(parse_rate, rates)
        parameters = RisingStages(from_next=first, from_second=second, from_third=third, operator_takes=takes)
        assert percent(rising_stages.growth_needed(parameters), MILLION) == growth
    defaults = RisingStages()
    assert [format_rate(rate) for rate in defaults.repaid] == rows(heading)[0][:3]
    assert f"With 35%, 35% and 42% it is {rows(heading)[0][4]}" in PAGE


def test_how_rising_stages_end():
    heading = "| rises | ends | at stage | paid in | owed | left to pay it | stages that lose | they lose |"
    assert amount_before(r" \(\*not raised\*\)") == RisingStages().most_at_once
    assert amount_before(r"\. What was kept is then") == RisingStages().first_stage
    for rises, *expected in rows(heading):
        played = rising_stages.play(RisingStages(rises=parse_rate(rises)))
        assert expected == [
            "dry" if played.ended == RUN_DRY else "not raised",
            str(played.failed_stage),
            format_amount(played.paid_in),
            format_amount(played.owed),
            format_amount(played.left),
            str(played.losing_stages),
            format_amount(played.lost),
        ]
        assert percent(played.owed - played.left, played.paid_in) == "12.0%"


def test_how_resale_ends():
    heading = (
        "| rises | doubles in | tenfold in | stops on day | asked | last holders paid | losers | they lose |"
        " others gain | platform takes |"
    )
    for rises, *expected in rows(heading):
        parameters = Resale(rises=parse_rate(rises))
        played = resale.play(parameters)
        assert expected == [
            str(played.doubled_on),
            str(resale.hops_to_double(parameters.rises, 10)),
            str(played.days[-1].number),
            format_amount(played.days[-1].price),
            format_amount(played.held_at),
            str(played.losers),
            *map(format_amount, (played.lost, played.gained, played.taken)),
        ]
        assert played.lost + parameters.goods_worth * parameters.lots == played.gained + played.taken
    defaults = Resale()
    assert amount_before(r" ÷ i, so everybody") == defaults.smallest_purse * defaults.buyers
    assert amount_before(r" of the first price") == defaults.price == defaults.smallest_purse
    assert f"goods worth {format_amount(defaults.goods_worth)}" in PAGE
    assert f"a fee of\n{format_rate(defaults.fee)} of each sale" in PAGE
    assert f"{defaults.lots} lots" in PAGE


def test_what_credits_need():
    for times, releases, paid, growth in rows(
        "| credits for a yuan | released a day | ever paid | growth needed a day |"
    ):
        assert percent(1, int(times), 2) == paid
        assert tenfold_credits.growth_needed(int(times), parse_rate(releases)) == parse_rate(growth)


def test_when_credits_run_dry():
    heading = (
        "| days of growth | runs dry on day | collected and paid out | credits granted | never paid |"
        " first days that get their own back |"
    )
    for growth_days, *expected in rows(heading):
        played = tenfold_credits.play(TenfoldCredits(growth_days=int(growth_days)))
        assert expected == [
            str(played.days[-1].number),
            format_amount(played.collected),
            format_amount(played.issued),
            format_amount(played.unpaid),
            str(played.gaining_days),
        ]
        assert played.paid == played.collected
    defaults = TenfoldCredits()
    assert amount_before(" collected on the first day") == defaults.first_day
    assert f"{format_rate(defaults.grows)} more every day for some days" in PAGE


def test_what_a_queue_pays():
    heading = (
        "| x | y | ever paid | sold | served | not served |"
        " nobody served who bought after day | longest wait |"
    )
    for towards, promised, *expected in rows(heading):
        parameters = QueueRebate(towards=parse_rate(towards), promised=parse_rate(promised))
        played = queue_rebate.play(parameters)
        assert expected == [
            percent(played.paid_out, played.promised, 2),
            *map(str, (played.sold, played.served, played.unserved)),
            str(played.last_served_day),
            str(played.longest_wait),
        ]
    defaults = QueueRebate()
    assert (
        f"The price is {format_amount(defaults.price)}; {defaults.first_day} sales on the first day" in PAGE
    )
    assert f"every day for {defaults.growth_days} days, selling for {defaults.days} days" in PAGE


def test_how_long_a_buyer_waits():
    for towards, promised, buyer, sold in rows("| x | y | buyer | served when sold |"):
        parameters = QueueRebate(towards=parse_rate(towards), promised=parse_rate(promised))
        assert queue_rebate.sales_until_served(int(buyer), *queue_rebate.each(parameters)) == int(sold)


def test_how_debts_end():
    for entry, *expected in rows(
        "| entry | fails in round | which needs | who are left | freed | not freed |"
    ):
        played = new_debts.play(NewDebts(entry=parse_rate(entry)))
        last = played.rounds[-1]
        assert list(map(int, expected)) == [
            last.number,
            last.asked,
            last.joined,
            played.cleared,
            played.uncleared,
        ]
    defaults = NewDebts()
    assert amount_before(r"; 1 000 people in the first") == defaults.debt
    assert f"{defaults.people:,} people there are".replace(",", " ") in PAGE


def test_how_recruiting_ends():
    for brings, *expected in rows(
        "| each brings | last round | got nothing | got part | got it back | paid out | kept |"
    ):
        played = two_plus_one.play(TwoPlusOne(brings=int(brings)))
        assert expected == [
            str(played.rounds[-1].number),
            *map(str, (played.nothing, played.part, played.whole)),
            format_amount(played.paid_out),
            format_amount(played.kept),
        ]
    defaults = TwoPlusOne()
    out = defaults.to_recruiter + defaults.to_boss
    assert (
        f"at most {format_amount(out)},\n{percent(out, defaults.price)} of {format_amount(defaults.price)}"
        in PAGE
    )
