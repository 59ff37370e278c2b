"""`pinwheel simulate`: a plan played for many days with made-up members, once or many times."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.figures import Figures
from pinwheel.lab.report.files import Found, make_folder, variants_told, write_report, write_sweep
from pinwheel.lab.report.sentences import enough_members_of, sentences
from pinwheel.lab.report.spread import median_run, worst_of
from pinwheel.lab.runs import Job, as_plain, jobs_of, play, play_all, play_on_cluster
from pinwheel.lab.simulate import Arguments, Unplayable
from pinwheel.lab.sweep import Variant, read_field, variants_of
from pinwheel.plan.amounts import Unreadable, format_amount, parse_amount, parse_rate
from pinwheel.plan.load import playbook_names, playbook_text, read_text
from pinwheel.plan.model import Plan
from pinwheel.plan.refusal import Language
from pinwheel.plan.yaml_exact import load_yaml
from pinwheel.rules.money import MILLION

KEPT = "runs.jsonl"
INTERRUPTED = 130
READY = "getting ready (the rules are compiled once)"


class Asked(NamedTuple):
    """What the options ask for, beside the plan."""

    arguments: Arguments
    budget: int | None  # fen; None: the plan's own
    runs: int
    report: Path | None
    cluster: str
    as_json: bool
    language: Language


def read_behaviour(
    members: int, joins: str, growth: str, growth_days: int, churn: str, **rates: str
) -> Behaviour:
    """The behaviour that the options say; `rates`: the other fields of Behaviour. Raises: Unplayable."""
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
        **{
            name: rate(text, f"--{name.replace('_', '-')}", is_change=name.startswith("after"))
            for name, text in rates.items()
        },
    )


def rate(text: str, option: str, is_change: bool = False) -> int:
    """A rate in ppm, at most the whole; a change may be negative. Raises: Unplayable."""
    is_less = is_change and text.startswith("-")
    try:
        ppm = parse_rate(text.removeprefix("-") if is_less else text)
    except Unreadable:
        ppm = -1
    if not 0 <= ppm <= MILLION:
        allowed = "a change from -100% to 100%, as -5%" if is_change else "a rate from 0% to 100%, as 2%"
        raise Unplayable(f"{option} {text}: {allowed}")
    return -ppm if is_less else ppm


def read_budget(text: str | None) -> int | None:
    """An amount in fen. Raises: Unplayable."""
    if text is None:
        return None
    try:
        return parse_amount(text)
    except Unreadable as error:
        raise Unplayable(f"--budget {text}: {error.allowed_en}") from None


def read_costs(text: str) -> int:
    """An amount in fen. Raises: Unplayable."""
    try:
        return parse_amount(text)
    except Unreadable as error:
        raise Unplayable(f"--costs-per-day {text}: {error.allowed_en}") from None


def language_of(text: str) -> Language:
    """The language asked for. Raises: Unplayable."""
    if text == "zh":
        return "zh"
    if text == "en":
        return "en"
    raise Unplayable(f"--language {text}: allowed are zh, en")


def document_of(name: str) -> object:
    """The raw document of a playbook or a plan file. Raises: PlanRefused."""
    return load_yaml(playbook_text(name) if name in playbook_names() else read_text(name))


def run_simulation(
    name: str, plan: Plan, sweeps: Sequence[str], asked: Asked, out: Console, err: Console
) -> int:
    """Play and print. Returns: the exit code. Raises: Unplayable, PlanRefused, OSError."""
    budget = (plan.budget or 0) if asked.budget is None else asked.budget
    fields = [read_field(text) for text in sweeps]
    variants = variants_of(document_of(name), fields) if fields else [Variant((), plan)]
    jobs = jobs_of([variant.plan for variant in variants], asked.arguments, asked.runs, budget)
    if asked.report:
        make_folder(asked.report)
    done = play_jobs(jobs, asked, err)
    found = runs_by_variant(variants, jobs, done)
    names = [field.path for field in fields]
    written: list[Path] = []
    if asked.report and done:
        told = asked.arguments, budget, found
        written = write_sweep(asked.report, names, *told) if names else write_runs(asked.report, name, *told)
    if asked.as_json:
        print_json(names, found, asked)
    elif done:
        print_found(names, found, budget, asked, out)
        for place in written:
            out.print(str(place), highlight=False, markup=False, soft_wrap=True)
    if len(done) == len({job.name for job in jobs}):
        return 0
    say_stopped(len(done), len(jobs), asked, err)
    return INTERRUPTED


def runs_by_variant(variants: Sequence[Variant], jobs: Sequence[Job], done: dict[str, Figures]) -> Found:
    """The runs that were done of each variant, of which there are as many jobs of each."""
    runs = len(jobs) // len(variants)
    return [
        (variant, [done[job.name] for job in jobs[first : first + runs] if job.name in done])
        for variant, first in zip(variants, range(0, len(jobs), runs), strict=True)
    ]


def write_runs(folder: Path, name: str, arguments: Arguments, budget: int, found: Found) -> list[Path]:
    """The report of a plan's runs, however many were done."""
    variant, runs = found[0]
    return write_report(folder, variant.plan, arguments, budget, runs, name)


