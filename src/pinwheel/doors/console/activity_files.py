"""Files of an activity: what came of its orders, and the QR code of its page."""

import io
from typing import TYPE_CHECKING

import segno
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse

from pinwheel.doors.console.base import ConsoleAdmin
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import page_url, shop_activity
from pinwheel.doors.console.page import Action
from pinwheel.doors.console.parcel_files import XLSX, as_file
from pinwheel.doors.console.record import record
from pinwheel.market import ids
from pinwheel.market.activities.models import Activity
from pinwheel.market.clock import business_day, current_time
from pinwheel.market.orders.result_files import result_lines, result_workbook

QR_SCALE = 12  # pixels a square: it is printed

if TYPE_CHECKING:
    Base = ConsoleAdmin
else:
    Base = object


class ActivityFiles(Base):
    """Downloads. Results hold names and phone numbers: whoever takes them is written down."""

    def results_csv(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Every order with its result as CSV, sent as it is read."""
        activity = self.activity_with_results(request, object_id)
        if activity is None:
            return self.gone(request, object_id)
        record(request, activity, _("Results downloaded (CSV)."))
        response = StreamingHttpResponse(result_lines(activity.pk), content_type="text/csv; charset=utf-8")
        return as_file(response, file_name(activity, "results", "csv"))  # type: ignore[arg-type]

    def results_xlsx(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The same as a workbook."""
        activity = self.activity_with_results(request, object_id)
        if activity is None:
            return self.gone(request, object_id)
        book = result_workbook(activity.pk)
        record(request, activity, _("Results downloaded (XLSX)."))
        response = FileResponse(book, content_type=XLSX)
        return as_file(response, file_name(activity, "results", "xlsx"))  # type: ignore[arg-type]

    def qr_png(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The QR code of the activity's page, to be printed."""
        activity = self.found_or_none(request, object_id)
        if activity is None or activity.state == Activity.State.DRAFT:
            return self.gone(request, object_id)
        picture = io.BytesIO()
        segno.make(shop_activity(activity.pk), error="m").save(picture, kind="png", scale=QR_SCALE, border=4)
        response = HttpResponse(picture.getvalue(), content_type="image/png")
        return as_file(response, file_name(activity, "qr", "png"))

    def qr_svg(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The same for any size."""
        activity = self.found_or_none(request, object_id)
        if activity is None or activity.state == Activity.State.DRAFT:
            return self.gone(request, object_id)
        picture = io.BytesIO()
        segno.make(shop_activity(activity.pk), error="m").save(picture, kind="svg", scale=QR_SCALE, border=4)
        return as_file(
            HttpResponse(picture.getvalue(), content_type="image/svg+xml"), file_name(activity, "qr", "svg")
        )

    def activity_with_results(self, request: HttpRequest, object_id: str) -> Activity | None:
        """The activity, for those who may see orders and members. Raises: PermissionDenied."""
        if not may_take_results(request):
            raise PermissionDenied
        found: Activity | None = self.found_or_none(request, object_id)
        return found


def may_take_results(request: HttpRequest) -> bool:
    return bool(request.user.has_perms(("orders.view_order", "members.view_member")))


def file_actions(request: HttpRequest, activity: Activity) -> list[Action]:
    """Buttons for the files of an activity on sale."""
    if activity.state == Activity.State.DRAFT:
        return []
    actions = [
        Action(_("Poster"), f"{shop_activity(activity.pk)}/poster", "image"),
        Action(_("QR code (PNG)"), page_url(Activity, activity.pk, "qr-png"), "qr_code"),
        Action(_("QR code (SVG)"), page_url(Activity, activity.pk, "qr-svg"), "qr_code"),
    ]
    if may_take_results(request):
        actions += [
            Action(_("Results (CSV)"), page_url(Activity, activity.pk, "results-csv"), "download"),
            Action(_("Results (XLSX)"), page_url(Activity, activity.pk, "results-xlsx"), "download"),
        ]
    return actions


def file_name(activity: Activity, what: str, ending: str) -> str:
    day = business_day(current_time()).isoformat()
    return f"{what}-{ids.to_text(ids.ACTIVITY, activity.pk)}-{day}.{ending}"
