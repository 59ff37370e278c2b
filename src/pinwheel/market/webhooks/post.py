"""One POST to an endpoint: to the address that was checked, with a deadline, following nothing."""

import ipaddress
import socket
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import urllib3
from standardwebhooks import Webhook

CONNECT, READ, WHOLE = 5, 5, 10  # seconds: to connect, between two pieces of an answer, for all of it
MOST_READ = 4096  # bytes of an answer
KEPT = 300  # characters of an answer
LONGEST_URL = 500
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Answer(NamedTuple):
    """What an endpoint answered. `status` 0: nothing; `reason` is empty if it took the event."""

    status: int
    text: str
    reason: str
    took: int  # milliseconds


class Turned(Exception):
    """An address that is not sent to; the text says why, as a short code."""


def post_event(
    url: str, body: str, event_id: int, secrets: Sequence[str], now: datetime, to_private: bool
) -> Answer:
    """Send an event, signed after Standard Webhooks. Whatever the other side does, there is an answer."""
    started = time.monotonic()
    status, text = 0, ""
    try:
        parts = checked_url(url, to_private)
        address = checked_address(parts, to_private)
        headers = signed_headers(event_id, body, secrets, now)
        status, text = exchange(parts, address, body.encode(), headers, started + WHOLE)
        reason = "" if 200 <= status < 300 else f"http_{status}"
    except Turned as turned:
        reason = str(turned)
    except urllib3.exceptions.HTTPError as error:
        reason = name_of(error)
    except (OSError, ValueError) as error:
        reason = type(error).__name__
    return Answer(status, text, reason[:60], int((time.monotonic() - started) * 1000))


def signed_headers(event_id: int, body: str, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """The three headers of Standard Webhooks, with a signature for each secret."""
    moment, name = now.astimezone(UTC), f"msg_{event_id}"
    return {
        "Content-Type": "application/json",
        "User-Agent": "Pinwheel-Webhooks/1",
        "webhook-id": name,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(name, moment, body) for secret in secrets),
    }


def checked_url(url: str, to_private: bool) -> SplitResult:
    """The parts of an address that may be written down. Nothing is resolved. Raises: Turned."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Turned("not_a_url") from None
    allowed = ("https", "http") if to_private else ("https",)
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise Turned("not_a_url")
    if parts.scheme not in allowed:
        raise Turned("not_https")
    if not host or parts.username or parts.password or parts.fragment:
        raise Turned("not_a_url")
    if not to_private:
        if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
            raise Turned("private_address")
        try:
            literal = ipaddress.ip_address(host)
        except ValueError:
            return parts
        if not is_public(literal):
            raise Turned("private_address")
    return parts


def checked_address(parts: SplitResult, to_private: bool) -> str:
    """The address that the host has now, if all that it has are public. Raises: Turned."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Turned("host_not_found") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not to_private and not all(is_public(ipaddress.ip_address(text.split("%")[0])) for text in addresses):
        raise Turned("private_address")
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether an address lies in the public network, also the one inside an IPv6 address."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def exchange(
    parts: SplitResult, address: str, body: bytes, headers: dict[str, str], deadline: float
) -> tuple[int, str]:
    """Send to an address that was checked, under the host's name; return the status and how the answer began.

    The name is not resolved again, so it cannot point elsewhere in the meantime.
    """
    timeout = urllib3.Timeout(connect=CONNECT, read=READ)
    host = parts.hostname or ""
    if parts.scheme == "https":
        pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
            address, parts.port or 443, timeout=timeout, server_hostname=host, assert_hostname=host
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, parts.port or 80, timeout=timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with pool:
        response = pool.urlopen(
            "POST",
            target,
            body=body,
            headers={**headers, "Host": parts.netloc},
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
        )
        try:
            return response.status, beginning(response, deadline)
        finally:
            response.close()


def beginning(response: urllib3.BaseHTTPResponse, deadline: float) -> str:
    """The first bytes of an answer as text; a slow or broken rest is left unread."""
    found = b""
    try:
        while len(found) < MOST_READ and time.monotonic() < deadline:
            piece = response.read1(MOST_READ - len(found))
            if not piece:
                break
            found += piece
    except (urllib3.exceptions.HTTPError, OSError):
        pass
    text = "".join(letter if letter.isprintable() else " " for letter in found.decode("utf-8", "replace"))
    return " ".join(text.split())[:KEPT]


def name_of(error: Exception) -> str:
    """What went wrong, as a short code."""
    names = {
        "ConnectTimeoutError": "timeout",
        "ReadTimeoutError": "timeout",
        "NewConnectionError": "not_reached",
        "SSLError": "tls",
        "ProtocolError": "broken_off",
    }
    return names.get(type(error).__name__, type(error).__name__)
