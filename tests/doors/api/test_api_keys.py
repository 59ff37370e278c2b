"""API keys: made, found, rotated, revoked; only hashes are kept, and the cache lives five seconds."""

import hashlib
from datetime import timedelta

import pytest

from pinwheel.doors.api import keys
from pinwheel.doors.api.keys import find_key, make_key, revoke_key, rotate_key
from pinwheel.doors.api.models import ApiKey
from pinwheel.market.clock import current_time

pytestmark = pytest.mark.database
SECOND = timedelta(seconds=1)


def test_only_the_hash_of_the_secret_is_kept(database):
    key, text = make_key("mall", ["orders:read", "joins:write"], current_time())
    start, prefix, secret = text.split("_")
    assert start == "pk" and prefix == key.prefix and len(prefix) == 8 and len(secret) >= 32
    assert key.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(ApiKey.objects.values().get())
    assert key.scopes == ["joins:write", "orders:read"]  # in the order of SCOPES
    for scopes in (["everything"], []):
        with pytest.raises(ValueError, match="allowed: members:read"):
            make_key("mall", scopes, current_time())


def test_what_is_not_exactly_the_key_is_not_found(database):
    now = current_time()
    key, text = make_key("mall", ["orders:read"], now)
    assert find_key(text, now) == key
    other = text[:-1] + ("a" if text[-1] != "a" else "b")
    for wrong in (
        "",
        "pk_",
        other,
        text + "\n",
        " " + text,
        text.upper(),
        text[:20],
        f"pk_{'0' * 8}_{'0' * 40}",
        "\x00",
    ):
        assert find_key(wrong, now) is None, wrong


def test_rotation_leaves_the_old_key_for_a_while(database):
    now = current_time()
    old, old_text = make_key("mall", ["orders:read"], now)
    assert find_key(old_text, now) == old
    new, new_text = rotate_key(old, now, timedelta(hours=1))
    assert (new.name, new.scopes) == (old.name, old.scopes) and new_text != old_text
    assert find_key(old_text, now + timedelta(minutes=59)) == old
    assert find_key(old_text, now + timedelta(hours=1)) is None
    assert find_key(new_text, now + timedelta(days=900)) == new
    assert rotate_key(old, now, timedelta(days=1)) and old.expires_at == now + timedelta(hours=1)


def test_revocation_works_here_at_once_and_elsewhere_within_five_seconds(database):
    now = current_time()
    key, text = make_key("mall", ["orders:read"], now)
    assert find_key(text, now) == key
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=now)  # as another process does
    assert find_key(text, now + 4 * SECOND) == key
    assert find_key(text, now + 5 * SECOND) is None
    again, text = make_key("mall", ["orders:read"], now)
    assert find_key(text, now) == again
    revoke_key(again, now)
    assert find_key(text, now) is None
    revoke_key(again, now + SECOND)
    assert again.revoked_at == now


def test_the_cache_stays_small(database, monkeypatch):
    monkeypatch.setattr(keys, "CACHE_SIZE", 3)
    now = current_time()
    for number in range(10):
        _, text = make_key(f"mall {number}", ["orders:read"], now)
        assert find_key(text, now)
        assert len(keys._cache) <= 3


def test_callers_without_a_key_are_told_how_to_send_one(shop):
    for header in ("", "Bearer", "Bearer ", "Basic eDp5", "bearer nonsense", "Bearer a b", "Bearer pk_\x7f"):
        refused = shop.get("/activities", Authorization=header)
        assert refused.status_code == 401 and refused.json()["code"] == "unauthenticated"
        assert refused["WWW-Authenticate"].startswith('Bearer realm="pinwheel"')
    assert shop.get("/activities", Authorization=f"bEARER  {shop.key}").status_code == 200
