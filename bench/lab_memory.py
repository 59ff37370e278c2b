"""`python -m bench.lab_memory MEMBERS`: what a run of the lab holds beyond a run of few members, as JSON."""

import json
import re
import sys
from pathlib import Path

from bench.lab_ground import play, playbook_plan

FEW = 1_000


def memory(name: str) -> int:
    """A figure of this process in bytes: VmRSS, what it holds now; VmHWM, the most that it ever held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)[1]) * 1024  # type: ignore[index]


def main() -> None:
    members = int(sys.argv[1])
    plan = playbook_plan()
    play(plan, FEW, 1)  # all is loaded
    before = memory("VmRSS")
    _, world = play(plan, members, 1)
    held, most = memory("VmRSS") - before, memory("VmHWM") - before
    print(json.dumps({"members": len(world.members), "held": held, "most": most}))


if __name__ == "__main__":
    main()
