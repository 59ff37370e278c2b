"""Processes that start the embedded server of one new folder at the same moment all get to use it."""

import os
import subprocess
import sys
from pathlib import Path

START = """
import sys
from pinwheel.config.embedded import embedded_url, ensure_server
import psycopg
print("ready", flush=True)
sys.stdin.readline()
ensure_server(stop_with_us=True)
with psycopg.connect(embedded_url()) as connection:
    print(connection.execute("SHOW shared_buffers").fetchone()[0])
sys.stdin.readline()
"""


def test_processes_that_start_one_new_server_together_all_reach_it(tmp_path: Path) -> None:
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PINWHEEL_DATA_DIR": str(tmp_path)},
        )
        for _ in range(4)
    ]
    told = [(starter.stdin, starter.stdout) for starter in starters]
    try:
        for _, output in told:
            assert output is not None and output.readline() == "ready\n"
        for entry, _ in told:
            assert entry is not None
            entry.write("go\n")
            entry.flush()
        answers = [output.readline().strip() if output else "" for _, output in told]
    finally:
        for starter in starters:
            starter.communicate("end\n", timeout=60)
    assert answers == ["1GB"] * 4
    assert [starter.returncode for starter in starters] == [0] * 4
