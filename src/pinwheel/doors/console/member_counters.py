"""What the page of a member shows beside money: sponsor and members brought, counters, pool, prizes."""

from collections.abc import Iterable

from django.db.models import Count, Q
from django.http import HttpRequest

from pinwheel.doors.console import text
from pinwheel.doors.console.counters import counter_cells, counter_headers, promoter_label
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import list_url, member_link, order_link
from pinwheel.doors.console.lookups import member_names, product_names
from pinwheel.doors.console.page import Facts, Section, Table
from pinwheel.doors.console.words import CHOICE_STATES, asset_words
from pinwheel.market import ids
from pinwheel.market.groups.models import WinCounter
from pinwheel.market.members.models import Member, SponsorChange
from pinwheel.market.pool.models import Exchange, PoolMove, PoolShare
from pinwheel.market.prizes.models import PrizeChoice, Voucher
from pinwheel.market.promoters.models import Promoter

LATEST = 20


def sponsoring_sections(request: HttpRequest, member: Member) -> Iterable[Section]:
    """Who brought the member, whom the member brought, and every change of it."""
    brought = list(Member.objects.filter(sponsor_id=member.pk).order_by("-id")[:LATEST])
    yield sponsor_facts(member)
    if brought:
        yield members_brought(member, brought)
    if request.user.has_perm("members.view_sponsorchange"):
        changes = SponsorChange.objects.filter(member_id=member.pk).select_related("operator")
        found = list(changes[:LATEST])
        if found:
            yield sponsor_changes(found)


def counter_sections(request: HttpRequest, member: Member) -> Iterable[Section]:
    """Counters of the member's plans, points in pools, prizes and vouchers, as far as there are any."""
    may = request.user.has_perm
    sections: list[Table | None] = []
    if may("groups.view_wincounter"):
        sections.append(win_counters(member))
    if may("promoters.view_promoter"):
        sections.append(promoter_days(member))
    if may("pool.view_poolshare"):
        sections.append(pool_points(request, member))
    if may("prizes.view_prizechoice"):
        sections.append(prize_choices(member))
    if may("prizes.view_voucher"):
        sections.append(vouchers(member))
    return [section for section in sections if section is not None and section.rows]


def sponsor_facts(member: Member) -> Facts:
    counts = Member.objects.filter(sponsor_id=member.pk).aggregate(
        direct=Count("pk"), frozen=Count("pk", filter=Q(is_frozen=True))
    )
    below = Member.objects.filter(sponsor_id__in=Member.objects.filter(sponsor_id=member.pk).values("pk"))
    name = member_names([member.sponsor_id or 0]).get(member.sponsor_id or 0, "")
    return Facts(
        _("Sponsor"),
        [
            (_("Sponsor"), member_link(member.sponsor_id, name) if member.sponsor_id else _("none")),
            (_("Since"), text.moment_cell(member.sponsored_at)),
            (_("Members brought"), text.count(counts["direct"])),
            (_("Of them frozen"), text.count(counts["frozen"])),
            (_("Brought by those"), text.count(below.count())),
        ],
    )


def members_brought(member: Member, brought: list[Member]) -> Table:
    """The newest of the members brought directly."""
    rows = [
        (
            member_link(one.pk, one.nickname),
            text.code(ids.to_text(ids.MEMBER, one.pk)),
            text.moment_cell(one.sponsored_at),
            text.label(_("frozen"), "danger") if one.is_frozen else text.label(_("active"), "success"),
        )
        for one in brought
    ]
    more = (_("All members brought"), list_url(Member, f"sponsor_id={member.pk}"))
    headers = [_("Member"), _("Member id"), _("Bound"), _("Standing")]
    return Table(_("Members brought"), headers, rows, more=more)


def sponsor_changes(changes: list[SponsorChange]) -> Table:
    """Every change of the sponsor by an operator, newest first."""
    numbers = [number or 0 for change in changes for number in (change.old_sponsor_id, change.new_sponsor_id)]
    names = member_names(numbers)

    def named(number: int | None) -> object:
        return member_link(number, names.get(number, "")) if number else _("none")

    rows = [
        (
            text.moment_cell(change.at),
            named(change.old_sponsor_id),
            named(change.new_sponsor_id),
            change.reason,
            str(change.operator),
        )
        for change in changes
    ]
    headers = [_("Time"), _("Sponsor before"), _("Sponsor after"), _("Reason"), _("Operator")]
    return Table(_("Changes of the sponsor"), headers, rows)


def win_counters(member: Member) -> Table:
    rows = [
        (text.code(counter.plan), *counter_cells(counter))
        for counter in WinCounter.objects.filter(member_id=member.pk).order_by("plan")
    ]
    headers = [_("Plan"), *counter_headers()]
    return Table(_("Win counters"), headers, rows, right=range(1, len(headers)))


def promoter_days(member: Member) -> Table:
    rows = [
        (text.code(days.plan), days.until.isoformat(), days.last_day.isoformat(), promoter_label(days))
        for days in Promoter.objects.filter(member_id=member.pk).order_by("plan")
    ]
    headers = [_("Plan"), _("Promoter until"), _("Last day with a join"), _("State")]
    return Table(_("Promoter"), headers, rows)


def pool_points(request: HttpRequest, member: Member) -> Table:
    """Points in the pool of each plan, with the way to moves and exchanges."""
    rows = [
        (text.code(share.plan), text.amount(share.points))
        for share in PoolShare.objects.filter(member_id=member.pk).order_by("plan")
    ]
    more = None
    if request.user.has_perm("pool.view_poolmove"):
        more = (_("Moves of points"), list_url(PoolMove, f"member_id={member.pk}"))
    elif request.user.has_perm("pool.view_exchange"):
        more = (_("Exchanges"), list_url(Exchange, f"member_id={member.pk}"))
    title = _("%s in the pool") % asset_words()["dividend_points"]
    return Table(title, [_("Plan"), _("Points in the pool")], rows, right=[1], more=more)


def prize_choices(member: Member) -> Table:
    """The newest prizes that the member could choose."""
    choices = list(PrizeChoice.objects.filter(member_id=member.pk).order_by("-made_at")[:LATEST])
    names = product_names(choice.product_id for choice in choices)
    rows = [
        (
            order_link(choice.order_id),
            text.state_label(CHOICE_STATES, choice.state),
            text.NOTHING
            if choice.state == PrizeChoice.State.VOUCHER
            else names.get(choice.product_id, text.NOTHING),
            text.amount(choice.voucher_value) if choice.voucher_value else text.NOTHING,
            text.moment_cell(choice.due_at),
            text.moment_cell(choice.chosen_at),
        )
        for choice in choices
    ]
    headers = [_("Order"), _("State"), _("Product"), _("Voucher instead (yuan)")]
    headers += [_("To choose by"), _("Chosen")]
    return Table(_("Prizes to choose"), headers, rows, right=[3])


def vouchers(member: Member) -> Table:
    """The member's newest vouchers."""
    rows = [
        (
            text.code(str(voucher.pk)),
            order_link(voucher.order_id),
            text.amount(voucher.value),
            text.moment_cell(voucher.created_at),
        )
        for voucher in Voucher.objects.filter(member_id=member.pk).order_by("-id")[:LATEST]
    ]
    headers = [_("Voucher"), _("Order"), _("Value (yuan)"), _("Made")]
    return Table(_("Vouchers"), headers, rows, right=[2])
