"""The files of a report, written whole or not at all: the page, the days as CSV, the figures as JSON.

Of a sweep: a row for each run as CSV, and the figures as JSON.
"""

import csv
import io
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from pinwheel import __version__
from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.figures import Figures, Flow
from pinwheel.lab.report.page import render
from pinwheel.lab.report.simulation import report_of
from pinwheel.lab.runs import as_plain
from pinwheel.lab.simulate import Arguments
from pinwheel.lab.sweep import Variant
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.model import Plan

REPORT, DAYS, FIGURES = "report.html", "days.csv", "figures.json"
SWEEP, SWEEP_FIGURES = "sweep.csv", "sweep.json"
BYTE_ORDER_MARK = "\ufeff"
COUNTS = ("there", "joins", "settled", "dissolved", "expired")
AMOUNTS = ("kept", "goods", "fees", "costs", "margin")
OF_A_SWEEP = (
    "seed",
    "margin",
    "lowest",
    "lowest_on",
    "dry_on",
    "breaks_even_on",
    "enough_members",
    "dissolved",
    "expired",
)

Found = Sequence[tuple[Variant, Sequence[Figures]]]  # of a sweep: a plan, and its runs that were done


def make_folder(folder: Path) -> None:
    """Make a folder, and try it: what cannot be written there is known before anything is played.

    Raises: OSError with the folder's name.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as file:
            file.write(b"tried")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from None


def write_report(
    folder: Path,
    plan: Plan,
    arguments: Arguments,
    budget: int,
    runs: Sequence[Figures],
    name: str | None = None,
) -> list[Path]:
    """Write all three into a folder, which is made where there is none; return them.

    Raises: OSError with the name of the file; then the folder holds what it held before.
    """
    return write_files(
        folder,
        {
            REPORT: render(report_of(plan, arguments, budget, runs, name)),
            DAYS: days_csv(runs),
            FIGURES: figures_json(plan, arguments, budget, runs),
        },
    )


def write_sweep(
    folder: Path, names: Sequence[str], arguments: Arguments, budget: int, found: Found
) -> list[Path]:
    """Write both files of a sweep over the fields named; return them. Raises: as `write_report`."""
    document = {
        "pinwheel": __version__,
        "arguments": arguments_told(arguments),
        "budget": budget,
        "variants": variants_told(names, found),
    }
    return write_files(
        folder,
        {SWEEP: sweep_csv(names, found), SWEEP_FIGURES: json.dumps(document, ensure_ascii=False) + "\n"},
    )


def write_files(folder: Path, texts: dict[str, str]) -> list[Path]:
    """Write every file beside its place, and put them there once all are complete. Raises: OSError."""
    beside = {folder / name: folder / f".{name}.{os.getpid()}" for name in texts}
    place = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for place, written in beside.items():
            write_through(written, texts[place.name])
        for place, written in beside.items():
            written.replace(place)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(place)) from None
    finally:
        for written in beside.values():
            with suppress(OSError):
                written.unlink()
    return list(beside)


def write_through(path: Path, text: str) -> None:
    """Write a file to the disk, so that a full one is known here."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def days_csv(runs: Sequence[Figures]) -> str:
    """A row for each day of each run; amounts in yuan, points and coins as such.

    Begins with the mark by which spreadsheets know UTF-8.
    """
    assets = list(dict.fromkeys(asset for run in runs for asset in run.owed))
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["seed", "day", *COUNTS, *AMOUNTS, *(f"owed_{asset}" for asset in assets)])
    for run in runs:
        nothing = [0] * run.days
        counts = [getattr(run, name) for name in COUNTS]
        amounts = [getattr(run, name) for name in AMOUNTS] + [run.owed.get(name, nothing) for name in assets]
        for day in range(run.days):
            row = [series[day] for series in counts] + [format_amount(series[day]) for series in amounts]
            rows.writerow([run.seed, day + 1, *row])
    return BYTE_ORDER_MARK + text.getvalue()


def sweep_csv(names: Sequence[str], found: Found) -> str:
    """A row for each run of each variant, as `days_csv`; amounts at the end of the run."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow([*names, *OF_A_SWEEP])
    for variant, runs in found:
        for run in runs:
            amounts = [format_amount(run.margin[-1]), format_amount(run.lowest)]
            days = [run.lowest_on, run.dry_on, run.breaks_even_on]
            rows.writerow([*variant.values, run.seed, *amounts, *days, sum(run.dissolved), sum(run.expired)])
    return BYTE_ORDER_MARK + text.getvalue()


def variants_told(names: Sequence[str], found: Found) -> list[dict[str, Any]]:
    """The variants of a sweep for JSON: the values of the fields named, and the runs."""
    return [
        {
            "values": dict(zip(names, variant.values, strict=True)),
            "hash": plan_hash(variant.plan),
            "runs": [as_plain(run) for run in runs],
        }
        for variant, runs in found
    ]


def figures_document(
    plan: Plan, arguments: Arguments, budget: int, runs: Sequence[Figures]
) -> dict[str, Any]:
    """Everything, with what it was told; amounts in fen, of points and coins in hundredths."""
    return {
        "pinwheel": __version__,
        "plan": plan.plan,
        "hash": plan_hash(plan),
        "arguments": arguments_told(arguments),
        "budget": budget,
        "runs": [as_plain(run) for run in runs],
    }


def figures_json(plan: Plan, arguments: Arguments, budget: int, runs: Sequence[Figures]) -> str:
    """The document as text."""
    return json.dumps(figures_document(plan, arguments, budget, runs), ensure_ascii=False) + "\n"


def arguments_told(arguments: Arguments) -> dict[str, Any]:
    """Arguments for JSON."""
    return {**arguments._asdict(), "behaviour": arguments.behaviour._asdict()}


def arguments_from(told: dict[str, Any]) -> Arguments:
    """Arguments as JSON held them."""
    return Arguments(**{**told, "behaviour": Behaviour(**told["behaviour"])})


def figures_from(told: dict[str, Any]) -> Figures:
    """Figures as JSON held them."""
    nothing = [0] * len(told["margin"])
    told = {
        "coupons": nothing,
        "costs": nothing,
        "enough_members": None,
        **told,
    }  # kept before there were any
    return Figures(**{**told, "flows": [Flow(*flow) for flow in told["flows"]]})
