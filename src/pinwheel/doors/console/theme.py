"""How the console looks: django-unfold's settings."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static

from pinwheel.doors.console.language import gettext_lazy as _


def style(request: HttpRequest) -> str:
    return static("console/console.css")


def favicon(request: HttpRequest) -> str:
    return static("console/favicon.svg")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Pinwheel",
    "SITE_HEADER": "Pinwheel",
    "SITE_SUBHEADER": _("operator console"),
    "SITE_SYMBOL": "toys_fan",
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "6px",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": favicon}],
    "STYLES": [style],
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "pinwheel.doors.console.navigation.navigation",
    },
    "COLORS": {
        "primary": {
            "50": "oklch(98% .012 195)",
            "100": "oklch(95% .03 195)",
            "200": "oklch(90% .055 195)",
            "300": "oklch(83% .085 195)",
            "400": "oklch(72% .105 197)",
            "500": "oklch(60% .105 200)",
            "600": "oklch(51% .09 205)",
            "700": "oklch(44% .077 207)",
            "800": "oklch(38% .064 209)",
            "900": "oklch(33% .052 211)",
            "950": "oklch(25% .04 213)",
        },
    },
}
