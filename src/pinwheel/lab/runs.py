"""Many runs: the same plan with other chances (Monte Carlo), or other plans, over the cores or a cluster.

A run is told by its job alone, so it is the same run wherever and whenever it is played.
"""

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from pinwheel.lab.figures import Figures, Flow, figures_of
from pinwheel.lab.simulate import (
    Arguments,
    Unplayable,
    expected_joins,
    parts_for,
    refuse_unplayable,
    simulate,
)
from pinwheel.plan.canonical import canonical_text, from_canonical
from pinwheel.plan.model import Plan

MOST_RUNS = 100_000
Told = Callable[[int], None]


class Job(NamedTuple):
    """One run to be played: a plan's canonical text, the arguments, the budget in fen.

    `joins`: of all jobs together, about: decides whether compiling pays.
    """

    plan: str
    arguments: Arguments
    budget: int
    joins: int

    @property
    def name(self) -> str:
        """A name of what is played: the same job has the same name anywhere."""
        told = json.dumps([self.plan, self.arguments, self.budget])
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def jobs_of(plans: Sequence[Plan], arguments: Arguments, runs: int, budget: int) -> list[Job]:
    """So many runs of each plan; run number n has the n-th seed from the first on.

    Raises: Unplayable.
    """
    if not 1 <= runs * len(plans) <= MOST_RUNS:
        raise Unplayable(f"runs: {runs * len(plans)} in all; allowed are 1 to {MOST_RUNS}")
    for plan in plans:
        refuse_unplayable(plan, arguments)
    joins = expected_joins(arguments) * runs * len(plans)
    return [
        Job(text, arguments._replace(seed=arguments.seed + number), budget, joins)
        for text in map(canonical_text, plans)
        for number in range(runs)
    ]


def play(job: Job, progress: Told | None = None) -> Figures:
    """Play one job. Raises: Unplayable."""
    plan = from_canonical(job.plan)
    world = simulate(plan, job.arguments, progress, parts_for(job.joins))
    return figures_of(plan, world, job.arguments.seed, job.budget)


def play_all(
    jobs: Sequence[Job],
    keep: Path | None = None,
    processes: int = 0,
    told: Told | None = None,
    done: dict[str, Figures] | None = None,
) -> dict[str, Figures]:
    """Play jobs over the cores; what is done is kept, so that the same call goes on where it stopped.

    Args:
        keep: file in which each finished run is a line; runs that stand there already are not played.
        processes: 0: as many as there are cores; 1: in this process.
        told: called with the number of jobs that are done.
        done: receives figures as they come: whoever interrupts the call has them.
    Returns: figures by the job's name.
    Raises: Unplayable; OSError if `keep` cannot be written: what it holds stays.
    """
    done, left = resume(jobs, keep, done)
    if told:
        told(len(done))
    processes = min(processes or os.cpu_count() or 1, len(left))
    finished = map(_named, left) if processes <= 1 else _over_processes(left, processes)
    with line_writer(keep) as write:
        for name, figures in finished:
            write(name, figures)
            done[name] = figures
            if told:
                told(len(done))
    return done


def play_on_cluster(
    jobs: Sequence[Job],
    address: str,
    keep: Path | None = None,
    told: Told | None = None,
    done: dict[str, Figures] | None = None,
) -> dict[str, Figures]:
    """As `play_all`, on a Ray cluster (`pip install pinwheel[cluster]`).

    Args:
        address: as Ray takes it: `local` for one on this machine, `auto`, or host and port.
    Raises: Unplayable if Ray is not installed.
    """
    try:
        import ray
    except ImportError:
        raise Unplayable("--cluster: needs Ray: pip install 'pinwheel[cluster]'") from None
    done, left = resume(jobs, keep, done)
    is_ours = not ray.is_initialized()
    if is_ours:
        ray.init(address=address, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    try:
        remote = ray.remote(_named)
        waiting = [remote.remote(job) for job in left]
        with line_writer(keep) as write:
            while waiting:
                ready, waiting = ray.wait(waiting, num_returns=1)
                for name, figures in ray.get(ready):
                    write(name, figures)
                    done[name] = figures
                    if told:
                        told(len(done))
    finally:
        if is_ours:
            ray.shutdown()
    return done


def resume(
    jobs: Sequence[Job], keep: Path | None, done: dict[str, Figures] | None
) -> tuple[dict[str, Figures], list[Job]]:
    """What the file holds of these jobs, and those that are left; each job once."""
    done = {} if done is None else done
    named = {job.name: job for job in jobs}
    done.update((name, figures) for name, figures in kept_in(keep) if name in named)
    return done, [job for name, job in named.items() if name not in done]


def _named(job: Job) -> tuple[str, Figures]:
    return job.name, play(job)


def _over_processes(jobs: Sequence[Job], processes: int) -> Iterator[tuple[str, Figures]]:
    """Finished jobs as they come. On an interrupt those that have not begun are dropped."""
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_leave_interrupts)
    try:
        for future in as_completed([pool.submit(_named, job) for job in jobs]):
            yield future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _leave_interrupts() -> None:
    """Ctrl-C is the first process's to answer; the others end with their pool."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def kept_in(keep: Path | None) -> Iterable[tuple[str, Figures]]:
    """Finished runs in a file; a line that was not written to its end is passed over."""
    if keep is None or not keep.exists():
        return
    for line in keep.read_text(encoding="utf-8").splitlines():
        try:
            name, told = json.loads(line)
            flows = [Flow(*flow) for flow in told.pop("flows")]
            yield name, Figures(**told, flows=flows)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue


@contextmanager
def line_writer(keep: Path | None) -> Iterator[Callable[[str, Figures], None]]:
    """A function that appends a finished run to the file, at once and to the disk."""
    if keep is None:
        yield lambda name, figures: None
        return
    is_cut = keep.exists() and keep.read_bytes()[-1:] not in (b"", b"\n")
    with keep.open("a", encoding="utf-8") as file:
        if is_cut:
            file.write("\n")

        def write(name: str, figures: Figures) -> None:
            file.write(json.dumps([name, as_plain(figures)], ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

        yield write


def as_plain(figures: Figures) -> dict[str, Any]:
    """Figures for JSON."""
    return {**figures._asdict(), "flows": [list(flow) for flow in figures.flows]}
