"""Events on their way to endpoints: listed with the answers, and sent once more."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin, is_key
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import list_url, page_url
from pinwheel.doors.console.page import Action, Facts, Page, Section, Source, ask
from pinwheel.doors.console.record import record
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.site import SITE
from pinwheel.doors.console.words import HOOK_STATES, Word
from pinwheel.market.clock import current_time
from pinwheel.market.webhooks.models import Endpoint, HookDelivery, HookEvent
from pinwheel.market.webhooks.send import document_of
from pinwheel.market.webhooks.services import SWITCHED_OFF, replay

State = HookDelivery.State
REPLAY = "webhooks.change_hookdelivery"


@admin.register(HookDelivery, site=SITE)
class HookDeliveryAdmin(ReadOnlyAdmin):
    """Deliveries of the last 30 days, newest first."""

    list_display = ("made", "type_name", "endpoint", "state_word", "tries_figure", "status_figure", "why")
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(HOOK_STATES)),)
    search_fields = ("endpoint_id",)
    search_help_text = gettext_lazy("number of an endpoint")
    pages = {"replay": "replay_page"}

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(endpoint_id=int(term)) if is_key(term) else queryset.none()

    def attach(self, rows: Sequence[HookDelivery]) -> None:
        types = dict(
            HookEvent.objects.filter(pk__in=[row.event_id for row in rows]).values_list("pk", "type")
        )
        urls = dict(
            Endpoint.objects.filter(pk__in=[row.endpoint_id for row in rows]).values_list("pk", "url")
        )
        for row in rows:
            row.type, row.url = types.get(row.event_id, ""), urls.get(row.endpoint_id, "")  # type: ignore[attr-defined]

    def page_title(self, found: HookDelivery) -> str:
        return f"msg_{found.event_id}"

    def page_actions(self, request: HttpRequest, found: HookDelivery) -> Sequence[Action]:
        if not request.user.has_perm(REPLAY):
            return []
        url = page_url(HookDelivery, found.pk, "replay")
        return [Action(_("Send once more…"), url, "replay", "primary")]

    def sections(self, request: HttpRequest, found: HookDelivery) -> Sequence[Section]:
        event = HookEvent.objects.get(pk=found.event_id)
        sections: list[Section] = [delivery_facts(found, event), Source(_("Document"), document_of(event))]
        if found.answer:
            sections.append(Source(_("How the answer began"), found.answer))
        return sections

    def replay_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send the event once more, under the same webhook-id."""
        needs(request, REPLAY)
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        here = page_url(HookDelivery, found.pk)
        if request.method == "POST":
            replay(found.pk, current_time())
            record(request, found, _("Sent once more."))
            notices.success(request, _("It is on its way again."))
            return HttpResponseRedirect(here)
        facts = delivery_facts(found, HookEvent.objects.get(pk=found.event_id))
        return ask(request, Page(_("Send once more"), [facts]), _("Send once more"), here, self)

    @admin.display(description=gettext_lazy("Made"))
    def made(self, delivery: HookDelivery) -> SafeString:
        return text.moment_cell(delivery.created_at)

    @admin.display(description=gettext_lazy("Event"))
    def type_name(self, delivery: Any) -> SafeString:
        return text.code(delivery.type)

    @admin.display(description=gettext_lazy("Endpoint"))
    def endpoint(self, delivery: Any) -> SafeString:
        return text.link(page_url(Endpoint, delivery.endpoint_id), delivery.url)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, delivery: HookDelivery) -> SafeString:
        return text.state_label(HOOK_STATES, delivery.state)

    @admin.display(description=gettext_lazy("Tries"))
    def tries_figure(self, delivery: HookDelivery) -> SafeString:
        return text.count(delivery.tries)

    @admin.display(description=gettext_lazy("Status"))
    def status_figure(self, delivery: HookDelivery) -> SafeString:
        return text.figure(delivery.status or text.NOTHING)

    @admin.display(description=gettext_lazy("Reason"))
    def why(self, delivery: HookDelivery) -> str:
        return delivery.reason or text.NOTHING


def delivery_headers() -> list[Word]:
    return [_("Made"), _("Event"), _("State"), _("Tries"), _("Status"), _("Reason")]


def delivery_rows(deliveries: Sequence[HookDelivery]) -> list[Sequence[object]]:
    """Deliveries as rows of a table."""
    types = dict(
        HookEvent.objects.filter(pk__in=[row.event_id for row in deliveries]).values_list("pk", "type")
    )
    return [
        (
            text.moment_cell(row.created_at),
            text.link(page_url(HookDelivery, row.pk), types.get(row.event_id, "")),
            text.state_label(HOOK_STATES, row.state),
            text.count(row.tries),
            text.figure(row.status or text.NOTHING),
            row.reason or text.NOTHING,
        )
        for row in deliveries
    ]


def delivery_facts(found: HookDelivery, event: HookEvent) -> Facts:
    endpoint = Endpoint.objects.get(pk=found.endpoint_id)
    is_waiting = found.state == State.WAITING
    return Facts(
        _("Delivery"),
        [
            (_("Event"), text.code(event.type)),
            (_("Endpoint"), text.link(page_url(Endpoint, endpoint.pk), endpoint.url)),
            (_("State"), text.state_label(HOOK_STATES, found.state)),
            (_("Tries"), text.count(found.tries)),
            (_("Sent again by hand"), text.count(found.replays)),
            (_("Status"), text.figure(found.status or text.NOTHING)),
            (_("Reason"), text.code(found.reason) if found.reason else text.NOTHING),
            (_("Took (ms)"), text.count(found.took)),
            (_("Next try"), text.moment_cell(found.next_try_at if is_waiting else None)),
            (_("Done"), text.moment_cell(found.done_at)),
        ],
    )


def failing_webhooks(user: Any) -> list[tuple[object, object]]:
    """Endpoints that were switched off because they do not answer, and events given up, for the overview."""
    if not user.has_perm("webhooks.view_hookdelivery"):
        return []
    rows: list[tuple[object, object]] = []
    down = Endpoint.objects.filter(is_enabled=False).exclude(disabled_reason=SWITCHED_OFF)
    for endpoint in down.order_by("-id")[:20]:
        said = _("switched off, it does not answer: %s") % endpoint.url
        rows.append(
            (text.label(_("webhook down"), "danger"), text.link(page_url(Endpoint, endpoint.pk), said))
        )
    failed = len(HookDelivery.objects.filter(state=State.FAILED).values("pk")[:1000])
    if failed:
        said = _("events given up: %d") % failed
        word = text.label(_("webhooks"), "warning")
        rows.append((word, text.link(list_url(HookDelivery, f"state={State.FAILED}"), said)))
    return rows
