"""Webhook endpoints and what was sent to them: made, changed, tried, and sent once more."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from pinwheel.doors.api.models import ApiKey
from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import list_url, page_url
from pinwheel.doors.console.page import Action, Facts, Notice, Page, Section, Source, Table, ask
from pinwheel.doors.console.record import record
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.site import SITE, refusal_text
from pinwheel.doors.console.webhook_deliveries import delivery_headers, delivery_rows
from pinwheel.market.clock import current_time
from pinwheel.market.refusals import Refused
from pinwheel.market.webhooks import services
from pinwheel.market.webhooks.events import TYPES
from pinwheel.market.webhooks.models import Endpoint, HookDelivery

ADD, CHANGE = "webhooks.add_endpoint", "webhooks.change_endpoint"
LATEST = 20


def type_word(name: str) -> str:
    """A type of event in words."""
    words = TYPES.get(name)
    return f"{words.say('zh' if in_chinese() else 'en')} ({name})" if words else name


class EndpointForm(forms.Form):
    """Where events are sent, and which."""

    url = forms.CharField(
        label=gettext_lazy("URL"),
        max_length=500,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "https://"}),
        help_text=gettext_lazy("https, in the public network"),
    )
    types = forms.MultipleChoiceField(
        label=gettext_lazy("Events"), widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["types"].choices = [(name, type_word(name)) for name in TYPES]  # type: ignore[attr-defined]


class NewEndpointForm(EndpointForm):
    """A new endpoint, of one of the API's clients."""

    field_order = ("client", "url", "types")
    client = forms.ChoiceField(
        label=gettext_lazy("Client"),
        widget=UnfoldAdminSelectWidget(),
        help_text=gettext_lazy("the name of an API key in force"),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        names = ApiKey.objects.filter(revoked_at=None).order_by("name").values_list("name", flat=True)
        self.fields["client"].choices = [(name, name) for name in dict.fromkeys(names)]  # type: ignore[attr-defined]


class ChangeForm(EndpointForm):
    """An endpoint as it shall be."""

    is_enabled = forms.BooleanField(
        label=gettext_lazy("On"), required=False, widget=UnfoldBooleanSwitchWidget()
    )


@admin.register(Endpoint, site=SITE)
class EndpointAdmin(ReadOnlyAdmin):
    """Endpoints of the API's clients."""

    list_display = ("url_text", "client_name", "standing", "failures_figure", "made")
    search_fields = ("client",)
    search_help_text = gettext_lazy("client")
    pages = {"edit": "edit_page", "secret": "secret_page", "test": "test_page"}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(ADD))

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(client=term)

    def page_title(self, found: Endpoint) -> str:
        return f"{found.client} · {found.url}"

    def sections(self, request: HttpRequest, found: Endpoint) -> Sequence[Section]:
        latest = list(HookDelivery.objects.filter(endpoint_id=found.pk).order_by("-id")[:LATEST])
        table = Table(_("Latest deliveries"), delivery_headers(), delivery_rows(latest), right=[3, 4])
        return [endpoint_facts(found), table]

    def page_actions(self, request: HttpRequest, found: Endpoint) -> Sequence[Action]:
        if not request.user.has_perm(CHANGE):
            return []
        return [
            Action(_("Change…"), page_url(Endpoint, found.pk, "edit"), "edit", "primary"),
            Action(_("Send a test…"), page_url(Endpoint, found.pk, "test"), "send"),
            Action(_("Secret…"), page_url(Endpoint, found.pk, "secret"), "key"),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Make an endpoint for a client."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewEndpointForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            try:
                made = services.make_endpoint(typed["client"], typed["url"], typed["types"], current_time())
            except Refused as refused:
                form.add_error("url", refusal_text(refused))
            else:
                record(request, made, _("Made."))
                return HttpResponseRedirect(page_url(Endpoint, made.pk, "secret"))
        return ask(request, Page(_("New webhook endpoint")), _("Make it"), list_url(Endpoint), self, form)

    def edit_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Change an endpoint, or switch it off or on."""
        found = self.changeable(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        here = page_url(Endpoint, found.pk)
        initial = {"url": found.url, "types": found.types, "is_enabled": found.is_enabled}
        form = ChangeForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            try:
                services.change_endpoint(found.pk, typed["url"], typed["types"], typed["is_enabled"])
            except Refused as refused:
                form.add_error("url", refusal_text(refused))
            else:
                record(request, found, _("Changed."))
                notices.success(request, _("Kept."))
                return HttpResponseRedirect(here)
        return ask(request, Page(_("Change %s") % found.url), _("Keep"), here, self, form)

    def secret_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the secret; a POST makes another, beside which the old one signs for a day."""
        found = self.changeable(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        if request.method == "POST":
            services.rotate_secret(found.pk, current_time())
            record(request, found, _("Another secret was made."))
            notices.success(request, _("Another secret was made; the old one signs too for 24 hours."))
            return HttpResponseRedirect(page_url(Endpoint, found.pk, "secret"))
        sections: list[Section] = [
            Notice(_("Hand it to whoever runs the endpoint, and to nobody else."), "warning"),
            Source(_("Secret"), services.newest_secret(found)),
        ]
        page = Page(_("Secret of %s") % found.url, sections)
        response = ask(request, page, _("Make another"), page_url(Endpoint, found.pk), self)
        response["Cache-Control"] = "no-store"
        return response

    def test_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put a test event on its way."""
        found = self.changeable(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        if request.method == "POST":
            services.send_test(found.pk, current_time())
            notices.success(request, _("On its way; look at the latest deliveries in a few seconds."))
            return HttpResponseRedirect(page_url(Endpoint, found.pk))
        notice = Notice(_("An event of the type endpoint.test is sent, as any other."))
        page = Page(_("Test %s") % found.url, [notice])
        return ask(request, page, _("Send it"), page_url(Endpoint, found.pk), self)

    def changeable(self, request: HttpRequest, object_id: str) -> Endpoint | None:
        """The endpoint, for those who may change it. Raises: PermissionDenied."""
        needs(request, CHANGE)
        found: Endpoint | None = self.found_or_none(request, object_id)
        return found

    @admin.display(description=gettext_lazy("URL"))
    def url_text(self, endpoint: Endpoint) -> SafeString:
        return text.code(endpoint.url)

    @admin.display(description=gettext_lazy("Client"))
    def client_name(self, endpoint: Endpoint) -> str:
        return endpoint.client

    @admin.display(description=gettext_lazy("Standing"))
    def standing(self, endpoint: Endpoint) -> SafeString:
        return standing_label(endpoint)

    @admin.display(description=gettext_lazy("Failures in a row"))
    def failures_figure(self, endpoint: Endpoint) -> SafeString:
        return text.count(endpoint.failures)

    @admin.display(description=gettext_lazy("Made"))
    def made(self, endpoint: Endpoint) -> SafeString:
        return text.moment_cell(endpoint.created_at)


def standing_label(endpoint: Endpoint) -> SafeString:
    """Whether events are sent, and why not."""
    if endpoint.is_enabled:
        colour = "warning" if endpoint.failures else "success"
        return text.label(_("on, failing") if endpoint.failures else _("on"), colour)
    if endpoint.disabled_reason == services.SWITCHED_OFF:
        return text.label(_("switched off"), "default")
    return text.label(_("switched off: does not answer"), "danger")


def endpoint_facts(found: Endpoint) -> Facts:
    return Facts(
        _("Webhook endpoint"),
        [
            (_("URL"), text.code(found.url)),
            (_("Client"), found.client),
            (_("Standing"), standing_label(found)),
            (_("Events"), text.lines(map(type_word, found.types))),
            (_("Failures in a row"), text.count(found.failures)),
            (_("Failing since"), text.moment_cell(found.failing_since)),
            (_("Old secret signs until"), text.moment_cell(found.old_secret_until)),
            (_("Made"), text.moment_cell(found.created_at)),
        ],
    )
