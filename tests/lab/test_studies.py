"""The studies: what the modes page says of them comes out of the play, and none pays what was not paid in."""

import json
from fractions import Fraction
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pinwheel.doors.cli.main import app
from pinwheel.lab.studies import new_debts, queue_rebate, resale, rising_stages, tenfold_credits, two_plus_one
from pinwheel.lab.studies.index import STUDIES, find_study, read_parameters, report_page
from pinwheel.lab.studies.new_debts import NewDebts
from pinwheel.lab.studies.parts import BadStudy, percent, read_value, thin, write_value, yuan
from pinwheel.lab.studies.pictures import Line, draw_lines
from pinwheel.lab.studies.queue_rebate import QueueRebate
from pinwheel.lab.studies.resale import Resale
from pinwheel.lab.studies.rising_stages import NOT_RAISED, RUN_DRY, RisingStages
from pinwheel.lab.studies.tenfold_credits import TenfoldCredits
from pinwheel.lab.studies.two_plus_one import TwoPlusOne
from pinwheel.plan.load import playbook_names
from pinwheel.plan.words import Phrase
from pinwheel.rules.money import MILLION

every_study = pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.name)
few = settings(max_examples=60, deadline=None)


# Rising stages


def test_rising_stages_need_5_7_percent_a_stage():
    found = rising_stages.growth_needed(RisingStages())
    assert percent(found, MILLION) == "5.7%"

    def owed(growth: int) -> Fraction:
        factor = 1 + Fraction(growth, MILLION)
        return sum(
            (
                Fraction(rate, MILLION) / factor**back
                for back, rate in ((1, 350_000), (2, 350_000), (3, 420_000))
            )
        )

    assert owed(found) <= 1 < owed(found - 1)


def test_stages_that_grow_less_run_dry_and_those_that_grow_more_end_for_want_of_money():
    """The play itself, without the equation."""
    needed = rising_stages.growth_needed(RisingStages())
    ends = {
        rises: rising_stages.play(RisingStages(rises=rises, most_at_once=10**15)).ended
        for rises in (0, 50_000, needed - 100, needed + 100, 60_000, 300_000)
    }
    assert list(ends.values()) == [RUN_DRY, RUN_DRY, RUN_DRY, NOT_RAISED, NOT_RAISED, NOT_RAISED]


