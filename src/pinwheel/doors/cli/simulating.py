"""`pinwheel simulate`: a plan played for many days with made-up members, and what came of it."""

import json
import re
from typing import Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.simulate import Unplayable, World, kept_by_day, results, simulate
from pinwheel.plan.amounts import Unreadable, format_amount, parse_rate
from pinwheel.plan.model import Plan
from pinwheel.rules.assets import ASSETS, CASH
from pinwheel.rules.money import MILLION
from pinwheel.rules.reasons import REASONS


def read_behaviour(members: int, joins: str, growth: str, growth_days: int, churn: str) -> Behaviour:
    """The behaviour that the options say. Raises: Unplayable."""
    wished = re.fullmatch(r"([0-9]{1,3})(?:\.([0-9]{1,3}))?", joins)
    if wished is None or not any(digit in "123456789" for digit in joins):
        raise Unplayable(f"--joins-per-day {joins}: a number as 1.5, from 0.001 to 999.999")
    whole, places = wished.groups(default="")
    return Behaviour(
        start_members=members,
        arrivals_a_day=rate(growth, "--growth"),
        growth_ends=growth_days,
        joins_a_day=int(whole) * MILLION + int(places.ljust(6, "0")),
        leaves_a_day=rate(churn, "--churn"),
    )


def rate(text: str, option: str) -> int:
    """A rate in ppm, at most the whole. Raises: Unplayable."""
    try:
        ppm = parse_rate(text)
    except Unreadable:
        ppm = -1
    if not 0 <= ppm <= MILLION:
        raise Unplayable(f"{option} {text}: a rate from 0% to 100%, as 2%")
    return ppm


def run_simulation(
    plan: Plan,
    behaviour: Behaviour,
    most: int,
    days: int,
    seed: int,
    as_json: bool,
    out: Console,
    err: Console,
) -> None:
    """Play and print. Raises: Unplayable."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("simulating", total=days)
        world = simulate(plan, behaviour, most, days, seed, lambda done: bar.update(task, completed=done))
    found = figures(world)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in headlines(found):
        out.print(line, highlight=False)
    out.print(moved_table(world))


def figures(world: World) -> dict[str, Any]:
    """What came of a run: counts, and amounts in fen and hundredths."""
    kept, cash, books = kept_by_day(world.books), results(world), world.books
    lowest = min(range(len(kept)), key=kept.__getitem__)
    came = int(world.crowd.known[0])
    return {
        "days": len(kept),
        "members": came,
        "members_there_at_the_end": int(world.crowd.there[0]),
        "joins": int(books.joins.sum()),
        "groups_settled": int(books.settled.sum()),
        "groups_dissolved": int(books.dissolved.sum()),
        "kept": kept[-1],
        "kept_by_day": kept,
        "lowest_kept": kept[lowest],
        "lowest_kept_on_day": lowest + 1,
        "shopping_credit_owed": int(world.members.credit[:came].sum()),
        "issued": {
            asset: int(world.members.balances[:came, number].sum())
            for number, asset in enumerate(ASSETS)
            if number != CASH and world.members.balances[:came, number].any()
        },
        "members_with_more_cash": int((cash > 0).sum()),
        "members_with_less_cash": int((cash < 0).sum()),
        "cash_of_members_in_tenths": [int(value) for value in np.percentile(cash, range(0, 101, 10))],
    }


def headlines(found: dict[str, Any]) -> list[str]:
    """The figures in sentences, the weightiest first."""
    groups = found["groups_settled"] + found["groups_dissolved"]
    dissolved = f"{100 * found['groups_dissolved'] / groups:.1f} %" if groups else "none"
    return [
        f"After {found['days']} days the plan has kept {yuan(found['kept'])} before goods;"
        f" the least was {yuan(found['lowest_kept'])} on day {found['lowest_kept_on_day']}.",
        f"Still owed to members: {yuan(found['shopping_credit_owed'])} of shopping credit.",
        f"{found['members']} members came, {found['members_there_at_the_end']} are there;"
        f" {found['joins']} joins, {groups} groups, of which dissolved: {dissolved}.",
        f"{found['members_with_more_cash']} members have more cash than they put in,"
        f" {found['members_with_less_cash']} have less (goods and points not counted).",
    ]


def yuan(amount: int) -> str:
    return format_amount(amount) if amount >= 0 else f"-{format_amount(-amount)}"


def moved_table(world: World) -> Table:
    """What moved in all, by reason and asset, as the ledger names them."""
    table = Table(title="What moved", title_justify="left")
    table.add_column("reason", no_wrap=True)
    table.add_column("asset", no_wrap=True)
    table.add_column("amount", justify="right", no_wrap=True)
    sums = world.books.moved.sum(axis=0)
    for reason, name in REASONS.items():
        for number, asset in enumerate(ASSETS):
            if sums[reason, number]:
                table.add_row(name, asset, yuan(int(sums[reason, number])))
    return table
