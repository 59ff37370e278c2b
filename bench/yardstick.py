"""The yardstick: pgbench of the embedded server's own version, on the same server in the same run."""

import re

from bench.ground import embedded_url, run_tool, server_tool

SCALE = 50
SECONDS = 5


def prepare(database: str) -> None:
    """Make pgbench's tables."""
    run_tool(server_tool("pgbench"), "-i", "-q", "-s", str(SCALE), embedded_url(database))


def tpcb(database: str) -> float:
    """TPC-B-like transactions per second with 4 clients."""
    return rate(database, "-c", "4")


def simple_update(database: str) -> float:
    """Simple-update transactions per second with 8 clients."""
    return rate(database, "-c", "8", "-N")


def rate(database: str, *options: str) -> float:
    printed = run_tool(
        server_tool("pgbench"), "-n", "-j", "2", "-T", str(SECONDS), *options, embedded_url(database)
    )
    found = re.search(r"^tps = ([\d.]+)", printed, re.MULTILINE)
    if found is None:
        raise RuntimeError(printed)
    return float(found[1])
