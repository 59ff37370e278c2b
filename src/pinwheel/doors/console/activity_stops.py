"""Stops of activities: proposed by one operator, confirmed or rejected by another, then refunded."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.activity_stop_page import stop_facts, stop_notice, stop_progress, stop_record
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import activity_link, page_url
from pinwheel.doors.console.page import Action, Notice, Page, Section, ask
from pinwheel.doors.console.record import record
from pinwheel.doors.console.site import SITE, refusal_text
from pinwheel.doors.console.words import STOP_STATES
from pinwheel.market.activities.models import Activity, ActivityStop
from pinwheel.market.activities.stopping import confirm_stop, reject_stop
from pinwheel.market.clock import current_time
from pinwheel.market.refusals import Refused

State = ActivityStop.State


@admin.register(ActivityStop, site=SITE)
class ActivityStopAdmin(ReadOnlyAdmin):
    """Stops, newest first. They begin at the page of an activity."""

    list_display = ("number", "activity_title", "why", "state_word", "by", "at", "groups", "money")
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(STOP_STATES)),)
    pages = {"confirm": "confirm_page", "reject": "reject_page"}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("activity", "proposed_by", "decided_by")

    def page_title(self, found: ActivityStop) -> str:
        return _("Stop “%s”") % found.activity

    def sections(self, request: HttpRequest, found: ActivityStop) -> Sequence[Section]:
        sections: list[Section] = [stop_progress(found), stop_record(found)]
        if found.state == State.PROPOSED:
            sections.append(stop_facts(found.activity))
        return sections

    def page_actions(self, request: HttpRequest, found: ActivityStop) -> Sequence[Action]:
        actions = []
        is_own, may_decide = found.proposed_by_id == request.user.pk, may_decide_stop(request)
        if found.state == State.PROPOSED and may_decide and not is_own:
            url = page_url(ActivityStop, found.pk, "confirm")
            actions.append(Action(_("Confirm…"), url, "task_alt", "danger"))
        if found.state == State.PROPOSED and (may_decide or is_own):
            word = _("Take back…") if is_own else _("Reject…")
            actions.append(Action(word, page_url(ActivityStop, found.pk, "reject"), "block"))
        actions.append(Action(_("The activity"), page_url(Activity, found.activity_id), "campaign"))
        return actions

    def confirm_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Confirm another operator's proposal: the activity stops at once."""
        if not may_decide_stop(request):
            raise PermissionDenied
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        if request.method == "POST":
            said = _("Confirmed. Nobody can join any more; the refunds go out now, bit by bit.")
            return self.decide(request, found, confirm_stop, said)
        refuse_decided(found)
        if found.proposed_by_id == request.user.pk:
            raise Refused("same_person")
        sections: list[Section] = [
            stop_notice(found.activity),
            stop_record(found),
            stop_facts(found.activity),
        ]
        back = page_url(ActivityStop, found.pk)
        page = Page(_("Confirm that an activity stops"), sections)
        return ask(request, page, _("Stop and refund"), back, self, is_danger=True)

    def reject_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Reject a proposal, or take one's own back; the activity goes on."""
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        if found.proposed_by_id != request.user.pk and not may_decide_stop(request):
            raise PermissionDenied
        if request.method == "POST":
            return self.decide(request, found, reject_stop, _("Rejected. The activity goes on."))
        refuse_decided(found)
        page = Page(_("Reject the stop"), [Notice(_("The activity goes on.")), stop_record(found)])
        return ask(request, page, _("Reject"), page_url(ActivityStop, found.pk), self)

    def decide(self, request: HttpRequest, found: ActivityStop, service: Any, said: str) -> HttpResponse:
        """Let the service decide; a refusal becomes a message on the page of the stop."""
        try:
            service(found.pk, request.user, current_time())
        except Refused as refused:
            messages.error(request, refusal_text(refused))
        else:
            record(request, found, said)
            record(request, found.activity, said)
            messages.success(request, said)
        return HttpResponseRedirect(page_url(ActivityStop, found.pk))

    @admin.display(description=gettext_lazy("Number"))
    def number(self, stop: ActivityStop) -> SafeString:
        return text.code(str(stop.pk))

    @admin.display(description=gettext_lazy("Activity"))
    def activity_title(self, stop: ActivityStop) -> SafeString:
        return activity_link(stop.activity_id, str(stop.activity))

    @admin.display(description=gettext_lazy("Reason"))
    def why(self, stop: ActivityStop) -> str:
        return stop.reason

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, stop: ActivityStop) -> SafeString:
        return text.state_label(STOP_STATES, stop.state)

    @admin.display(description=gettext_lazy("Proposed by"))
    def by(self, stop: ActivityStop) -> str:
        return str(stop.proposed_by)

    @admin.display(description=gettext_lazy("Proposed"))
    def at(self, stop: ActivityStop) -> SafeString:
        return text.moment_cell(stop.proposed_at)

    @admin.display(description=gettext_lazy("Groups closed"))
    def groups(self, stop: ActivityStop) -> SafeString:
        return text.count(stop.groups_closed)

    @admin.display(description=gettext_lazy("Refunded (yuan)"))
    def money(self, stop: ActivityStop) -> SafeString:
        return text.amount(stop.refunded)


def may_decide_stop(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("console.decide_stop"))


def refuse_decided(stop: ActivityStop) -> None:
    """Raises: Refused already_decided."""
    if stop.state != State.PROPOSED:
        raise Refused("already_decided")
