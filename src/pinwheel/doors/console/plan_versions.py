"""Published plans: read for ever, changed never."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.base import ReadOnlyAdmin
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import list_url, page_url
from pinwheel.doors.console.page import Action, Facts, Section, Source
from pinwheel.doors.console.plan_compare import compared
from pinwheel.doors.console.plan_reports import finding_sections, solvency_sections, stated_facts
from pinwheel.doors.console.plan_simulate import simulate, simulate_action
from pinwheel.doors.console.plan_words import meaning
from pinwheel.doors.console.site import SITE
from pinwheel.doors.console.words import GROUNDS
from pinwheel.market import ids
from pinwheel.market.activities.models import Activity
from pinwheel.market.plans.models import REPORTS, PlanDraft, PlanVersion
from pinwheel.plan.canonical import from_canonical
from pinwheel.plan.explain import headline


@admin.register(PlanVersion, site=SITE)
class PlanVersionAdmin(ReadOnlyAdmin):
    """Versions of plans, newest first."""

    list_display = ("named", "version_figure", "hash_start", "published", "publisher")
    list_select_related = ("published_by",)
    list_defer = ("source", "canonical", *REPORTS)
    search_fields = ("name",)
    search_help_text = gettext_lazy("plan id or hash")
    pages = {"compare": "compare_page", "simulate": "simulate_page"}

    def search(self, queryset: Any, term: str) -> Any:
        return queryset.filter(Q(name__startswith=term) | Q(hash__startswith=term.lower()))

    def compare_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The version beside another."""
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        plan, back = from_canonical(found.canonical), page_url(PlanVersion, found.pk)
        return compared(request, str(found), f"v{found.version}", plan, back, found.pk)

    def simulate_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask how members shall behave, and have the version played."""
        found = self.found_or_none(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        return simulate(request, self, found, from_canonical(found.canonical))

    def page_title(self, found: PlanVersion) -> str:
        title = from_canonical(found.canonical).title
        return f"{title.zh if in_chinese() else title.en} · {found}"

    def page_actions(self, request: HttpRequest, found: PlanVersion) -> Sequence[Action]:
        actions = []
        if request.user.has_perm("activities.add_activity"):
            url = f"{reverse('admin:activities_activity_add')}?plan_version={found.pk}"
            actions.append(Action(_("Make an activity of it"), url, "campaign", "primary"))
        draft = PlanDraft.objects.filter(name=found.name).first()
        if draft and request.user.has_perm("plans.change_plandraft"):
            actions.append(Action(_("Edit its draft"), page_url(PlanDraft, draft.pk), "edit"))
        actions.append(Action(_("Compare…"), page_url(PlanVersion, found.pk, "compare"), "difference"))
        actions += simulate_action(request, found)
        actions.append(
            Action(_("Its activities"), list_url(Activity, f"plan_version={found.pk}"), "campaign")
        )
        return actions

    def sections(self, request: HttpRequest, found: PlanVersion) -> Sequence[Section]:
        plan = from_canonical(found.canonical)
        language = "zh" if in_chinese() else "en"
        rows = [
            (_("Plan id"), text.code(found.name)),
            (_("Version"), str(found.version)),
            (_("In one line"), headline(plan, language)),  # type: ignore[arg-type]
            (_("Hash"), text.code(found.hash)),
            (_("Published"), text.moment_cell(found.published_at)),
            (_("Published by"), found.published_by or text.NOTHING),
            (_("Public id"), text.code(ids.to_text(ids.PLAN, found.pk))),
            (_("Ground"), GROUNDS[found.ground]),
        ]
        return [
            Facts(_("Published plan"), rows),
            *kept_reports(found),
            meaning(plan),
            Source(_("As its author wrote it"), found.source),
            Source(_("Canonical text, which is hashed"), found.canonical),
        ]

    @admin.display(description=gettext_lazy("Plan"))
    def named(self, version: PlanVersion) -> SafeString:
        return text.code(version.name)

    @admin.display(description=gettext_lazy("Version"))
    def version_figure(self, version: PlanVersion) -> SafeString:
        return text.count(version.version)

    @admin.display(description=gettext_lazy("Hash"))
    def hash_start(self, version: PlanVersion) -> SafeString:
        return text.code(version.hash[:16] + "…")

    @admin.display(description=gettext_lazy("Published"))
    def published(self, version: PlanVersion) -> SafeString:
        return text.moment_cell(version.published_at)

    @admin.display(description=gettext_lazy("Published by"))
    def publisher(self, version: PlanVersion) -> object:
        return version.published_by or text.NOTHING


def kept_reports(found: PlanVersion) -> list[Section]:
    """What was found and acknowledged when it was published; nothing where it did not go through the gate."""
    facts, solvency, lawfulness = found.facts, found.solvency, found.lawfulness
    if facts is None or solvency is None or lawfulness is None:
        return []
    return [
        *finding_sections(lawfulness, found.acknowledgements or []),
        *solvency_sections(solvency),
        stated_facts(facts),
    ]