def play_jobs(jobs: list[Job], asked: Asked, err: Console) -> dict[str, Figures]:
    """Play jobs with a bar of progress: days of a single run, else runs. Ctrl-C keeps what is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    done: dict[str, Figures] = {}
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        is_single = len(jobs) == 1 and not asked.cluster
        task = bar.add_task(READY, total=None)

        def told(count: int) -> None:
            of_days = "days" if count < jobs[0].arguments.days else "members it takes"
            said = (of_days if is_single else "runs") if count else READY
            bar.update(task, completed=count, description=said)

        try:
            if is_single:
                bar.update(task, total=jobs[0].arguments.days)
                return {jobs[0].name: play(jobs[0], told)}
            bar.update(task, total=len(jobs))
            keep = asked.report / KEPT if asked.report else None
            if asked.cluster:
                return play_on_cluster(jobs, asked.cluster, keep, told, done)
            return play_all(jobs, keep, told=told, done=done)
        except KeyboardInterrupt:
            return done


def say_stopped(done: int, all_runs: int, asked: Asked, err: Console) -> None:
    """What Ctrl-C has left."""
    if asked.report and done:
        kept = f"they stand in {asked.report / KEPT}, and the same command plays the others"
    else:
        kept = "with --report they are kept, and the same command plays the others" if done else ""
    said = f"stopped: {done} of {all_runs} runs were done{'; ' if kept else ''}{kept}"
    err.print(said, style="yellow", markup=False, highlight=False, soft_wrap=True)


def print_json(names: list[str], found: Found, asked: Asked) -> None:
    """The figures of a run, of many runs as a list, or of a sweep."""
    runs = [as_plain(run) for run in found[0][1]]
    shown: Any = variants_told(names, found) if names else runs
    if not names and asked.runs == 1:
        shown = runs[0] if runs else None
    typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))


def print_found(names: list[str], found: Found, budget: int, asked: Asked, out: Console) -> None:
    """A sweep as a table; a plan's runs in sentences, a single one with what moved."""
    if names:
        print_sweep(names, found, asked, out)
        return
    variant, runs = found[0]
    for line in sentences(variant.plan, asked.arguments.behaviour.joins_a_day, budget, runs):
        out.print(line.zh if asked.language == "zh" else line.en, highlight=False, markup=False)
    if len(runs) == 1:
        out.print(moved_table(runs[0]))


def print_sweep(names: list[str], found: Found, asked: Asked, out: Console) -> None:
    """A row for each variant of which a run was done; a cell that is too narrow is folded, never cut off."""
    each = "1 run" if asked.runs == 1 else f"{asked.runs} runs"
    table = Table(title=f"{each} each, amounts in yuan", title_justify="left")
    for name in names:
        table.add_column(Text(name), overflow="fold")
    for title in (
        "margin at the end",
        "members it takes",
        "lowest",
        "on day",
        "budget used up",
        "dissolved",
        "expired",
    ):
        table.add_column(title, justify="right", overflow="fold")
    for variant, runs in found:
        if runs:
            table.add_row(*map(Text, sweep_row(variant, runs)))
    out.print(table)


def sweep_row(variant: Variant, runs: Sequence[Figures]) -> list[str]:
    """The middle run's margin and the members it takes, the worst run's lowest, how often the budget is used
    up, groups lost.
    """
    middle, worst = median_run(runs), worst_of(runs)
    dry = sum(run.dry_on is not None for run in runs)
    return [
        *variant.values,
        format_amount(middle.margin[-1]),
        str(enough_members_of(runs) or "–"),
        format_amount(worst.lowest),
        str(worst.lowest_on),
        f"{dry} of {len(runs)}",
        str(sum(middle.dissolved)),
        str(sum(middle.expired)),
    ]


def moved_table(run: Figures) -> Table:
    """What moved in all, by reason and asset, as the ledger names them."""
    table = Table(title="What moved", title_justify="left")
    table.add_column("reason", no_wrap=True)
    table.add_column("asset", no_wrap=True)
    table.add_column("amount", justify="right", no_wrap=True)
    for flow in run.flows:
        table.add_row(flow.reason, flow.asset, format_amount(flow.amount))
    return table
