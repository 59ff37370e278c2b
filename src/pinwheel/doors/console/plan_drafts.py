"""Plan drafts: upload, edit, state facts, check, compare, ask for publication."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ConsoleAdmin
from pinwheel.doors.console.fact_forms import FactsForm
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import page_url
from pinwheel.doors.console.page import Action, Facts, Notice, Page, ask, show
from pinwheel.doors.console.plan_compare import compared
from pinwheel.doors.console.plan_forms import PlanDraftForm, source_of
from pinwheel.doors.console.plan_reports import reports, stated_facts, verdict
from pinwheel.doors.console.plan_simulate import simulate, simulate_action
from pinwheel.doors.console.plan_start import playbooks_to_start_from, text_to_start_with
from pinwheel.doors.console.plan_words import checked, meaning
from pinwheel.doors.console.record import record
from pinwheel.doors.console.site import SITE, refusal_text
from pinwheel.market.clock import current_time
from pinwheel.market.plans.gate import refusal_of
from pinwheel.market.plans.models import PlanDraft, PlanVersion, PublishRequest
from pinwheel.market.plans.requests import draft_digest, judge_now, request_publication, save_facts
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.load import load_plan
from pinwheel.plan.model import Plan
from pinwheel.plan.refusal import PlanRefused


@admin.register(PlanDraft, site=SITE)
class PlanDraftAdmin(ConsoleAdmin):
    """Plans in work. A wrong one is kept as a draft; only one that passes the gate is published."""

    form = PlanDraftForm
    list_display = ("name_code", "verdict", "updated")
    search_fields = ("name",)
    search_help_text = gettext_lazy("plan id")
    change_form_outer_before_template = "console/plan_start.html"
    change_form_after_template = "console/plan_tools.html"
    pages = {
        "publish": "publish_page",
        "facts": "facts_page",
        "compare": "compare_page",
        "simulate": "simulate_page",
    }

    def get_urls(self) -> list[URLPattern]:
        check = path("check/", self.admin_site.admin_view(self.check_view), name="plans_plandraft_check")
        return [check, *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        return ("name_code",) if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        return ("file", "name_code" if obj else "name", "source")

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(name__startswith=term)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and bool(request.user.has_perm("plans.delete_plandraft"))

    def save_model(self, request: HttpRequest, obj: PlanDraft, form: Any, change: bool) -> None:
        obj.name, obj.source = form.cleaned_data["name"], form.cleaned_data["source"]
        obj.updated_at = current_time()
        super().save_model(request, obj, form, change)
        problems = problems_of(obj.source)
        if problems:
            messages.warning(request, _("Kept as a draft; problems in the way of publishing: %d.") % problems)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        wanted = request.GET.get("playbook", "")
        return (
            {"source": text_to_start_with(wanted)} if wanted else super().get_changeform_initial_data(request)
        )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        is_blank = request.method == "GET" and "playbook" not in request.GET
        context = {"playbooks": playbooks_to_start_from()} if is_blank else {}
        response: HttpResponse = super().add_view(request, form_url, context)
        return response

    def response_add(
        self, request: HttpRequest, obj: PlanDraft, post_url_continue: Any = None
    ) -> HttpResponse:
        messages.success(request, _("The draft is kept."))
        return HttpResponseRedirect(page_url(PlanDraft, obj.pk))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        found = self.found_or_none(request, object_id)
        sections = checked(found.source, found.facts) if found and request.method == "GET" else ()
        return super().change_view(request, object_id, form_url, {"sections": sections})

    def check_view(self, request: HttpRequest) -> HttpResponse:
        """Check the text as it stands in the form; nothing is saved."""
        return require_POST(self.check_posted)(request)

    def check_posted(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        try:
            source = source_of(request.FILES.get("file"), request.POST.get("source", ""))
        except ValidationError as error:
            return render(request, "console/plan_check.html", {"error": " ".join(error.messages)})
        return render(request, "console/plan_check.html", {"sections": checked(source)})

    def page_actions(self, request: HttpRequest, found: PlanDraft) -> list[Action]:
        can_be_read = not problems_of(found.source)
        actions = []
        if request.user.has_perm("console.publish_plan") and can_be_read:
            actions.append(
                Action(_("Publish…"), page_url(PlanDraft, found.pk, "publish"), "verified", "primary")
            )
        if request.user.has_perm("plans.change_plandraft"):
            actions.append(
                Action(_("Statement of facts"), page_url(PlanDraft, found.pk, "facts"), "fact_check")
            )
        if can_be_read:
            actions.append(Action(_("Compare…"), page_url(PlanDraft, found.pk, "compare"), "difference"))
            actions += simulate_action(request, found)
        return actions

    def facts_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask what no plan says and the law asks; keep it with the draft."""
        draft = self.found_or_none(request, object_id)
        if not request.user.has_perm("plans.change_plandraft"):
            raise PermissionDenied
        if draft is None:
            return self.gone(request, object_id)
        form = FactsForm(draft.facts, request.POST if request.method == "POST" else None)
        if form.is_valid() and form.stated is not None:
            save_facts(draft.pk, form.stated, current_time())
            record(request, draft, _("Statement of facts kept."))
            messages.success(request, _("The statement of facts is kept with the draft."))
            return HttpResponseRedirect(page_url(PlanDraft, draft.pk))
        said = _("What the law asks and the plan does not say. It is kept with the version, for good.")
        more = {"form": form, "back": page_url(PlanDraft, draft.pk)}
        page = Page(_("Facts about %s") % draft.name, [Notice(said)], more=more)
        return show(request, page, self, "console/facts_form.html", 400 if form.is_bound else 200)

    def compare_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The draft beside a published version."""
        draft = self.found_or_none(request, object_id)
        if draft is None:
            return self.gone(request, object_id)
        name = _("draft of %s") % draft.name
        plan, back = load_plan(draft.source), page_url(PlanDraft, draft.pk)
        return compared(request, name, _("draft"), plan, back)

    def simulate_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask how members shall behave, and have the draft played."""
        draft = self.found_or_none(request, object_id)
        if draft is None:
            return self.gone(request, object_id)
        return simulate(request, self, draft, load_plan(draft.source))

    def publish_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what publishing would do, and ask for exactly what was shown."""
        draft = self.found_or_none(request, object_id)
        if not request.user.has_perm("console.publish_plan"):
            raise PermissionDenied
        if draft is None:
            return self.gone(request, object_id)
        try:
            plan = load_plan(draft.source)
        except PlanRefused as refused:
            messages.error(request, _("This plan cannot be published as it is."))
            messages.error(request, refusal_text(refused))
            return HttpResponseRedirect(page_url(PlanDraft, draft.pk))
        if request.method == "POST":
            return self.request_shown(request, draft)
        judgement = judge_now(plan, draft.facts)
        sections = [verdict(judgement), published_facts(plan), *reports(judgement)]
        page = Page(_("Publish %s") % plan.plan, [*sections, stated_facts(draft.facts), meaning(plan)])
        back = page_url(PlanDraft, draft.pk)
        if refusal_of(judgement) is not None:
            page.actions = [Action(_("Back"), back, "arrow_back")]
            return show(request, page, self)
        button = _("Ask for publication") if judgement.warnings else _("Publish for good")
        return ask(request, page, button, back, self, hidden={"shown": draft_digest(draft)})

    def request_shown(self, request: HttpRequest, draft: PlanDraft) -> HttpResponse:
        """Ask for exactly what the operator saw; without warnings it is published at once."""
        shown = request.POST.get("shown", "")
        made = request_publication(draft.pk, shown, request.user, current_time())  # type: ignore[arg-type]
        if made.version is None:
            record(request, made, _("Publication asked for, hash %s.") % made.hash)
            messages.success(request, _("Publication is asked for; a second person has to acknowledge."))
            return HttpResponseRedirect(page_url(PublishRequest, made.pk))
        record(request, made.version, _("Published, hash %s.") % made.hash)
        messages.success(request, _("Published as %s.") % made.version)
        return HttpResponseRedirect(page_url(PlanVersion, made.version.pk))

    @admin.display(description=gettext_lazy("Plan id"))
    def name_code(self, draft: PlanDraft) -> SafeString:
        return text.code(draft.name)

    @admin.display(description=gettext_lazy("Check"))
    def verdict(self, draft: PlanDraft) -> SafeString:
        problems = problems_of(draft.source)
        if problems:
            return text.label(_("problems: %d") % problems, "danger")
        judgement = judge_now(load_plan(draft.source), draft.facts)
        if refusal_of(judgement) is not None:
            return text.label(_("cannot be published yet"), "danger")
        if judgement.warnings:
            return text.label(_("needs a second person: %d") % len(judgement.warnings), "warning")
        return text.label(_("can be published"), "success")

    @admin.display(description=gettext_lazy("Last change"))
    def updated(self, draft: PlanDraft) -> SafeString:
        return text.moment_cell(draft.updated_at)


def published_facts(plan: Plan) -> Facts:
    """What would be published, and as which version."""
    shown = plan_hash(plan)
    known = PlanVersion.objects.filter(name=plan.plan).order_by("-version").values_list("version", "hash")
    same = next((version for version, content in known if content == shown), None)
    following = 1 + max((version for version, _hash in known), default=0)
    becomes = _("version %d") % following
    if same:
        becomes = _("version %d, which exists with this content already") % same
    rows = [
        (_("Plan id"), text.code(plan.plan)),
        (_("Hash"), text.code(shown)),
        (
            _("Becomes"),
            becomes,
        ),
        (_("For good"), _("A published version never changes and is never deleted.")),
    ]
    return Facts(_("What is published"), rows)


def problems_of(source: str) -> int:
    """How many problems a plan file has."""
    try:
        load_plan(source)
    except PlanRefused as refused:
        return len(refused.problems)
    return 0
