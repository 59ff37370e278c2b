"""The console under `/console/`."""

from django.urls import path

from pinwheel.doors.console.registry import SITE

urlpatterns = [path("", SITE.urls)]
