"""Setting up an activity step by step: each step is kept in the draft, which can be left and gone on with."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from pinwheel.doors.console import text
from pinwheel.doors.console.activity_forms import ActivityForm, change_draft, most_prizes, next_hour
from pinwheel.doors.console.activity_page import activity_facts, offers, prizes
from pinwheel.doors.console.activity_pieces import keep_pieces, pieces_form, pieces_of, pieces_table
from pinwheel.doors.console.base import ConsoleAdmin
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import list_url, page_url
from pinwheel.doors.console.page import Action, Facts, Notice, Page, Picture, Section, ask, show
from pinwheel.doors.console.plan_words import meaning
from pinwheel.doors.console.rights import needs
from pinwheel.doors.console.site import refusal_text
from pinwheel.doors.storefront.activity import preview
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.services import create_activity, schedule
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.clock import current_time
from pinwheel.market.plans.models import PlanVersion
from pinwheel.market.refusals import Refused
from pinwheel.plan.canonical import from_canonical

# The fields of each step that asks; after these the draft is looked over, and shown as members will see it.
FIELDS = {
    "plan": ("plan_version", "title_zh", "title_en", "price", "takes_coupons"),
    "products": ("offered", "prizes"),
    "times": ("starts_at", "ends_at"),
}
PIECES = "pieces"
STEPS = ("plan", "products", PIECES, "times", "check", "preview")

if TYPE_CHECKING:
    Base = ConsoleAdmin
else:
    Base = object


def step_titles() -> dict[str, str]:
    return {
        "plan": _("1 Plan and price"),
        "products": _("2 Products"),
        PIECES: _("3 Pieces"),
        "times": _("4 Times and limits"),
        "check": _("5 Check"),
        "preview": _("6 Preview"),
    }


class StepForm(ActivityForm):
    """One step's fields of the form of a draft; what other steps ask for stays as it is."""

    def __init__(self, step: str, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in [name for name in self.fields if name not in FIELDS[step]]:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        if "prizes" in self.fields:
            plan = from_canonical(self.instance.plan_version.canonical)
            self.check_prizes(len(data.get("prizes") or ()), most_prizes(plan))
        return data


class ActivitySetup(Base):
    """The pages of the steps, and the frame with the member's page."""

    def setup_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One step of a draft: asked, kept, and on to the next."""
        found = self.draft_to_set_up(request, object_id)
        if found is None:
            return self.gone(request, object_id)
        step = request.GET.get("step", "products")
        if step not in STEPS:
            step = "plan"
        if step == PIECES and found.offers.exists():
            return self.pieces_step(request, found)
        if step in FIELDS:
            return self.asking_step(request, found, step)
        if step == PIECES:
            sections: list[Section] = [nothing_chosen()]
        else:
            sections = self.check_sections(found) if step == "check" else [self.preview_section(found)]
        page = Page(_("Set up “%s”") % found, sections, self.step_actions(request, found, step))
        return show(request, page, self)

    def asking_step(self, request: HttpRequest, found: Activity, step: str) -> HttpResponse:
        """A step with fields."""
        proposed = {} if found.starts_at else {"starts_at": next_hour(current_time())}
        form = StepForm(step, posted(request), instance=found, initial=proposed)
        if request.method == "POST" and form.is_valid():
            keep_step(Activity.objects.get(pk=found.pk), form)
            return HttpResponseRedirect(step_url(found, STEPS[STEPS.index(step) + 1]))
        page = Page(_("Set up “%s”") % found, hints(found, step), self.step_actions(request, found, step))
        return ask(request, page, _("Keep and go on"), list_url(Activity), self, form)

    def pieces_step(self, request: HttpRequest, found: Activity) -> HttpResponse:
        """How many of each product and variant."""
        form = pieces_form(found, posted(request))
        if request.method == "POST" and form.is_valid():
            keep_pieces(found, form.pieces())
            return HttpResponseRedirect(step_url(found, STEPS[STEPS.index(PIECES) + 1]))
        notice = Notice(
            _(
                "Pieces of a variant leave its stock when the activity goes on sale; what is not sold comes "
                "back at its end. Refunded joins give theirs back."
            )
        )
        page = Page(_("Set up “%s”") % found, [notice], self.step_actions(request, found, PIECES))
        return ask(request, page, _("Keep and go on"), list_url(Activity), self, form)

    def step_actions(self, request: HttpRequest, found: Activity, here: str) -> Sequence[Action]:
        """The way through the steps; at its end the activity is put on sale."""
        actions = [
            Action(title, step_url(found, step), "", "primary" if step == here else "default")
            for step, title in step_titles().items()
        ]
        if here in ("check", "preview") and request.user.has_perm("console.sell_activity"):
            url = page_url(Activity, found.pk, "sell")
            actions.append(Action(_("Put on sale…"), url, "rocket_launch"))
        return actions

    def check_sections(self, found: Activity) -> list[Section]:
        """What it is, what its plan means, and whether it could go on sale now."""
        refusal = refusal_of_sale(found)
        notice = (
            Notice(_("It cannot be put on sale yet: %s") % refusal, "error")
            if refusal
            else Notice(_("Nothing stands in the way of putting it on sale."), "success")
        )
        plan = from_canonical(found.plan_version.canonical)
        return [
            notice,
            activity_facts(found),
            offers(found),
            pieces_table(found),
            *prizes(found),
            limit_facts(found),
            meaning(plan, found.price),
        ]

    def preview_section(self, found: Activity) -> Section:
        """The member's page at the width of a phone; in a frame that can do nothing."""
        if not found.offers.exists():
            return nothing_chosen()
        address = page_url(Activity, found.pk, "preview-frame")
        frame = text.frame(address, _("The page as members will see it"))
        said = _("Only operators see this. Members find the page once the activity is on sale.")
        return Picture(_("The page as members will see it"), frame, said)

    def preview_frame(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The member's page of a draft, for operators alone."""
        found = self.draft_to_set_up(request, object_id)
        if found is None or not found.offers.exists():
            return self.gone(request, object_id)
        return preview(request, found)

    def draft_to_set_up(self, request: HttpRequest, object_id: str) -> Activity | None:
        """The draft, for those who may edit it. Raises: PermissionDenied, Refused not_editable."""
        found: Activity | None = self.found_or_none(request, object_id)
        if not request.user.has_perm("activities.change_activity"):
            raise PermissionDenied
        if found is not None and found.state != Activity.State.DRAFT:
            raise Refused("not_editable")
        return found


def new_page(request: HttpRequest) -> HttpResponse:
    """The first step: with a plan chosen there is a draft, and everything else is kept in it."""
    needs(request, "activities.add_activity")
    form = NewForm(posted(request))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["plan_version"]
        made = create_activity(version, [], None, None, current_time())
        return HttpResponseRedirect(step_url(made, "plan"))
    notice = Notice(_("Choose a published plan. Every step is kept: you can leave and go on later."))
    page = Page(_("New activity, step by step"), [notice])
    return ask(request, page, _("Keep and go on"), list_url(Activity), form=form)


class NewForm(forms.Form):
    """By which plan."""

    plan_version: Any = ActivityForm.base_fields["plan_version"]


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent; a form that was sent empty is sent all the same."""
    return request.POST if request.method == "POST" else None


def step_url(activity: Activity, step: str) -> str:
    return f"{reverse('admin:activities_activity_setup', args=[activity.pk])}?step={step}"


def keep_step(activity: Activity, form: StepForm) -> None:
    """Write what a step says, and what the draft had of the others. Raises: Refused not_editable."""
    data = form.cleaned_data
    terms = {field: data[field] for field in ActivityForm.Meta.fields if field in form.fields}
    kept = list(activity.offers.select_related("product"))
    offered = data["offered"] if "offered" in data else list(dict.fromkeys(one.product for one in kept))
    listed = data["prizes"] if "prizes" in data else [one.product for one in activity.prizes.all()]
    change_draft(activity, offered, listed, None, pieces_of(activity), **terms)


def refusal_of_sale(activity: Activity) -> str:
    """Why the activity cannot be put on sale now; empty if it can. It is tried in full and taken back."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                schedule(activity, current_time())
        except Refused as refused:
            return refusal_text(refused)
        finally:
            transaction.set_rollback(True)
    return ""


def nothing_chosen() -> Notice:
    """What stands where products would."""
    return Notice(_("Choose at least one product: the page shows it."), "warning")


def hints(activity: Activity, step: str) -> list[Section]:
    """What an operator wants to know beside the fields of a step."""
    return [limit_facts(activity)] if step == "times" else []


def limit_facts(activity: Activity) -> Facts:
    """Limits stand in the plan, which is published: another limit is another version."""
    plan = terms_of(activity.plan_version_id).plan
    limits, spans = plan.limits, plan.hours
    hours = ", ".join(
        f"{span.start // 60:02}:{span.start % 60:02}–{span.end // 60:02}:{span.end % 60:02}" for span in spans
    )
    without = _("without limit")
    return Facts(
        _("Limits of the plan"),
        [
            (_("Daily hours"), hours or _("all day")),
            (_("Joins a day"), limits.joins_per_day or without),
            (_("Joins in all"), limits.joins_total or without),
            (_("Seats of one group"), limits.seats_per_group),
            (_("Open groups of a leader"), limits.open_groups),
            (
                _("Published plan"),
                text.link(page_url(PlanVersion, activity.plan_version_id), activity.plan_version),
            ),
        ],
    )
