"""A shop of its own for each test of the API."""

import pytest
from api_shop import PLAN, Shop, at, open_shop, put_on_sale

from pinwheel.market.ids import MEMBER, from_text
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.rules.assets import DIVIDEND_POINTS


@pytest.fixture
def shop(database: str) -> Shop:
    """Four members with 1000.00 each and one ordinary group of three on sale."""
    return open_shop()


@pytest.fixture
def pooled(database: str) -> Shop:
    """National Group-Buy on sale since the first of November; four members with 500 points each."""
    shop = open_shop(now=at(1))
    put_on_sale(PLAN, at(1))
    members = [from_text(MEMBER, member) or 0 for member in shop.members]
    adjust_balances(members, DIVIDEND_POINTS, [50_000] * len(members), 0, at(1))
    return shop
