"""The console's site: who may come in, and what an operator sees when something is refused or fails."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import get_language
from unfold.sites import UnfoldAdminSite

from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.page import Page, show
from pinwheel.doors.console.sign_in import SignInForm, with_status
from pinwheel.doors.console.words import names_read_once
from pinwheel.market.refusals import Refused
from pinwheel.plan.refusal import PlanRefused

log = structlog.get_logger("pinwheel.console")
View = Callable[..., HttpResponseBase]


class ConsoleSite(UnfoldAdminSite):  # type: ignore[misc]
    """The operator console."""

    index_template = "console/dashboard.html"
    login_template = "console/login.html"
    login_form = SignInForm

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return super().admin_view(guarded(view), cacheable)  # type: ignore[no-any-return]

    def extra_urls(self) -> list[URLPattern]:
        """Pages that belong to no model."""
        from pinwheel.doors.console.own_urls import own_urls

        return own_urls(self)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Log in, and go on to the page that was asked for, else to the overview."""
        if "next" not in request.GET and "next" not in request.POST:
            asked = request.GET.copy()
            asked["next"] = reverse("admin:index")
            request.GET = asked  # type: ignore[assignment]
        return with_status(super().login(request, extra_context))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from pinwheel.doors.console.dashboard import dashboard

        context = {**dashboard(request), **(extra_context or {})}
        response: TemplateResponse = super().index(request, context)
        return response


def guarded(view: View) -> View:
    """A view whose refusals become messages, and whose failures are recorded and never shown as a trace."""

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with names_read_once():
                response = view(request, *args, **kwargs)
                if isinstance(response, TemplateResponse):
                    response.render()
                return response
        except (Refused, PlanRefused) as refused:
            return told(request, refusal_text(refused))
        except PermissionDenied:
            return sorry(request, 403, _("Not allowed"), _("Your role does not allow this."))
        except Http404:
            return sorry(request, 404, _("Not found"), _("There is no such page."))
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("a console page failed", path=request.path, reference=reference)
            return sorry(
                request,
                500,
                _("Something went wrong"),
                _("This could not be done. The failure was recorded under reference %s.") % reference,
            )

    return guard


def refusal_text(refused: Refused | PlanRefused) -> str:
    """A refusal in the operator's language."""
    language = get_language() or "zh"
    if isinstance(refused, PlanRefused):
        return refused.text("zh" if language.startswith("zh") else "en")
    return refused.sentence(language)


def told(request: HttpRequest, text: str) -> HttpResponse:
    """Back to where the operator was, with the refusal as a message."""
    messages.error(request, text)
    home = reverse("admin:index")
    if request.method == "POST":
        return HttpResponseRedirect(request.path)
    came_from = urlsplit(request.headers.get("referer", "")).path
    is_ours = came_from.startswith(home) and came_from != request.path
    return HttpResponseRedirect(came_from if is_ours else home)


def sorry(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    """A page that says in one sentence what did not work."""
    try:
        page = Page(title, more={"text": text})
        return show(request, page, template="console/sorry.html", status=status).render()
    except Exception:
        log.exception("the page that says what failed has failed itself")
        return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


SITE = ConsoleSite()
