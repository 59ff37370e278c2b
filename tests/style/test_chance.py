"""Tests draw the same random numbers in every run: no module of the market draws any past `chance`."""

import re
from pathlib import Path

from chance import DRAWING

MARKET = Path(__file__).resolve().parents[2] / "src" / "pinwheel" / "market"


def test_every_module_that_draws_takes_its_numbers_from_chance():
    drawing = {path for path in MARKET.rglob("*.py") if re.search(r"^import secrets", path.read_text(), re.M)}
    assert drawing == {Path(str(module.__file__)) for module in DRAWING}
    others = [path for path in MARKET.rglob("*.py") if "from secrets" in path.read_text()]
    assert others == []