def test_what_is_missing_is_the_gain_that_was_promised_whatever_the_growth():
    for rises in (0, 57_025, 300_000):
        played = rising_stages.play(RisingStages(rises=rises, most_at_once=10**12))
        missing = played.owed - played.left
        assert abs(missing - played.paid_in * 12 // 100) <= 3 * len(played.stages)


def test_a_stage_is_repaid_by_the_three_after_it():
    played = rising_stages.play()
    first, second, third, fourth = played.stages[:4]
    assert [one.raised for one in played.stages[:3]] == [10_000_000, 13_000_000, 16_900_000]
    assert second.due == first.raised * 35 // 100
    assert third.due == (second.raised + first.raised) * 35 // 100
    assert fourth.due == (third.raised + second.raised) * 35 // 100 + first.raised * 42 // 100
    assert first.got == first.raised * 112 // 100


def test_the_last_stages_pay_for_the_others():
    played = rising_stages.play()
    results = [one.got - one.raised for one in played.stages]
    assert all(result > 0 for result in results[: -played.losing_stages])
    assert all(result < 0 for result in results[-played.losing_stages :])
    assert played.lost == played.gained + played.taken


@few
@given(
    st.builds(
        RisingStages,
        first_stage=st.integers(100_000, 10**8),
        rises=st.integers(0, MILLION),
        from_next=st.integers(0, MILLION),
        from_second=st.integers(0, MILLION),
        from_third=st.integers(0, MILLION),
        operator_takes=st.integers(0, 900_000),
        most_at_once=st.integers(10**8, 10**12),
    )
)
def test_stages_pay_out_no_more_than_was_paid_in(parameters):
    try:
        played = rising_stages.play(parameters)
    except BadStudy:
        return
    assert 0 <= played.paid_out <= played.paid_in - played.taken
    assert played.paid_in - played.taken - played.paid_out <= max(0, played.left - played.owed)
    assert all(min(one) >= 0 for one in played.stages)
    rising_stages.tell(parameters, played)


# Resale


@pytest.mark.parametrize(("rises", "hops"), [(30_000, 24), (50_000, 15)])
def test_a_price_doubles_in_24_hops_at_3_percent_and_15_at_5(rises, hops):
    assert resale.hops_to_double(rises) == hops
    played = resale.play(Resale(rises=rises))
    assert next(day.number for day in played.days if day.price >= 2 * Resale().price) == hops


def test_it_stops_when_nobody_can_pay_and_the_last_holders_lose():
    played = resale.play()
    assert played.days[-1].able < Resale().lots <= min(day.able for day in played.days[:-1])
    assert played.losers == Resale().lots
    assert played.lost + Resale().goods_worth * Resale().lots >= played.gained
    assert all(one.price < other.price for one, other in pairwise(played.days))


@few
@given(
    st.builds(
        Resale,
        price=st.integers(10_000, 10**6),
        lots=st.integers(1, 20),
        buyers=st.integers(80, 300),
        smallest_purse=st.integers(10**6, 2 * 10**6),
        rises=st.integers(10_000, MILLION),
        fee=st.integers(0, 500_000),
        goods_worth=st.integers(0, 10_000),
    )
)
def test_what_all_buyers_win_is_the_goods_less_what_the_platform_took(parameters):
    """Counted from purses on one side and from prices on the other."""
    played = resale.play(parameters)
    assert sum(played.results) == parameters.goods_worth * parameters.lots - played.taken
    assert played.gained - played.lost == sum(played.results)
    assert 0 <= played.paid_out <= played.paid_in and played.paid_in == played.paid_out + played.taken
    assert all(min(day) >= 0 for day in played.days)
    resale.tell(parameters, played)


# Tenfold credits


def test_credits_are_12_times_the_money_collected_and_a_twelfth_is_ever_paid():
    played = tenfold_credits.play()
    assert played.issued == 12 * played.collected
    assert played.paid == played.collected
    assert played.paid + played.unpaid == played.issued


@pytest.mark.parametrize("releases", [1_000, 2_000])
def test_only_growth_of_eleven_times_the_release_rate_keeps_it_alive(releases):
    """With a tenth less it is dry while it still grows; with a percent more only when growth ends."""
    needed = tenfold_credits.growth_needed(12, releases)
    growing = 1_000
    less, more = (
        tenfold_credits.play(
            TenfoldCredits(releases=releases, grows=needed * part // 100, growth_days=growing)
        )
        for part in (90, 101)
    )
    assert less.days[-1].number < growing < more.days[-1].number


def test_without_growth_the_pool_is_dry_when_all_releases_are_more_than_all_money():
    """Level sales: after n days credits of 12 (1 - (1 - r)^n) / r are left; what is missing was released."""
    parameters = TenfoldCredits(grows=0, growth_days=0)
    rate, day = Fraction(parameters.releases, MILLION), 1
    while 12 * day - 12 * (1 - (1 - rate) ** day) / rate <= day:
        day += 1
    assert tenfold_credits.play(parameters).days[-1].number == day


@few
@given(
    st.builds(
        TenfoldCredits,
        first_day=st.integers(100_000, 10**7),
        times=st.integers(2, 100),
        releases=st.integers(5_000, MILLION),
        grows=st.integers(0, 30_000),
        growth_days=st.integers(0, 60),
    )
)
def test_credits_pay_out_no_more_than_was_collected(parameters):
    try:
        played = tenfold_credits.play(parameters)
    except BadStudy:
        return
    assert played.paid == played.collected == sum(day.got for day in played.days)
    assert played.gained == played.lost
    assert played.issued == parameters.times * played.collected == played.paid + played.unpaid
    assert all(min(day) >= 0 for day in played.days)
    tenfold_credits.tell(parameters, played)


# Queue rebate


def test_only_x_of_y_is_ever_paid_and_growth_does_not_help():
    for towards, promised in ((200_000, 1_000_000), (150_000, 1_000_000), (300_000, 900_000)):
        for grows in (0, 10_000, 50_000):
            parameters = QueueRebate(towards=towards, promised=promised, grows=grows)
            played = queue_rebate.play(parameters)
            assert Fraction(played.paid_out, played.promised) == Fraction(towards, promised)
            assert Fraction(played.served, played.sold) <= Fraction(towards, promised)
            assert played.served == played.sold * towards // promised


def test_the_wait_grows_with_the_number():
    waits = [queue_rebate.sales_until_served(number, 2_000, 10_000) - number for number in (1, 2, 10, 1_000)]
    assert waits == [4, 8, 40, 4_000]


def test_the_queue_by_hand():
    """Each sale in turn pays the front of the queue; the days say the same."""
    parameters = QueueRebate(price=9_900, towards=230_000, first_day=7, grows=30_000, growth_days=20, days=40)
    played = queue_rebate.play(parameters)
    towards, promised = 9_900 * 23 // 100, 9_900
    front, paid, sold, day_of, served_on = 0, 0, 0, [], {}
    for day in played.days:
        for _ in range(day.sold - sold):
            sold += 1
            day_of.append(day.number)
            paid += towards
            while paid >= promised:
                paid -= promised
                served_on[front] = day.number
                front += 1
        assert day.served == front
    for day in played.days:
        last = day.sold - 1
        assert day.waits == (served_on[last] - day.number if last in served_on else -1)
    assert played.last_served_day == day_of[front - 1]
    assert played.longest_wait == max(day.waits for day in played.days)


@few
@given(
    st.builds(
        QueueRebate,
        price=st.integers(1_000, 10**6),
        towards=st.integers(10_000, 500_000),
        promised=st.integers(600_000, 2_000_000),
        first_day=st.integers(1, 1_000),
        grows=st.integers(0, 100_000),
        growth_days=st.integers(0, 60),
        days=st.integers(2, 120),
    )
)
def test_the_queue_pays_out_what_was_paid_towards_it(parameters):
    played = queue_rebate.play(parameters)
    assert 0 <= played.paid_out <= played.paid_in
    assert played.paid_out < played.promised
    assert played.served + played.unserved == played.sold
    assert all(one.served <= one.sold for one in played.days)
    queue_rebate.tell(parameters, played)


# New debts for old


def test_a_tenth_of_the_debt_frees_a_tenth_of_the_debtors_and_each_round_is_nine_times_all_before():
    played = new_debts.play()
    assert played.cleared * 10 == played.total
    assert all(other.asked == 9 * one.total for one, other in pairwise(played.rounds))


def test_each_round_frees_all_who_were_there_before():
    played = new_debts.play(NewDebts(debt=7_777_700, entry=130_000))
    full = played.rounds[:-1]
    assert all(other.cleared >= one.total for one, other in pairwise(full))
    assert played.rounds[-1].cleared < full[-1].total


@few
@given(
    st.builds(
        NewDebts,
        debt=st.integers(10_000, 10**8),
        entry=st.integers(1_000, 900_000),
        first_round=st.integers(1, 10_000),
        people=st.integers(10_000, 10**9),
    )
)
def test_entries_pay_for_debts_and_no_more(parameters):
    played = new_debts.play(parameters)
    assert 0 <= played.paid_out <= played.paid_in
    assert played.cleared * parameters.debt <= played.paid_in < played.promised
    assert played.cleared + played.uncleared == played.total == parameters.people
    assert played.lost >= 0 and all(min(one) >= 0 for one in played.rounds)
    new_debts.tell(parameters, played)


# Two plus one


def test_it_pays_60_percent_of_499():
    parameters = TwoPlusOne()
    assert percent(parameters.to_recruiter + parameters.to_boss, parameters.price) == "60.1%"
    played = two_plus_one.play()
    most = (played.members - parameters.founders) * 30_000
    assert 0.8 * most < played.paid_out < most
    assert "60.1%" in two_plus_one.tell(parameters, played).headlines[0].en


def test_recruits_stay_with_the_boss_above():
    """Member 0 brings 1; then 0 brings 2 and is a boss, 1 brings 3; then 0 brings 4, and 1 brings 5."""
    played = two_plus_one.play(TwoPlusOne(founders=1, people=6, brings=3))
    tree_of = [one.joined for one in played.rounds]
    assert tree_of == [1, 1, 2, 2]
    # 1 and 2: recruiter 0 has no boss, who is the company: 100.00 each. 3 is 1's, still in 0's former place
    # below the company: 100.00. Then 0, a boss, brings 4: 300.00; 1 brings 5 and is a boss from then on.
    earned = [one.earned for one in played.rounds]
    assert earned == [10_000 * 2 + 30_000, 10_000 * 2, 0, 0]
    assert played.bosses == 2


def test_a_recruit_of_a_recruit_pays_the_boss():
    """Member 0 is a boss from the second recruit on; the third, 3, is in 0's team with the two 3 brings."""
    tree = two_plus_one.Tree([two_plus_one.COMPANY], [0], [0], [1])
    for recruiter in (0, 0, 0, 3, 3, 3):
        two_plus_one.join(tree, recruiter, TwoPlusOne())
    assert tree.boss == [two_plus_one.COMPANY] * 3 + [0, 0, 0, 3]
    assert tree.earned[0] == 10_000 * 3 + 20_000 * 3  # the third recruit, and two that the third brought
    assert tree.earned[3] == 10_000 * 3 + 20_000  # the third of them is in the new boss's own team


@few
@given(
    st.builds(
        TwoPlusOne,
        price=st.integers(30_000, 100_000),
        to_recruiter=st.integers(1, 10_000),
        to_boss=st.integers(0, 19_999),
        boss_after=st.integers(1, 5),
        brings=st.integers(2, 6),
        founders=st.integers(1, 20),
        people=st.integers(21, 2_000),
    )
)
def test_recruits_pay_for_everything(parameters):
    played = two_plus_one.play(parameters)
    assert played.paid_in == played.paid_out + played.kept and played.kept >= 0 and played.paid_out >= 0
    assert played.lost - played.gained == played.kept
    assert played.whole + played.part + played.nothing == played.members == parameters.people
    assert played.rounds[-1].nothing == played.rounds[-1].joined
    two_plus_one.tell(parameters, played)


# All of them


@every_study
def test_the_same_parameters_give_the_same_play(study):
    assert study.play(study.defaults) == study.play(study.defaults)


@every_study
def test_a_study_speaks_both_languages_and_leaves_no_place_open(study):
    told = study.tell(study.defaults, study.play(study.defaults))
    assert len(told.headlines) >= 4 and 1 <= len(told.charts) <= 2 and told.tables and told.notes
    words = [*told.headlines, *told.notes, study.title, study.mode, *(field.title for field in study.fields)]
    for chart in told.charts:
        words += [chart.title, chart.note]
    for table in told.tables:
        words += [table.title, *table.columns]
        assert all(len(row) == len(table.columns) for row in table.rows)
    for phrase in words:
        assert phrase.zh and phrase.en and "{" not in phrase.zh + phrase.en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in phrase.zh)
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in phrase.en)


