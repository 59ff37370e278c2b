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

from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.figures import Figures
from pinwheel.lab.report.files import write_report
from pinwheel.lab.report.sentences import sentences
from pinwheel.lab.report.spread import median_run
from pinwheel.lab.runs import Job, Told, as_plain, jobs_of, play, play_all, play_on_cluster
from pinwheel.lab.simulate import Arguments, Unplayable
from pinwheel.lab.sweep import Variant, read_field, variants_of
from pinwheel.plan.amounts import Unreadable, format_amount, parse_amount, parse_rate
from pinwheel.plan.load import playbook_names, playbook_text, read_text
from pinwheel.plan.model import Plan
from pinwheel.plan.refusal import Language
from pinwheel.plan.yaml_exact import load_yaml
from pinwheel.rules.money import MILLION

KEPT = "runs.jsonl"


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


def document_of(name: str) -> object:
    """The raw document of a playbook or a plan file. Raises: PlanRefused."""
    return load_yaml(playbook_text(name) if name in playbook_names() else read_text(name))


def run_simulation(
    name: str, plan: Plan, sweeps: Sequence[str], asked: Asked, out: Console, err: Console
) -> None:
    """Play and print. Raises: Unplayable, PlanRefused, OSError."""
    budget = (plan.budget or 0) if asked.budget is None else asked.budget
    if asked.report:
        asked.report.mkdir(parents=True, exist_ok=True)  # what cannot be written is said before it is played
    if sweeps:
        variants = variants_of(document_of(name), [read_field(text) for text in sweeps])
        print_sweep(sweeps, play_variants(variants, asked, budget, err), asked, out)
        return
    jobs = jobs_of([plan], asked.arguments, asked.runs, budget)
    found = play_jobs(jobs, asked, err)
    runs = [found[job.name] for job in jobs if job.name in found]
    if not runs:
        raise Unplayable("stopped before the first run was done; nothing to show")
    written = write_report(asked.report, plan, asked.arguments, budget, runs, name) if asked.report else []
    if asked.as_json:
        shown: Any = as_plain(runs[0]) if len(runs) == 1 else [as_plain(run) for run in runs]
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    if len(runs) < len(jobs):
        err.print(f"stopped: {len(runs)} of {len(jobs)} runs were done", style="yellow")
    for line in sentences(plan, budget, runs):
        out.print(line.zh if asked.language == "zh" else line.en, highlight=False, markup=False)
    if len(runs) == 1:
        out.print(moved_table(median_run(runs)))
    for place in written:
        out.print(str(place), highlight=False, markup=False, soft_wrap=True)


def play_variants(
    variants: Sequence[Variant], asked: Asked, budget: int, err: Console
) -> list[tuple[Variant, list[Figures]]]:
    """All runs of all variants that were done."""
    jobs = jobs_of([variant.plan for variant in variants], asked.arguments, asked.runs, budget)
    found = play_jobs(jobs, asked, err)
    done = []
    for number, variant in enumerate(variants):
        own = jobs[number * asked.runs : (number + 1) * asked.runs]
        done.append((variant, [found[job.name] for job in own if job.name in found]))
    return done


def play_jobs(jobs: list[Job], asked: Asked, err: Console) -> dict[str, Figures]:
    """Play jobs with a bar of progress: days of a single run, else runs. Ctrl-C keeps what is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    done: dict[str, Figures] = {}
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        is_single = len(jobs) == 1 and not asked.cluster
        task = bar.add_task("days" if is_single else "runs", total=None)

        def told(count: int) -> None:
            bar.update(task, completed=count)

        try:
            if is_single:
                bar.update(task, total=jobs[0].arguments.days)
                return {jobs[0].name: play(jobs[0], told)}
            bar.update(task, total=len(jobs))
            return play_many(jobs, asked, told, done)
        except KeyboardInterrupt:
            return done


def play_many(jobs: list[Job], asked: Asked, told: Told, done: dict[str, Figures]) -> dict[str, Figures]:
    """Over the cores, or on a cluster; with --report what is done is kept there, and the call can go on."""
    keep = None
    if asked.report:
        asked.report.mkdir(parents=True, exist_ok=True)
        keep = asked.report / KEPT
    if asked.cluster:
        return play_on_cluster(jobs, asked.cluster, keep, told, done)
    return play_all(jobs, keep, told=told, done=done)


def print_sweep(
    sweeps: Sequence[str], found: list[tuple[Variant, list[Figures]]], asked: Asked, out: Console
) -> None:
    """A row for each variant."""
    names = [text.partition("=")[0] for text in sweeps]
    rows = [sweep_row(variant, runs) for variant, runs in found if runs]
    if asked.as_json:
        shown = [
            {"values": dict(zip(names, variant.values, strict=True)), "runs": [as_plain(run) for run in runs]}
            for variant, runs in found
        ]
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    table = Table(title=f"{asked.runs} runs each, amounts in yuan", title_justify="left")
    for name in names:
        table.add_column(name, no_wrap=True)
    for title in ("margin at the end", "lowest", "on day", "budget used up", "dissolved", "expired"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    out.print(table)
    if len(rows) < len(found):
        out.print(f"stopped: {len(rows)} of {len(found)} values were played", style="yellow")


def sweep_row(variant: Variant, runs: list[Figures]) -> list[str]:
    """The middle run's margin, the worst run's lowest, how often the budget is used up, groups lost."""
    if not runs:
        return []
    middle, worst = median_run(runs), min(runs, key=lambda run: run.lowest)
    dry = sum(run.dry_on is not None for run in runs)
    return [
        *variant.values,
        format_amount(middle.margin[-1]),
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
