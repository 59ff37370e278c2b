"""Races: threads with connections of their own, on one database, never waiting without a bound."""

from collections.abc import Iterator

import pytest

from pinwheel.config.scratch import scratch_database


@pytest.fixture(scope="module")
def shared_database() -> Iterator[str]:
    with scratch_database() as name:
        yield name
