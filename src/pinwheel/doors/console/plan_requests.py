"""Publish requests: the inbox of the second person, who acknowledges what the law warns of."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import page_url
from pinwheel.doors.console.page import Action, Facts, Notice, Page, Section, Source, ask
from pinwheel.doors.console.plan_reports import finding_sections, solvency_sections, stated_facts
from pinwheel.doors.console.plan_words import meaning
from pinwheel.doors.console.record import record
from pinwheel.doors.console.site import SITE, refusal_text
from pinwheel.doors.console.words import REQUEST_STATES
from pinwheel.market.clock import current_time
from pinwheel.market.plans.gate import LONGEST_REFERENCE
from pinwheel.market.plans.models import PlanDraft, PlanVersion, PublishRequest
from pinwheel.market.plans.requests import acknowledge, turn_down
from pinwheel.market.refusals import Refused
from pinwheel.plan.load import load_plan
from pinwheel.plan.reports import findings_of

State = PublishRequest.State


class ReferencesForm(forms.Form):
    """The opinion relied on: one for all findings, and another where one rests on something else."""

    reference = forms.CharField(
        label=gettext_lazy("Opinion relied on"),
        required=False,
        max_length=LONGEST_REFERENCE,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=gettext_lazy("Who gave it, its number and date. Kept with the version for good."),
    )

    def __init__(self, warnings: Sequence[dict[str, Any]], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.own = [f"reference_{place}" for place in range(len(warnings))]
        for name, warning in zip(self.own, warnings, strict=True):
            self.fields[name] = forms.CharField(
                label=_("Another one for %(rule)s (%(place)s)")
                % {"rule": warning["rule"], "place": warning["path"]},
                required=False,
                max_length=LONGEST_REFERENCE,
                widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
            )

    def references(self) -> list[str]:
        """One for each finding, in their order."""
        for_all = self.cleaned_data["reference"]
        return [self.cleaned_data[name] or for_all for name in self.own]


class WhyForm(forms.Form):
    """Why a request is turned down."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=LONGEST_REFERENCE,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed to reject; who withdraws an own request may leave it empty."),
    )


