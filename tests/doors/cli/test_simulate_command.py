"""`pinwheel simulate` as an operator meets it: figures, reports, ends of every kind, and what is refused."""

import json
import os
import resource
import signal

import pytest
from typer.testing import CliRunner

from pinwheel.doors.cli.main import app
from process_stage import children, is_alive, start, until

SMALL = ("simulate", "national-group-buy", "--members", "40", "--days", "4")
LONG = ("-m", "pinwheel", "simulate", "national-group-buy", "--members", "60", "--days", "60", "--runs", "60")


def run(*arguments, small=SMALL):
    found = CliRunner().invoke(app, [*small, *map(str, arguments)], catch_exceptions=False)
    return found.exit_code, found.output


def lines_in(keep):
    return keep.read_bytes().count(b"\n") if keep.exists() else 0


def test_a_run_is_told_in_sentences_and_as_json():
    code, said = run()
    assert code == 0 and "What moved" in said
    code, told = run("--json")
    assert code == 0 and json.loads(told)["seed"] == 1


def test_runs_leave_a_page_days_and_figures(tmp_path):
    code, said = run("--runs", 3, "--report", tmp_path / "new" / "folder")
    assert code == 0
    names = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert names == {"report.html", "days.csv", "figures.json", "runs.jsonl"}
    assert all(name in said for name in names - {"runs.jsonl"})


def test_a_sweep_has_a_row_for_each_value(tmp_path):
    code, said = run("--sweep", "outcomes.1.gives.0.cash=1%..3%", "--report", tmp_path)
    assert code == 0
    rows = (tmp_path / "sweep.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["1%", "2%", "3%"]
    assert all(f"{value}%" in said for value in (1, 2, 3))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--sweep", "outcomes.7.gives=1%..3%"), "outcomes.7"),
        (("--sweep", "no_such_field=1..3"), "no_such_field"),
        (("--sweep", "group.size=0..2"), "group.size=0"),
        (("--members", 0), "--members"),
        (("--days", 0), "--days"),
        (("--runs", 0), "--runs"),
        (("--joins-per-day", "-1"), "--joins-per-day -1: a number as 1.5, from 0.001 to 999.999"),
        (("--joins-per-day", "0"), "--joins-per-day 0: a number"),
        (("--churn", "101%"), "--churn 101%: a rate from 0% to 100%, as 2%"),
        (("--after-loss", "-101%"), "--after-loss -101%: a change from -100% to 100%"),
        (("--budget", "1.234"), "--budget 1.234"),
        (("--language", "fr"), "--language fr: allowed are zh, en"),
        (("--members", 900_000_000), "GiB"),
        (("--members", 60, "--most-members", 50), "members: 60, but room for 50"),
        (("--cluster", "nowhere"), "--cluster nowhere: allowed are local, auto, and host:port"),
        (("--report", "/proc/none/folder"), "/proc/none"),
    ],
)
def test_bad_options_are_refused_in_a_line_that_names_them(options, said):
    code, heard = run(*options)
    assert code == 2
    assert said in heard.replace("\n", " ") and "Traceback" not in heard


def test_a_report_folder_that_is_a_file_is_refused_before_anything_is_played(tmp_path):
    place = tmp_path / "taken"
    place.write_text("mine")
    code, heard = run("--runs", 2, "--report", place)
    assert code == 2 and str(place) in heard.replace("\n", "")
    assert place.read_text() == "mine"


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(tmp_path):
    keep = tmp_path / "runs.jsonl"
    command = start([*LONG, "--report", tmp_path])
    until(lambda: lines_in(keep) >= 2)
    workers = children(command.pid)
    os.killpg(command.pid, signal.SIGINT)  # as a terminal does: to everybody
    _, wrong = command.communicate()
    assert command.returncode == 130
    done = lines_in(keep)
    assert wrong.strip() == (
        f"stopped: {done} of 60 runs were done; they stand in {keep}, and the same command plays the others"
    )
    assert 2 <= done < 60 and (tmp_path / "report.html").exists()
    until(lambda: not any(map(is_alive, workers)))


def test_a_worker_that_is_killed_ends_the_command_with_one_line(tmp_path):
    keep = tmp_path / "runs.jsonl"
    command = start([*LONG, "--report", tmp_path])
    until(lambda: lines_in(keep) >= 2)
    workers = children(command.pid)
    os.kill(workers[0], signal.SIGKILL)
    _, wrong = command.communicate()
    assert command.returncode == 2
    assert wrong.startswith("a process of the simulator was ended from outside") and wrong.count("\n") == 1
    until(lambda: not any(map(is_alive, workers)))
    assert keep.read_bytes().endswith(b"\n")


def test_a_full_disk_ends_the_command_with_one_line_and_keeps_whole_runs(tmp_path):
    keep, room = tmp_path / "runs.jsonl", 20_000

    def little_room():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    command = start([*LONG, "--report", tmp_path], before=little_room)
    _, wrong = command.communicate()
    assert command.returncode == 2
    assert wrong == f"{keep}: File too large\n"
    assert lines_in(keep) >= 1 and keep.read_bytes().endswith(b"\n")
