"""A member's session: begun at sign-in, ended at sign-out, and where to go afterwards."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from pinwheel.market.members.models import Member

MEMBER_KEY = "member"
PRINT_KEY = "member_print"
READ = "_pinwheel_member"  # the request's attribute once the member was read

MemberView = Callable[..., HttpResponse]


def member_of(request: HttpRequest) -> Member | None:
    """The signed-in member; read once per request. A session from before a change of password is over."""
    if not hasattr(request, READ):
        setattr(request, READ, read_member(request))
    found: Member | None = getattr(request, READ)
    return found


def read_member(request: HttpRequest) -> Member | None:
    member_id = request.session.get(MEMBER_KEY)
    if member_id is None:
        return None
    member = Member.objects.filter(pk=member_id).first()
    if member is None or not constant_time_compare(
        request.session.get(PRINT_KEY, ""), password_print(member)
    ):
        return None
    return member


def password_print(member: Member) -> str:
    """Changes with the member's password."""
    return salted_hmac("pinwheel.session", member.password, algorithm="sha256").hexdigest()


def begin_session(request: HttpRequest, response: HttpResponse, member: Member) -> HttpResponse:
    """Sign the member in under a new session key, in the language that they chose."""
    if request.session.get(MEMBER_KEY) not in (None, member.pk):
        request.session.flush()
    request.session.cycle_key()
    request.session[MEMBER_KEY] = member.pk
    request.session[PRINT_KEY] = password_print(member)
    rotate_token(request)
    setattr(request, READ, member)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, member.language, samesite="Lax")
    return response


def end_session(request: HttpRequest) -> None:
    """Sign out; nothing of the session is kept."""
    request.session.flush()
    setattr(request, READ, None)


def safe_next(request: HttpRequest, fallback: str = "/") -> str:
    """The page asked for by `next`, if it is one of ours; else the fallback."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None, require_https=request.is_secure()
    )
    return wanted if allowed else fallback


def sign_in_url(next_page: str) -> str:
    return f"{reverse('shop:login')}?{urlencode({'next': next_page})}"


def page_of_form(request: HttpRequest) -> str:
    """The page of ours from which a form was sent: many forms go to an address that shows nothing itself."""
    sent_from = urlsplit(request.headers.get("Referer", ""))
    is_ours = sent_from.netloc == request.get_host() and sent_from.path.startswith("/")
    return sent_from._replace(scheme="", netloc="", fragment="").geturl() if is_ours else request.path


def members_only(view: MemberView) -> MemberView:
    """Hand the view the signed-in member as its second argument; others are asked to sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        member = member_of(request)
        if member is not None:
            return view(request, member, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else page_of_form(request)
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(sign_in_url(back.removesuffix("/live")))
        return HttpResponseRedirect(sign_in_url(back))

    return guarded
