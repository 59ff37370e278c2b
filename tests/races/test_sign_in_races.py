"""Many tries to sign in at the same moment: no more are let through than the limit says."""

import pytest
from together import Rendezvous, of_kind, together

from pinwheel.market.clock import current_time
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