@admin.register(PublishRequest, site=SITE)
class PublishRequestAdmin(ReadOnlyAdmin):
    """Requests, newest first. They begin at the page of a draft."""

    list_display = ("number", "plan_name", "hash_start", "warnings", "state_word", "by", "at")
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(REQUEST_STATES)),)
    search_fields = ("name",)
    search_help_text = gettext_lazy("plan id")
    pages = {"acknowledge": "acknowledge_page", "turn-down": "turn_down_page"}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("requested_by", "decided_by", "version")

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(name__startswith=term)

    def page_title(self, found: PublishRequest) -> str:
        return _("Publication of %s") % found.name

    def sections(self, request: HttpRequest, found: PublishRequest) -> Sequence[Section]:
        sections: list[Section] = [request_facts(found)]
        draft = PlanDraft.objects.filter(name=found.name).first()
        if found.state == State.OPEN and draft is not None and draft.source != found.source:
            sections.insert(
                0, Notice(_("The draft was changed since; what was asked for stands as shown here."))
            )
        return [
            *sections,
            *finding_sections(found.lawfulness, found.acknowledgements),
            *solvency_sections(found.solvency),
            stated_facts(found.facts),
            meaning(load_plan(found.source)),
            Source(_("As its author wrote it"), found.source),
        ]

    def page_actions(self, request: HttpRequest, found: PublishRequest) -> Sequence[Action]:
        actions = []
        is_own = found.requested_by_id == request.user.pk
        may_decide = request.user.has_perm("console.acknowledge_plan")
        if found.state == State.OPEN and may_decide and not is_own:
            url = page_url(PublishRequest, found.pk, "acknowledge")
            actions.append(Action(_("Acknowledge and publish…"), url, "verified", "primary"))
        if found.state == State.OPEN and (may_decide or is_own):
            word = _("Withdraw…") if is_own else _("Reject…")
            actions.append(Action(word, page_url(PublishRequest, found.pk, "turn-down"), "block"))
        if found.version_id:
            actions.append(
                Action(_("The published version"), page_url(PlanVersion, found.version_id), "verified")
            )
        return actions

    def acknowledge_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Acknowledge another operator's request: every finding, each with the opinion relied on."""
        if not request.user.has_perm("console.acknowledge_plan"):
            raise PermissionDenied
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        refuse_decided(found)
        if found.requested_by_id == request.user.pk:
            raise Refused("same_person")
        warnings = findings_of(found.lawfulness, "warn")
        form = ReferencesForm(warnings, request.POST if request.method == "POST" else None)
        if form.is_valid():
            return self.decide(
                request,
                found,
                lambda: acknowledge(found.pk, form.references(), request.user, current_time()),  # type: ignore[arg-type]
                _("Acknowledged and published."),
                again=page_url(PublishRequest, found.pk, "acknowledge"),
            )
        notice = Notice(
            _("Your name and the opinion you rely on are kept with the version, for good."), "warning"
        )
        page = Page(
            _("Acknowledge and publish %s") % found.name,
            [notice, request_facts(found), *finding_sections(found.lawfulness)],
        )
        back = page_url(PublishRequest, found.pk)
        return ask(request, page, _("Acknowledge and publish"), back, self, form, is_danger=True)

    def turn_down_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Reject a request, or withdraw one's own."""
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        is_own = found.requested_by_id == request.user.pk
        if not is_own and not request.user.has_perm("console.acknowledge_plan"):
            raise PermissionDenied
        refuse_decided(found)
        form = WhyForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            return self.decide(
                request,
                found,
                lambda: turn_down(found.pk, reason, request.user, current_time()),  # type: ignore[arg-type]
                _("Withdrawn.") if is_own else _("Rejected."),
                again=page_url(PublishRequest, found.pk, "turn-down"),
            )
        title = _("Withdraw a publish request") if is_own else _("Reject a publish request")
        page = Page(title, [Notice(_("Nothing is published.")), request_facts(found)])
        button = _("Withdraw") if is_own else _("Reject")
        return ask(request, page, button, page_url(PublishRequest, found.pk), self, form)

    def decide(
        self, request: HttpRequest, found: PublishRequest, service: Any, said: str, again: str
    ) -> HttpResponse:
        """Let the service decide; a refusal becomes a message, on the same page where it can be mended."""
        try:
            decided = service()
        except Refused as refused:
            messages.error(request, refusal_text(refused))
            can_be_mended = refused.code in ("reference_missing", "reason_missing")
            return HttpResponseRedirect(again if can_be_mended else page_url(PublishRequest, found.pk))
        record(request, decided.version or decided, said)
        messages.success(request, said)
        if decided.version is not None:
            return HttpResponseRedirect(page_url(PlanVersion, decided.version.pk))
        return HttpResponseRedirect(page_url(PublishRequest, found.pk))

    @admin.display(description=gettext_lazy("Number"))
    def number(self, found: PublishRequest) -> SafeString:
        return text.code(str(found.pk))

    @admin.display(description=gettext_lazy("Plan"))
    def plan_name(self, found: PublishRequest) -> SafeString:
        return text.code(found.name)

    @admin.display(description=gettext_lazy("Hash"))
    def hash_start(self, found: PublishRequest) -> SafeString:
        return text.code(found.hash[:16] + "…")

    @admin.display(description=gettext_lazy("To acknowledge"))
    def warnings(self, found: PublishRequest) -> str:
        rules = [one["rule"] for one in findings_of(found.lawfulness, "warn")]
        return ", ".join(dict.fromkeys(rules)) or text.NOTHING

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, found: PublishRequest) -> SafeString:
        return text.state_label(REQUEST_STATES, found.state)

    @admin.display(description=gettext_lazy("Asked by"))
    def by(self, found: PublishRequest) -> str:
        return str(found.requested_by)

    @admin.display(description=gettext_lazy("Asked"))
    def at(self, found: PublishRequest) -> SafeString:
        return text.moment_cell(found.requested_at)


def refuse_decided(found: PublishRequest) -> None:
    """Raises: Refused already_decided."""
    if found.state != State.OPEN:
        raise Refused("already_decided")


def request_facts(found: PublishRequest) -> Facts:
    """A request and what became of it."""
    rows: list[tuple[str, object]] = [
        (_("State"), text.state_label(REQUEST_STATES, found.state)),
        (_("Plan id"), text.code(found.name)),
        (_("Hash"), text.code(found.hash)),
        (_("Asked by"), str(found.requested_by)),
        (_("Asked"), text.moment_cell(found.requested_at)),
        (_("Decided by"), str(found.decided_by) if found.decided_by else text.NOTHING),
        (_("Decided"), text.moment_cell(found.decided_at)),
    ]
    if found.reason:
        rows.append((_("Reason"), found.reason))
    if found.version is not None:
        rows.append(
            (_("Published as"), text.link(page_url(PlanVersion, found.version.pk), str(found.version)))
        )
    return Facts(_("Publish request"), rows)
