"""API keys: made, rotated, revoked. The text of a key is shown once, on the page that makes it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from pinwheel.doors.api.keys import SCOPES, make_key, revoke_key, rotate_key
from pinwheel.doors.api.models import ApiKey
from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import list_url, page_url
from pinwheel.doors.console.page import Action, Facts, Notice, Page, Section, Source, ask, show
from pinwheel.doors.console.record import record
from pinwheel.doors.console.site import SITE
from pinwheel.market.clock import current_time

OVERLAP = timedelta(hours=24)


def scope_word(scope: str) -> str:
    """A scope in words; one that is no longer known by its name."""
    words = SCOPES.get(scope)
    return f"{words[0 if in_chinese() else 1]} ({scope})" if words else scope


class ApiKeyForm(forms.Form):
    """A new key."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Which system uses it."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"), widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["scopes"].choices = [(scope, scope_word(scope)) for scope in SCOPES]  # type: ignore[attr-defined]


@admin.register(ApiKey, site=SITE)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys with which other systems come in."""

    list_display = ("name_text", "prefix_code", "scope_list", "standing", "made", "expires")
    search_fields = ("name",)
    search_help_text = gettext_lazy("name or prefix")
    pages = {"rotate": "rotate_page", "revoke": "revoke_page"}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("api.add_apikey"))

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(Q(name__icontains=term) | Q(prefix=term.removeprefix("pk_")))

    def sections(self, request: HttpRequest, found: ApiKey) -> Sequence[Section]:
        return [key_facts(found)]

    def page_actions(self, request: HttpRequest, found: ApiKey) -> Sequence[Action]:
        if found.revoked_at or not request.user.has_perm("api.change_apikey"):
            return []
        return [
            Action(_("Rotate…"), page_url(ApiKey, found.pk, "rotate"), "sync", "primary"),
            Action(_("Revoke…"), page_url(ApiKey, found.pk, "revoke"), "block", "danger"),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Make a key and show its text."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ApiKeyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            made = make_key(form.cleaned_data["name"], form.cleaned_data["scopes"], current_time())
            record(request, made[0], _("Made."))
            return self.shown_once(request, *made)
        return ask(request, Page(_("New API key")), _("Make it"), list_url(ApiKey), self, form)

    def rotate_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make a successor; the old key goes on for a day, so that callers can change over."""
        key = self.key_in_force(request, object_id)
        if key is None:
            return self.gone(request, object_id)
        if request.method == "POST":
            made = rotate_key(key, current_time(), OVERLAP)
            record(request, key, _("Rotated."))
            return self.shown_once(request, *made)
        notice = Notice(_("A new key with the same scopes is made; the old one works for 24 hours more."))
        page = Page(_("Rotate %s") % key, [notice, key_facts(key)])
        return ask(request, page, _("Rotate"), page_url(ApiKey, key.pk), self)

    def revoke_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make a key useless at once."""
        key = self.key_in_force(request, object_id)
        if key is None:
            return self.gone(request, object_id)
        if request.method == "POST":
            revoke_key(key, current_time())
            record(request, key, _("Revoked."))
            messages.success(request, _("Revoked. It is refused from now on."))
            return HttpResponseRedirect(page_url(ApiKey, key.pk))
        notice = Notice(
            _("Systems that still use it are refused from now on. This cannot be undone."), "warning"
        )
        page = Page(_("Revoke %s") % key, [notice, key_facts(key)])
        return ask(request, page, _("Revoke"), page_url(ApiKey, key.pk), self, is_danger=True)

    def key_in_force(self, request: HttpRequest, object_id: str) -> ApiKey | None:
        """The key, unless it was revoked. Raises: PermissionDenied."""
        if not request.user.has_perm("api.change_apikey"):
            raise PermissionDenied
        found: ApiKey | None = self.found_or_none(request, object_id)
        return None if found is None or found.revoked_at else found

    def shown_once(self, request: HttpRequest, key: ApiKey, key_text: str) -> HttpResponse:
        """The only page that ever shows the key's text; no browser keeps it."""
        notice = Notice(_("Copy it now: only its hash is kept, and nobody can show it again."), "warning")
        sections: list[Section] = [notice, Source(_("API key"), key_text), key_facts(key)]
        actions = [Action(_("I have copied it"), page_url(ApiKey, key.pk), "check", "primary")]
        response = show(request, Page(key.name, sections, actions), self)
        response["Cache-Control"] = "no-store"
        return response

    @admin.display(description=gettext_lazy("Name"))
    def name_text(self, key: ApiKey) -> str:
        return key.name

    @admin.display(description=gettext_lazy("Prefix"))
    def prefix_code(self, key: ApiKey) -> SafeString:
        return text.code(f"pk_{key.prefix}_…")

    @admin.display(description=gettext_lazy("Scopes"))
    def scope_list(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description=gettext_lazy("Standing"))
    def standing(self, key: ApiKey) -> SafeString:
        return standing_label(key)

    @admin.display(description=gettext_lazy("Made"))
    def made(self, key: ApiKey) -> SafeString:
        return text.moment_cell(key.created_at)

    @admin.display(description=gettext_lazy("Expires"))
    def expires(self, key: ApiKey) -> SafeString:
        return text.moment_cell(key.expires_at)


def standing_label(key: ApiKey) -> SafeString:
    """Whether the key is in force."""
    if key.revoked_at:
        return text.label(_("revoked"), "danger")
    if key.expires_at and key.expires_at <= current_time():
        return text.label(_("expired"), "warning")
    return text.label(_("in force"), "success")


def key_facts(key: ApiKey) -> Facts:
    return Facts(
        _("API key"),
        [
            (_("Name"), key.name),
            (_("Prefix"), text.code(f"pk_{key.prefix}_…")),
            (_("Standing"), standing_label(key)),
            (_("Scopes"), text.lines(map(scope_word, key.scopes))),
            (_("Made"), text.moment_cell(key.created_at)),
            (_("Expires"), text.moment_cell(key.expires_at)),
            (_("Revoked"), text.moment_cell(key.revoked_at)),
        ],
    )
