"""What the page of a member shows: facts, balances, the latest of statement and orders."""

from collections.abc import Sequence

from django.db.models import Count, Max, Sum
from django.http import HttpRequest
from django.urls import reverse

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import activity_link, batch_link, group_link, list_url, order_link
from pinwheel.doors.console.lookups import activity_titles
from pinwheel.doors.console.page import Facts, Table
from pinwheel.doors.console.transfers import Names
from pinwheel.doors.console.words import ORDER_STATES, asset_word, reason_word
from pinwheel.ledger.models import Wallet
from pinwheel.ledger.statements import StatementLine, statement
from pinwheel.market import ids
from pinwheel.market.members.models import Member
from pinwheel.market.orders.models import Order, Participation
from pinwheel.rules.assets import ASSETS

LATEST = 20
LANGUAGES = {"zh-hans": "中文", "en": "English"}


def member_facts(member: Member) -> Facts:
    """Who the member is, and how much they joined."""
    joined = Participation.objects.filter(member_id=member.pk).aggregate(
        joins=Sum("joins_total"), activities=Count("activity_id"), last=Max("last_day")
    )
    return Facts(
        _("Member"),
        [
            (_("Nickname"), member.nickname),
            (_("Phone"), text.code(member.phone)),
            (_("Member id"), text.code(ids.to_text(ids.MEMBER, member.pk))),
            (_("Language"), LANGUAGES.get(member.language, member.language)),
            (_("Joined"), text.moment_cell(member.created_at)),
            (_("Confirmed to be 18 or older"), text.moment_cell(member.adult_confirmed_at)),
            (_("Paid joins"), text.count(joined["joins"] or 0)),
            (_("Activities joined"), text.count(joined["activities"])),
            (_("Day of the last join"), joined["last"].isoformat() if joined["last"] else text.NOTHING),
        ],
    )


def balances(member: Member) -> Table:
    """What the member holds of each asset."""
    wallet = Wallet.objects.filter(member_id=member.pk).first() or Wallet(member_id=member.pk)
    rows = [(asset_word(number), text.amount(getattr(wallet, name))) for number, name in enumerate(ASSETS)]
    return Table(_("Balances"), [_("Asset"), _("Balance")], rows, right=[1])


def statement_rows(lines: Sequence[StatementLine]) -> list[Sequence[object]]:
    """Lines of a statement as rows of a table."""
    names = Names.of_lines(lines)
    return [
        (
            text.moment_cell(line.at),
            text.whole(asset_word(line.asset)),
            text.figure(text.signed_text(line.amount)),
            text.wide(reason_word(line.reason)),
            names.account(line.other),
            names.about(line.reason, line.about),
            batch_link(line.batch),
        )
        for line in lines
    ]


def statement_headers() -> list[str]:
    return [_("Time"), _("Asset"), _("Movement"), _("Reason"), _("Other side"), _("About"), _("Batch")]


def latest_transfers(member: Member, request: HttpRequest) -> Table:
    """The newest lines of the member's statement."""
    lines, older = statement(member.pk, limit=LATEST)
    more = None
    if older and request.user.has_perm("ledger.view_transfer"):
        more = (_("Whole statement"), reverse("admin:ledger_member", args=[member.pk]))
    return Table(_("Statement"), statement_headers(), statement_rows(lines), right=[2], more=more)


def latest_orders(member: Member) -> Table:
    """The member's newest orders."""
    orders = list(Order.objects.filter(member_id=member.pk).order_by("-id")[:LATEST])
    titles = activity_titles(order.activity_id for order in orders)
    rows = [
        (
            order_link(order.pk),
            text.moment_cell(order.created_at),
            activity_link(order.activity_id, titles.get(order.activity_id, "")),
            text.amount(order.price),
            text.state_label(ORDER_STATES, order.state),
            group_link(order.group_id),
        )
        for order in orders
    ]
    headers = [_("Order"), _("Ordered"), _("Activity"), _("Price"), _("State"), _("Group")]
    more = (_("All orders"), list_url(Order, f"member_id={member.pk}"))
    return Table(_("Latest orders"), headers, rows, right=[3], more=more)
