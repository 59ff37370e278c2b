"""A report in a folder: the page, the days as CSV, everything as JSON. All of it, or nothing new."""

import csv
import io
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pinwheel.lab.figures import Figures
from pinwheel.lab.runs import as_plain
from pinwheel.plan.amounts import format_amount


def days_csv(runs: Sequence[Figures]) -> str:
    """Each day of each run as a row; amounts in yuan. Begins with a mark that spreadsheets need for UTF-8."""
    held = sorted({asset for run in runs for asset in run.owed})
    text = io.StringIO()
    writer = csv.writer(text)
    counts = ("there", "joins", "settled", "dissolved", "expired")
    amounts = ("kept", "goods", "fees", "margin")
    writer.writerow(["seed", "day", *counts, *amounts, *held])
    for run in runs:
        for day in range(run.days):
            row: list[object] = [run.seed, day + 1, *(getattr(run, name)[day] for name in counts)]
            row += [format_amount(getattr(run, name)[day]) for name in amounts]
            row += [format_amount(run.owed[asset][day]) if asset in run.owed else "" for asset in held]
            writer.writerow(row)
    return "\ufeff" + text.getvalue()


def figures_json(runs: Sequence[Figures]) -> str:
    """Every run's figures; amounts in fen, of points in hundredths."""
    return json.dumps([as_plain(run) for run in runs], ensure_ascii=False)


def write_files(folder: Path, files: dict[str, str]) -> None:
    """Write files into a folder, each whole or not at all; the old ones stay until all new ones are there.

    Raises: OSError; then nothing in the folder has changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[tuple[str, Path]] = []
    try:
        for name, text in files.items():
            handle, place = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
            written.append((place, folder / name))
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(place).chmod(0o644)
        for place, target in written:
            Path(place).replace(target)
    finally:
        for place, _ in written:
            Path(place).unlink(missing_ok=True)
