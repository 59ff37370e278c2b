"""Who is looking: the member whose id the session holds."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
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
