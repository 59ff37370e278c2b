"""The language of the page, and its change."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from pinwheel.doors.storefront.sessions import member_of
from pinwheel.market.naming.services import asset_names
from pinwheel.plan.refusal import Language


def page_language() -> Language:
    """`zh` or `en`, as the plan's words are given."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def names_of_assets() -> dict[str, str]:
    """What each asset is called on the page, by its name in code. One query: read once for a page."""
    return asset_names(page_language())


def capital(text: str) -> str:
    """The text with a capital letter in front, where it has any."""
    return text[:1].upper() + text[1:]


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
