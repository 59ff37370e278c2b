"""The member's own pages: overview, and assets with their statement."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinwheel.doors.storefront import (
    delivery_selectors,
    group_selectors,
    order_selectors,
    prize_selectors,
    promoter_selectors,
    statement_selectors,
)
from pinwheel.doors.storefront.invitation import remembered_code
from pinwheel.doors.storefront.order import TAB_NAMES
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.ledger.statements import BadCursor, statement
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.rules.assets import ASSETS

LINES_HERE = 5
LINES_OF_PAGE = 30


@require_safe
@members_only
def me(request: HttpRequest, member: Member) -> HttpResponse:
    """Balances, orders, prizes to choose, promoter days, the last movements, language and sign-out."""
    lines, more = statement(member.pk, limit=LINES_HERE)
    counts, now = order_selectors.counts(member.pk), current_time()
    context = {
        "member": member,
        "hue": group_selectors.hue_of(member.pk),
        "phone": f"{member.phone[:-8]}****{member.phone[-4:]}",
        "balances": statement_selectors.balances(member.pk),
        "lines": statement_selectors.line_views(member.pk, lines),
        "has_more": more is not None,
        "tabs": [(key, name, counts.get(key, 0)) for key, name in TAB_NAMES.items() if key != "all"],
        "debts": delivery_selectors.debts(member.pk),
        "promoter": promoter_selectors.promoter_views(member.pk, now),
        "prizes": prize_selectors.open_choices(member.pk, now),
        "invitation": "" if member.sponsor_id else remembered_code(request),
        "now": now,
        "tab": "me",
    }
    return render(request, "storefront/me.html", context)


@require_safe
@members_only
def assets(request: HttpRequest, member: Member) -> HttpResponse:
    """Every asset's balance, and the statement: of all of them, or of one."""
    name = request.GET.get("asset", "")
    if name and name not in ASSETS:
        raise Http404
    try:
        lines, more = statement(
            member.pk,
            request.GET.get("before"),
            LINES_OF_PAGE,
            ASSETS.index(name) if name else None,
        )
    except BadCursor:
        raise Http404 from None
    context = {
        "balances": statement_selectors.balances(member.pk),
        "names": ASSETS,
        "chosen": ASSETS.index(name) if name else None,
        "lines": statement_selectors.line_views(member.pk, lines),
        "more": more,
        "is_first_page": "before" not in request.GET,
        "part": "assets",
        "tab": "assets",
    }
    return render(request, "storefront/assets.html", context)