@every_study
def test_lines_are_told_apart_without_colour(study):
    for chart in study.tell(study.defaults, study.play(study.defaults)).charts:
        lines = chart.figure["data"]
        assert len({line["line"]["dash"] for line in lines}) == len(lines)
        assert len({line["marker"]["symbol"] for line in lines}) == len(lines)
        assert all(len(line["x"]) == len(line["y"]) > 1 for line in lines)
        assert len({line["line"]["color"] for line in lines}) == len(lines)


def test_a_logarithmic_axis_names_every_power_of_ten_and_leaves_out_nothing():
    name = Phrase("名", "name")
    figure = draw_lines([Line(name, [1, 2, 3], [0, 5, 40_000])], name, name, log=True)
    assert figure["data"][0]["y"] == [None, 5, 40_000]
    up = figure["layout"]["yaxis"]
    assert up["type"] == "log" and up["tickvals"] == [1, 10, 100, 1_000, 10_000, 100_000]
    assert up["ticktext"][-1].zh == "10 万"


@every_study
def test_no_study_is_a_playbook(study):
    assert study.name not in playbook_names()


@every_study
def test_every_parameter_is_checked(study):
    names = [field.name for field in study.fields]
    assert names == list(study.defaults._fields)
    for field in study.fields:
        for wrong in (field.least - 1, field.most + 1, 0.5, True, "1"):
            with pytest.raises(BadStudy) as refused:
                study.play(study.defaults._replace(**{field.name: wrong}))
            assert str(refused.value).startswith(f"{field.name}: ")
            assert write_value(field.least, field.kind) in str(refused.value)
            assert "允许" in refused.value.said.zh


