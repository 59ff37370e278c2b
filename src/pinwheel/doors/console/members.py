"""Members: found by phone or name, with balances, statement and orders; frozen with a reason."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.forms import AdjustmentForm, ReasonForm
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import page_url
from pinwheel.doors.console.member_counters import counter_sections, sponsoring_sections
from pinwheel.doors.console.member_page import balances, latest_orders, latest_transfers, member_facts
from pinwheel.doors.console.member_sponsor import SponsorPages
from pinwheel.doors.console.page import Action, Notice, Page, Section, ask
from pinwheel.doors.console.record import record
from pinwheel.doors.console.site import SITE
from pinwheel.market import ids
from pinwheel.market.adjustments.models import AdjustmentProposal
from pinwheel.market.adjustments.refusals import AdjustmentRefused
from pinwheel.market.adjustments.services import propose
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.members.services import read_phone
from pinwheel.market.refusals import Refused


@admin.register(Member, site=SITE)
class MemberAdmin(SponsorPages, ReadOnlyAdmin):
    """Members, newest first."""

    list_display = ("nickname_text", "phone_text", "public_id", "standing", "joined")
    search_fields = ("phone",)
    search_help_text = gettext_lazy("phone, nickname, or member id (M…)")
    pages = {"freeze": "freeze_page", "adjust": "adjust_page", "sponsor": "sponsor_page"}

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "sponsor_id" or super().lookup_allowed(lookup, value, request)

    def search(self, queryset: Any, term: str) -> Any:
        number = ids.from_text(ids.MEMBER, term.upper())
        if number is not None:
            return queryset.filter(pk=number)
        try:
            return queryset.filter(phone=read_phone(term))
        except Refused:
            digits = "".join(letter for letter in term if letter.isdigit())
        if len(digits) >= 3 and len(digits) >= len(term) - 4:
            return queryset.filter(Q(phone__startswith=f"+86{digits}") | Q(phone__startswith=f"+{digits}"))
        return queryset.filter(nickname__startswith=term)

    def sections(self, request: HttpRequest, found: Member) -> Sequence[Section]:
        sections: list[Section] = []
        if found.is_frozen:
            sections.append(Notice(_("Frozen: %s") % found.frozen_reason, "warning"))
        sections.append(member_facts(found))
        sections += sponsoring_sections(request, found)
        if request.user.has_perm("ledger.view_wallet"):
            sections.append(balances(found))
        sections += counter_sections(request, found)
        if request.user.has_perm("ledger.view_wallet"):
            sections.append(latest_transfers(found, request))
        if request.user.has_perm("orders.view_order"):
            sections.append(latest_orders(found))
        return sections

    def page_actions(self, request: HttpRequest, found: Member) -> Sequence[Action]:
        actions = []
        if request.user.has_perm("console.propose_adjustment"):
            url = page_url(Member, found.pk, "adjust")
            actions.append(Action(_("Propose an adjustment…"), url, "balance", "primary"))
        if request.user.has_perm("console.freeze_member"):
            word = _("Unfreeze…") if found.is_frozen else _("Freeze…")
            colour = "default" if found.is_frozen else "danger"
            actions.append(Action(word, page_url(Member, found.pk, "freeze"), "ac_unit", colour))
        if request.user.has_perm("console.change_sponsor"):
            url = page_url(Member, found.pk, "sponsor")
            actions.append(Action(_("Change sponsor…"), url, "account_tree"))
        if request.user.has_perm("ledger.view_transfer"):
            url = reverse("admin:ledger_member", args=[found.pk])
            actions.append(Action(_("Statement"), url, "receipt_long"))
        actions.append(Action(_("History"), page_url(Member, found.pk, "history"), "history"))
        return actions

    def member_for(self, request: HttpRequest, object_id: str, right: str) -> Member | None:
        """The member, for those with the right. Raises: PermissionDenied."""
        if not request.user.has_perm(right):
            raise PermissionDenied
        found: Member | None = self.found_or_none(request, object_id)
        return found

    def freeze_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Freeze a member, or lift it; either with a reason."""
        member = self.member_for(request, object_id, "console.freeze_member")
        if member is None:
            return self.gone(request, object_id)
        here = page_url(Member, member.pk)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self.freeze(request, member, form.cleaned_data["reason"])
        if member.is_frozen:
            notice = Notice(_("The member can join groups again."))
            page = Page(_("Unfreeze %s") % member, [notice])
            return ask(request, page, _("Unfreeze"), here, self, form)
        notice = Notice(
            _("A frozen member cannot join groups. Seats taken already stay, refunds and rewards go on."),
            "warning",
        )
        return ask(
            request, Page(_("Freeze %s") % member, [notice]), _("Freeze"), here, self, form, is_danger=True
        )

    def freeze(self, request: HttpRequest, member: Member, reason: str) -> HttpResponse:
        """Turn the freeze over, if it is still as it was shown."""
        freezes = not member.is_frozen
        changed = Member.objects.filter(pk=member.pk, is_frozen=member.is_frozen).update(
            is_frozen=freezes, frozen_reason=reason if freezes else ""
        )
        if changed:
            said = _("Frozen: %s") if freezes else _("Unfrozen: %s")
            record(request, member, said % reason)
            messages.success(request, said % reason)
        return HttpResponseRedirect(page_url(Member, member.pk))

    def adjust_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Propose an adjustment; a second operator confirms it."""
        member = self.member_for(request, object_id, "console.propose_adjustment")
        if member is None:
            return self.gone(request, object_id)
        form = AdjustmentForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            proposal = self.proposed(request, member, form)
            if proposal is not None:
                return HttpResponseRedirect(page_url(AdjustmentProposal, proposal.pk))
        notice = Notice(_("Nothing moves until a second person with the right to confirm has done so."))
        sections: list[Section] = [notice]
        if request.user.has_perm("ledger.view_wallet"):
            sections.append(balances(member))
        page = Page(_("Adjust a balance of %s") % member, sections)
        return ask(request, page, _("Propose"), page_url(Member, member.pk), self, form)

    def proposed(
        self, request: HttpRequest, member: Member, form: AdjustmentForm
    ) -> AdjustmentProposal | None:
        """Propose what the form says; a refusal becomes an error of the form."""
        data = form.cleaned_data
        amount, proposer = form.signed_amount(), request.user
        try:
            proposal = propose(member, data["asset"], amount, data["reason"], proposer, current_time())  # type: ignore[arg-type]
        except AdjustmentRefused as refused:
            form.add_error(None, refused.sentence(get_language() or "zh"))
            return None
        record(request, proposal, _("Proposed: %s") % proposal.reason)
        messages.success(request, _("Proposed. Another operator has to confirm it before money moves."))
        return proposal

    @admin.display(description=gettext_lazy("Nickname"))
    def nickname_text(self, member: Member) -> str:
        return member.nickname

    @admin.display(description=gettext_lazy("Phone"))
    def phone_text(self, member: Member) -> SafeString:
        return text.code(member.phone)

    @admin.display(description=gettext_lazy("Member id"))
    def public_id(self, member: Member) -> SafeString:
        return text.code(ids.to_text(ids.MEMBER, member.pk))

    @admin.display(description=gettext_lazy("Standing"))
    def standing(self, member: Member) -> SafeString:
        return text.label(_("frozen"), "danger") if member.is_frozen else text.label(_("active"), "success")

    @admin.display(description=gettext_lazy("Joined"))
    def joined(self, member: Member) -> SafeString:
        return text.moment_cell(member.created_at)
