"""The home page: what is running and what is coming."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinwheel.doors.storefront.activity_selectors import home_activities
from pinwheel.market.clock import current_time


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    now = current_time()
    context = {"activities": home_activities(now), "now": now, "tab": "home"}
    return render(request, "storefront/home.html", context)
