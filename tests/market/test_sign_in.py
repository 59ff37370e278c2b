"""Signing in: wrong passwords are limited; a leader who never pays leaves no group behind."""

from datetime import timedelta

import pytest

from pinwheel.market.clock import current_time
from pinwheel.market.members.services import PASSWORD_TRIES, TRIES_WITHIN, register, sign_in_by_password
from pinwheel.market.refusals import Refused

PHONE = "13800000009"
PASSWORD = "a-quiet-pinwheel"


def refused_code(password: str, now: object) -> str:
    with pytest.raises(Refused) as refused:
        sign_in_by_password(PHONE, password, now)  # type: ignore[arg-type]
    return refused.value.code


def test_too_many_wrong_passwords_are_refused_for_a_while(database: str) -> None:
    now = current_time()
    register(PHONE, "", PASSWORD, "zh-hans", True, now)
    for _ in range(PASSWORD_TRIES):
        assert refused_code("wrong", now) == "wrong_credentials"
    assert refused_code(PASSWORD, now) == "too_many_tries"
    later = now + TRIES_WITHIN + timedelta(seconds=1)
    assert sign_in_by_password(PHONE, PASSWORD, later).phone == "+8613800000009"
