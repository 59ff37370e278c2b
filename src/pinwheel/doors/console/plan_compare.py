"""A plan beside a published version: every field in which they differ, and their figures."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from pinwheel.doors.console import text
from pinwheel.doors.console.base import is_key
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.page import Action, Facts, Notice, Page, Section, Table, show
from pinwheel.doors.console.plan_reports import spoken
from pinwheel.market.plans.models import REPORTS, PlanVersion
from pinwheel.plan.canonical import from_canonical, plan_hash
from pinwheel.plan.compare import differences, figures_side_by_side
from pinwheel.plan.model import Plan

MOST_SHOWN = 50
WITH = "with"  # of the address: the version to compare with


def compared(
    request: HttpRequest, name: str, short: str, plan: Plan, back: str, own: int = 0
) -> HttpResponse:
    """The page that compares a plan with the version asked for, and offers versions.

    `name`, `short`: what the plan is called in titles, and at the head of a column. `own`: the version that
    it is itself, which is not offered; 0: a draft.
    """
    asked = request.GET.get(WITH, "")
    version = PlanVersion.objects.filter(pk=int(asked)).first() if is_key(asked) else None
    sections: list[Section] = [] if version is None else beside(name, short, plan, version)
    sections += choices(request, PlanVersion.objects.exclude(pk=own), plan.plan)
    actions = [Action(_("Back"), back, "arrow_back")]
    return show(request, Page(_("Compare %s") % name, sections, actions))


def beside(name: str, short: str, plan: Plan, version: PlanVersion) -> list[Section]:
    """The plan and one version side by side."""
    other = from_canonical(version.canonical)
    found = [
        (text.code(one.path), text.code(one.before or text.NOTHING), text.code(one.after or text.NOTHING))
        for one in differences(other, plan)
    ]
    rows = [(row.name, *row.before, *row.after) for row in figures_side_by_side(other, plan, spoken())]
    other_short = f"v{version.version}" if version.name == plan.plan else str(version)
    whose = {"before": other_short, "after": short}
    headers = [
        _("One full group (yuan)"),
        _("%(before)s expected") % whose,
        _("%(before)s worst") % whose,
        _("%(after)s expected") % whose,
        _("%(after)s worst") % whose,
    ]
    sections: list[Section] = [
        Facts(
            _("What is compared"),
            [(str(version), text.code(version.hash)), (name, text.code(plan_hash(plan)))],
        )
    ]
    if found:
        sections.append(Table(_("Fields that differ"), [_("Path"), other_short, short], found))
    else:
        sections.append(Notice(_("They say the same, field by field."), "success"))
    return [*sections, Table(_("Figures side by side"), headers, rows, right=[1, 2, 3, 4])]


def choices(request: HttpRequest, versions: QuerySet[PlanVersion], plan: str) -> list[Section]:
    """The versions to compare with: those of the same plan first."""
    light = versions.defer("source", "canonical", *REPORTS)
    same = list(light.filter(name=plan).order_by("-version")[:MOST_SHOWN])
    others = list(light.exclude(name=plan).order_by("-pk")[: MOST_SHOWN - len(same)])
    rows = [
        (
            text.link(f"{request.path}?{WITH}={version.pk}", str(version)),
            text.code(version.hash[:16] + "…"),
            text.moment_cell(version.published_at),
        )
        for version in (*same, *others)
    ]
    headers = [_("Version"), _("Hash"), _("Published")]
    return [Table(_("Compare with a published version"), headers, rows)]
