"""What a member's promoter page says: until when, what adds days, who was brought, what was missed."""

from dataclasses import dataclass
from datetime import date, datetime

from pinwheel.doors.storefront.activity_selectors import plan_sections
from pinwheel.doors.storefront.group_selectors import masked
from pinwheel.doors.storefront.languages import names_of_assets
from pinwheel.doors.storefront.plan_selectors import terms_in_force, title_of
from pinwheel.market.clock import business_day
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order
from pinwheel.market.promoters.models import MissedRelease
from pinwheel.market.promoters.services import promoter_status
from pinwheel.plan.view import Section

MISSED_SHOWN = 10


@dataclass(frozen=True)
class PromoterView:
    """How long a member is a promoter under one plan.

    Attributes:
        until: the last day, included; None if the member never was one.
        days_left: today included; 0 where it is over.
        rules: the plan's own words on promoters and sponsors.
    """

    title: str
    until: date | None
    days_left: int
    rules: list[Section]


@dataclass(frozen=True)
class Missed:
    """A release that was not made, because the member was no promoter. `name` is masked."""

    name: str
    level: int
    at: datetime


def promoter_views(member_id: int, now: datetime) -> list[PromoterView]:
    """For each plan on sale that knows promoters: the member's status and the rules."""
    status, names, today = promoter_status(member_id), names_of_assets(), business_day(now)
    views = []
    for plan, terms in terms_in_force(now).items():
        if terms.plan.promoter is None:
            continue
        until = status.get(plan)
        sections = plan_sections(terms.version_id, terms.plan.offer.price, names)
        views.append(
            PromoterView(
                title=title_of(terms),
                until=until,
                days_left=max(0, (until - today).days + 1) if until else 0,
                rules=[sections[key] for key in ("promoter", "referral") if key in sections],
            )
        )
    return views


def team_counts(member_id: int) -> tuple[int, int]:
    """How many members this one brought, and how many those brought."""
    direct = Member.objects.filter(sponsor_id=member_id).order_by()
    return direct.count(), Member.objects.filter(sponsor_id__in=direct.values("id")).count()


def sponsor_name(member: Member) -> str:
    """Who brought the member, masked; empty if nobody did."""
    found = Member.objects.filter(pk=member.sponsor_id).first() if member.sponsor_id else None
    return masked(found.nickname) if found else ""


def missed_releases(member_id: int) -> list[Missed]:
    """The last releases that were not made for this member, the newest first."""
    rows = list(MissedRelease.objects.filter(sponsor_id=member_id).order_by("-at")[:MISSED_SHOWN])
    joins = Order.objects.in_bulk({row.order_id for row in rows}) if rows else {}
    people = Member.objects.in_bulk({join.member_id for join in joins.values()}) if joins else {}
    found = []
    for row in rows:
        join = joins.get(row.order_id)
        person = people.get(join.member_id) if join else None
        found.append(Missed(masked(person.nickname if person else ""), row.level, row.at))
    return found
