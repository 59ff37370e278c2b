"""A shop of its own for each test of the API."""

import pytest
from api_shop import Shop, open_shop


@pytest.fixture
def shop(database: str) -> Shop:
    """Four members with 1000.00 each and one ordinary group of three on sale."""
    return open_shop()
