"""Many runs: the same plan with other chances (Monte Carlo), or other plans, over the cores or a cluster.

A run is told by its job alone, so it is the same run wherever and whenever it is played.
"""

import hashlib
import json
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from pinwheel import __version__
from pinwheel.lab.cluster import over_cluster
from pinwheel.lab.enough import enough_members
from pinwheel.lab.figures import Figures, Flow, figures_of
from pinwheel.lab.processes import Lost, over_processes
from pinwheel.lab.simulate import (
    MOST_BYTES,
    Arguments,
    Unplayable,
    bytes_needed,
    expected_joins,
    parts_for,
    refuse_too_large,
    refuse_unplayable,
    simulate,
)
from pinwheel.plan.canonical import canonical_text, from_canonical
from pinwheel.plan.model import Plan

MOST_RUNS = 100_000
BYTES_A_RUN, BYTES_A_DAY = 8_192, 640  # of the figures of a run, in memory
Told = Callable[[int], None]
Finished = Generator[tuple[str, Figures], None, None]


class Job(NamedTuple):
    """One run to be played: a plan's canonical text, the arguments, the budget in fen.

    `joins`: of all jobs together, about: decides whether compiling pays.
    `finds_enough`: also look for the members that it takes (lab/enough.py).
    """

    plan: str
    arguments: Arguments
    budget: int
    joins: int
    finds_enough: bool = False

    @property
    def name(self) -> str:
        """A name of what is played, and by which version: the same job has the same name anywhere."""
        told = json.dumps([__version__, self.plan, self.arguments, self.budget, self.finds_enough])
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def jobs_of(plans: Sequence[Plan], arguments: Arguments, runs: int, budget: int) -> list[Job]:
    """So many runs of each plan; run number n has the n-th seed from the first on.

    The first of each plan also looks for the members that it takes.

    Raises: Unplayable.
    """
    if not 1 <= runs * len(plans) <= MOST_RUNS:
        raise Unplayable(f"runs: {runs * len(plans)} in all; allowed are 1 to {MOST_RUNS}")
    for plan in plans:
        refuse_unplayable(plan, arguments)
    kept = runs * len(plans) * (BYTES_A_RUN + arguments.days * BYTES_A_DAY)
    refuse_too_large("the figures of all runs and days", kept)
    joins = expected_joins(arguments) * runs * len(plans)
    return [
        Job(text, arguments._replace(seed=arguments.seed + number), budget, joins, number == 0)
        for text in map(canonical_text, plans)
        for number in range(runs)
    ]


