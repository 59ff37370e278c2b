"""What a member hears of beside the inbox: kinds by channels, and the e-mail address."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pinwheel.config.environment import environment
from pinwheel.doors.storefront.languages import page_language
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.messages.kind import Kind
from pinwheel.market.messages.kinds import CONSOLE, KINDS, MAIL, SMS, WECHAT
from pinwheel.market.messages.services import (
    address_of,
    ask_address,
    is_on,
    offered_channels,
    wish,
    wishes,
)
from pinwheel.market.refusals import Refused

CHANNEL_NAMES = {
    MAIL: gettext_lazy("E-mail"),
    SMS: gettext_lazy("Short message"),
    WECHAT: gettext_lazy("WeChat"),
    CONSOLE: gettext_lazy("Log"),
}


class ChoiceView(NamedTuple):
    """One box to tick."""

    field: str
    name: object
    is_on: bool


class KindView(NamedTuple):
    """One kind with its boxes."""

    label: str
    choices: list[ChoiceView]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def inbox_settings(request: HttpRequest, member: Member) -> HttpResponse:
    """The member's wishes; a POST keeps them, or the address."""
    error = ""
    if request.method == "POST":
        try:
            return keep(request, member)
        except Refused as refused:
            error = refused.sentence(get_language() or "zh-hans")
    held = address_of(member.pk, MAIL)
    context = {
        "kinds": kind_views(member.pk),
        "has_mail": MAIL in environment().message_channels,
        "address": request.POST.get("email", held.address if held else ""),
        "is_confirmed": held is not None and held.confirmed_at is not None,
        "is_asked": held is not None and held.confirmed_at is None,
        "error": error,
        "tab": "me",
    }
    return render(request, "storefront/inbox_settings.html", context, status=422 if error else 200)


def keep(request: HttpRequest, member: Member) -> HttpResponse:
    """Keep the address, or the ticks. Raises: Refused."""
    if "email" in request.POST:
        text = request.POST["email"]
        ask_address(member.pk, text, member.language, current_time())
        said = _("A link is on its way; open it to confirm the address.") if text.strip() else _("Forgotten.")
        messages.success(request, said)
    else:
        ticked = set(request.POST.getlist("on"))
        offered = [(kind, channel) for kind in KINDS for channel in offered_channels(kind)]
        wish(member.pk, [(kind, channel, field_of(kind, channel) in ticked) for kind, channel in offered])
        messages.success(request, _("Your settings are kept."))
    return redirect("shop:message-settings")


def kind_views(member_id: int) -> list[KindView]:
    """The kinds that some channel can carry."""
    said, language = wishes(member_id), page_language()
    return [
        KindView(
            kind.label.say(language),
            [
                ChoiceView(field_of(kind, channel), CHANNEL_NAMES[channel], is_on(said, kind, channel))
                for channel in offered_channels(kind)
            ],
        )
        for kind in KINDS
        if offered_channels(kind)
    ]


def field_of(kind: Kind, channel: str) -> str:
    return f"{kind.name}:{channel}"
