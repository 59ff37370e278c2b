"""The console under `/console/`."""

from django.urls import path
from django.views.i18n import set_language

from pinwheel.doors.console.registry import SITE

urlpatterns = [
    path("language/", set_language, name="console_language"),
    path("", SITE.urls),
]
