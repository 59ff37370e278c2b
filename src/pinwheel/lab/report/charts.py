"""The charts of a simulation. Each says beneath its title what is to be seen on it."""

from collections.abc import Callable, Sequence

from pinwheel.lab.figures import Figures
from pinwheel.lab.report.chart_words import (
    ALL_RUNS,
    BUDGET_LINE,
    CROWD,
    CROWD_NOTE,
    ENDS,
    EQUAL,
    FLOWS,
    FLOWS_NOTE,
    FULL_GROUPS,
    GROUPS_A_DAY,
    HELD,
    HIGH,
    HIGHEST,
    JOINS,
    LORENZ,
    LORENZ_LINE,
    LORENZ_NOTE,
    LOW,
    LOWEST,
    MARGIN,
    MARGIN_LINE,
    MARGIN_NOTE,
    MEDIAN,
    MEMBERS_THERE,
    NOBODY_PAID,
    NONE_FULL,
    NOTHING,
    OWED,
    OWED_NOTE,
    PART_OF_CASH,
    PART_OF_MEMBERS,
    RESULT,
    RESULTS,
    RESULTS_NOTE,
    SORTED,
    TIME,
    WAITS,
    WAITS_NOTE,
    WORST_RUN,
    YUAN_OR_POINTS,
)
from pinwheel.lab.report.drawing import (
    MONEY,
    PALE_BLUE,
    axis,
    band_lines,
    bars,
    level,
    line,
    lying,
)
from pinwheel.lab.report.page import Chart
from pinwheel.lab.report.sankey import money_flows, sankey
from pinwheel.lab.report.sentences import even_sentence, groups_sentence, members_sentences
from pinwheel.lab.report.spread import band, chosen_days, mean, mean_flows, spread, worst_of
from pinwheel.lab.report.words import (
    DAY,
    DISSOLVED,
    EXPIRED,
    MEDIANS,
    SETTLED,
    WAIT_NAMES,
    YUAN,
    amount,
    fill,
)
from pinwheel.plan.words import ASSET_NAMES, Phrase
from pinwheel.rules.assets import ASSETS, CASH


def charts(budget: int, runs: Sequence[Figures]) -> list[Chart]:
    """All of which there is something to draw, the weightiest first."""
    return [
        margin_chart(budget, runs),
        *([owed_chart(runs)] if any(run.owed for run in runs) else []),
        *([flows_chart(runs)] if any(flow.asset == ASSETS[CASH] for flow in mean_flows(runs)) else []),
        results_chart(runs),
        lorenz_chart(runs),
        crowd_chart(runs),
        ends_chart(runs),
        waits_chart(runs),
    ]


def yuan(values: Sequence[int]) -> list[float]:
    """Hundredths as numbers to draw."""
    return [value / 100 for value in values]


def of_many(phrase: Phrase, runs: Sequence[Figures]) -> Phrase:
    """Said only where there are several runs."""
    return phrase if len(runs) > 1 else NOTHING


def margin_chart(budget: int, runs: Sequence[Figures]) -> Chart:
    """One run's line; of many the median, where nine of ten lie, and the worst."""
    days = chosen_days(runs[0].days)
    across = [day + 1 for day in days]
    found = band(runs, lambda run: run.margin, days)
    name = MARGIN_LINE if len(runs) == 1 else MEDIAN
    drawn = [line(name, across, yuan(found.middle), 0, MONEY)]
    lows = yuan(found.middle)
    if len(runs) > 1:
        worst = yuan([worst_of(runs).margin[day] for day in days])
        edges = band_lines((LOW, HIGH), across, yuan(found.low), yuan(found.high), MONEY)
        drawn = [*edges, *drawn, line(WORST_RUN, across, worst, 1, MONEY)]
        lows = [*worst, *yuan(found.low), *yuan(found.high)]
    if budget:
        drawn.append(level(BUDGET_LINE, across, -budget / 100, MONEY))
        lows = [*lows, -budget / 100]
    figure = {"data": drawn, "layout": {"xaxis": axis(DAY), "yaxis": axis(YUAN, lows)}}
    return Chart(MARGIN, fill(MARGIN_NOTE, even=even_sentence(runs)), figure)


def owed_chart(runs: Sequence[Figures]) -> Chart:
    """A line for each asset but cash."""
    days = chosen_days(runs[0].days)
    across = [day + 1 for day in days]
    drawn, now, heights = [], [], [0.0]
    for number, asset in enumerate(ASSETS):
        if any(asset in run.owed for run in runs):
            held = band(runs, holdings(asset), days).middle
            drawn.append(line(ASSET_NAMES[asset], across, yuan(held), number - 1, MONEY))
            now.append(fill(HELD, name=ASSET_NAMES[asset], held=amount(held[-1])))
            heights += yuan(held)
    said = Phrase("、".join(one.zh for one in now), ", ".join(one.en for one in now))
    figure = {"data": drawn, "layout": {"xaxis": axis(DAY), "yaxis": axis(YUAN_OR_POINTS, heights)}}
    return Chart(OWED, fill(OWED_NOTE, medians=of_many(MEDIANS, runs), now=said), figure)


def holdings(asset: str) -> Callable[[Figures], list[int]]:
    """What a run's members hold of an asset, by day."""
    return lambda run: run.owed.get(asset) or [0] * run.days


