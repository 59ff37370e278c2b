"""Who is looking: the member whose id the session holds; what is seen of a form's address that was typed."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from pinwheel.doors.storefront.sessions import member_of

View = Callable[[HttpRequest], HttpResponse]


def member_of_session(get_response: View) -> View:
    """Give every request a lazy `member`: a Member, or something false where nobody is signed in.

    Nothing is read from the session or the database until somebody looks.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.member = SimpleLazyObject(lambda: member_of(request))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def page_of_forms(get_response: View) -> View:
    """Where an address of the shop only takes what a form sends, say so on a page, not on an empty one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        is_ours = match is not None and match.app_name == "shop"
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET" or not is_ours:
            return response
        page = render(request, "405.html", status=response.status_code)
        page["Allow"] = response["Allow"]
        return page

    return middleware
