"""A load generator: clients on kept-alive connections, each sending its next join when the last is answered.

    python -m bench.load PORT KEY CLIENTS SECONDS FIRST_MEMBER ROUND ACTIVITY…

Prints one line of JSON. Plain sockets, so that it takes little of the two cores that everything shares.
"""

import json
import selectors
import socket
import sys
import time
from itertools import count
from typing import NamedTuple

from pinwheel.market.ids import MEMBER, to_text


class Client:
    """One connection and the request it waits for."""

    __slots__ = ("answer", "sent_at", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""
        self.sent_at = 0.0


class Load(NamedTuple):
    """What was asked and how it was answered. Latencies in seconds."""

    taken: int
    refused: dict[str, int]
    latencies: list[float]
    seconds: float


def request(key: str, activity: str, member: str, number: str) -> bytes:
    body = f'{{"member":"{member}","pay":"balance"}}'
    return (
        f"POST /api/v1/activities/{activity}/joins HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {key}\r\nIdempotency-Key: {number}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def is_whole(answer: bytes) -> bool:
    """Whether head and body of an answer have arrived."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return len(body) >= int(line[15:])
    return body.endswith(b"0\r\n\r\n")


def drive(
    port: int, key: str, clients: int, seconds: float, first_member: int, name: str, activities: list[str]
) -> Load:
    """Keep every client busy for so many seconds."""
    numbers = count()
    latencies: list[float] = []
    refused: dict[str, int] = {}
    taken = 0

    def send(client: Client) -> None:
        number = next(numbers)
        member = to_text(MEMBER, first_member + number)
        client.answer = b""
        client.sent_at = time.perf_counter()
        client.socket.sendall(request(key, activities[number % len(activities)], member, f"{name}-{number}"))

    with selectors.DefaultSelector() as selector:
        for _ in range(clients):
            client = Client(port)
            selector.register(client.socket, selectors.EVENT_READ, client)
            send(client)
        started = time.perf_counter()
        end = started + seconds
        busy = clients
        while busy:
            for ready, _ in selector.select(timeout=10):
                client = ready.data
                client.answer += client.socket.recv(65536)
                if not is_whole(client.answer):
                    continue
                now = time.perf_counter()
                latencies.append(now - client.sent_at)
                status = client.answer[9:12].decode()
                if status == "201":
                    taken += 1
                else:
                    refused[status] = refused.get(status, 0) + 1
                if now < end:
                    send(client)
                else:
                    busy -= 1
        return Load(taken, refused, latencies, time.perf_counter() - started)


def main() -> None:
    port, key, clients, seconds, first_member, name, *activities = sys.argv[1:]
    load = drive(int(port), key, int(clients), float(seconds), int(first_member), name, activities)
    ordered = sorted(load.latencies)
    print(
        json.dumps(
            {
                "taken": load.taken,
                "refused": load.refused,
                "rate": load.taken / load.seconds,
                "p50_ms": 1000 * ordered[len(ordered) // 2],
                "p99_ms": 1000 * ordered[len(ordered) * 99 // 100],
            }
        )
    )


if __name__ == "__main__":
    main()
