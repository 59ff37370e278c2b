"""What a channel is, and what can go wrong on it."""

from dataclasses import dataclass
from typing import Protocol

import urllib3

TIMEOUT = urllib3.Timeout(connect=5, read=10)
_pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False)


@dataclass(frozen=True)
class Parcel:
    """A message as a channel takes it.

    `key` is the delivery's, the same in every try, for providers that know such a thing. `places`: what the
    text names, for channels with templates of their own.
    """

    key: str
    kind: str
    address: str
    language: str
    title: str
    body: str
    link: str
    places: dict[str, str]


class ChannelError(Exception):
    """The parcel was not taken. `is_final`: trying again cannot help. `wait`: seconds until it may."""

    def __init__(self, reason: str, is_final: bool = False, wait: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.is_final, self.wait = reason[:60], is_final, wait


class Channel(Protocol):
    """Hands a parcel over and returns the provider's reference. Raises: ChannelError."""

    def send(self, parcel: Parcel) -> str: ...


def ask(method: str, url: str, **how: object) -> urllib3.BaseHTTPResponse:
    """One HTTP request of a provider. Raises: ChannelError where it does not answer or fails itself."""
    try:
        response = _pool.request(method, url, **how)  # type: ignore[arg-type]
    except urllib3.exceptions.HTTPError as error:
        raise ChannelError(type(error).__name__) from None
    if response.status >= 500:
        raise ChannelError(f"http_{response.status}")
    if response.status == 429:
        raise ChannelError("http_429", wait=60)
    return response


def answer_of(response: urllib3.BaseHTTPResponse) -> dict[str, object]:
    """The JSON object that a provider answered. Raises: ChannelError."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ChannelError(f"unreadable_{response.status}")
    return answer
