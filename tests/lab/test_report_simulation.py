"""What a simulation's report says and draws, of one run and of many."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest
from lab_stage import EVERYTHING, changed, run
from report_stage import ARGUMENTS, FLOWS, made

from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.figures import PARTY_NAMES, figures_of
from pinwheel.lab.report.charts import charts, flows_chart, margin_chart
from pinwheel.lab.report.command import command_line
from pinwheel.lab.report.drawing import said, ticks
from pinwheel.lab.report.figure_text import written
from pinwheel.lab.report.page import is_numeric, render
from pinwheel.lab.report.sankey import THROUGH, money_flows
from pinwheel.lab.report.sentences import (
    dry_sentence,
    end_sentence,
    enough_sentences,
    even_sentence,
    groups_sentence,
    members_sentences,
    sentences,
)
from pinwheel.lab.report.simulation import report_of
from pinwheel.lab.report.spread import chosen_days, median_run, spread
from pinwheel.lab.report.tables import figures_table, moved_table
from pinwheel.lab.report.words import PARTY_WORDS, REASON_NAMES, WAIT_NAMES, amount, percent
from pinwheel.lab.simulate import Arguments, room_for
from pinwheel.lab.world import WAIT_UNTIL
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.load import playbook
from pinwheel.rules.reasons import REASONS

PLAN = playbook("national-group-buy")
CHINESE = re.compile("[\u4e00-\u9fff]")


def in_language(figure, place):
    """A written figure as the page shows it in one language."""
    if isinstance(figure, dict):
        if set(figure) == {"zh", "en"}:
            return figure[("zh", "en")[place]]
        return {name: in_language(value, place) for name, value in figure.items()}
    return [in_language(value, place) for value in figure] if isinstance(figure, list) else figure


SPENT = {"goods": 30_000, "fees": 600, "costs": 0}


# Sentences


def test_the_first_sentence_says_when_it_breaks_even_and_how_low_it_falls():
    assert even_sentence([made()]) == (
        "第 4 天起不再亏损；最低在第 2 天，为 −3,200.00 元。",
        "Breaks even on day 4; cash is lowest on day 2 at −3,200.00.",
    )
    assert even_sentence([made([5, 3, 9])]).en == "Never in the red; the margin is lowest on day 2 at 0.03."
    assert even_sentence([made([5, -3, -1])]).en == (
        "Does not break even in 3 days; cash is lowest on day 2 at −0.03."
    )


def test_of_many_runs_the_worst_is_told():
    runs = [made([9, 9, 9]), made([-1, 2, 3]), made([-1, -700, 3]), made([-1, -2, -3])]
    assert even_sentence(runs).en == (
        "Breaks even in 3 of 4 runs, in half of these by day 2; in the worst of 4 runs cash is lowest on "
        "day 2 at −7.00."
    )
    assert even_sentence([made([-1, -2]), made([-3, -1])]).en.startswith("Not one of 2 runs breaks even")
    assert even_sentence([made([1, 2]), made([3, 1])]).en == (
        "Not one of 2 runs is ever in the red; in the worst of them the margin is lowest on day 1 at 0.01."
    )
    assert even_sentence([made([1])] * 1000).zh.startswith("1,000 次模拟没有一次亏过")


def test_how_many_members_it_takes_is_told_where_it_was_looked_for():
    few, many = made(enough_members=None), made(enough_members=12)
    assert enough_sentences(1_500_000, [few]) == []
    assert enough_sentences(1_500_000, [few, many]) == [
        (
            "大约要有 12 名会员（每天 18 次参团），5 天后才不亏。",
            "It takes about 12 members (18 joins a day) to be without a loss after 5 days.",
        )
    ]
    assert "(0.25 joins a day)" in enough_sentences(125_000, [made(enough_members=2)])[0].en
    assert enough_sentences(1_000_000, [made(enough_members=1)])[0].en == (
        "However few members there are, it does not lose."
    )
    assert sentences(PLAN, 1_500_000, 0, [many])[1].en.startswith("It takes about 12 members")
    rows = {row[0].en: row[1:] for row in figures_table([many]).rows if not isinstance(row[0], str)}
    assert rows["members that it takes not to lose (about)"] == ["12"]
    of_many = figures_table([many, made(seed=2)])
    assert of_many.rows[-1][1:] == ["", "12", ""]
    columns = list(zip(*of_many.rows, strict=True))[1:]
    assert all(is_numeric(column) for column in columns)


def test_the_budget_is_enough_or_not():
    assert dry_sentence(0, [made()]).en == "Without a budget it runs dry on day 1."
    assert dry_sentence(20_000, [made(budget=20_000, costs=[1] * 5)]).en == (
        "The budget of 200.00 has run dry on day 2."
    )
    assert dry_sentence(20_000, [made(budget=20_000)]).en == (
        "The budget of 200.00 has run dry on day 2. Live, the activity would have ended by itself before; "
        "what follows is what would come without that limit."
    )
    assert dry_sentence(400_000, [made(budget=400_000)]).en == (
        "The budget of 4,000.00 is enough: at the lowest 800.00 is left."
    )
    assert dry_sentence(0, [made([1])]).en == "It never runs dry, even without a budget."
    assert dry_sentence(10, [made([1], 10), made([5, -11], 10), made([5, 5, -20], 10)]).en == (
        "It runs dry in 2 of 3 runs with a budget of 0.10, at the earliest on day 2. Live, the activity "
        "would have ended by itself before; what follows is what would come without that limit."
    )
    assert dry_sentence(0, [made([1]), made([5, -11])]).en == (
        "It runs dry in 1 of 2 runs with a budget of 0.00, at the earliest on day 2."
    )


def test_what_is_owed_at_the_end_is_told_and_nothing_that_is_not():
    assert end_sentence([made()]) == (
        "5 天后平台结余 64.00 元；仍欠会员：购物金 99.00。",
        "After 5 days 64.00 is left to the operator; still owed to members: 99.00 of shopping credit.",
    )
    assert end_sentence([made(owed={})]).en.endswith("still owed to members: nothing.")
    many = [made([number * 100]) for number in range(101)]
    assert "median left to the operator is 50.00, in nine of ten runs between 5.00 and 95.00" in (
        end_sentence(many).en
    )


def test_groups_and_members_are_told_in_shares():
    assert groups_sentence([made()]).en == (
        "50 joins; of 6 finished groups 16.7% dissolved and 0.0% expired."
    )
    assert groups_sentence([made()] * 3).zh.startswith("3 次模拟共 150 次参团")
    told = members_sentences([made()])
    assert told[0].en == (
        "Of 100 members 20.0% have more cash than they paid and 70.0% less (goods and points not counted): "
        "the best 90.00, the one in the middle −5.00, the worst −50.00."
    )
    assert told[1].en.endswith("who got most have 19.0%, the half who got less have 25.0%.")
    assert len(members_sentences([made(lorenz=[0] * 101)])) == 1


def test_what_check_says_of_a_group_stands_beside_it():
    bounded = sentences(PLAN, 1_500_000, 0, [made()])[-1].en
    assert bounded.startswith("By the rules alone") and "nothing bounds" not in bounded
    assert "nothing bounds" in sentences(changed(EVERYTHING), 1_500_000, 0, [made()])[-1].en


# Charts


@pytest.mark.parametrize("count", [1, 3])
def test_every_chart_is_one_that_plotly_draws_in_both_languages(count):
    runs = [made(seed=seed) for seed in range(count)]
    found = charts(320_000, runs)
    assert len(found) == 8
    for chart in found:
        for place in (0, 1):
            go.Figure(in_language(written(chart.figure), place))
        assert chart.note.zh != chart.note.en and "{" not in chart.note.zh + chart.note.en
        assert not CHINESE.search(str(in_language(written(chart.figure), 1)))
        lines = [trace for trace in chart.figure["data"] if trace["type"] == "scatter"]
        looks = [(trace["line"]["dash"], trace.get("marker", {}).get("symbol")) for trace in lines]
        thin = [trace for trace in lines if trace["line"]["width"] == 1]
        assert len(set(looks)) >= len(looks) - max(0, len(thin) - 1), chart.title.en


def test_what_there_is_nothing_of_is_not_drawn():
    """An empty Sankey is an error of plotly's."""
    titles = [chart.title.en for chart in charts(0, [made(flows=[], owed={})])]
    assert len(titles) == 6 and not {"Where each yuan went", "What members are still owed, by asset"} & {
        *titles
    }


