"""What is compiled of the simulator is made once and found again."""

import subprocess
import sys

from pinwheel.lab import compiled

NAMED = "from pinwheel.lab import compiled; print(compiled.sources_name())"
WITH_MORE_RULES = f"import pinwheel.rules.close, pinwheel.rules.ladder, pinwheel.rules.reversal; {NAMED}"


def name_in(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_its_name_is_the_same_whatever_else_a_process_has_imported():
    assert name_in(NAMED) == name_in(WITH_MORE_RULES) == compiled.sources_name()
