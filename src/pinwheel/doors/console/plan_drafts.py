"""Plan drafts: upload, edit, check, publish."""

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
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import page_url
from pinwheel.doors.console.page import Action, Facts, Page, ask
from pinwheel.doors.console.plan_forms import PlanDraftForm, source_of
from pinwheel.doors.console.plan_words import checked, meaning
from pinwheel.doors.console.record import record
from pinwheel.doors.console.site import SITE
from pinwheel.market.clock import current_time
from pinwheel.market.plans.models import PlanDraft, PlanVersion
from pinwheel.market.plans.services import publish
from pinwheel.market.refusals import Refused
from pinwheel.plan.canonical import plan_hash
from pinwheel.plan.load import load_plan
from pinwheel.plan.refusal import PlanRefused

CHANGED = (
    "草稿在您确认期间被改动，请重新查看后再发布。",
    "The draft was changed while you looked at it; look again before publishing.",
)


@admin.register(PlanDraft, site=SITE)
class PlanDraftAdmin(ConsoleAdmin):
    """Plans in work. A wrong one is kept as a draft; only a right one is published."""

    form = PlanDraftForm
    list_display = ("name_code", "verdict", "updated")
    search_fields = ("name",)
    search_help_text = gettext_lazy("plan id")
    change_form_after_template = "console/plan_tools.html"
    pages = {"publish": "publish_page"}

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
        sections = checked(found.source) if found and request.method == "GET" else ()
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
        if not request.user.has_perm("console.publish_plan") or problems_of(found.source):
            return []
        return [Action(_("Publish…"), page_url(PlanDraft, found.pk, "publish"), "verified", "primary")]

    def publish_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, with the hash, and publish what was shown."""
        draft = self.found_or_none(request, object_id)
        if not request.user.has_perm("console.publish_plan"):
            raise PermissionDenied
        if draft is None:
            return self.gone(request, object_id)
        try:
            plan = load_plan(draft.source)
        except PlanRefused as refused:
            messages.error(request, _("This plan cannot be published as it is."))
            messages.error(request, refused.text("zh" if request.LANGUAGE_CODE.startswith("zh") else "en"))
            return HttpResponseRedirect(page_url(PlanDraft, draft.pk))
        shown = plan_hash(plan)
        if request.method == "POST":
            return self.publish_shown(request, draft, shown)
        known = PlanVersion.objects.filter(name=plan.plan).order_by("-version")
        same = next((version for version in known if version.hash == shown), None)
        rows = [
            (_("Plan id"), text.code(plan.plan)),
            (_("Hash"), text.code(shown)),
            (
                _("Becomes"),
                _("version %d, which exists with this content already") % same.version
                if same
                else _("version %d") % (1 + max((version.version for version in known), default=0)),
            ),
            (_("For good"), _("A published version never changes and is never deleted.")),
        ]
        page = Page(_("Publish %s") % plan.plan, [Facts(_("What is published"), rows), meaning(plan)])
        back = page_url(PlanDraft, draft.pk)
        return ask(request, page, _("Publish for good"), back, self, hidden={"hash": shown})

    def publish_shown(self, request: HttpRequest, draft: PlanDraft, shown: str) -> HttpResponse:
        """Publish exactly what the operator saw."""
        if request.POST.get("hash") != shown:
            raise Refused("invalid", {"what": CHANGED})
        version = publish(draft.source, request.user, current_time())  # type: ignore[arg-type]
        record(request, version, _("Published, hash %s.") % version.hash)
        messages.success(request, _("Published as %s.") % version)
        return HttpResponseRedirect(page_url(PlanVersion, version.pk))

    @admin.display(description=gettext_lazy("Plan id"))
    def name_code(self, draft: PlanDraft) -> SafeString:
        return text.code(draft.name)

    @admin.display(description=gettext_lazy("Check"))
    def verdict(self, draft: PlanDraft) -> SafeString:
        problems = problems_of(draft.source)
        if problems:
            return text.label(_("problems: %d") % problems, "danger")
        return text.label(_("can be published"), "success")

    @admin.display(description=gettext_lazy("Last change"))
    def updated(self, draft: PlanDraft) -> SafeString:
        return text.moment_cell(draft.updated_at)


def problems_of(source: str) -> int:
    """How many problems a plan file has."""
    try:
        load_plan(source)
    except PlanRefused as refused:
        return len(refused.problems)
    return 0
