"""The loops and every rule they call, compiled by Numba as they stand. One source, two speeds.

Compiling takes some fifteen seconds, so what came of it is kept in the user's cache folder, under a name
made of all sources that went into it: a changed rule is another name.
"""

import hashlib
import inspect
import os
import shutil
from pathlib import Path
from typing import Any

import numba
from numba.extending import register_jitable

from pinwheel.lab import behaviour, life, loop, world
from pinwheel.rules import credit, dividends, seating  # noqa: F401  their rules are listed on import
from pinwheel.rules.mark import RULES

PARTS = (
    behaviour.has_moods,
    world.counters_of,
    world.postings_of,
    world.seats_of,
    loop.apply_postings,
    loop.count_settled,
    loop.draw_groups,
    loop.expire_groups,
    loop.find_sponsors,
    loop.gather_seats,
    loop.give_places,
    loop.play_batch,
    loop.settle_drawn,
    loop.take_carried_seats,
    loop.wait_bin,
    life.count_join,
    life.may_join,
    life.open_seconds,
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
    """A name for what is compiled here: changes with any source and with Numba."""
    files = {Path(inspect.getfile(function)) for function in (*RULES, *PARTS)} | {Path(__file__)}
    content = b"".join(file.read_bytes() for file in sorted(files))
    return hashlib.sha256(content + numba.__version__.encode()).hexdigest()[:16]


def keep_compiled() -> bool:
    """Choose the folder in which compiled code is kept, and clear others; False if there can be none."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pinwheel"
    folder = base / f"lab-{sources_name()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in base.glob("lab-*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
    except (OSError, RuntimeError):  # no home, or none that can be written
        return False
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    return os.access(folder, os.W_OK)


ENTRY: dict[str, Any] = {"_nrt": False, "cache": keep_compiled()}
begin_day = numba.njit(**ENTRY)(life.begin_day)
come_and_go = numba.njit(**ENTRY)(life.come_and_go)
play_wishes = numba.njit(**ENTRY)(life.play_wishes)
