"""API keys: made, rotated, revoked, and found again by the text that a caller sends."""

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from pinwheel.doors.api.models import ApiKey

SCOPES: dict[str, tuple[str, str]] = {
    "members:read": ("查询会员与余额", "read members and their balances"),
    "members:write": ("登记会员、绑定邀请人", "register members and bind their sponsors"),
    "activities:read": ("查询活动", "read activities"),
    "joins:write": ("参团与付款", "join groups and ask for payments"),
    "points:write": ("积分池转入转出、兑换", "move points into and out of the pool, give them for goods"),
    "prizes:write": ("选择奖品", "choose prizes"),
    "delivery:write": ("地址、收货与售后", "keep addresses, confirm receipt, ask for after-sales"),
    "orders:read": ("查询订单", "read orders"),
    "groups:read": ("查询团与开奖", "read groups and draws"),
    "messages:read": ("查询会员消息", "read members' messages"),
    "messages:write": ("标记消息已读、设置联系地址", "mark messages as read, say where members are reached"),
    "webhooks:write": ("管理本客户端的 Webhook", "manage the webhooks of this client"),
    "statements:read": ("查询账单与账本链头", "read statements and the ledger's heads"),
}
TEXT = re.compile(r"pk_([a-z0-9]{8})_([A-Za-z0-9]{32,64})")
PREFIX_LETTERS = string.ascii_lowercase + string.digits
SECRET_LETTERS = string.ascii_letters + string.digits
SECRET_LENGTH = 40
CACHE_LIFE = timedelta(seconds=5)  # a key revoked in another process works no longer than this
CACHE_SIZE = 10_000

_cache: dict[str, tuple[datetime, ApiKey]] = {}  # by prefix: when it was read


def make_key(name: str, scopes: Collection[str], now: datetime) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown this once. Raises: ValueError naming unknown scopes."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise ValueError(f"unknown scopes: {', '.join(unknown)}; allowed: {', '.join(SCOPES)}")
    prefix = "".join(secrets.choice(PREFIX_LETTERS) for _ in range(8))
    secret = "".join(secrets.choice(SECRET_LETTERS) for _ in range(SECRET_LENGTH))
    key = ApiKey.objects.create(
        name=name,
        prefix=prefix,
        secret_hash=secret_hash(secret),
        scopes=[scope for scope in SCOPES if scope in scopes],
        created_at=now,
    )
    return key, f"pk_{prefix}_{secret}"


def rotate_key(key: ApiKey, now: datetime, overlap: timedelta) -> tuple[ApiKey, str]:
    """A new key of the same name and scopes; the old one works for `overlap` longer.

    Idempotency keys belong to the API key that sent them: repeat a request with the key that began it.
    """
    with transaction.atomic():
        made = make_key(key.name, key.scopes, now)
        locked = ApiKey.objects.select_for_update().get(pk=key.pk)
        locked.expires_at = min(locked.expires_at or now + overlap, now + overlap)
        locked.save(update_fields=["expires_at"])
    _cache.pop(key.prefix, None)
    key.refresh_from_db()
    return made


def revoke_key(key: ApiKey, now: datetime) -> None:
    """Make a key useless: here at once, elsewhere within CACHE_LIFE. A second call changes nothing."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
    _cache.pop(key.prefix, None)
    key.refresh_from_db()


def find_key(text: str, now: datetime) -> ApiKey | None:
    """The valid key behind a text, or None; reads the database unless it did so within CACHE_LIFE."""
    match = TEXT.fullmatch(text)
    if match is None:
        return None
    prefix, secret = match.groups()
    key = cached_key(prefix, now)
    if key is None:
        key = ApiKey.objects.filter(prefix=prefix).first()
        if key is not None:
            remember(key, now)
    return key if is_valid(key, secret, now) else None


def knows_key(text: str, now: datetime) -> bool:
    """Whether `find_key` would answer without the database."""
    match = TEXT.fullmatch(text)
    return match is None or cached_key(match[1], now) is not None


def is_valid(key: ApiKey | None, secret: str, now: datetime) -> bool:
    """Whether the secret is the key's and the key is in force. Takes as long for an unknown key."""
    is_right = hmac.compare_digest(key.secret_hash if key else "0" * 64, secret_hash(secret))
    if key is None or not is_right or key.revoked_at is not None:
        return False
    return key.expires_at is None or now < key.expires_at


def cached_key(prefix: str, now: datetime) -> ApiKey | None:
    read_at, key = _cache.get(prefix, (None, None))
    return key if read_at is not None and read_at <= now < read_at + CACHE_LIFE else None


def remember(key: ApiKey, now: datetime) -> None:
    if len(_cache) >= CACHE_SIZE:
        _cache.clear()
    _cache[key.prefix] = (now, key)


def secret_hash(secret: str) -> str:
    """SHA-256, hexadecimal: enough for a secret of 238 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