@pytest.mark.parametrize(
    ("name", "changed", "said"),
    [
        ("rising-stages", {"from_third": 300_000}, "together more than 100%"),
        ("rising-stages", {"most_at_once": 9_999_999}, "at most most_at_once, 99,999.99"),
        ("rising-stages", {"rises": 0, "from_third": 300_001}, "does not end"),
        ("resale", {"buyers": 399}, "at least 4 times lots, 400"),
        ("resale", {"smallest_purse": 49_999}, "at least half of price, 500.00"),
        ("resale", {"goods_worth": 100_001}, "at most price, 1,000.00"),
        ("resale", {"rises": 1_000, "buyers": 10_000, "smallest_purse": 10**9}, "takes too long"),
        ("tenfold-credits", {"releases": 100, "times": 2}, "does not run dry within 2,000 days"),
        ("queue-rebate", {"towards": 1_000_000}, "less than promised"),
        ("queue-rebate", {"towards": 1_000, "price": 100}, "more than nothing"),
        ("new-debts", {"first_round": 1_000_000, "people": 999_999}, "at most people, 999,999"),
        ("new-debts", {"entry": 999_000, "first_round": 1, "people": 10**10}, "does not end"),
        ("two-plus-one", {"to_boss": 39_900}, "less than price, 499.00"),
        ("two-plus-one", {"to_boss": 0, "to_recruiter": 0}, "more than nothing"),
        ("two-plus-one", {"founders": 1_000, "people": 1_000}, "fewer than people, 1,000"),
        ("two-plus-one", {"brings": 1}, "does not end within 5,000 rounds"),
    ],
)
def test_parameters_that_do_not_go_together_are_refused(name, changed, said):
    study = find_study(name)
    with pytest.raises(BadStudy, match=said):
        study.play(study.defaults._replace(**changed))


