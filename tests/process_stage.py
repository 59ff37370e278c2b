"""Commands in processes of their own, for tests that end them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PATIENCE = 120.0  # seconds, for a busy machine; no test asserts a time


def start(
    arguments: Sequence[object], before: Callable[[], object] = lambda: None, **options: Any
) -> "subprocess.Popen[str]":
    """`python …` in a process group of its own; what it says is kept. `before` is called in it first."""

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where tests run in several processes
        before()

    command = [sys.executable, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, start_new_session=True, preexec_fn=prepare, **pipes, **options)


def until(holds: Callable[[], Any]) -> Any:
    """Wait until something holds, and return it."""
    ends = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)
    return found


def children(pid: int) -> list[int]:
    """Processes that were started as workers by a process."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found if b"popen_loky" in command_of(int(child))]


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def is_alive(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be counted out."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
