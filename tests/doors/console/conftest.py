"""The console's tests: a small shop in which every kind of thing has happened, and operators of each role."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from console_days import FROZEN_DAY, Days, fill_days, set_clock
from console_shop import Shop, fill_shop
from django.contrib.auth.models import Group as Role
from django.test import Client

from kept_database import fresh_database
from pinwheel.config.translations import compile_translations
from pinwheel.market.staff.models import Operator

compile_translations()
ROLES = {
    "operations": "运营 Operations",
    "finance": "财务 Finance",
    "support": "客服 Support",
    "audit": "审计 Audit",
}


@pytest.fixture(autouse=True)
def real_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests reach their scratch database where pytest-django is installed: it locks databases up."""
    if not request.config.pluginmanager.hasplugin("django"):
        yield
        return
    with request.getfixturevalue("django_db_blocker").unblock():
        yield


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Each of the languages of a page."""
    return request.param


@dataclass
class Staff:
    """Operators by role; `boss` is in charge."""

    by_role: dict[str, Operator]

    def __getitem__(self, role: str) -> Operator:
        return self.by_role[role]

    def client(self, role: str, language: str = "en") -> Client:
        """A client that is logged in as the operator of a role."""
        client = Client(headers={"accept-language": language})
        client.force_login(self.by_role[role])
        return client


def make_staff() -> Staff:
    operators = {"boss": Operator.objects.create_superuser("boss", "boss@example.com", "a-long-pass-phrase")}
    for name, role in ROLES.items():
        operators[name] = Operator.objects.create_user(name, is_staff=True)
        operators[name].groups.add(Role.objects.get(name=role))
    return Staff(operators)


@pytest.fixture
def staff(database: str) -> Staff:
    """Operators in a fresh database."""
    return make_staff()


@pytest.fixture(scope="module")
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """A filled shop that the tests of a module read and do not change."""
    blocker = None
    if request.config.pluginmanager.hasplugin("django"):
        blocker = request.getfixturevalue("django_db_blocker").unblock()
        blocker.__enter__()
    with fresh_database():
        yield fill_shop(make_staff())
    if blocker is not None:
        blocker.__exit__(None, None, None)


@pytest.fixture(scope="module")
def days(request: pytest.FixtureRequest) -> Iterator[Days]:
    """Two months of a shop with days and a pool, for tests that read, on a day when the pool is frozen."""
    with pytest.MonkeyPatch.context() as patch, fresh_database():
        set_clock(patch, FROZEN_DAY)
        yield fill_days(make_staff())


@pytest.fixture
def months(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> Days:
    """The same, for tests that change it."""
    set_clock(monkeypatch, FROZEN_DAY)
    return fill_days(staff)


@pytest.fixture
def client_without_login():
    """Make a client of nobody that speaks a language."""
    return lambda language: Client(headers={"accept-language": language})