def test_the_band_of_many_runs_lies_between_one_in_twenty_and_the_worst_is_beside_it():
    runs = [made([number, -number], seed=number) for number in range(101)]
    low, high, middle, worst, budget = margin_chart(50, runs).figure["data"]
    assert low["y"] == [0.05, -0.95] and high["y"] == [0.95, -0.05]
    assert middle["y"] == [0.5, -0.5] and worst["y"] == [1.0, -1.0]
    assert budget["y"] == [-0.5, -0.5]
    assert [trace["name"].en for trace in margin_chart(0, [made()]).figure["data"]] == ["margin"]


def test_every_yuan_that_goes_in_comes_out():
    links = money_flows([flow for flow in FLOWS if flow.asset == "cash"], SPENT)
    for party in THROUGH:
        into = sum(link[3] for link in links if link[1] == party)
        out = sum(link[3] for link in links if link[0] == party)
        assert into == out, party
    ends = {link[1]: link[3] for link in links if link[1].endswith("left") or link[1] == "margin"}
    assert ends == {"held left": 5_000, "margin": 6_400, "daily_pool left": 1_000}
    paid = sum(link[3] for link in links if link[0] == "members pays")
    assert paid == 100_000 == sum(link[3] for link in links if link[1] not in THROUGH)


def test_what_is_short_is_added_by_the_operator():
    links = money_flows([flow for flow in FLOWS if flow.asset == "cash"], SPENT | {"goods": 40_000})
    assert ("operator pays", "kept", "operator pays", 3_600) in links
    assert not any(link[1] == "margin" for link in links)


