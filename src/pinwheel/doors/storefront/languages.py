"""The language of the page, and its change."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from pinwheel.doors.storefront.sessions import member_of
from pinwheel.plan.refusal import Language
from pinwheel.plan.words import ASSET_NAMES
from pinwheel.rules.assets import ASSETS


def page_language() -> Language:
    """`zh` or `en`, as the plan's words are given."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def asset_name(asset: int) -> str:
    """What an asset is called on the page."""
    name = ASSET_NAMES[ASSETS[asset]].say(page_language())
    return name[:1].upper() + name[1:]


@require_POST
def change_language(request: HttpRequest) -> HttpResponse:
    """Show pages in another language from here on; a signed-in member keeps it for next time."""
    response = set_language(request)
    language = request.POST.get("language", "")
    member = member_of(request)
    if member is not None and language in ("zh-hans", "en") and member.language != language:
        member.language = language
        member.save(update_fields=["language"])
    return response
