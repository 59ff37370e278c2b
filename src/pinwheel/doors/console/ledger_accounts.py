"""The platform's accounts, and the state of the audit."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.ledger_selectors import liabilities, platform_balances
from pinwheel.doors.console.links import batch_link
from pinwheel.doors.console.page import Action, Notice, Page, Section, Source, Table, show
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.words import account_word, asset_word
from pinwheel.ledger.models import Batch, Lane, PlatformAccount
from pinwheel.rules.assets import ASSETS


def accounts(request: HttpRequest) -> HttpResponse:
    """Every platform account per plan with its balance per asset, and what members hold in all."""
    needs(request, "ledger.view_platformbalance")
    balances = platform_balances()
    rows: list[list[object]] = []
    for account in PlatformAccount.objects.order_by("plan", "name"):
        held = [balances.get((account.pk, asset), 0) for asset in range(len(ASSETS))]
        plan = text.code(account.plan) if account.plan else text.NOTHING
        word = text.lines([account_word(account.name), text.code(str(-account.pk))])
        rows.append([plan, word, *map(text.amount, held)])
    rows.append([text.NOTHING, _("all members"), *map(text.amount, liabilities(balances))])
    headers = [_("Plan"), _("Account"), *(asset_word(asset) for asset in range(len(ASSETS)))]
    table = Table(
        _("Accounts"),
        headers,
        rows,
        right=range(2, len(headers)),
        note=_("Balances in yuan or points. Every column adds up to zero: nothing is created or lost."),
    )
    return show(request, Page(_("Accounts"), [table]))


def audit(request: HttpRequest) -> HttpResponse:
    """Where each hash chain ends, and how the books are audited."""
    needs(request, "ledger.view_lane")
    lanes = list(Lane.objects.filter(length__gt=0).order_by("lane"))
    ends = last_batches(lanes)
    rows = [
        (
            text.count(lane.lane),
            text.count(lane.length),
            batch_link(ends.get(lane.lane, 0)),
            text.code(bytes(lane.digest).hex()),
        )
        for lane in lanes
    ]
    headers = [_("Chain"), _("Batches"), _("Last batch"), _("Digest")]
    notice = Notice(
        _(
            "The audit recomputes every balance, hash chain, draw and order from the transfers "
            "and says what is wrong where. It reads everything; run it on the server or against a replica."
        )
    )
    sections: list[Section] = [notice, Source(_("Command"), "pinwheel audit\npinwheel audit --json")]
    table = Table(_("Ends of the hash chains"), headers, rows, right=[0, 1])
    actions = [Action(_("All batches"), reverse("admin:ledger_batches"), "link")]
    return show(request, Page(_("Audit"), [*sections, table], actions))


def last_batches(lanes: list[Lane]) -> dict[int, int]:
    """The last batch of each chain, found by the index of lane and position."""
    wanted = Q(pk__in=[])
    for lane in lanes:
        wanted |= Q(lane=lane.lane, position=lane.length)
    return dict(Batch.objects.filter(wanted).values_list("lane", "pk"))
