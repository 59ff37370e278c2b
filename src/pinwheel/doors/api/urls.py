"""The API's addresses. Whatever happens below them is answered by a problem document."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from pinwheel.doors.api.app import api, problem_response, request_id
from pinwheel.doors.api.explain_code import explain_code
from pinwheel.doors.api.problems import Problem
from pinwheel.market.refusals import Refused

View = Callable[..., HttpResponseBase]


def problems_only(view: View) -> View:
    """A view whose every error is a problem document, and that answers HEAD as GET."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "HEAD":
            request.method = "GET"  # the server leaves the body out
        try:
            response = view(request, *args, **kwargs)
        except Exception as error:
            response = problem_response(request, error)
        if isinstance(response, HttpResponseNotAllowed):
            response = method_problem(request, response)
        response["X-Request-ID"] = request_id(request)
        response["Cache-Control"] = "no-store"
        return response

    return csrf_exempt(answered)


def method_problem(request: HttpRequest, refused: HttpResponseNotAllowed) -> HttpResponse:
    allowed = refused["Allow"]
    return problem_response(
        request, Problem("method_not_allowed", {"allowed": allowed}, headers={"Allow": allowed})
    )


def unknown(request: HttpRequest, **_: str) -> HttpResponse:
    """Any address that is none of ours."""
    raise Refused("not_found")


def wrapped(pattern: URLPattern) -> URLPattern:
    pattern.callback = problems_only(pattern.callback)
    return pattern


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """What Django turns down before any view is asked, as an unknown host name."""
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception)
    response = problem_response(request, Problem("bad_request"))
    response["X-Request-ID"] = request_id(request)
    return response


own: list[URLPattern] = [wrapped(pattern) for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
urlpatterns = [
    path("api/v1/", (own, "ninja", "api")),
    re_path(r"^api/v1(?:/.*)?$", problems_only(unknown)),
    path("problems/<slug:code>", explain_code, name="problem"),
]
