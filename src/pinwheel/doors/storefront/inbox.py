"""The member's inbox (消息): what happened, newest first, read one by one or all at once."""

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinwheel.doors.storefront.languages import page_language
from pinwheel.doors.storefront.pool import read_before
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.messages.models import Message
from pinwheel.market.messages.render import Shown, shown
from pinwheel.market.messages.services import confirm_address, mark_read, unread_count

PAGE = 20


class MessageView(NamedTuple):
    """A message on the page."""

    message: Message
    text: Shown


@never_cache
@require_safe
@members_only
def inbox(request: HttpRequest, member: Member) -> HttpResponse:
    """One page of messages."""
    found = Message.objects.filter(member_id=member.pk).order_by("-id")
    before = read_before(request)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    page = rows[:PAGE]
    context = {
        "entries": list(map(MessageView, page, shown(page, page_language()))),
        "more": page[-1].pk if len(rows) > PAGE else None,
        "is_first_page": before is None,
        "unread_messages": unread_count(member.pk),
        "tab": "me",
    }
    return render(request, "storefront/inbox.html", context)


@require_POST
@members_only
def read_all(request: HttpRequest, member: Member) -> HttpResponse:
    """Mark every message as read."""
    mark_read(member.pk, current_time())
    return redirect("shop:messages")


@require_POST
@members_only
def open_message(request: HttpRequest, member: Member, message_id: int) -> HttpResponse:
    """Mark a message as read and go where it leads."""
    message = Message.objects.filter(pk=message_id, member_id=member.pk).first()
    if message is None:
        raise Http404
    mark_read(member.pk, current_time(), [message.pk])
    return HttpResponseRedirect(shown([message], page_language())[0].page)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, token: str) -> HttpResponse:
    """Where a mailed link leads: a button that confirms the address, so that no reader of links does it."""
    if request.method == "POST":
        if confirm_address(token, current_time()):
            messages.success(request, _("Your e-mail address is confirmed."))
            return redirect("shop:message-settings")
        messages.error(request, _("This link is too old; please ask for another."))
        return redirect("shop:message-settings")
    return render(request, "storefront/mail_address.html", {"tab": "me"})
