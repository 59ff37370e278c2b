"""Where requests go."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.static import serve

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("pinwheel.doors.api.urls")),
    path("console/", include("pinwheel.doors.console.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("", include("pinwheel.doors.storefront.urls")),
]

handler400 = "pinwheel.doors.api.urls.bad_request"
