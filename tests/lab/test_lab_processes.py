"""Processes that work: each item once, refusals come through, nobody waits for the dead, none is left."""

import os
import signal
import sys
import time
from multiprocessing import active_children
from pathlib import Path
from threading import Thread

import pytest

import process_stage
from pinwheel.lab.processes import Lost, over_processes
from process_stage import children, is_alive, until


class Refused(ValueError):
    pass


def work(item):
    """An item's square and who made it; some items are fatal."""
    if item == "refused":
        raise Refused("not this one")
    if item == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if item == "a fault":
        raise ZeroDivisionError("a fault")
    if item == "long":
        time.sleep(600)
    return item * item, os.getpid()


def meet(task):
    """Who is here, when as many as expected are at work at once."""
    place, expected = task
    mark(place)
    until(lambda: len(place.read_text()) == expected)
    return os.getpid()


def mark(place):
    """Say in a file that one is at work."""
    with Path(place).open("a") as file:
        file.write(".")


def mark_and_stay(place):
    mark(place)
    time.sleep(600)


def blob(size):
    return b"." * size


def over(items, count=2, what=work):
    return over_processes(what, items, count)


def test_each_item_is_worked_on_once():
    found = list(over([*range(20)], count=3))
    assert sorted(square for square, _ in found) == [number * number for number in range(20)]
    assert os.getpid() not in {maker for _, maker in found}
    assert active_children() == []


@pytest.mark.parametrize("count", [3, 8])
def test_as_many_processes_as_asked_for_but_no_more_than_items(tmp_path, count):
    makers = list(over([(tmp_path / "met", 3)] * 3, count, meet))
    assert len(set(makers)) == 3 and os.getpid() not in makers


def test_nothing_needs_no_process():
    assert list(over([])) == []


def test_results_larger_than_a_pipe_come_through():
    assert [len(found) for found in over([3_000_000] * 4, what=blob)] == [3_000_000] * 4


def test_a_refusal_is_raised_here_and_nobody_goes_on():
    with pytest.raises(Refused, match="not this one"):
        list(over(["long", "refused"]))
    assert active_children() == []


@pytest.mark.parametrize(("item", "error"), [("killed", Lost), ("a fault", ZeroDivisionError)])
def test_a_process_that_is_lost_or_fails_is_said_and_nobody_goes_on(item, error):
    with pytest.raises(error):
        list(over(["long", item, 1, 2]))
    assert active_children() == []


def test_whoever_stops_listening_ends_the_work():
    finished = over([1, "long", 2, "long"])
    assert next(finished)[0] == 1
    finished.close()
    assert active_children() == []


def test_workers_do_not_hear_ctrl_c(tmp_path):
    """A terminal sends it to everybody; the first process answers for all."""
    place = tmp_path / "met"

    def interrupt() -> None:
        until(lambda: place.exists() and place.read_text() == "..")
        for worker in children(os.getpid()):
            os.kill(worker, signal.SIGINT)
        mark(place)

    interrupter = Thread(target=interrupt)
    interrupter.start()
    makers = list(over([(place, 3)] * 2, 2, meet))
    interrupter.join()
    assert len(set(makers)) == 2


def test_processes_end_with_whoever_started_them(tmp_path):
    script, at_work = tmp_path / "starter.py", tmp_path / "at work"
    script.write_text(
        "from test_lab_processes import mark_and_stay, over\n"
        f"if __name__ == '__main__':\n    list(over([{str(at_work)!r}] * 2, what=mark_and_stay))\n"
    )
    first = process_stage.start([script], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    until(lambda: at_work.exists() and at_work.read_text() == "..")
    workers = children(first.pid)
    assert len(workers) == 2 and all(map(is_alive, workers))
    first.kill()
    first.communicate()
    until(lambda: not any(map(is_alive, workers)))
