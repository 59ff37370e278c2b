"""The page that the `type` of a problem document leads to: what a code means, in both languages."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from pinwheel.doors.api.codes import CODES
from pinwheel.market.refusals import SENTENCES

PAGE = (
    '<!doctype html><html lang="zh"><meta charset="utf-8"><title>{code}</title>'
    '<meta name="viewport" content="width=device-width"><h1><code>{code}</code></h1>'
    "<p>HTTP {status}</p><h2>{title_zh}</h2><p>{zh}</p>"
    '<h2 lang="en">{title_en}</h2><p lang="en">{en}</p></html>'
)


@require_safe
def explain_code(request: HttpRequest, code: str) -> HttpResponse:
    """One code, with its sentence; braces stand for what a document fills in."""
    kind = CODES.get(code)
    if kind is None:
        raise Http404
    chinese, english = kind.sentence or SENTENCES.get(code, ("", ""))
    return HttpResponse(
        format_html(
            PAGE,
            code=code,
            status=kind.status,
            title_zh=kind.title[0],
            title_en=kind.title[1],
            zh=chinese,
            en=english,
        )
    )
