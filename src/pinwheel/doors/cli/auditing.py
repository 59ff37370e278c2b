"""`pinwheel audit`: everything recomputed, for people or for programs."""

import json
from contextlib import nullcontext

import typer
from rich.console import Console

from pinwheel.market.audit import CHECKS, audit


def run_audit(out: Console, as_json: bool) -> int:
    """Run all checks; return 0 if nothing is wrong, else 1."""
    found = {}
    with out.status("…") if out.is_terminal and not as_json else nullcontext() as status:
        for name, findings in audit():
            found[name] = findings
            if status is not None:
                status.update(f"{len(found)}/{len(CHECKS)} {name}")
    wrong = sum(len(findings) for findings in found.values())
    if as_json:
        typer.echo(
            json.dumps({name: [vars(f) for f in findings] for name, findings in found.items()}, indent=2)
        )
        return 1 if wrong else 0
    for name, findings in found.items():
        out.print(f"{'ok' if not findings else 'WRONG':6} {name.replace('_', ' ')}", highlight=False)
        for finding in findings:
            out.print(f"       {finding.where}: {finding.message}", markup=False, highlight=False)
    out.print(
        f"{len(found)} checks, nothing wrong." if not wrong else f"{wrong} findings.",
        style="green" if not wrong else "red",
    )
    return 1 if wrong else 0
