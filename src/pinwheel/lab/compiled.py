"""The loops and every rule they call, compiled by Numba as they stand. One source, two speeds.

Compiling takes twenty to thirty seconds, so what came of it is kept in the user's cache folder, under a name
made of all sources that went into it: a changed rule is another name.
"""

import contextlib
import hashlib
import inspect
import os
import shutil
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import fasteners
import numba
from numba.extending import register_jitable

from pinwheel.lab import behaviour, closing, game, life, loop, presale, settling, world
from pinwheel.rules import credit, dividends, mark, seating  # noqa: F401  their rules are listed on import
from pinwheel.rules.mark import RULES

PARTS = (
    behaviour.has_moods,
    game.of_size,
    world.counters_of,
    world.postings_of,
    world.seats_of,
    closing.close_activity,
    closing.put_aside,
    closing.settle_part,
    settling.apply_postings,
    settling.count_settled,
    settling.draw_groups,
    settling.find_sponsors,
    settling.pays_sponsors,
    settling.settle_drawn,
    presale.take_balances,
    loop.expire_groups,
    loop.gather_seats,
    loop.give_places,
    loop.pay_by_tier,
    loop.play_batch,
    loop.settle_formed,
    loop.settle_full,
    loop.take_carried_seats,
    loop.wait_bin,
    life.count_join,
    life.may_join,
    life.open_seconds,
    life.paid_at_first,
    life.release_credit,
    life.second_of_day,
    life.settle_joins,
    life.share_dividend,
)
# Nothing in them allocates, so Numba need not count references; and handing a dozen arrays to a small
# function costs more than the function. Together that is a factor of four.
OPTIONS: dict[str, Any] = {"_nrt": False, "forceinline": True}
for _function in (*RULES, *PARTS):
    register_jitable(**OPTIONS)(_function)


def sources_name() -> str:
    """A name for what is compiled here: changes with any source and with Numba.

    All rules count, not only those that this process has imported: a command and the console share one name.
    """
    files = {Path(inspect.getfile(function)) for function in PARTS} | {Path(__file__)}
    files |= set(Path(inspect.getfile(mark)).parent.glob("*.py"))
    content = b"".join(file.read_bytes() for file in sorted(files))
    return hashlib.sha256(content + numba.__version__.encode()).hexdigest()[:16]


def keep_compiled() -> Path | None:
    """Choose the folder in which compiled code is kept, and clear others; None if there can be none."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pinwheel"
    folder = base / f"lab-{sources_name()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in base.glob("lab-*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
    except (OSError, RuntimeError):  # no home, or none that can be written
        return None
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    return folder if os.access(folder, os.W_OK) else None


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that compiles itself when it is first called, or loads what another process compiled.

    Where several start at once, one compiles and the others wait for it: they would all do the same work.
    """
    fast = numba.njit(**ENTRY)(function)
    waits = contextlib.nullcontext() if KEPT_IN is None else fasteners.InterProcessLock(KEPT_IN / "lock")

    @wraps(function)
    def call(*arguments: Any) -> Any:
        if fast.signatures:
            return fast(*arguments)
        with waits:
            return fast(*arguments)

    return call


KEPT_IN = keep_compiled()
ENTRY: dict[str, Any] = {"_nrt": False, "cache": KEPT_IN is not None}
begin_day = compiled(life.begin_day)
come_and_go = compiled(life.come_and_go)
play_wishes = compiled(life.play_wishes)
end_activity = compiled(life.end_activity)