def play(job: Job, progress: Told | None = None) -> Figures:
    """Play one job. Raises: Unplayable."""
    plan, arguments, parts = from_canonical(job.plan), job.arguments, parts_for(job.joins)
    world = simulate(plan, arguments, progress, parts)
    figures = figures_of(plan, world, arguments.seed, job.budget, arguments.costs_a_day)
    if job.finds_enough:
        enough = enough_members(plan, arguments, figures.margin[-1], parts)
        figures = figures._replace(enough_members=enough)
    return figures


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
        processes: 0: as many as there are cores; 1: in this process. Fewer where the memory asks for it.
        told: called with the number of jobs that are done.
        done: receives figures as they come: whoever interrupts the call has them.
    Returns: figures by the job's name.
    Raises: Unplayable; OSError if `keep` cannot be written: what it holds stays.
    """
    done, left = resume(jobs, keep, done)
    wished = processes or os.cpu_count() or 1
    fitting = MOST_BYTES // max((bytes_needed(job.arguments) for job in left), default=1)
    processes = min(wished, max(fitting, 1), len(left))
    finished = _here(left) if processes <= 1 else _over_processes(left, processes)
    return _take_in(finished, left, done, keep, told)


def play_on_cluster(
    jobs: Sequence[Job],
    address: str,
    keep: Path | None = None,
    told: Told | None = None,
    done: dict[str, Figures] | None = None,
) -> dict[str, Figures]:
    """As `play_all`, on a Ray cluster (`pip install pinwheel[cluster]`).

    Args:
        address: `local` for a cluster on this machine, `auto` for the one that runs here, or host:port.
    Raises: Unplayable if Ray is not installed or the cluster not there; OSError as `play_all`.
    """
    done, left = resume(jobs, keep, done)
    return _take_in(over_cluster(_named, left, address), left, done, keep, told)


def resume(
    jobs: Sequence[Job], keep: Path | None, done: dict[str, Figures] | None
) -> tuple[dict[str, Figures], list[Job]]:
    """What the file holds of these jobs, and those that are left; each job once."""
    done = {} if done is None else done
    named = {job.name: job for job in jobs}
    done.update((name, figures) for name, figures in kept_in(keep) if name in named)
    return done, [job for name, job in named.items() if name not in done]


def _take_in(
    finished: Finished,
    left: Sequence[Job],
    done: dict[str, Figures],
    keep: Path | None,
    told: Told | None,
) -> dict[str, Figures]:
    """Keep finished runs as they come; whatever interrupts this ends those that are being played."""
    if told:
        told(len(done))
    wanted = {job.name for job in left}
    try:
        with closing(finished), line_writer(keep) as write:
            for name, figures in finished:
                if name not in wanted:
                    raise Unplayable(
                        f"--cluster: another version of Pinwheel is there; here is {__version__}"
                    )
                write(name, figures)
                done[name] = figures
                if told:
                    told(len(done))
    except KeyboardInterrupt:  # it may have come between the two: what is kept is done
        done.update((name, figures) for name, figures in kept_in(keep) if name in wanted)
        raise
    return done


def _named(job: Job) -> tuple[str, Figures]:
    return job.name, play(job)


def _here(jobs: Sequence[Job]) -> Finished:
    """Finished jobs, played in this process."""
    for job in jobs:
        yield _named(job)


def _over_processes(jobs: Sequence[Job], processes: int) -> Finished:
    """Finished jobs as they come, played in processes of this machine."""
    try:
        yield from over_processes(_named, jobs, processes)
    except Lost:
        raise Unplayable(
            "a process of the simulator was ended from outside (out of memory, or killed);"
            " what was done until then is kept where --report says, and the same command goes on"
        ) from None


def kept_in(keep: Path | None) -> Iterable[tuple[str, Figures]]:
    """Finished runs in a file; a line that was not written to its end is passed over."""
    if keep is None or not keep.exists():
        return
    with keep.open("rb") as file:
        for line in file:
            try:
                name, told = json.loads(line)
                flows = [Flow(*flow) for flow in told.pop("flows")]
                found = str(name), Figures(**told, flows=flows)
            except (ValueError, TypeError, KeyError, AttributeError):
                continue
            yield found


@contextmanager
def line_writer(keep: Path | None) -> Iterator[Callable[[str, Figures], None]]:
    """A function that appends a finished run to the file, at once and to the disk: whole, or not at all."""
    if keep is None:
        yield lambda name, figures: None
        return
    is_cut = keep.exists() and keep.read_bytes()[-1:] not in (b"", b"\n")
    with keep.open("ab", buffering=0) as file:

        def append(line: bytes) -> None:
            whole = os.fstat(file.fileno()).st_size
            try:
                while line:
                    line = line[file.write(line) :]
                os.fsync(file.fileno())
            except OSError as error:
                os.ftruncate(file.fileno(), whole)
                raise OSError(error.errno, error.strerror, str(keep)) from None

        if is_cut:
            append(b"\n")
        yield lambda name, figures: append(json.dumps([name, as_plain(figures)]).encode() + b"\n")


def as_plain(figures: Figures) -> dict[str, Any]:
    """Figures for JSON."""
    return {**figures._asdict(), "flows": [list(flow) for flow in figures.flows]}
