"""Members come in: by password or by a one-time code."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import phonenumbers
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from pinwheel.ledger.wallets import open_wallets
from pinwheel.market.ids import new_id, new_ids
from pinwheel.market.members.models import FailedSignIn, Member, OneTimeCode
from pinwheel.market.members.senders import code_sender
from pinwheel.market.refusals import Refused

CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODES_PER_HOUR = 5
PASSWORD_TRIES = 10
TRIES_WITHIN = timedelta(minutes=15)


def read_phone(text: str) -> str:
    """A phone number in E.164; without a country code it is a Chinese one. Raises: Refused invalid."""
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Refused(
            "invalid",
            {"what": ("请输入有效的手机号。", "Please enter a valid phone number.")},
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def register(
    phone: str, nickname: str, password: str, language: str, is_adult: bool, now: datetime
) -> Member:
    """Make a member with an empty wallet; an empty password means signing in by code only.

    Raises: Refused adults_only, invalid, already_registered.
    """
    if not is_adult:
        raise Refused("adults_only")
    number = read_phone(phone)
    name = " ".join(nickname.split())[:40] or "会员" + number[-4:]
    if password:
        refuse_weak_password(password)
    try:
        with transaction.atomic():
            member = Member.objects.create(
                id=new_id(now),
                phone=number,
                password=make_password(password) if password else "",
                nickname=name,
                language=language,
                created_at=now,
                adult_confirmed_at=now,
            )
            open_wallets([member.pk])
    except IntegrityError:
        raise Refused("already_registered") from None
    return member


def refuse_weak_password(password: str) -> None:
    """Raises: Refused invalid."""
    try:
        validate_password(password)
    except ValidationError as error:
        what = " ".join(error.messages)
        raise Refused("invalid", {"what": (what, what)}) from None


def create_many(
    phones: Sequence[str], nicknames: Sequence[str], password_hash: str, now: datetime
) -> list[int]:
    """Make many members at once, for demos, scenarios and imports; return their ids in order."""
    ids = new_ids(now, len(phones))
    with transaction.atomic():
        Member.objects.bulk_create(
            [
                Member(
                    id=member_id,
                    phone=phone,
                    nickname=nickname,
                    password=password_hash,
                    created_at=now,
                    adult_confirmed_at=now,
                )
                for member_id, phone, nickname in zip(ids, phones, nicknames, strict=True)
            ],
            batch_size=5000,
        )
        open_wallets(ids)
    return ids


def sign_in_by_password(phone: str, password: str, now: datetime) -> Member:
    """The member with that number and password.

    Raises: Refused wrong_credentials, invalid, too_many_tries.
    """
    number = read_phone(phone)
    tried = begin_try(number, now)
    member = Member.objects.filter(phone=number).first()
    if member is None or not member.password:
        make_password(password)  # takes as long as a check: an attacker learns nothing
    elif check_password(password, member.password):
        FailedSignIn.objects.filter(pk=tried).delete()
        return member
    raise Refused("wrong_credentials")


def begin_try(number: str, now: datetime) -> int:
    """Note a try before its password is looked at, so that of many at once none slips past the limit.

    Returns: its id, to be forgotten if the password is right.
    Raises: Refused too_many_tries.
    """
    with transaction.atomic():
        lock_number(number)
        if FailedSignIn.objects.filter(phone=number, at__gt=now - TRIES_WITHIN).count() >= PASSWORD_TRIES:
            raise Refused("too_many_tries", {"minutes": TRIES_WITHIN // timedelta(minutes=1)})
        return FailedSignIn.objects.create(phone=number, at=now).pk


def lock_number(number: str) -> None:
    """What is counted by phone number is counted one at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(13, hashtext(%s))", (number,))


def send_code(phone: str, language: str, now: datetime) -> None:
    """Send a one-time code. Raises: Refused invalid, too_many_tries."""
    number = read_phone(phone)
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        lock_number(number)
        recent = OneTimeCode.objects.filter(phone=number, created_at__gt=now - timedelta(hours=1)).count()
        if recent >= CODES_PER_HOUR:
            raise Refused("too_many_tries", {"minutes": 60})
        OneTimeCode.objects.create(
            phone=number, code_hash=code_hash(number, code), created_at=now, expires_at=now + CODE_LIFE
        )
    code_sender().send(number, code, language)


def use_code(phone: str, code: str, now: datetime) -> str:
    """Use up a one-time code; return the number it proves.

    Raises: Refused wrong_credentials, too_many_tries.
    """
    number = read_phone(phone)
    is_right = False
    with transaction.atomic():
        sent = (
            OneTimeCode.objects.select_for_update()
            .filter(phone=number, used_at=None, expires_at__gt=now)
            .order_by("-created_at")
            .first()
        )
        if sent is not None and sent.tries < CODE_TRIES:
            is_right = hmac.compare_digest(sent.code_hash, code_hash(number, code.strip()))
            sent.tries += 1
            sent.used_at = now if is_right else None
            sent.save(update_fields=["tries", "used_at"])
    if sent is not None and not is_right and sent.tries >= CODE_TRIES:
        raise Refused("too_many_tries", {"minutes": 10})
    if not is_right:
        raise Refused("wrong_credentials")
    return number


def sign_in_by_code(phone: str, code: str, now: datetime) -> Member:
    """The member with that number, proven by code. Raises: Refused wrong_credentials, too_many_tries."""
    member = Member.objects.filter(phone=use_code(phone, code, now)).first()
    if member is None:
        raise Refused("not_found")
    return member


def code_hash(phone: str, code: str) -> str:
    """A keyed hash: six digits are guessed at once from a plain one."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{phone}|{code}".encode(), hashlib.sha256).hexdigest()
