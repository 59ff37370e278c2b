"""The lab: joins a second, what members and days cost, memory, the first result; its limit and its peers.

Loops use one processor and count its seconds: a neighbour's load is not in them, though it slows memory.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.lab_ground import (
    GROUPS,
    JOINS_A_DAY,
    PLAN,
    Bare,
    Settlement,
    joins_of,
    play,
    playbook_plan,
    rate_row,
    run_module,
    spread,
    timed,
)
from bench.peers import NoPeers, peer_rows
from bench.table import Row
from pinwheel.lab.world import BYTES_A_MEMBER
from pinwheel.plan.model import Plan
from pinwheel.rules.money import MILLION

FEW = 1_000
ROUNDS = 5
CROWDS = (FEW, 10_000, 100_000, 1_000_000)
CROWD_ROUNDS = 3
CROWD_JOINS = 3_000_000
START = (10_000, 4)  # members and days that grow
GROWN = (START, (100_000, 4), (1_000_000, 4), (10_000, 40), (10_000, 400))
GROWN_ROUNDS = (5, 3, 1, 3, 1)
MEMORY_OF = (1_000_000, 2_000_000)  # members
SMALL, COMPILED = (200, 30), (1_000, 30)  # members and days; more than PLAIN_JOINS are played compiled


def run() -> list[Row]:
    """All of it; without a network and without the peers' environment, all but the peers."""
    plan = playbook_plan()
    rows = settlement_rows(plan) + crowd_rows(plan) + growth_rows(plan) + memory_rows() + first_rows()
    try:
        return rows + peer_rows(plan)
    except NoPeers as error:
        print(error, file=sys.stderr)
        return rows


def settlement_rows(plan: Plan) -> list[Row]:
    """Settlement alone, whole runs, and the limit in alternating rounds; the lab's shares of the limit."""
    settlement = Settlement(plan, FEW)
    used = settlement.settle()  # compiled now
    postings = -(-used // settlement.joins)
    bare = Bare(settlement.game.tables.size, postings, FEW, settlement.joins)
    bare.join()
    days = settlement.joins * MILLION // (FEW * JOINS_A_DAY)
    play(plan, FEW, days)
    settled, whole, limit = [], [], []
    for seed in range(ROUNDS):
        settled.append(settlement.joins / timed(settlement.settle)[0])
        seconds, world = play(plan, FEW, days, seed)
        whole.append(joins_of(world) / seconds)
        limit.append(bare.joins / timed(bare.join)[0])
    what = f"{used / settlement.joins:.1f} postings a join, {settlement.dissolved():.1%} dissolved"
    return [
        rate_row(f"settlement alone, batches of {GROUPS} groups", settled, what),
        rate_row("whole run in the same rounds", whole),
        rate_row(f"limit: chance and {postings} amounts, no rules", limit),
        share_row("settlement's share of the limit", settled, limit),
        share_row("the whole run's share of the limit", whole, limit),
    ]


def share_row(name: str, rates: list[float], limit: list[float]) -> Row:
    """How much of the limit was reached, round by round."""
    low, middle, high = spread([100 * ours / most for ours, most in zip(rates, limit, strict=True)])
    return Row(name, middle, "%", f"{low:.0f} to {high:.0f}")


def crowd_rows(plan: Plan) -> list[Row]:
    """Whole runs of about as many joins, with more and more members."""
    rates: dict[int, list[float]] = {members: [] for members in CROWDS}
    for seed in range(CROWD_ROUNDS):
        for members in CROWDS:
            seconds, world = play(plan, members, days_of(members), seed)
            rates[members].append(joins_of(world) / seconds)
    few = spread(rates[CROWDS[0]]).middle
    return [
        rate_row(
            f"{members:,} members, {days_of(members):,} days",
            found,
            f"{spread(found).middle / few:.2f} times the first",
        )
        for members, found in rates.items()
    ]


def days_of(members: int) -> int:
    """Days in which so many members join CROWD_JOINS times."""
    return CROWD_JOINS * MILLION // (members * JOINS_A_DAY)


def growth_rows(plan: Plan) -> list[Row]:
    """What ten and a hundred times the members, or the days, cost."""
    seconds: dict[tuple[int, int], list[float]] = {size: [] for size in GROWN}
    for seed in range(max(GROWN_ROUNDS)):
        for size, rounds in zip(GROWN, GROWN_ROUNDS, strict=True):
            if seed < rounds:
                seconds[size].append(play(plan, *size, seed)[0])
    start = spread(seconds[START]).middle
    rows: list[Row] = []
    for (members, days), found in seconds.items():
        name = f"growing: {members:,} members, {days:,} days"
        times = members * days / (START[0] * START[1])
        middle = spread(found).middle
        note = f"{middle / start:.1f} times the first, for {times:,.0f} times the joins" if rows else ""
        rows.append(Row(name, middle, "s", note))
    return rows


def memory_rows() -> list[Row]:
    """Bytes that each member takes: as it is laid out, and as the system counts it."""
    rows = [Row("memory a member, as laid out", BYTES_A_MEMBER, "bytes", "under 200 is asked for")]
    for members in MEMORY_OF:
        found = json.loads(run_module("bench.lab_memory", str(members)))
        held, most = found["held"] / members, found["most"] / members
        name = f"the process has grown by, {members:,} members"
        rows.append(Row(name, held, "bytes a member", f"{most:.0f} at the highest"))
    return rows


def first_rows() -> list[Row]:
    """From the command to its sentences, in fresh processes: plain Python, compiling, and compiled before."""
    with tempfile.TemporaryDirectory() as cache:
        parts = {
            "in plain Python": first_result(*SMALL, cache),
            "compiling, an empty cache": first_result(*COMPILED, cache),
            "compiled before": first_result(*COMPILED, cache),
        }
    return [Row(f"first result, {name}", *found) for name, found in parts.items()]


def first_result(members: int, days: int, cache: str) -> tuple[float, str, str]:
    """Seconds by the clock until `pinwheel simulate` is done; beside it those of the processor."""
    command = [str(Path(sys.executable).with_name("pinwheel")), "simulate", PLAN]
    options = ["--members", str(members), "--days", str(days)]
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    before, started = processor_of_children(), time.perf_counter()
    subprocess.run([*command, *options], env=environment, check=True, stdout=subprocess.DEVNULL)
    took, used = time.perf_counter() - started, processor_of_children() - before
    return took, "s by the clock", f"{used:.1f} s of a processor; {' '.join(options)}"


def processor_of_children() -> float:
    """Seconds of processors that ended children have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