def test_values_are_read_and_written_as_people_do():
    fields = {field.name: field for field in rising_stages.FIELDS}
    assert read_value("1000.50", fields["first_stage"]) == 100_050
    assert read_value("30%", fields["rises"]) == 300_000
    assert [write_value(100_050, "yuan"), write_value(300_000, "rate"), write_value(1_000, "count")] == [
        "1,000.50",
        "30%",
        "1,000",
    ]
    assert [yuan(-123), percent(57_025, MILLION), percent(1, 12, 2), percent(1, 8, 1)] == [
        "-1.23",
        "5.7%",
        "8.33%",
        "12.5%",
    ]
    assert thin(range(5)) == [0, 1, 2, 3, 4]
    long = thin(range(1_000))
    assert long[0] == 0 and long[-1] == 999 and len(long) == 31 and long == sorted(set(long))


# The command


def run(*arguments: str):
    return CliRunner().invoke(app, ["study", *arguments])


def test_without_a_name_it_lists_them():
    said = run().output
    assert [study.name for study in STUDIES if study.name not in said or study.title.zh not in said] == []
    assert [one["name"] for one in json.loads(run("--json").output)] == [study.name for study in STUDIES]


@every_study
def test_the_command_says_what_the_study_says(study):
    told = study.tell(study.defaults, study.play(study.defaults))
    for language, other in (("zh", "en"), ("en", "zh")):
        said = run(study.name, "-l", language).output
        assert all(getattr(headline, language) in said for headline in told.headlines)
        assert not any(getattr(headline, other) in said for headline in told.headlines)
    data = json.loads(run(study.name, "--json").output)
    assert data["parameters"] == study.defaults._asdict()
    assert data["headlines"] == [{"zh": headline.zh, "en": headline.en} for headline in told.headlines]
    steps = next(iter(data["figures"].values()))
    assert steps and all(isinstance(value, int) for step in steps for value in step.values())


