"""A run in a process of its own: the same figures, told on the way, and nothing is left behind."""

import multiprocessing
from time import monotonic

import pytest

from pinwheel.lab.aside import Stopped, play_aside
from pinwheel.lab.behaviour import Behaviour
from pinwheel.lab.runs import Job, as_plain, play
from pinwheel.lab.simulate import Arguments, Unplayable
from pinwheel.plan.canonical import canonical_text
from pinwheel.plan.load import playbook

PLAN = canonical_text(playbook("leader-five"))


def job(members: int = 50, days: int = 4) -> Job:
    return Job(PLAN, Arguments(Behaviour(start_members=members), members, days, 3), 100, 1)


def test_it_is_the_same_run_and_days_are_told():
    heard: list[int] = []
    found = play_aside(job(days=60), heard.append, 60)
    assert found == as_plain(play(job(days=60)))
    assert heard and heard == sorted(heard) and heard[-1] <= 60


def test_what_cannot_be_played_is_refused_as_in_this_process():
    with pytest.raises(Unplayable, match="members: from 1 on"):
        play_aside(job(members=0), lambda _: None, 60)


def test_no_process_is_left_when_it_takes_too_long_or_nobody_listens():
    def deaf(_: int) -> None:
        raise ConnectionError("nobody listens")

    with pytest.raises(Stopped, match="more than 0 seconds"):
        play_aside(job(), lambda _: None, 0)
    began = monotonic()
    with pytest.raises(ConnectionError):
        play_aside(job(members=50_000, days=365), deaf, 60)  # in plain Python it would take half an hour
    assert monotonic() - began < 60
    assert multiprocessing.active_children() == []
