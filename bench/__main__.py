"""`python -m bench [settling] [intake] [days] [closing] [grown] [shelves] [lab]`: benchmarks, as tables."""

import importlib
import sys

from bench.table import print_rows

PARTS = {
    "settling": "Settlement against pgbench (fsync on)",
    "intake": "Joins over HTTP",
    "days": "A business day begins for 1 000 000 members",
    "closing": "An activity of 100 000 seats ends and is drawn",
    "grown": "With 1 000 000 members and 10 000 000 transfers",
    "shelves": "A shop with 1 000 activities, 100 000 open groups, 1 000 000 orders",
    "lab": "The lab: National Group-Buy on one processor",
}


def main() -> int:
    """Run the parts named, or all."""
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"{unknown[0]}: unknown; allowed: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    for name in wanted:
        print_rows(PARTS[name], importlib.import_module(f"bench.{name}").run())
    return 0


sys.exit(main())
