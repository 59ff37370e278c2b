"""Work over the machines of a Ray cluster (`pip install pinwheel[cluster]`)."""

import logging
import re
import socket
from collections.abc import Callable, Generator, Sequence
from typing import Any

from pinwheel.lab.simulate import Unplayable

ADDRESS = re.compile(r"local|auto|(?P<host>[^\s:/]+):(?P<port>[0-9]{1,5})")
REACH = 5.0  # seconds


def over_cluster(
    work: Callable[[Any], Any], items: Sequence[Any], address: str
) -> Generator[Any, None, None]:
    """What `work` makes of each item, as it comes.

    Args:
        work: a function of a module that is installed on every machine.
        address: `local` for a cluster on this machine, `auto` for the one that runs here, or host:port.
            A cluster that this process is part of already is used as it is.
    Raises: Unplayable, of `work` or because the cluster is not there or fails.
    """
    try:
        import ray
    except ImportError:
        raise Unplayable("--cluster: needs Ray: pip install 'pinwheel[cluster]'") from None
    if not items:
        return
    is_ours = not ray.is_initialized()
    try:
        if is_ours:
            refuse_unreachable(address)
            ray.init(address, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
        waiting = [ray.remote(work).remote(item) for item in items]
        while waiting:
            ready, waiting = ray.wait(waiting, num_returns=1)
            yield from ray.get(ready)
    except ray.exceptions.RayTaskError as error:
        raise error.cause if isinstance(error.cause, Unplayable) else failed(address, error.cause) from None
    except (ray.exceptions.RayError, OSError) as error:
        raise failed(address, error) from None
    finally:
        if is_ours:
            ray.shutdown()


def refuse_unreachable(address: str) -> None:
    """Raises: Unplayable; OSError if nobody listens there: Ray itself would try for minutes."""
    match = ADDRESS.fullmatch(address)
    if match is None or int(match["port"] or 1) not in range(1, 1 << 16):
        raise Unplayable(f"--cluster {address}: allowed are local, auto, and host:port")
    if match["host"]:
        socket.create_connection((match["host"], int(match["port"])), REACH).close()


def failed(address: str, error: object) -> Unplayable:
    """A cluster's failure in one line."""
    said = " ".join(str(error).split())[:300]
    return Unplayable(f"--cluster {address}: {type(error).__name__}: {said}")