def crowd_chart(runs: Sequence[Figures]) -> Chart:
    """Two panels above each other, as they count different things."""
    days = chosen_days(runs[0].days)
    across = [day + 1 for day in days]
    there = band(runs, lambda run: run.there, days).middle
    joins = band(runs, lambda run: run.joins, days).middle
    figure = {
        "data": [
            line(MEMBERS_THERE, across, there, 0),
            {**line(JOINS, across, joins, 1), "yaxis": "y2"},
        ],
        "layout": {
            "height": 440,
            "xaxis": axis(DAY, anchor="y2"),
            "yaxis": axis(MEMBERS_THERE, there, domain=[0.56, 1]),
            "yaxis2": axis(JOINS, joins, domain=[0, 0.44]),
        },
    }
    counts = {"first": f"{there[0]:,}", "last": f"{there[-1]:,}", "most": f"{max(joins):,}"}
    return Chart(CROWD, fill(CROWD_NOTE, medians=of_many(MEDIANS, runs), **counts), figure)


def results_chart(runs: Sequence[Figures]) -> Chart:
    """The lowest, those at each tenth, and the highest."""
    tenths = [spread([run.tenths[place] for run in runs]).middle for place in range(11)]
    names = [LOWEST, *(Phrase(f"{tenth}0%", f"{tenth}0%") for tenth in range(1, 10)), HIGHEST]
    figure = {
        "data": [bars(RESULT, names, yuan(tenths), MONEY)],
        "layout": {
            "xaxis": axis(SORTED, type="category"),
            "yaxis": axis(YUAN, yuan(tenths)),
        },
    }
    said = {"medians": of_many(MEDIANS, runs), "members": members_sentences(runs)[0]}
    return Chart(RESULTS, fill(RESULTS_NOTE, **said), figure)


def lorenz_chart(runs: Sequence[Figures]) -> Chart:
    """How much of the cash the lowest part of the members has, beside what it were if all had the same."""
    middle = [spread([run.lorenz[place] for run in runs]).middle / 10_000 for place in range(101)]
    percents = list(range(101))
    curve = {**line(LORENZ_LINE, percents, middle, 0, "%{y:.1f}%"), "fill": "tozeroy", "fillcolor": PALE_BLUE}
    figure = {
        "data": [line(EQUAL, [0, 100], [0, 100], 1, "%{y:.1f}%"), curve],
        "layout": {
            "xaxis": axis(PART_OF_MEMBERS, range=[0, 100]),
            "yaxis": axis(PART_OF_CASH, range=[0, 100]),
        },
    }
    shares = [*members_sentences(runs)[1:], NOBODY_PAID][0]
    return Chart(LORENZ, fill(LORENZ_NOTE, medians=of_many(MEDIANS, runs), shares=shares), figure)


def flows_chart(runs: Sequence[Figures]) -> Chart:
    """Cash from who paid it to who has it."""
    # What coupons take off later prices counts with the goods: no cash of this run goes there.
    spent = {
        "goods": mean([run.goods[-1] + run.coupons[-1] for run in runs]),
        "fees": mean([run.fees[-1] for run in runs]),
        "costs": mean([run.costs[-1] for run in runs]),
    }
    links = money_flows([flow for flow in mean_flows(runs) if flow.asset == ASSETS[CASH]], spent)
    people = ("members", "outside")
    facts = {
        "paid": amount(sum(link[3] for link in links if link[0] in [f"{who} pays" for who in people])),
        "got": amount(sum(link[3] for link in links if link[1] in [f"{who} gets" for who in people])),
        "costs": amount(sum(spent.values())),
        "margin": amount(mean([run.margin[-1] for run in runs])),
    }
    return Chart(FLOWS, fill(FLOWS_NOTE, average=of_many(ALL_RUNS, runs), **facts), sankey(links))


def waits_chart(runs: Sequence[Figures]) -> Chart:
    """How many groups filled in which time."""
    counts = [mean([run.waits[place] for run in runs]) for place in range(len(WAIT_NAMES))]
    figure = {
        "data": [lying(bars(FULL_GROUPS, WAIT_NAMES, counts))],
        "layout": {
            "hovermode": "closest",
            "xaxis": axis(FULL_GROUPS, counts),
            "yaxis": axis(TIME, type="category", autorange="reversed", nticks=0),
        },
    }
    if not any(counts):
        return Chart(WAITS, NONE_FULL, figure)
    most = WAIT_NAMES[max(range(len(counts)), key=counts.__getitem__)]
    said = {"average": of_many(ALL_RUNS, runs), "filled": f"{sum(counts):,}", "most": most}
    return Chart(WAITS, fill(WAITS_NOTE, **said), figure)


def ends_chart(runs: Sequence[Figures]) -> Chart:
    """A line for each end that a group can come to."""
    days = chosen_days(runs[0].days)
    across = [day + 1 for day in days]
    ends = [
        (SETTLED, band(runs, lambda run: run.settled, days).middle),
        (DISSOLVED, band(runs, lambda run: run.dissolved, days).middle),
        (EXPIRED, band(runs, lambda run: run.expired, days).middle),
    ]
    figure = {
        "data": [line(name, across, counts, number) for number, (name, counts) in enumerate(ends)],
        "layout": {
            "xaxis": axis(DAY),
            "yaxis": axis(GROUPS_A_DAY, [count for _, counts in ends for count in counts]),
        },
    }
    return Chart(ENDS, groups_sentence(runs), figure)
