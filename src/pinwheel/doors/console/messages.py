"""Messages to members and their deliveries: read, filtered, and a failed one sent once more."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import activity_link, list_url, member_link, page_url
from pinwheel.doors.console.lookups import member_names, member_of
from pinwheel.doors.console.page import Action, Facts, Page, Section, Table, ask
from pinwheel.doors.console.record import record
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.site import SITE
from pinwheel.doors.console.words import CHANNEL_WORDS, DELIVERY_STATES
from pinwheel.market.clock import current_time
from pinwheel.market.messages.kinds import BY_NUMBER, KINDS
from pinwheel.market.messages.models import Delivery, Message
from pinwheel.market.messages.render import shown
from pinwheel.market.messages.services import retry_delivery

State = Delivery.State
RETRY = "messaging.change_delivery"


def kind_word(number: int) -> str:
    """A kind in the operator's language."""
    kind = BY_NUMBER.get(number)
    return kind.label.say("zh" if in_chinese() else "en") if kind else str(number)


KIND_WORDS = {kind.number: f"{kind.label.zh} {kind.label.en}" for kind in KINDS}


@admin.register(Message, site=SITE)
class MessageAdmin(ReadOnlyAdmin):
    """What members were told, newest first."""

    list_display = ("made", "kind_text", "member", "title", "read")
    list_filter = (number_filter(gettext_lazy("kind"), "kind", KIND_WORDS),)
    search_fields = ("member_id",)
    search_help_text = gettext_lazy("member id (M…) or phone")

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(member_id=member_of(term) or 0)

    def attach(self, rows: Sequence[Message]) -> None:
        names = member_names(row.member_id for row in rows)
        for row, said in zip(rows, shown(rows, "zh" if in_chinese() else "en"), strict=True):
            row.member_name, row.said = names.get(row.member_id, ""), said  # type: ignore[attr-defined]

    def page_title(self, found: Message) -> str:
        return kind_word(found.kind)

    def sections(self, request: HttpRequest, found: Message) -> Sequence[Section]:
        chinese, english = shown([found], "zh")[0], shown([found], "en")[0]
        rows = [
            (_("Kind"), kind_word(found.kind)),
            (_("Member"), member_link(found.member_id)),
            (_("Activity"), activity_link(found.activity_id)),
            (_("Made"), text.moment_cell(found.created_at)),
            (_("Read"), text.moment_cell(found.read_at)),
            (_("In Chinese"), text.lines([chinese.title, chinese.body])),
            (_("In English"), text.lines([english.title, english.body])),
        ]
        return [Facts(_("Message"), rows), deliveries_of(found)]

    @admin.display(description=gettext_lazy("Made"))
    def made(self, message: Message) -> SafeString:
        return text.moment_cell(message.created_at)

    @admin.display(description=gettext_lazy("Kind"))
    def kind_text(self, message: Message) -> str:
        return kind_word(message.kind)

    @admin.display(description=gettext_lazy("Member"))
    def member(self, message: Any) -> SafeString:
        return member_link(message.member_id, message.member_name)

    @admin.display(description=gettext_lazy("Text"))
    def title(self, message: Any) -> SafeString:
        return text.sentences([message.said.body])

    @admin.display(description=gettext_lazy("Read"))
    def read(self, message: Message) -> SafeString:
        return text.moment_cell(message.read_at)


def deliveries_of(message: Message) -> Table:
    """How a message reached its member beside the inbox."""
    rows = [
        (
            text.link(page_url(Delivery, delivery.pk), CHANNEL_WORDS[delivery.channel]),
            text.state_label(DELIVERY_STATES, delivery.state),
            text.count(delivery.tries),
            delivery.reason,
            text.moment_cell(delivery.sent_at),
        )
        for delivery in Delivery.objects.filter(message_id=message.pk).order_by("channel")
    ]
    headers = [_("Channel"), _("State"), _("Tries"), _("Reason"), _("Sent")]
    return Table(_("Deliveries"), headers, rows, right=[2], note=_("The inbox has every message."))


