"""The lab's peers: the same plan written in radCAD and in Mesa, in an environment of their own (ADR 0021)."""

import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from bench.lab_ground import JOINS_A_DAY, ROOT, play, rate_row, run_module, spread
from bench.peer_terms import Answer, Terms
from bench.table import Row
from pinwheel.lab import compiled, life
from pinwheel.lab.figures import figures_of
from pinwheel.lab.game import Game, game_of
from pinwheel.plan.model import Plan
from pinwheel.rules.assets import CASH, CONSUMER_POINTS, DIVIDEND_POINTS, SHOPPING_CREDIT
from pinwheel.rules.money import MILLION, share

LOCK = ROOT / "bench" / "peers.lock"
PLACE = ROOT / "build" / "peers"
PEERS = ("bench.peer_radcad", "bench.peer_mesa")
MEMBERS, DAYS, ROUNDS = 1_000, 60, 4
# Models further apart are not the same: of what is kept of a group, and in the share of groups that dissolve,
# in which the seat rules show; chance moves it by some 0.0005.
MOST_APART, MOST_APART_DISSOLVED = 0.03, 0.003


class NoPeers(RuntimeError):
    """The peers' environment cannot be made; the text is one line."""


def peers_python() -> Path:
    """The Python of the peers' environment, which is made when it is missing or its lock has changed.

    Raises: NoPeers.
    """
    python, mark = PLACE / "bin" / "python", PLACE / "ready"
    locked = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text(encoding="ascii") == locked:
        return python
    print(f"installing radCAD and Mesa into {PLACE.relative_to(ROOT)}", file=sys.stderr)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    made = [sys.executable, "-m", "venv", "--clear", str(PLACE)]
    for command in (made, [*pip, "--require-hashes", "-r", str(LOCK)]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
            raise NoPeers(f"radCAD and Mesa cannot be installed from bench/peers.lock (offline?): {said[-1]}")
    mark.write_text(locked, encoding="ascii")
    return python


def terms_of(game: Game, seed: int) -> Terms:
    """The plan's numbers as the peers read them: a drawn class, and the rest."""
    tables, drawn, rest = game.tables, 0, 1

    def given(scope: int, asset: int | None) -> int:
        """What a class is granted of an asset; None: what it releases."""
        gives = tables.releases if asset is None else tables.grants
        rows = range(int(gives.starts[scope]), int(gives.starts[scope + 1]))
        amounts = {row: int(gives.fixed[row]) + share(game.price, int(gives.ppm[row])) for row in rows}
        return sum(amounts[row] for row in rows if asset in (None, gives.assets[row]))

    return Terms(
        members=MEMBERS,
        days=DAYS,
        joins_a_day=JOINS_A_DAY / MILLION,
        seed=seed,
        price=game.price,
        size=tables.size,
        winners=int(tables.class_counts[drawn]),
        most_joins_a_day=game.promises.joins_per_day,
        cash=given(rest, CASH),
        credit=given(drawn, SHOPPING_CREDIT),
        release=given(drawn, None),
        dividend_points=given(drawn, DIVIDEND_POINTS),
        consumer_points=given(drawn, CONSUMER_POINTS),
        dividend_of_group=game.promises.dividend_of_group,
        row_wins=tables.row_wins,
        row_sit_out=tables.row_sit_out,
        total_wins=tables.total_wins,
        total_sit_out=tables.total_sit_out,
        cap_wins=tables.cap_wins,
        cap_joins=tables.cap_joins,
    )


def lab_answer(plan: Plan, name: str, parts: object, seed: int) -> Answer:
    """What the lab makes of the peers' run."""
    seconds, world = play(plan, MEMBERS, DAYS, seed, parts)
    figures = figures_of(plan, world, seed)
    sums = (sum(figures.joins), sum(figures.settled), sum(figures.dissolved))
    return Answer(name, seconds, *sums, figures.kept[-1], figures.owed["shopping_credit"][-1])


def peer_answer(python: Path, module: str, game: Game, seed: int) -> Answer:
    """What a peer makes of it, in a process of its own."""
    return Answer(
        **json.loads(run_module(module, told=json.dumps(terms_of(game, seed)._asdict()), python=python))
    )


def rate(answer: Answer) -> float:
    """Joins a second."""
    return answer.joins / answer.seconds


def of_groups(answers: list[Answer]) -> tuple[float, float, float]:
    """Yuan kept of a settled group, the share that dissolved, and credit still held, in yuan a group."""
    groups, dissolved = (sum(getattr(each, name) for each in answers) for name in ("groups", "dissolved"))
    kept, credit = (
        sum(getattr(each, name) for each in answers) / groups / 100 for name in ("kept", "credit")
    )
    return kept, dissolved / (groups + dissolved), credit


def figures_row(name: str, answers: list[Answer], lab: list[Answer]) -> Row:
    """Whether it is the same model: its figures beside the lab's.

    Raises: RuntimeError if they are further apart than chance explains.
    """
    kept, dissolved, credit = of_groups(answers)
    lab_kept, lab_dissolved, lab_credit = of_groups(lab)
    apart = kept / lab_kept - 1
    note = (
        f"{kept:.2f}, the lab {lab_kept:.2f} ({apart:+.2%});"
        f" dissolved {dissolved:.1%}, the lab {lab_dissolved:.1%};"
        f" credit held {credit:.2f}, the lab {lab_credit:.2f}"
    )
    if abs(apart) > MOST_APART or abs(dissolved - lab_dissolved) > MOST_APART_DISSOLVED:
        raise RuntimeError(f"{name} is not the lab's model: kept of a group {note}")
    return Row(f"{name}: kept of a group", kept, "yuan", note)


def peer_rows(plan: Plan) -> list[Row]:
    """The lab and each of the others in alternating rounds.

    Raises: NoPeers; RuntimeError if a peer's figures are not the lab's, chance aside.
    """
    python, game = peers_python(), game_of(plan)
    ours: list[Answer] = []
    theirs: dict[str, list[Answer]] = defaultdict(list)
    ratios: dict[str, list[float]] = defaultdict(list)
    for seed in range(1, ROUNDS + 1):
        for peer in ("", *PEERS):
            ours.append(lab_answer(plan, "the lab", compiled, seed))
            if peer:
                other = peer_answer(python, peer, game, seed + ROUNDS)
            else:
                other = lab_answer(plan, "the lab in plain Python", life, seed + ROUNDS)
            theirs[other.version].append(other)
            ratios[other.version].append(rate(ours[-1]) / rate(other))
    shape = f"{MEMBERS:,} members, {DAYS} days"
    rows = [rate_row(f"the lab, {shape}", [rate(each) for each in ours])]
    for name, answers in theirs.items():
        low, _, high = spread(ratios[name])
        note = f"the lab is {low:,.0f} to {high:,.0f} times as fast"
        rows.append(rate_row(f"{name}, the same plan", [rate(each) for each in answers], note))
        rows.append(figures_row(name, answers, ours))
    return rows
