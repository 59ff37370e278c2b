"""Activities: drafted, put on sale, stopped; read once they are on sale."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.activity_files import ActivityFiles, file_actions
from pinwheel.doors.console.activity_forms import ActivityForm, change_draft, list_prizes, next_hour
from pinwheel.doors.console.activity_page import activity_sections
from pinwheel.doors.console.activity_sale import ActivitySale
from pinwheel.doors.console.activity_setup import ActivitySetup, step_url
from pinwheel.doors.console.base import ConsoleAdmin
from pinwheel.doors.console.filters import number_filter, words_of
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy, in_chinese
from pinwheel.doors.console.links import list_url, page_url, shop_activity
from pinwheel.doors.console.page import Action, Page, show
from pinwheel.doors.console.site import SITE
from pinwheel.doors.console.words import ACTIVITY_STATES
from pinwheel.market import ids
from pinwheel.market.activities.models import Activity, ActivityStop
from pinwheel.market.activities.services import create_activity
from pinwheel.market.clock import current_time
from pinwheel.market.groups.models import Group
from pinwheel.market.orders.models import Order
from pinwheel.market.refusals import Refused

State = Activity.State


@admin.register(Activity, site=SITE)
class ActivityAdmin(ActivitySale, ActivitySetup, ActivityFiles, ConsoleAdmin):
    """Activities; only a draft can be edited."""

    form = ActivityForm
    fields = (
        "plan_version",
        ("title_zh", "title_en"),
        "offered",
        "prizes",
        ("price", "stock"),
        "takes_coupons",
        "starts_at",
        "ends_at",
    )
    list_display = ("named", "plan", "price_figure", "state_word", "starts", "ends")
    list_filter = (number_filter(gettext_lazy("state"), "state", words_of(ACTIVITY_STATES)),)
    search_fields = ("title_zh",)
    search_help_text = gettext_lazy("activity id (A…) or title")
    pages = {
        "sell": "sell_page",
        "stop": "stop_page",
        "copy": "copy_page",
        "setup": "setup_page",
        "preview-frame": "preview_frame",
        "results-csv": "results_csv",
        "results-xlsx": "results_xlsx",
        "qr-png": "qr_png",
        "qr-svg": "qr_svg",
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        versions = ("plan_version__name", "plan_version__version")
        return (
            super()
            .get_queryset(request)
            .select_related("plan_version")
            .only(*(field.name for field in Activity._meta.concrete_fields), *versions)
        )

    def search(self, queryset: Any, term: str) -> Any:
        number = ids.from_text(ids.ACTIVITY, term.upper())
        if number is not None:
            return queryset.filter(pk=number)
        return queryset.filter(Q(title_zh__contains=term) | Q(title_en__icontains=term))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_at": next_hour(current_time()), **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.state == State.DRAFT)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        found = self.found_or_none(request, object_id)
        if found is None or self.has_change_permission(request, found):
            return super().change_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            raise Refused("not_editable")
        page = Page(named(found), activity_sections(found), self.page_actions(request, found))
        return show(request, page, self)

    def save_model(self, request: HttpRequest, obj: Activity, form: Any, change: bool) -> None:
        data = form.cleaned_data
        if change:
            terms = {field: data[field] for field in ActivityForm.Meta.fields}
            change_draft(obj, data["offered"], data["prizes"], data["stock"], form.pieces(), **terms)
            return
        made = create_activity(
            data["plan_version"],
            data["offered"],
            data["starts_at"],
            data["ends_at"],
            current_time(),
            price=data["price"],
            stock=data["stock"],
            title=(data["title_zh"], data["title_en"]),
            takes_coupons=data["takes_coupons"],
        )
        list_prizes(made, data["prizes"])
        obj.pk, obj.created_at = made.pk, made.created_at

    def response_add(
        self, request: HttpRequest, obj: Activity, post_url_continue: Any = None
    ) -> HttpResponse:
        messages.success(request, _("The draft is kept. Look it over, then put it on sale."))
        return HttpResponseRedirect(page_url(Activity, obj.pk))

    def page_actions(self, request: HttpRequest, found: Activity) -> Sequence[Action]:
        actions = []
        if request.user.has_perm("activities.add_activity"):
            actions.append(Action(_("Copy…"), page_url(Activity, found.pk, "copy"), "content_copy"))
        if found.state == State.DRAFT and self.has_change_permission(request, found):
            actions.append(Action(_("Step by step…"), step_url(found, "plan"), "checklist"))
        may_sell = request.user.has_perm("console.sell_activity")
        if may_sell and found.state == State.DRAFT:
            url = page_url(Activity, found.pk, "sell")
            actions.append(Action(_("Put on sale…"), url, "rocket_launch", "primary"))
        if found.state != State.DRAFT:
            actions.append(Action(_("Open in the shop"), shop_activity(found.pk), "storefront"))
            for model, word, icon in (
                (Group, _("Its groups"), "groups"),
                (Order, _("Its orders"), "receipt_long"),
            ):
                if request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"):
                    actions.append(Action(word, list_url(model, f"activity_id={found.pk}"), icon))
        actions += file_actions(request, found)
        stop = found.stops.exclude(state=ActivityStop.State.REJECTED).first()
        if stop is not None and request.user.has_perm("activities.view_activitystop"):
            url = page_url(ActivityStop, stop.pk)
            actions.append(Action(_("Its stop"), url, "stop_circle"))
        if may_sell and stop is None and found.state in (State.SCHEDULED, State.RUNNING):
            actions.append(Action(_("Stop…"), page_url(Activity, found.pk, "stop"), "stop_circle", "danger"))
        return actions

    @admin.display(description=gettext_lazy("Activity"))
    def named(self, activity: Activity) -> str:
        return named(activity)

    @admin.display(description=gettext_lazy("Plan"))
    def plan(self, activity: Activity) -> SafeString:
        return text.code(str(activity.plan_version))

    @admin.display(description=gettext_lazy("Price"))
    def price_figure(self, activity: Activity) -> SafeString:
        return text.amount(activity.price)

    @admin.display(description=gettext_lazy("State"))
    def state_word(self, activity: Activity) -> SafeString:
        return text.state_label(ACTIVITY_STATES, activity.state)

    @admin.display(description=gettext_lazy("Starts"))
    def starts(self, activity: Activity) -> SafeString:
        return text.moment_cell(activity.starts_at)

    @admin.display(description=gettext_lazy("Ends"))
    def ends(self, activity: Activity) -> SafeString:
        return text.moment_cell(activity.ends_at)


def named(activity: Activity) -> str:
    """An activity's title in the operator's language."""
    return activity.title_zh if in_chinese() else activity.title_en