@admin.register(Delivery, site=SITE)
class DeliveryAdmin(ReadOnlyAdmin):
    """Messages on their way by a channel, newest first."""

    list_display = (
        "made",
        "channel_word",
        "kind_text",
        "member",
        "state_word",
        "tries_figure",
        "why",
        "sent",
    )
    list_filter = (
        number_filter(gettext_lazy("state"), "state", words_of(DELIVERY_STATES)),
        number_filter(gettext_lazy("channel"), "channel", CHANNEL_WORDS),
        number_filter(gettext_lazy("kind"), "kind", KIND_WORDS),
    )
    search_fields = ("member_id",)
    search_help_text = gettext_lazy("member id (M…) or phone")
    pages = {"retry": "retry_page"}

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(member_id=member_of(term) or 0)

    def attach(self, rows: Sequence[Delivery]) -> None:
        names = member_names(row.member_id for row in rows)
        for row in rows:
            row.member_name = names.get(row.member_id, "")  # type: ignore[attr-defined]

    def page_title(self, found: Delivery) -> str:
        return f"{CHANNEL_WORDS[found.channel]} · {kind_word(found.kind)}"

    def page_actions(self, request: HttpRequest, found: Delivery) -> Sequence[Action]:
        if found.state != State.FAILED or not request.user.has_perm(RETRY):
            return []
        return [Action(_("Send once more…"), page_url(Delivery, found.pk, "retry"), "replay", "primary")]

    def sections(self, request: HttpRequest, found: Delivery) -> Sequence[Section]:
        return [delivery_facts(found)]

    def retry_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send a delivery that was given up once more."""
        needs(request, RETRY)
        found = self.found_or_none(request, object_id)
        if found is None or found.state != State.FAILED:
            return self.gone(request, object_id)
        here = page_url(Delivery, found.pk)
        if request.method == "POST":
            if retry_delivery(found.pk, current_time()):
                record(request, found, _("Sent once more."))
                notices.success(request, _("It is on its way again."))
            return HttpResponseRedirect(here)
        return ask(
            request, Page(_("Send once more"), [delivery_facts(found)]), _("Send once more"), here, self
        )

    @admin.display(description=gettext_lazy("Made"))
    def made(self, delivery: Delivery) -> SafeString:
        return text.moment_cell(delivery.created_at)

    @admin.display(description=gettext_lazy("Channel"))
    def channel_word(self, delivery: Delivery) -> object:
        return CHANNEL_WORDS[delivery.channel]

    @admin.display(description=gettext_lazy("Kind"))
    def kind_text(self, delivery: Delivery) -> str:
        return kind_word(delivery.kind)

    @admin.display(description=gettext_lazy("Member"))
    def member(self, delivery: Any) -> SafeString:
        return member_link(delivery.member_id, delivery.member_name)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, delivery: Delivery) -> SafeString:
        return text.state_label(DELIVERY_STATES, delivery.state)

    @admin.display(description=gettext_lazy("Tries"))
    def tries_figure(self, delivery: Delivery) -> SafeString:
        return text.count(delivery.tries)

    @admin.display(description=gettext_lazy("Reason"))
    def why(self, delivery: Delivery) -> str:
        return delivery.reason or text.NOTHING

    @admin.display(description=gettext_lazy("Sent"))
    def sent(self, delivery: Delivery) -> SafeString:
        return text.moment_cell(delivery.sent_at)


def delivery_facts(found: Delivery) -> Facts:
    is_waiting = found.state == State.WAITING
    return Facts(
        _("Delivery"),
        [
            (_("Message"), text.link(page_url(Message, found.message_id), kind_word(found.kind))),
            (_("Member"), member_link(found.member_id)),
            (_("Channel"), CHANNEL_WORDS[found.channel]),
            (_("State"), text.state_label(DELIVERY_STATES, found.state)),
            (_("Tries"), text.count(found.tries)),
            (_("Reason"), text.code(found.reason) if found.reason else text.NOTHING),
            (_("Next try"), text.moment_cell(found.next_try_at if is_waiting else None)),
            (_("Provider's number"), text.code(found.reference) if found.reference else text.NOTHING),
            (_("Sent"), text.moment_cell(found.sent_at)),
        ],
    )


def failed_deliveries(user: Any) -> list[tuple[object, object]]:
    """Messages that could not be sent, for the overview."""
    if not user.has_perm("messaging.view_delivery"):
        return []
    failed = len(Delivery.objects.filter(state=State.FAILED).values("pk")[:1000])
    if not failed:
        return []
    word = text.label(_("messages not sent"), "warning")
    said = _("could not be sent: %d") % failed
    return [(word, text.link(list_url(Delivery, f"state={State.FAILED}"), said))]
