"""Chance in tests: what the software draws at random comes from the test's name, so a failure repeats.

Seeds of draws, identifiers and codes are different in every test and the same in every run of it.
`PINWHEEL_TEST_CHANCE=7 make test` plays every test with other ones, and lets hypothesis look for new
examples: a test that then fails was right by luck, or has found something.
"""

import hashlib
import os
import random
from collections.abc import Generator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from pinwheel.market import ids
from pinwheel.market.groups import closing, opening
from pinwheel.market.members import services, sponsors

ROUND = os.environ.get("PINWHEEL_TEST_CHANCE", "")
DRAWING = (ids, closing, opening, services, sponsors)
chance = random.Random()


def take_chance() -> None:
    """The modules that draw at random take their numbers from `chance`; called once, before any test."""
    numbers = SimpleNamespace(
        token_bytes=chance.randbytes,
        randbits=chance.getrandbits,
        choice=chance.choice,
        randbelow=chance.randrange,
    )
    for module in DRAWING:
        module.secrets = numbers  # type: ignore[attr-defined]
    # How long an example takes is the machine's affair, and no test asserts a time.
    slow = [HealthCheck.too_slow]
    settings.register_profile("pinwheel", deadline=None, suppress_health_check=slow, derandomize=not ROUND)
    settings.load_profile("pinwheel")


def seed_with(name: str) -> None:
    chance.seed(hashlib.sha256(f"{ROUND}/{name}".encode()).digest())
    ids._last_millisecond = 0


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    seed_with(item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> Generator[None, Any, Any]:
    """What several tests share does not depend on which of them comes first."""
    if fixturedef.scope == "function":
        return (yield)
    before = chance.getstate()
    seed_with(f"{request.node.nodeid}/{fixturedef.argname}")
    try:
        return (yield)
    finally:
        chance.setstate(before)
