"""Many runs: the same wherever they are played, kept as they come, and gone on with after any end."""

import errno
import json
import os
import signal
import sys
from multiprocessing import active_children

import pytest
import ray
from lab_stage import changed

import process_stage
from pinwheel.lab import runs
from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.figures import figures_of
from pinwheel.lab.runs import Job, jobs_of, kept_in, play, play_all, play_on_cluster
from pinwheel.lab.simulate import GIB, Arguments, Unplayable, simulate
from pinwheel.plan.canonical import canonical_text
from pinwheel.plan.load import playbook
from process_stage import children, is_alive, until

NATIONAL, DEARER = playbook("national-group-buy"), changed({"outcomes.1.gives.0.cash": "6%"})
ARGUMENTS = Arguments(Behaviour(start_members=40, leaves_a_day=20_000, after_win=100_000), 40, 4, 7)
JOBS = jobs_of([NATIONAL, DEARER], ARGUMENTS, 4, budget=100)
MANY = [
    "-m", "pinwheel", "simulate", "national-group-buy",
    "--members", "60", "--days", "10", "--runs", "40", "--report",
]  # fmt: skip


@pytest.fixture(scope="module")
def alone():
    """What comes of each job, played one after the other in this process."""
    return {job.name: play(job) for job in JOBS}


@pytest.fixture
def not_here(monkeypatch):
    """Nothing is played in this process."""
    monkeypatch.setattr(runs, "play", lambda job: pytest.fail("played in this process"))


@pytest.fixture
def played(monkeypatch):
    """The names of jobs that are played in this process, as they are."""
    names = []

    def counted(job):
        names.append(job.name)
        return play(job)

    monkeypatch.setattr(runs, "play", counted)
    return names


@pytest.fixture(scope="module")
def cluster():
    """Two processes of a Ray cluster on this machine."""
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def test_run_n_of_each_plan_has_the_nth_seed():
    assert [job.arguments.seed for job in JOBS] == [7, 8, 9, 10] * 2
    assert [job.plan == canonical_text(DEARER) for job in JOBS] == [False] * 4 + [True] * 4
    world = simulate(DEARER, ARGUMENTS._replace(seed=9))
    assert play(JOBS[6]) == figures_of(DEARER, world, 9, 100)


def test_the_same_jobs_are_the_same_figures_again_and_each_seed_other_ones(alone):
    assert play_all(JOBS, processes=1) == alone
    assert len({json.dumps(figures._replace(seed=0)) for figures in alone.values()}) == len(JOBS)


def test_the_same_figures_over_two_processes(alone, not_here):
    assert play_all(JOBS, processes=2) == alone
    assert active_children() == []


def test_the_same_figures_on_a_cluster(alone, not_here, cluster, tmp_path):
    told, keep = [], tmp_path / "runs.jsonl"
    assert play_on_cluster(JOBS, "local", keep, told.append) == alone
    assert told == list(range(len(JOBS) + 1))
    keep.write_bytes(b"".join(keep.read_bytes().splitlines(keepends=True)[:5]))
    told.clear()
    assert play_on_cluster(JOBS, "local", keep, told.append) == alone
    assert told == [5, 6, 7, 8]


def test_a_cluster_of_another_version_is_seen(cluster, monkeypatch):
    monkeypatch.setattr(runs, "__version__", "0.0.0")
    with pytest.raises(Unplayable, match=r"another version of Pinwheel is there; here is 0\.0\.0"):
        play_on_cluster(JOBS[:1], "local")


@pytest.mark.parametrize("how", ["here", "over processes", "on a cluster"])
def test_what_cannot_be_played_is_said_in_one_line(how, request, tmp_path):
    keep = tmp_path / "runs.jsonl"
    jobs = [JOBS[0], JOBS[1]._replace(arguments=ARGUMENTS._replace(days=0)), JOBS[2]]
    with pytest.raises(Unplayable) as caught:
        if how == "on a cluster":
            request.getfixturevalue("cluster")
            play_on_cluster(jobs, "local", keep)
        else:
            play_all(jobs, keep, processes=1 if how == "here" else 2)
    assert str(caught.value) == "days: from 1 to 36500"
    assert {name for name, _ in kept_in(keep)} <= {JOBS[0].name, JOBS[2].name}


