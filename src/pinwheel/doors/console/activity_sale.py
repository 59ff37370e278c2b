"""Putting an activity on sale, and stopping it: each asks first and is written to the operation log."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from pinwheel.doors.console.activity_page import activity_facts, offers, prizes
from pinwheel.doors.console.activity_stop_page import stop_facts, stop_notice
from pinwheel.doors.console.base import ConsoleAdmin
from pinwheel.doors.console.forms import ReasonForm
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import page_url
from pinwheel.doors.console.page import Notice, Page, Section, ask
from pinwheel.doors.console.plan_words import meaning
from pinwheel.doors.console.record import record
from pinwheel.market import ids
from pinwheel.market.activities.models import Activity, ActivityStop
from pinwheel.market.activities.services import copy_activity, schedule
from pinwheel.market.activities.stopping import propose_stop
from pinwheel.market.clock import current_time
from pinwheel.market.refusals import Refused
from pinwheel.plan.canonical import from_canonical

State = Activity.State

if TYPE_CHECKING:
    Base = ConsoleAdmin
else:
    Base = object


class ActivitySale(Base):
    """The two pages that change what members can join."""

    def sell_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put a draft on sale."""
        activity = self.activity_to_sell(request, object_id)
        if activity is None:
            return self.gone(request, object_id)
        if activity.state != State.DRAFT:
            raise Refused("not_editable")
        here = page_url(Activity, activity.pk)
        if request.method == "POST":
            schedule(activity, current_time())
            record(request, activity, _("Put on sale."))
            messages.success(request, _("“%s” is on sale.") % activity)
            return HttpResponseRedirect(here)
        notice = Notice(
            _("From here on its terms are fixed: neither plan, price, products nor dates can be edited.")
        )
        plan = from_canonical(activity.plan_version.canonical)
        sections: list[Section] = [
            notice,
            activity_facts(activity),
            offers(activity),
            *prizes(activity),
            meaning(plan, activity.price),
        ]
        page = Page(_("Put “%s” on sale") % activity, sections)
        return ask(request, page, _("Put on sale"), here, self)

    def copy_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then copy: a draft whose products and times are to be chosen again."""
        if not request.user.has_perm("activities.add_activity"):
            raise PermissionDenied
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        if request.method == "POST":
            copy = copy_activity(found.pk, current_time())
            record(request, copy, _("Copied from %s") % ids.to_text(ids.ACTIVITY, found.pk))
            messages.success(request, _("Copied. Choose its products and times."))
            return HttpResponseRedirect(page_url(Activity, copy.pk))
        notice = Notice(
            _(
                "The copy is a draft with the same plan, title, price and prizes. Its products and times are "
                "chosen again."
            )
        )
        page = Page(_("Copy %s") % found, [notice, activity_facts(found)])
        return ask(request, page, _("Copy"), page_url(Activity, found.pk), self)

    def stop_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Propose to stop an activity; a second operator confirms it."""
        activity = self.activity_to_sell(request, object_id)
        if activity is None:
            return self.gone(request, object_id)
        if activity.state not in (State.SCHEDULED, State.RUNNING):
            raise Refused("ended")
        here = page_url(Activity, activity.pk)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            stop = propose_stop(activity.pk, reason, request.user, current_time())  # type: ignore[arg-type]
            record(request, activity, _("Stop proposed: %s") % stop.reason)
            messages.success(request, _("Proposed. Nothing happens until another operator confirms it."))
            return HttpResponseRedirect(page_url(ActivityStop, stop.pk))
        page = Page(_("Stop “%s”") % activity, [stop_notice(activity), stop_facts(activity)])
        return ask(request, page, _("Propose to stop it"), here, self, form, is_danger=True)

    def activity_to_sell(self, request: HttpRequest, object_id: str) -> Activity | None:
        """The activity, for those who may sell. Raises: PermissionDenied."""
        if not request.user.has_perm("console.sell_activity"):
            raise PermissionDenied
        found: Activity | None = self.found_or_none(request, object_id)
        return found
