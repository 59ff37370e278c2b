"""Changing who brought a member: typed with a reason, shown once more, then kept for good."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.forms import SponsorForm
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import member_link, page_url
from pinwheel.doors.console.lookups import member_names
from pinwheel.doors.console.member_counters import sponsor_facts
from pinwheel.doors.console.page import Facts, Notice, Page, ask
from pinwheel.doors.console.record import record
from pinwheel.doors.console.site import refusal_text
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import change_sponsor
from pinwheel.market.refusals import Refused

if TYPE_CHECKING:
    Base = ReadOnlyAdmin
else:
    Base = object

CHANGED = (
    "邀请人在此期间已被改动，请重新查看后再改。",
    "The sponsor was changed meanwhile; look again before changing it.",
)


class SponsorPages(Base):
    """The pages that change a member's sponsor."""

    def sponsor_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Type the new sponsor and a reason; the same address asks once more and does it."""
        member = self.member_for(request, object_id, "console.change_sponsor")
        if member is None:
            return self.gone(request, object_id)
        form = SponsorForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            is_confirmed = "shown" in request.POST
            try:
                tried = self.change(request, member, form.cleaned_data, is_confirmed)
            except Refused as refused:
                form.add_error(None, refusal_text(refused))
            else:
                return tried
        notice = Notice(
            _("Rewards already paid stay as they are; from the next join on the new sponsor counts.")
        )
        page = Page(_("Change the sponsor of %s") % member, [notice, sponsor_facts(member)])
        return ask(request, page, _("Go on"), page_url(Member, member.pk), self, form)

    def change(
        self, request: HttpRequest, member: Member, data: dict[str, Any], is_confirmed: bool
    ) -> HttpResponse:
        """Do it where it was confirmed; else do it, undo it, and ask. Raises: Refused."""
        with transaction.atomic():
            new, now = data["sponsor_id"], current_time()
            made = change_sponsor(member.pk, new, data["reason"], request.user, now)  # type: ignore[arg-type]
            if is_confirmed and request.POST["shown"] != str(made.old_sponsor_id or 0):
                raise Refused("invalid", {"what": CHANGED})
            transaction.set_rollback(not is_confirmed)
        if not is_confirmed:
            return self.ask_again(request, member, data)
        said = _("Sponsor changed: %s") % data["reason"]
        record(request, member, said)
        messages.success(request, _("The sponsor is changed."))
        return HttpResponseRedirect(page_url(Member, member.pk))

    def ask_again(self, request: HttpRequest, member: Member, data: dict[str, Any]) -> HttpResponse:
        """The second page: from whom to whom, and why."""
        old, new = member.sponsor_id or 0, data["sponsor_id"] or 0
        names = member_names([old, new])
        rows = [
            (_("Member"), member_link(member.pk, member.nickname)),
            (_("Sponsor before"), member_link(old, names.get(old, "")) if old else _("none")),
            (_("Sponsor after"), member_link(new, names.get(new, "")) if new else _("none")),
            (_("Reason"), data["reason"]),
        ]
        notice = Notice(_("The change is kept for good with its reason and your name."), "warning")
        page = Page(_("Change the sponsor of %s") % member, [notice, Facts(_("The change"), rows)])
        hidden = {"shown": str(old), "sponsor": data["sponsor"], "reason": data["reason"]}
        if data["is_nobody"]:
            hidden["is_nobody"] = "on"
        back = page_url(Member, member.pk, "sponsor")
        return ask(request, page, _("Change the sponsor"), back, self, is_danger=True, hidden=hidden)
