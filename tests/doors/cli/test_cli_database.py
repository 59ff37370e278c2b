"""A database that does not answer is one line, not a trace."""

import os
import subprocess
import sys

import pytest

NOBODY = "postgresql://postgres:@127.0.0.1:9/nobody"  # the port of discard: nothing listens


@pytest.mark.parametrize("command", ["audit", "serve", "worker"])
def test_a_database_that_does_not_answer_is_said_in_one_line(command):
    done = subprocess.run(
        [sys.executable, "-m", "pinwheel", command],
        env=os.environ | {"DATABASE_URL": NOBODY},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "the database does not answer" in done.stderr