def test_what_fails_on_a_cluster_is_said_in_one_line(cluster):
    with pytest.raises(Unplayable) as caught:
        play_on_cluster([JOBS[0]._replace(plan="no plan")], "local")
    assert str(caught.value).startswith("--cluster local: ") and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nowhere", "--cluster nowhere: allowed are local, auto, and host:port"),
        ("127.0.0.1:99999", "--cluster 127.0.0.1:99999: allowed are local, auto, and host:port"),
        ("ray://127.0.0.1:1", "--cluster ray://127.0.0.1:1: allowed are local, auto, and host:port"),
        ("127.0.0.1:1", "--cluster 127.0.0.1:1: ConnectionRefusedError: "),
    ],
)
def test_a_cluster_that_is_not_there_is_said_at_once(monkeypatch, address, said):
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", lambda *_, **__: pytest.fail("asked Ray"))
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    with pytest.raises(Unplayable) as caught:
        play_on_cluster(JOBS, address)
    assert str(caught.value).startswith(said)


def test_without_ray_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(Unplayable, match=r"pip install 'pinwheel\[cluster\]'"):
        play_on_cluster(JOBS, "local")


def test_only_what_is_missing_in_the_file_is_played(tmp_path, alone, played):
    keep, told = tmp_path / "runs.jsonl", []
    play_all(JOBS[:4], keep, processes=1)
    lines = keep.read_bytes().splitlines(keepends=True)
    damage = [
        b'{"a": 1}\n',
        b"[1, 2, 3]\n",
        b"\xff\xfe\x00\n",
        b"\n",
        b"null\n",
        b'["x", {}]\n',
        lines[2][:300],
    ]
    keep.write_bytes(lines[0] + lines[1] + b"".join(damage))
    played.clear()
    assert play_all(JOBS, keep, processes=1, told=told.append) == alone
    assert played == [job.name for job in JOBS[2:]]
    assert told == [2, 3, 4, 5, 6, 7, 8]
    assert keep.read_bytes().startswith(lines[0] + lines[1] + b"".join(damage) + b"\n")
    played.clear()
    assert play_all(JOBS, keep, processes=1) == alone and played == []


def test_a_last_line_that_lacks_only_its_end_counts(tmp_path, alone, played):
    keep = tmp_path / "runs.jsonl"
    play_all(JOBS[:2], keep, processes=1)
    keep.write_bytes(keep.read_bytes().removesuffix(b"\n"))
    assert play_all(JOBS[:3], keep, processes=1) == {job.name: alone[job.name] for job in JOBS[:3]}
    assert played == [job.name for job in JOBS[:3]]
    assert [name for name, _ in kept_in(keep)] == played


def test_runs_of_other_jobs_in_the_file_are_left_alone(tmp_path, alone, played):
    keep = tmp_path / "runs.jsonl"
    play_all(JOBS[:3], keep, processes=1)
    before = keep.read_bytes()
    played.clear()
    assert list(play_all(JOBS[2:5], keep, processes=1)) == [job.name for job in JOBS[2:5]]
    assert played == [job.name for job in JOBS[3:5]]
    assert keep.read_bytes().startswith(before)


def test_a_job_that_is_given_twice_is_played_once(played):
    assert list(play_all([JOBS[0], JOBS[0]], processes=1)) == played == [JOBS[0].name]


def test_a_jobs_name_says_what_is_played_and_by_which_version(monkeypatch):
    job = JOBS[0]
    others = [
        job._replace(plan=canonical_text(DEARER)),
        job._replace(budget=101),
        *(
            job._replace(arguments=ARGUMENTS._replace(**{name: 50}))
            for name in ("most_members", "days", "seed")
        ),
        *(
            job._replace(arguments=ARGUMENTS._replace(behaviour=ARGUMENTS.behaviour._replace(**{name: 3})))
            for name in Behaviour._fields
        ),
    ]
    names = {job.name, *(other.name for other in others)}
    assert len(names) == 1 + len(others)
    assert job._replace(joins=0).name == Job(*job).name == job.name
    monkeypatch.setattr(runs, "__version__", "0.0.0")
    assert job.name not in names


