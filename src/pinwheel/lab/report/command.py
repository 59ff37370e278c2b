"""The command line that plays a simulation again: same plan, same arguments, same seed, same figures."""

import shlex

from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.simulate import Arguments, room_for
from pinwheel.plan.amounts import format_amount, format_rate
from pinwheel.rules.money import MILLION


def command_line(name: str, arguments: Arguments, budget: int, runs: int = 1) -> str:
    """`pinwheel simulate` with every option that is not as usual; `name` of the plan, or of its file."""
    behaviour = arguments.behaviour
    usual = Behaviour(behaviour.start_members)
    words = ["pinwheel", "simulate", name, "--members", str(behaviour.start_members)]
    words += ["--days", str(arguments.days), "--joins-per-day", joins_text(behaviour.joins_a_day)]
    for option, value, as_usual in (
        ("--growth", behaviour.arrivals_a_day, usual.arrivals_a_day),
        ("--churn", behaviour.leaves_a_day, usual.leaves_a_day),
        ("--invited", behaviour.invited, usual.invited),
        ("--inviters", behaviour.inviters, usual.inviters),
        ("--after-win", behaviour.after_win, usual.after_win),
        ("--after-loss", behaviour.after_loss, usual.after_loss),
        ("--pays-balance", behaviour.pays_balance, usual.pays_balance),
        ("--moves-points", behaviour.moves_points, usual.moves_points),
        ("--profit-shared", arguments.profit_shared, 0),
    ):
        if value != as_usual:
            words += [option, rate_text(value)]
    if behaviour.growth_ends:
        words += ["--growth-days", str(behaviour.growth_ends)]
    if arguments.most_members != room_for(behaviour):
        words += ["--most-members", str(arguments.most_members)]
    if arguments.costs_a_day:
        words += ["--costs-per-day", format_amount(arguments.costs_a_day)]
    words += ["--budget", format_amount(budget), "--seed", str(arguments.seed)]
    if runs > 1:
        words += ["--runs", str(runs)]
    return shlex.join(words)


def joins_text(ppm: int) -> str:
    """Joins a day as 1.5."""
    whole, places = divmod(ppm, MILLION)
    return f"{whole}.{places:06}".rstrip("0").rstrip(".")


def rate_text(ppm: int) -> str:
    """A rate as -10%."""
    return f"{'-' if ppm < 0 else ''}{format_rate(abs(ppm))}"