def test_flows_of_a_real_run_add_up_to_its_margin():
    plan = changed(EVERYTHING)
    figures = figures_of(plan, run(plan, days=8), 1, costs_a_day=700)
    spent = {"goods": figures.goods[-1], "fees": figures.fees[-1], "costs": figures.costs[-1]}
    links = money_flows([flow for flow in figures.flows if flow.asset == "cash"], spent)
    left = {link[1]: link[3] for link in links if link[0] == "kept"}
    added = sum(link[3] for link in links if link[0] == "operator pays")
    assert left.get("margin", 0) - added == figures.margin[-1]
    assert "−" in flows_chart([figures]).note.zh or figures.margin[-1] >= 0


def test_ticks_are_round_and_said_as_people_count():
    found = ticks(-32_000, 1_250_000.5)
    assert found["tickvals"][0] <= -32_000 and found["tickvals"][-1] >= 1_250_000.5
    assert 0 in found["tickvals"] and len(found["tickvals"]) <= 9
    assert [text.zh for text in found["ticktext"]][:3] == ["−50 万", "0", "50 万"]
    assert said(1_500_000) == ("150 万", "1.5M") and said(230_000_000).zh == "2.3 亿"
    assert said(-2_500) == ("−2,500", "−2,500")
    assert ticks(0, 0)["tickvals"] == [0]


# Tables and the page


def test_figures_of_many_runs_stand_in_three_columns():
    one, many = figures_table([made()]), figures_table([made(), made([1] * 5), made([2] * 5)])
    assert len(one.columns) == 2 and len(many.columns) == 4
    rows = {row[0].en: row[1:] for row in many.rows}
    assert rows["= margin (yuan)"] == ["0.01", "0.02", "64.00"]
    assert {row[0].en: row[1:] for row in one.rows}["lowest margin (yuan)"] == ["−3,200.00"]


def test_what_moved_is_in_words_and_the_mean_of_many_runs():
    half = [flow._replace(amount=flow.amount // 2) for flow in FLOWS]
    table = moved_table([made(), made(flows=half)])
    assert [cell.en if isinstance(cell, tuple) else cell for cell in table.rows[0]] == [
        "paid from balance for a join, held",
        "members → held for groups",
        "cash",
        "750.00",
    ]


def test_every_reason_party_and_time_has_words():
    assert set(REASON_NAMES) == set(REASONS.values())
    assert len(WAIT_NAMES) == len(WAIT_UNTIL) + 1
    assert set(PARTY_WORDS) == set(PARTY_NAMES.values())


def test_the_page_tells_how_to_play_it_again():
    page = report_of(PLAN, ARGUMENTS, 50_000, [made(seed=7), made(seed=8)], "national-group-buy")
    rows = {row[0].en: row[1] for row in page.tables[-1].rows}
    assert rows["command"] == (
        "pinwheel simulate national-group-buy --members 100 --days 5 --joins-per-day 1.5"
        " --budget 500.00 --seed 7 --runs 2"
    )
    assert rows["hash of the plan"] == plan_hash(PLAN) and rows["seed"] == "7–8"
    assert page.title.zh == "模拟：全民拼购"


def test_a_title_of_braces_and_marks_is_shown_as_it_stands():
    odd = changed({"title": {"zh": "{坏} <b>标题</b>", "en": "{bad} <script>title"}})
    page = report_of(odd, ARGUMENTS, 0, [made()])
    assert page.title == ("模拟：{坏} <b>标题</b>", "Simulation: {bad} <script>title")
    text = render(page)
    assert "<script>title" not in text and "&lt;script&gt;title" in text


def test_the_command_line_names_what_is_unlike_the_usual():
    behaviour = Behaviour(50, 20_000, 30, 500_000, 100_000, 2_250_000, 5_000, 10_000, -100_000)
    line = command_line("my plan.yaml", Arguments(behaviour, 70, 9, 3), 0)
    assert line == (
        "pinwheel simulate 'my plan.yaml' --members 50 --days 9 --joins-per-day 2.25 --growth 2%"
        " --churn 0.5% --invited 50% --inviters 10% --after-win 1% --after-loss -10%"
        " --growth-days 30 --most-members 70 --budget 0.00 --seed 3"
    )
    assert "--most-members" not in command_line("p", Arguments(behaviour, room_for(behaviour), 9, 3), 0)


def test_long_runs_are_drawn_by_chosen_days():
    assert chosen_days(3) == [0, 1, 2]
    days = chosen_days(36_500)
    assert len(days) == 400 and days[-1] == 36_499 and sorted(set(days)) == days


def test_the_middle_run_and_the_spread_are_values_that_are_there():
    runs = [made([value], seed=value) for value in (5, 1, 9, 7)]
    assert median_run(runs).seed == 5
    assert spread([5, 1, 9, 7]).middle in (5, 7)
    assert spread(list(np.arange(101))) == (5, 50, 95)


def test_amounts_and_shares_as_people_read_them():
    assert amount(-123_456_789) == "−1,234,567.89" and amount(5) == "0.05"
    assert percent(1, 3) == "33.3%" and percent(2, 3) == "66.7%" and percent(0, 0) == "0.0%"