@pytest.mark.parametrize("processes", [1, 2])
def test_an_interrupted_call_keeps_what_is_done_and_goes_on(tmp_path, alone, processes):
    keep, done, told = tmp_path / "runs.jsonl", {}, []

    def interrupt(count):
        told.append(count)
        if count == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play_all(JOBS, keep, processes, interrupt, done)
    assert active_children() == []
    assert told == [0, 1, 2, 3] and len(done) == 3
    assert dict(kept_in(keep)) == done == {name: alone[name] for name in done}
    told.clear()
    assert play_all(JOBS, keep, processes, lambda count: told.append(count)) == alone
    assert told == [3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_full_disk_keeps_whole_lines_and_the_call_goes_on(tmp_path, monkeypatch, alone, processes):
    keep, done, syncs = tmp_path / "runs.jsonl", {}, []

    def full(handle):
        syncs.append(handle)
        if len(syncs) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(runs.os, "fsync", full)
        with pytest.raises(OSError, match="No space left") as caught:
            play_all(JOBS, keep, processes, None, done)
    assert caught.value.filename == str(keep)
    assert active_children() == []
    assert len(done) == 2 and dict(kept_in(keep)) == done
    assert keep.read_bytes().count(b"\n") == 2 and keep.read_bytes().endswith(b"\n")
    assert play_all(JOBS, keep, processes) == alone


def test_as_many_processes_as_the_memory_bears(monkeypatch, alone):
    asked = []

    def over(work, items, processes):
        asked.append(processes)
        return map(work, items)

    monkeypatch.setattr(runs, "over_processes", over)
    monkeypatch.setattr(runs.os, "cpu_count", lambda: 6)
    monkeypatch.setattr(runs, "bytes_needed", lambda arguments: 3 * GIB - arguments.seed)
    assert play_all(JOBS) == alone and asked == [2]
    monkeypatch.setattr(runs, "bytes_needed", lambda arguments: GIB)
    assert play_all(JOBS) == alone and asked == [2, 6]
    assert play_all(JOBS[:4], processes=9) and asked == [2, 6, 4]
    monkeypatch.setattr(runs, "bytes_needed", lambda arguments: 5 * GIB)
    assert play_all(JOBS) == alone and asked == [2, 6, 4]


@pytest.mark.parametrize(
    ("count", "changes", "said"),
    [
        (0, {}, "runs: 0 in all; allowed are 1 to 100000"),
        (50_001, {}, "runs: 100002 in all; allowed are 1 to 100000"),
        (1, {"days": 0}, "days: from 1 to 36500"),
        (1, {"most_members": 39}, "members: 40, but room for 39 at the most"),
        (
            50_000,
            {"days": 365},
            "the figures of all runs and days: they would need 22.5 GiB; at most 8.0 GiB are allowed",
        ),
    ],
)
def test_too_many_runs_are_refused(count, changes, said):
    with pytest.raises(Unplayable) as caught:
        jobs_of([NATIONAL, DEARER], ARGUMENTS._replace(**changes), count, 0)
    assert str(caught.value) == said


def test_figures_need_no_more_memory_than_is_counted_for_them():
    """By the objects they are made of, each counted once."""
    days = 400
    figures = play(JOBS[0]._replace(arguments=ARGUMENTS._replace(days=days)))
    assert size_of(figures, set()) <= runs.BYTES_A_RUN + days * runs.BYTES_A_DAY


def size_of(value, seen):
    if id(value) in seen:
        return 0
    seen.add(id(value))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return sys.getsizeof(value) + sum(size_of(one, seen) for one in inner)


def test_after_a_kill_in_the_middle_the_same_command_goes_on_to_the_same_figures(tmp_path):
    undisturbed = process_stage.start([*MANY, tmp_path / "undisturbed"])
    said, wrong = undisturbed.communicate()
    assert (undisturbed.returncode, wrong) == (0, "")

    folder = tmp_path / "killed"
    keep = folder / "runs.jsonl"
    first = process_stage.start([*MANY, folder])
    until(lambda: keep.exists() and keep.read_bytes().count(b"\n") >= 5)
    workers = children(first.pid)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    until(lambda: not any(map(is_alive, workers)))
    before = keep.read_bytes()
    assert 5 <= before.count(b"\n") < 40
    assert [path.name for path in folder.iterdir()] == ["runs.jsonl"]

    again = process_stage.start([*MANY, folder])
    assert again.communicate() == (said.replace("undisturbed", "killed"), "")
    assert again.returncode == 0
    assert keep.read_bytes().startswith(before)
    assert len(dict(kept_in(keep))) == 40
    left = 40 - sum(1 for line in before.splitlines(keepends=True) if line.endswith(b"\n"))
    assert len(list(kept_in(keep))) - (40 - left) == left
    for name in ("figures.json", "days.csv"):
        assert (folder / name).read_bytes() == (tmp_path / "undisturbed" / name).read_bytes()
