"""Made-up figures of a run, for tests of what reports say and draw."""

from typing import Any

from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.figures import Figures, Flow
from pinwheel.lab.simulate import Arguments

ARGUMENTS = Arguments(Behaviour(start_members=100), 100, 5, 1)

# Members pay 1 000.00; 400.00 go back, 50.00 wait, 550.00 are kept; of these 150.00 are rewards and 30.00 go
# to the daily pool, which pays 20.00 out. Goods cost 300.00, fees 6.00: 64.00 are left.
FLOWS = [
    Flow("members", "held", "hold", "cash", 100_000),
    Flow("held", "kept", "capture", "cash", 55_000),
    Flow("held", "members", "refund", "cash", 40_000),
    Flow("kept", "members", "reward", "cash", 15_000),
    Flow("issued", "members", "reward", "shopping_credit", 9_900),
    Flow("kept", "daily_pool", "daily_dividend_funded", "cash", 3_000),
    Flow("daily_pool", "members", "daily_dividend", "cash", 2_000),
]


def made(margin: list[int] | None = None, budget: int = 0, seed: int = 1, **changed: Any) -> Figures:
    """Figures whose parts that follow from the margin do so."""
    margin = [-100, -320_000, -500, 2_000, 6_400] if margin is None else margin
    days = len(margin)
    lowest = min(margin)
    dry = [day + 1 for day in range(days) if margin[day] + budget < 0]
    red = [day + 1 for day in range(days) if margin[day] < 0]
    even = 1 if not red else (red[-1] + 1 if red[-1] < days else None)
    figures = Figures(
        seed=seed,
        days=days,
        members=100,
        there=[100] * days,
        joins=[10] * days,
        settled=[1] * days,
        dissolved=[1] + [0] * (days - 1),
        expired=[0] * days,
        kept=[value + 30_600 for value in margin],
        goods=[30_000] * days,
        fees=[600] * days,
        coupons=[0] * days,
        costs=[0] * days,
        margin=margin,
        owed={"shopping_credit": [9_900] * days, "shopping_coins": [0] * days},
        waits=[0, 0, 3, 1, 0, 0, 0, 0, 2],
        lowest=lowest,
        lowest_on=margin.index(lowest) + 1,
        dry_on=dry[0] if dry else None,
        breaks_even_on=even,
        enough_members=None,
        ahead=20,
        behind=70,
        tenths=[-5_000, -4_000, -3_000, -2_000, -1_000, -500, 0, 100, 200, 1_000, 9_000],
        lorenz=[part * part * 100 for part in range(101)],
        flows=FLOWS,
    )
    return figures._replace(**changed)
