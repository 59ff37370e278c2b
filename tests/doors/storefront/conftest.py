"""The shop's tests: compiled translations, and clients that are signed in or not."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from pinwheel.config.translations import compile_translations
from pinwheel.doors.storefront.sessions import MEMBER_KEY, PRINT_KEY, password_print
from pinwheel.market.members.models import Member

CHINESE, ENGLISH = "zh-hans", "en"
ClientOf = Callable[..., Client]

compile_translations()


@pytest.fixture(autouse=True)
def real_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests reach their scratch database where pytest-django is installed: it locks databases up."""
    if not request.config.pluginmanager.hasplugin("django"):
        yield
        return
    with request.getfixturevalue("django_db_blocker").unblock():
        yield


@pytest.fixture(params=[CHINESE, ENGLISH])
def language(request: pytest.FixtureRequest) -> str:
    """Each of the languages of a page."""
    return request.param


@pytest.fixture
def client_of() -> ClientOf:
    """Make a client that speaks a language, signed in as a member or nobody."""

    def make(member: Member | None = None, language: str = ENGLISH, **options: object) -> Client:
        client = Client(headers={"accept-language": language}, **options)
        if member is not None:
            session = client.session
            session[MEMBER_KEY], session[PRINT_KEY] = member.pk, password_print(member)
            session.save()
        return client

    return make
