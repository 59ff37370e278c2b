"""The files of a report are written whole or not at all, and say what the run was."""

import csv
import errno
import io
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lab_stage import EVERYTHING, changed
from report_stage import ARGUMENTS, made
from typer.testing import CliRunner

from pinwheel.doors.cli.main import app
from pinwheel.lab.report import files
from pinwheel.lab.report.files import (
    arguments_from,
    arguments_told,
    days_csv,
    figures_document,
    figures_from,
    write_report,
)
from pinwheel.lab.runs import as_plain
from pinwheel.plan.load import playbook

PLAN = playbook("national-group-buy")
NAMES = ["days.csv", "figures.json", "report.html"]
SMALL = ["simulate", "national-group-buy", "--members", "30", "--days", "3"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(folder: Path, seed: int = 1) -> list[Path]:
    return write_report(folder, PLAN, ARGUMENTS, 0, [made(seed=seed)])


def test_three_files_stand_in_the_folder(tmp_path):
    folder = tmp_path / "a" / "b"
    assert [path.name for path in write(folder)] == ["report.html", "days.csv", "figures.json"]
    assert names(folder) == NAMES
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_days_are_rows_of_amounts_in_yuan():
    runs = [made(seed=1), made([5], seed=2, owed={"consumer_points": [7]})]
    text = days_csv(runs)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert len(rows) == 6
    assert rows[1] == {
        "seed": "1", "day": "2", "there": "100", "joins": "10", "settled": "1", "dissolved": "0",
        "expired": "0", "kept": "-2894.00", "goods": "300.00", "fees": "6.00", "costs": "0.00",
        "margin": "-3200.00",
        "owed_shopping_credit": "99.00", "owed_shopping_coins": "0.00", "owed_consumer_points": "0.00",
    }  # fmt: skip
    assert rows[-1]["owed_consumer_points"] == "0.07"


def test_json_holds_everything_and_is_read_back():
    document = json.loads(json.dumps(figures_document(PLAN, ARGUMENTS, 7, [made()])))
    assert arguments_from(document["arguments"]) == ARGUMENTS
    assert figures_from(document["runs"][0]) == made()
    assert document["budget"] == 7 and document["plan"] == "national-group-buy"
    assert figures_from(json.loads(json.dumps(as_plain(made())))) == made()
    assert arguments_from(json.loads(json.dumps(arguments_told(ARGUMENTS)))) == ARGUMENTS


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch, failing):
    write(tmp_path, seed=1)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    syncs = []

    def full(handle: int) -> None:
        syncs.append(handle)
        if len(syncs) == failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write(tmp_path, seed=2)
    assert caught.value.filename == str(tmp_path / ["report.html", "days.csv", "figures.json"][failing - 1])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_disk_that_is_full_in_earnest_gives_one_line(tmp_path):
    """No file of this process may grow beyond a limit, as on a full disk: the page does not fit."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    command = [sys.executable, "-m", "pinwheel", *SMALL, "--report", str(tmp_path / "report")]
    done = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [f"{tmp_path}/report/report.html: File too large"]
    assert names(tmp_path / "report") == []


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("/proc/nothing", "No such file or directory"),
        ("{tmp}/file/report", "Not a directory"),
        ("{tmp}/file", "File exists"),
    ],
)
def test_a_folder_that_cannot_be_is_said_before_anything_is_played(tmp_path, monkeypatch, place, why):
    (tmp_path / "file").write_text("kept")
    place = place.format(tmp=tmp_path)
    monkeypatch.setattr("pinwheel.doors.cli.simulating.play_jobs", lambda *_: pytest.fail("played"))
    result = CliRunner().invoke(app, [*SMALL, "--report", place])
    assert result.exit_code == 2
    assert result.output.strip().endswith(f"{place}: {why}")
    assert (tmp_path / "file").read_text() == "kept"


def test_the_command_writes_a_report_that_its_own_command_line_repeats(tmp_path):
    first = CliRunner().invoke(
        app, [*SMALL, "--seed", "5", "--budget", "12.50", "--report", str(tmp_path / "1")]
    )
    assert first.exit_code == 0, first.output
    assert "Never in the red" in first.output or "cash is lowest" in first.output
    page = (tmp_path / "1" / "report.html").read_text(encoding="utf-8")
    line = page.split("<td>pinwheel simulate ")[1].split("</td>")[0]
    again = CliRunner().invoke(app, ["simulate", *line.split(), "--report", str(tmp_path / "2")])
    assert again.exit_code == 0, again.output
    one, two = ((tmp_path / number / "figures.json").read_bytes() for number in "12")
    assert one == two and b'"budget": 1250' in one


def test_many_runs_have_one_report_and_every_day_of_each(tmp_path):
    result = CliRunner().invoke(app, [*SMALL, "--runs", "3", "--report", str(tmp_path / "r")])
    assert result.exit_code == 0, result.output
    assert len((tmp_path / "r" / "days.csv").read_text().splitlines()) == 1 + 3 * 3
    assert "3 runs" in result.output


def test_a_plan_of_everything_has_a_report(tmp_path):
    plan = changed(EVERYTHING)
    write_report(tmp_path, plan, ARGUMENTS, 0, [made()])
    assert names(tmp_path) == NAMES
