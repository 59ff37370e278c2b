"""The developer's page on webhooks: its snippet verifies what is really sent, and its tables are complete."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

from pinwheel.market.webhooks.events import TEST, TYPES
from pinwheel.market.webhooks.post import signed_headers
from pinwheel.market.webhooks.secrets import secret_of
from pinwheel.market.webhooks.send import BACKOFF

PAGE = (Path(__file__).parents[2] / "docs/guides/developer.md").read_text(encoding="utf-8")


def test_the_snippet_tells_genuine_requests_from_others() -> None:
    code = re.search(r"<!-- verify.*?-->\n```python\n(.*?)```", PAGE, re.DOTALL)
    assert code is not None
    names: dict[str, object] = {}
    exec(code[1], names)
    is_genuine, secrets = names["is_genuine"], [secret_of(1, 2), secret_of(1, 1)]
    assert callable(is_genuine)
    now, body = datetime.now(UTC), '{"type":"order.paid","data":{"name":"茶"}}'
    headers = signed_headers(7, body, secrets, now)
    for secret in secrets:
        assert is_genuine(secret, headers, body.encode())
        assert not is_genuine(secret, headers, body.encode() + b" ")
        assert not is_genuine(secret, headers | {"webhook-id": "msg_8"}, body.encode())
    assert not is_genuine(secret_of(1, 3), headers, body.encode())
    old = signed_headers(7, body, secrets, datetime.fromtimestamp(time.time() - 301, UTC))
    assert not is_genuine(secrets[0], old, body.encode())


def test_the_types_are_those_that_are_sent() -> None:
    part = PAGE.split("## Webhooks", 1)[1].split("## Verify", 1)[0]
    listed = re.findall(r"`(\w+\.\w+)`", "".join(re.findall(r"^\| (`[^|]+)\|", part, re.MULTILINE)))
    assert listed == [*listed[:-1], TEST] and set(listed[:-1]) == set(TYPES)


def test_the_waits_are_those_of_the_code() -> None:
    assert "after 5 seconds, 1, 5 and 30 minutes, 2, 5, 10 and 14 hours" in PAGE
    assert BACKOFF == [5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400]
