"""Many tries to sign in at the same moment: no more are let through than the limit says."""

from collections import Counter

import pytest
from together import Rendezvous, of_kind, together

from pinwheel.market.clock import current_time
from pinwheel.market.members import services as members
from pinwheel.market.members.services import PASSWORD_TRIES
from pinwheel.market.refusals import Refused
from pinwheel.market.staff import services
from pinwheel.market.staff.models import SignInTry
from pinwheel.market.staff.services import begin_try, name_hash

pytestmark = [pytest.mark.usefixtures("shared_database"), pytest.mark.timeout(120)]


def try_at_once(name, many):
    now = current_time()
    return together(*[lambda: begin_try(name, now)] * many)


def test_of_many_tries_at_once_the_limit_is_let_through():
    answers = try_at_once("boss", PASSWORD_TRIES + 15)
    assert len(of_kind(answers, int)) == PASSWORD_TRIES
    assert {answer.code for answer in of_kind(answers, Refused)} == {"too_many_tries"}
    assert SignInTry.objects.filter(name_hash=name_hash("boss")).count() == PASSWORD_TRIES


def test_without_the_lock_those_who_count_together_slip_past(monkeypatch):
    now, point = current_time(), Rendezvous(3)
    for _ in range(PASSWORD_TRIES - 1):
        begin_try("clerk", now)

    class Counted:
        """Meets the others once it has counted."""

        def __init__(self, found):
            self.found = found

        def filter(self, **wanted):
            return self.found.filter(**wanted)

        def count(self):
            tries = self.found.count()
            point.wait()
            return tries

    class Unlocked:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def execute(self, *_):
            """Locks nothing."""

    real = SignInTry.objects.filter
    with monkeypatch.context() as without:
        without.setattr(services, "connection", type("Bare", (), {"cursor": staticmethod(Unlocked)}))
        without.setattr(SignInTry.objects, "filter", lambda **wanted: Counted(real(**wanted)))
        answers = together(*[lambda: begin_try("clerk", now)] * 3)
    assert len(of_kind(answers, int)) == 3, answers  # one more was free


def members_at_once(number, many):
    now = current_time()
    return together(*[lambda: members.sign_in_by_password(number, "wrong wrong", now)] * many)


def refused(answers):
    return Counter(answer.code for answer in of_kind(answers, Refused))


def test_of_many_wrong_passwords_of_a_member_at_once_the_limit_is_read():
    many = PASSWORD_TRIES + 6
    answers = members_at_once("13800000901", many)
    assert refused(answers) == {"wrong_credentials": PASSWORD_TRIES, "too_many_tries": 6}, answers


def test_without_the_lock_more_passwords_of_a_member_are_read(monkeypatch):
    point = Rendezvous(PASSWORD_TRIES + 2)
    real = members.FailedSignIn.objects.create

    def meets(**wanted):
        point.wait()
        return real(**wanted)

    with monkeypatch.context() as without:
        without.setattr(members, "lock_number", lambda number: None)
        without.setattr(members.FailedSignIn.objects, "create", meets)
        answers = members_at_once("13800000902", PASSWORD_TRIES + 2)
    assert refused(answers) == {"wrong_credentials": PASSWORD_TRIES + 2}, answers


def test_of_many_codes_asked_for_at_once_the_limit_is_sent():
    now = current_time()
    answers = together(*[lambda: members.send_code("13800000903", "zh", now)] * (members.CODES_PER_HOUR + 4))
    assert refused(answers) == {"too_many_tries": 4}, answers
