"""Sponsors: who brought whom. Bound once, never in a loop; changed by an operator with a reason."""

import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from pinwheel.market.ids import ALPHABET, new_id
from pinwheel.market.members.models import Invitation, Member, SponsorChange
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator

CODE_LENGTH = 8
LONGEST_REASON = 200


def invitation_code(member_id: int) -> str:
    """The member's invitation code, made when it is first asked for."""
    found = Invitation.objects.filter(pk=member_id).first()
    while found is None:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        try:
            with transaction.atomic():
                found, _ = Invitation.objects.get_or_create(member_id=member_id, defaults={"code": code})
        except IntegrityError:  # somebody has this code
            continue
    return found.code


def sponsor_of_code(code: str) -> Member | None:
    """The member whose invitation code that is."""
    invitation = Invitation.objects.filter(code=code.strip().upper()).first()
    return Member.objects.filter(pk=invitation.member_id).first() if invitation else None


def bind_sponsor(member_id: int, sponsor_id: int, now: datetime) -> None:
    """Bind a member to who brought them, once and for good.

    Raises: Refused not_found, self_sponsoring, sponsor_bound, sponsor_loop; nothing changed then.
    """
    with transaction.atomic():
        lock_sponsoring()
        member = Member.objects.select_for_update(no_key=True).filter(pk=member_id).first()
        if member is None:
            raise Refused("not_found")
        refuse_binding(member_id, member.sponsor_id, sponsor_id, and_above(sponsor_id))
        member.sponsor_id, member.sponsored_at = sponsor_id, now
        member.save(update_fields=["sponsor_id", "sponsored_at"])


def change_sponsor(
    member_id: int, sponsor_id: int | None, reason: str, operator: Operator, now: datetime
) -> SponsorChange:
    """Give a member another sponsor, or none; the change is kept for good.

    Raises: Refused not_found, reason_missing, self_sponsoring, sponsor_loop, sponsor_unchanged.
    """
    text = stated_reason(reason)
    with transaction.atomic():
        lock_sponsoring()
        member = Member.objects.select_for_update(no_key=True).filter(pk=member_id).first()
        if member is None:
            raise Refused("not_found")
        above = and_above(sponsor_id) if sponsor_id is not None else ()
        refuse_change(member_id, member.sponsor_id, sponsor_id, above)
        change = SponsorChange.objects.create(
            id=new_id(now),
            member_id=member_id,
            old_sponsor_id=member.sponsor_id,
            new_sponsor_id=sponsor_id,
            reason=text,
            operator=operator,
            at=now,
        )
        member.sponsor_id, member.sponsored_at = sponsor_id, now if sponsor_id else None
        member.save(update_fields=["sponsor_id", "sponsored_at"])
    return change


def lock_sponsoring() -> None:
    """One binding at a time on the whole platform: two at once could close a loop between them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(3, 0)")


def stated_reason(reason: str) -> str:
    """The reason of a change, tidied. Raises: Refused reason_missing."""
    text = " ".join(reason.split())
    if not 0 < len(text) <= LONGEST_REASON:
        raise Refused("reason_missing", {"longest": LONGEST_REASON})
    return text


def refuse_binding(member_id: int, bound_to: int | None, sponsor_id: int, above: Collection[int]) -> None:
    """`above`: the sponsor and all who stand above.

    Raises: Refused self_sponsoring, sponsor_bound, sponsor_loop.
    """
    if member_id == sponsor_id:
        raise Refused("self_sponsoring")
    if bound_to is not None:
        raise Refused("sponsor_bound")
    if member_id in above:
        raise Refused("sponsor_loop")


def refuse_change(
    member_id: int, bound_to: int | None, sponsor_id: int | None, above: Collection[int]
) -> None:
    """`above`: the new sponsor and all who stand above.

    Raises: Refused self_sponsoring, sponsor_loop, sponsor_unchanged.
    """
    if member_id == sponsor_id:
        raise Refused("self_sponsoring")
    if member_id in above:
        raise Refused("sponsor_loop")
    if bound_to == sponsor_id:
        raise Refused("sponsor_unchanged")


def and_above(sponsor_id: int) -> set[int]:
    """A sponsor and everybody who stands above. Raises: Refused not_found."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE above AS (SELECT id, sponsor_id FROM members_member WHERE id = %s UNION"
            " SELECT m.id, m.sponsor_id FROM above JOIN members_member m ON m.id = above.sponsor_id)"
            " SELECT id FROM above",
            [sponsor_id],
        )
        found = {row[0] for row in cursor.fetchall()}
    if not found:
        raise Refused("not_found")
    return found
