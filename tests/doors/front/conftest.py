"""The shop of the API's tests, for the tests of the front."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "api"))

from api_shop import Shop, open_shop


@pytest.fixture
def shop(database: str) -> Shop:
    """Four members with 1000.00 each and one ordinary group of three on sale."""
    return open_shop()
