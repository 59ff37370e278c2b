"""Daily dividends (日分红): what a member won with each day, and the share it brought."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinwheel.doors.storefront import dividend_selectors
from pinwheel.doors.storefront.pool import read_before
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member


@require_safe
@members_only
def dividends(request: HttpRequest, member: Member) -> HttpResponse:
    """Today so far, and one page of the days before."""
    shares, more = dividend_selectors.daily_shares(member.pk, read_before(request))
    context = {
        "today": dividend_selectors.today_so_far(member.pk, current_time()),
        "shares": shares,
        "more": more,
        "is_first_page": "before" not in request.GET,
        "part": "dividends",
        "tab": "assets",
    }
    return render(request, "storefront/dividends.html", context)