def test_parameters_can_be_set():
    data = json.loads(
        run("rising-stages", "--set", "rises=10%", "--set", "first_stage=2000.00", "--json").output
    )
    assert data["parameters"]["rises"] == 100_000 and data["parameters"]["first_stage"] == 200_000
    assert data["figures"]["stages"][1]["raised"] == 220_000


@every_study
def test_the_page_is_written_whole(study, tmp_path):
    file = tmp_path / "page.html"
    said = run(study.name, "--html", str(file), "-l", "zh")
    assert said.exit_code == 0 and file.name in said.output.replace("\n", "")
    page = unescape(file.read_text(encoding="utf-8"))
    for language in ("zh", "en"):
        for headline in study.tell(study.defaults, study.play(study.defaults)).headlines:
            assert getattr(headline, language) in page
    assert "为什么这个模式不能发布" in page and "Why this cannot be published" in page


def test_the_page_says_its_parameters():
    study = find_study("resale")
    parameters = read_parameters(study, ["rises=5%"])
    page = report_page(study, parameters, study.tell(parameters, study.play(parameters)))
    rows = {row[1]: row[2] for row in page.tables[-1].rows}
    assert rows["rises"] == "5%" and set(rows) == set(parameters._fields)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "nothing: no such study; there are rising-stages, resale"),
        (["resale", "--set", "rise=5%"], "rise=5%: allowed is NAME=VALUE, with a NAME of price, lots"),
        (["resale", "--set", "rises"], "rises: allowed is NAME=VALUE"),
        (["resale", "--set", "rises=5"], "rises: 5; allowed: 0.1% to 100%"),
        (["resale", "--set", "price=free"], "price: free; allowed: 100.00 to 10,000,000.00"),
        (["resale", "--set", "lots=many"], "lots: many; allowed: 1 to 1,000"),
        (["resale", "--set", "lots=１"], "lots: １; allowed: 1 to 1,000"),
        (["resale", "--set", "lots=2000"], "lots: 2,000; allowed: 1 to 1,000"),
        (["resale", "-l", "fr"], "--language fr: allowed are zh, en, both"),
        (["--set", "lots=2"], "--set and --html need the NAME"),
        (
            ["resale", "--html", "no-such-folder/page.html"],
            "--html no-such-folder/page.html: cannot be written",
        ),
    ],
)
def test_bad_input_is_answered_by_what_is_allowed(arguments, said):
    result = run(*arguments)
    assert result.exit_code == 2 and said in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_a_refusal_is_chinese_where_chinese_was_asked_for():
    assert "lots：2,000；允许 1 到 1,000" in run("resale", "--set", "lots=2000", "-l", "zh").output
