"""Invitations: a code that leads to whoever sent it, remembered until one registers or confirms."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pinwheel.doors.storefront import group_selectors
from pinwheel.doors.storefront.sessions import member_of, safe_next, sign_in_url
from pinwheel.doors.storefront.share import SESSION_CODE, clean_code
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import bind_sponsor, sponsor_of_code
from pinwheel.market.refusals import Refused

UNKNOWN = (
    "没有这个邀请码。请核对后重新输入，或留空。",
    "There is no such invitation code. Please check it, or leave it empty.",
)


def invited_by(text: str) -> Member | None:
    """Who invites with the code entered; None where nothing was. Raises: Refused invalid."""
    if not text.strip():
        return None
    sponsor = sponsor_of_code(clean_code(text))
    if sponsor is None:
        raise Refused("invalid", {"what": UNKNOWN, "field": "invitation"})
    return sponsor


def remembered_code(request: HttpRequest) -> str:
    """The code that this visitor came with; empty for none."""
    return str(request.session.get(SESSION_CODE, ""))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Greet whoever followed an invitation. A member without a sponsor confirms it by a POST."""
    sponsor, member = sponsor_of_code(clean_code(code)), member_of(request)
    if sponsor is None:
        return render(request, "storefront/invitation.html", {"sponsor": None, "tab": "home"}, status=404)
    if member is None:
        request.session[SESSION_CODE] = clean_code(code)
        if request.method == "POST":
            return HttpResponseRedirect(sign_in_url(request.path))
        return greeting(request, sponsor, None)
    if request.method != "POST":
        return greeting(request, sponsor, member)
    onward = safe_next(request, reverse("shop:promoter"))
    try:
        bind_sponsor(member.pk, sponsor.pk, current_time())
    except Refused as refused:
        member.refresh_from_db()
        if refused.code == "sponsor_bound" and member.sponsor_id == sponsor.pk:  # the same form sent twice
            return HttpResponseRedirect(onward)
        return greeting(request, sponsor, member, refused)
    request.session.pop(SESSION_CODE, None)
    said = _("%(name)s is your sponsor from now on.")
    messages.success(request, said % {"name": group_selectors.masked(sponsor.nickname)})
    return HttpResponseRedirect(onward)


def greeting(
    request: HttpRequest, sponsor: Member, member: Member | None, refused: Refused | None = None
) -> HttpResponse:
    """The page that says who invites, and what can be done."""
    context = {
        "sponsor": sponsor,
        "name": group_selectors.masked(sponsor.nickname),
        "initial": sponsor.nickname[:1].upper(),
        "hue": group_selectors.hue_of(sponsor.pk),
        "situation": situation(sponsor, member),
        "error": refused.sentence(get_language() or "zh-hans") if refused else "",
        "sign_in": sign_in_url(request.path),
        "next": safe_next(request, reverse("shop:home")),
        "came_from": safe_next(request, ""),
        "tab": "home",
    }
    return render(request, "storefront/invitation.html", context, status=422 if refused else 200)


def situation(sponsor: Member, member: Member | None) -> str:
    """guest, own (one's own invitation), accepted, bound (to somebody else) or asked."""
    if member is None:
        return "guest"
    if member.pk == sponsor.pk:
        return "own"
    if member.sponsor_id is not None:
        return "accepted" if member.sponsor_id == sponsor.pk else "bound"
    return "asked"
