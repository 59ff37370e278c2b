"""Adjustments by hand: proposed by one operator, confirmed or rejected by another."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import batch_link, member_link, page_url
from pinwheel.doors.console.page import Action, Facts, Notice, Page, Section, ask
from pinwheel.doors.console.record import record
from pinwheel.doors.console.site import SITE
from pinwheel.doors.console.words import ADJUSTMENT_STATES, asset_word
from pinwheel.market.adjustments import services
from pinwheel.market.adjustments.models import AdjustmentProposal
from pinwheel.market.adjustments.refusals import AdjustmentRefused
from pinwheel.market.clock import current_time

State = AdjustmentProposal.State


@admin.register(AdjustmentProposal, site=SITE)
class AdjustmentAdmin(ReadOnlyAdmin):
    """Proposals, newest first. They begin at the page of a member."""

    list_display = ("number", "member_name", "asset_name", "amount_figure", "why", "state_word", "by", "at")
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(ADJUSTMENT_STATES)),)
    list_select_related = ("member", "proposed_by")
    pages = {"confirm": "confirm_page", "reject": "reject_page"}

    def get_queryset(self, request: HttpRequest) -> Any:
        people = ("member", "proposed_by", "confirmed_by", "rejected_by")
        return super().get_queryset(request).select_related(*people)

    def page_title(self, found: AdjustmentProposal) -> str:
        return f"{_('Adjustment')} {found.pk}"

    def sections(self, request: HttpRequest, found: AdjustmentProposal) -> Sequence[Section]:
        return [adjustment_facts(found)]

    def page_actions(self, request: HttpRequest, found: AdjustmentProposal) -> Sequence[Action]:
        if found.state != State.PROPOSED:
            return []
        is_own = found.proposed_by_id == request.user.pk
        may_decide = request.user.has_perm("console.decide_adjustment")
        actions = []
        if may_decide and not is_own:
            url = page_url(AdjustmentProposal, found.pk, "confirm")
            actions.append(Action(_("Confirm…"), url, "task_alt", "primary"))
        if may_decide or is_own:
            word = _("Take back…") if is_own else _("Reject…")
            actions.append(Action(word, page_url(AdjustmentProposal, found.pk, "reject"), "block"))
        return actions

    def confirm_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Confirm another operator's proposal: the ledger posts it."""
        if not request.user.has_perm("console.decide_adjustment"):
            raise PermissionDenied
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        if request.method == "POST":
            return self.decide(request, found, services.confirm, _("Confirmed and posted."))
        services.refuse_decided(found)
        if found.proposed_by_id == request.user.pk:
            raise AdjustmentRefused("same_person")
        notice = Notice(
            _("The ledger posts it at once; a correction would be another adjustment."), "warning"
        )
        page = Page(_("Confirm an adjustment"), [notice, adjustment_facts(found)])
        back = page_url(AdjustmentProposal, found.pk)
        return ask(request, page, _("Confirm and post"), back, self, is_danger=True)

    def reject_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Reject a proposal, or take one's own back."""
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        is_own = found.proposed_by_id == request.user.pk
        if not is_own and not request.user.has_perm("console.decide_adjustment"):
            raise PermissionDenied
        if request.method == "POST":
            return self.decide(request, found, services.reject, _("Rejected."))
        services.refuse_decided(found)
        page = Page(_("Reject an adjustment"), [Notice(_("Nothing moves.")), adjustment_facts(found)])
        return ask(request, page, _("Reject"), page_url(AdjustmentProposal, found.pk), self)

    def decide(
        self, request: HttpRequest, found: AdjustmentProposal, service: Any, said: str
    ) -> HttpResponse:
        """Let the service decide; a refusal becomes a message on the proposal's page."""
        try:
            decided = service(found.pk, request.user, current_time())
        except AdjustmentRefused as refused:
            messages.error(request, refused.sentence(request.LANGUAGE_CODE))
        else:
            record(request, decided, said)
            messages.success(request, said)
        return HttpResponseRedirect(page_url(AdjustmentProposal, found.pk))

    @admin.display(description=gettext_lazy("Number"))
    def number(self, proposal: AdjustmentProposal) -> SafeString:
        return text.code(str(proposal.pk))

    @admin.display(description=gettext_lazy("Member"))
    def member_name(self, proposal: AdjustmentProposal) -> SafeString:
        return member_link(proposal.member_id, proposal.member.nickname)

    @admin.display(description=gettext_lazy("Asset"))
    def asset_name(self, proposal: AdjustmentProposal) -> object:
        return asset_word(proposal.asset)

    @admin.display(description=gettext_lazy("Movement"))
    def amount_figure(self, proposal: AdjustmentProposal) -> SafeString:
        return text.figure(text.signed_text(proposal.amount))

    @admin.display(description=gettext_lazy("Reason"))
    def why(self, proposal: AdjustmentProposal) -> str:
        return proposal.reason

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, proposal: AdjustmentProposal) -> SafeString:
        return text.state_label(ADJUSTMENT_STATES, proposal.state)

    @admin.display(description=gettext_lazy("Proposed by"))
    def by(self, proposal: AdjustmentProposal) -> str:
        return str(proposal.proposed_by)

    @admin.display(description=gettext_lazy("Proposed"))
    def at(self, proposal: AdjustmentProposal) -> SafeString:
        return text.moment_cell(proposal.proposed_at)


def adjustment_facts(found: AdjustmentProposal) -> Facts:
    """A proposal and its decision."""
    decider = found.confirmed_by or found.rejected_by
    return Facts(
        _("Adjustment"),
        [
            (_("State"), text.state_label(ADJUSTMENT_STATES, found.state)),
            (_("Member"), member_link(found.member_id, found.member.nickname)),
            (_("Asset"), asset_word(found.asset)),
            (_("Movement"), text.figure(text.signed_text(found.amount))),
            (_("Reason"), found.reason),
            (_("Proposed by"), str(found.proposed_by)),
            (_("Proposed"), text.moment_cell(found.proposed_at)),
            (_("Decided by"), str(decider) if decider else text.NOTHING),
            (_("Decided"), text.moment_cell(found.decided_at)),
            (_("Posted by batch"), batch_link(found.batch)),
        ],
    )
