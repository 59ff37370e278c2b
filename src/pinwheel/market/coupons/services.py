"""Templates of coupons, and giving coupons out beside what plans give: by operators, from the public list."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from pinwheel.ledger.post import raw_cursor
from pinwheel.ledger.wallets import lock_wallets
from pinwheel.market.coupons.giving import END_OF_TIME
from pinwheel.market.coupons.models import Coupon, CouponGrant, CouponTemplate
from pinwheel.market.coupons.using import Scope
from pinwheel.market.ids import new_id, new_ids
from pinwheel.market.members.models import Member
from pinwheel.market.refusals import Refused
from pinwheel.market.staff.models import Operator

LONGEST_REASON = 300
MOST_AT_ONCE = 1000  # coupons of one grant


class Terms(NamedTuple):
    """What a template says. Money in fen; `title`: Chinese, English. See coupons/models.py."""

    title: tuple[str, str]
    threshold: int = 0
    discount: int = 0
    link: str = ""
    valid_seconds: int = 0
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    scope: int = Scope.ALL
    scope_ids: Sequence[int] = ()
    total: int | None = None
    per_member: int | None = None
    is_public: bool = False


def make_template(terms: Terms, now: datetime) -> CouponTemplate:
    """A template of an operator's. The database refuses what contradicts itself."""
    title_zh, title_en = terms.title
    fields = {**terms._asdict(), "scope_ids": list(terms.scope_ids)}
    del fields["title"]
    return CouponTemplate.objects.create(
        id=new_id(now), title_zh=title_zh, title_en=title_en, created_at=now, **fields
    )


def grant_coupons(
    template_id: int, members: Sequence[int], reason: str, operator: Operator, now: datetime
) -> list[int]:
    """An operator gives each of these members one coupon; return their numbers.

    A plan's own template is given by its plan alone.
    Raises: Refused reason_missing, not_found, coupons_gone, coupon_limit; nothing was given then.
    """
    why = " ".join(reason.split())
    if not 0 < len(why) <= LONGEST_REASON:
        raise Refused("reason_missing", {"longest": LONGEST_REASON})
    people = sorted(set(members))
    if not 0 < len(people) <= MOST_AT_ONCE:
        raise Refused("not_found")
    with transaction.atomic():
        template = lock_template(template_id, now)
        if Member.objects.filter(pk__in=people).count() != len(people):
            raise Refused("not_found")
        numbers = give_out(template, people, Coupon.Source.OPERATOR, now)
        CouponGrant.objects.bulk_create(
            [CouponGrant(coupon_id=number, reason=why, operator=operator, at=now) for number in numbers]
        )
    return numbers


def take_coupon(template_id: int, member_id: int, request_key: UUID, now: datetime) -> Coupon:
    """A member takes a coupon from the public list, once per request key.

    Raises: Refused not_found, member_frozen, coupons_gone, coupon_limit, idempotency_conflict.
    """
    try:
        with transaction.atomic():
            template = lock_template(template_id, now)
            # Under the lock: the same request at the same time has taken its coupon by now.
            done = Coupon.objects.filter(request_key=request_key).first()
            if done is not None:
                return taken(done, template_id, member_id)
            if not template.is_public:
                raise Refused("not_found")
            refuse_member(member_id)
            [number] = give_out(template, [member_id], Coupon.Source.TAKEN, now, request_key)
            return Coupon.objects.get(pk=number)
    except IntegrityError:
        return taken(Coupon.objects.get(request_key=request_key), template_id, member_id)


def taken(done: Coupon, template_id: int, member_id: int) -> Coupon:
    """The coupon that the key stands for. Raises: Refused idempotency_conflict."""
    if (done.template_id, done.member_id) != (template_id, member_id):
        raise Refused("idempotency_conflict")
    return done


def refuse_member(member_id: int) -> None:
    """Raises: Refused not_found, member_frozen."""
    frozen = Member.objects.filter(pk=member_id).values_list("is_frozen", flat=True).first()
    if frozen is None:
        raise Refused("not_found")
    if frozen:
        raise Refused("member_frozen")


def lock_template(template_id: int, now: datetime) -> CouponTemplate:
    """A template of an operator's that is given out still, locked. Raises: Refused not_found."""
    template = (
        CouponTemplate.objects.select_for_update()
        .filter(pk=template_id, is_active=True, plan_version=None)
        .first()
    )
    if template is None or (template.valid_until is not None and template.valid_until <= now):
        raise Refused("not_found")
    return template


def give_out(
    template: CouponTemplate,
    members: Sequence[int],
    source: Coupon.Source,
    now: datetime,
    request_key: UUID | None = None,
) -> list[int]:
    """Give each member one coupon of a locked template. Raises: Refused coupons_gone, coupon_limit."""
    if template.total is not None and template.given + len(members) > template.total:
        raise Refused("coupons_gone")
    lock_wallets(raw_cursor(), members)
    if template.per_member is not None:
        had = Coupon.objects.filter(template=template, member_id__in=members).exclude(
            source=Coupon.Source.PLAN
        )
        counts: dict[int, int] = {}
        for member in had.values_list("member_id", flat=True):
            counts[member] = counts.get(member, 0) + 1
        if any(count >= template.per_member for count in counts.values()):
            raise Refused("coupon_limit", {"limit": template.per_member})

    # After this point it must succeed.
    CouponTemplate.objects.filter(pk=template.pk).update(given=F("given") + len(members))
    starts_at, expires_at = validity(template, now)
    numbers = new_ids(now, len(members))
    Coupon.objects.bulk_create(
        [
            Coupon(
                id=number,
                template=template,
                member_id=member,
                given_at=now,
                starts_at=starts_at,
                expires_at=expires_at,
                source=source,
                request_key=request_key,
            )
            for number, member in zip(numbers, members, strict=True)
        ]
    )
    return numbers


def validity(template: CouponTemplate, now: datetime) -> tuple[datetime, datetime]:
    """From when to when a coupon is valid that is given now."""
    if template.valid_seconds:
        return now, now + timedelta(seconds=template.valid_seconds)
    return template.valid_from or now, template.valid_until or END_OF_TIME


def public_templates(now: datetime) -> QuerySet[CouponTemplate]:
    """What members may take from the list, the newest first."""
    return CouponTemplate.objects.filter(
        Q(total=None) | Q(given__lt=F("total")),
        Q(valid_until=None) | Q(valid_until__gt=now),
        is_public=True,
        is_active=True,
        plan_version=None,
    )
