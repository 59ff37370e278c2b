"""One database for all tests of a file: each takes fresh members, lanes and months of its own."""

from collections.abc import Iterator

import pytest

from pinwheel.config.scratch import scratch_database


@pytest.fixture(scope="module")
def shared_database() -> Iterator[str]:
    with scratch_database() as name:
        yield name
