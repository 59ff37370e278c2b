"""Every test that needs a database finds it as the migrations leave it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# Each of pytest's processes has a database server of its own: no test waits for another's.
BUILD = Path(__file__).resolve().parent.parent / "build"
DATA_DIR = os.environ.setdefault("PINWHEEL_DATA_DIR", str(BUILD / "tests"))
if PROCESS := os.environ.get("PYTEST_XDIST_WORKER"):  # it inherits the folder of the one that started it
    os.environ["PINWHEEL_DATA_DIR"] = f"{DATA_DIR}-{PROCESS}"
os.environ.setdefault("PINWHEEL_ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")
os.environ.setdefault("PINWHEEL_EMBEDDED_FSYNC", "false")  # kills of processes lose nothing by it
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinwheel.config.settings")

import django

django.setup()

import pinwheel.rules.beacon_signature  # noqa: F401  before a test imports its library, which changes a limit
from chance import pytest_fixture_setup, pytest_runtest_setup, take_chance  # noqa: F401  hooks of pytest
from kept_database import drop_kept, fresh_database
from quickened import quicken

quicken()
take_chance()


@pytest.fixture
def database() -> Iterator[str]:
    """A fresh database of its own for this test."""
    with fresh_database() as name:
        yield name


@pytest.fixture(scope="session", autouse=True)
def dropped_at_the_end() -> Iterator[None]:
    yield
    drop_kept()
