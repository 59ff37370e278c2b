"""Coming in and going out: register, sign in by password or by a one-time code, sign out."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pinwheel.doors.storefront.invitation import invited_by, remembered_code
from pinwheel.doors.storefront.sessions import begin_session, end_session, member_of, safe_next
from pinwheel.doors.storefront.share import SESSION_CODE
from pinwheel.market.clock import current_time
from pinwheel.market.members import services
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import bind_sponsor
from pinwheel.market.refusals import Refused

CODE_PHONE = "code_phone"  # the session's note of the number that a code was sent to
LONGEST_PASSWORD = 200


def form_page(
    request: HttpRequest, template: str, refused: Refused | None = None, **context: Any
) -> HttpResponse:
    """A form with what was entered, and the reason if it was refused."""
    context |= {
        "entered": request.POST if request.method == "POST" else request.GET,
        "next": safe_next(request, reverse("shop:home")),
        "error": refused.sentence(language()) if refused else "",
        "code": refused.code if refused else "",
        "wrong_field": refused.details.get("field", "") if refused else "",
        "tab": "me",
    }
    return render(request, f"storefront/{template}.html", context, status=422 if refused else 200)


def language() -> str:
    return get_language() or "zh-hans"


def password_of(request: HttpRequest) -> str:
    """The password entered. Raises: Refused invalid, so that nobody has us hash a book."""
    password = request.POST.get("password", "")
    if len(password) > LONGEST_PASSWORD:
        what = (
            f"密码最长 {LONGEST_PASSWORD} 个字符。",
            f"A password has at most {LONGEST_PASSWORD} characters.",
        )
        raise Refused("invalid", {"what": what})
    return password


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    if member_of(request) is not None:
        return HttpResponseRedirect(safe_next(request))
    if request.method != "POST":
        return form_page(request, "register", invitation=remembered_code(request))
    try:
        member = register_invited(request)
    except Refused as refused:
        return form_page(request, "register", refused, invitation=request.POST.get("invitation", ""))
    request.session.pop(SESSION_CODE, None)
    messages.success(request, _("Welcome! You are registered and signed in."))
    return begin_session(request, HttpResponseRedirect(safe_next(request)), member)


def register_invited(request: HttpRequest) -> Member:
    """Make the member, and bind them to who invited them: both or neither. Raises: Refused."""
    entered, now = request.POST, current_time()
    sponsor = invited_by(entered.get("invitation", ""))
    with transaction.atomic():
        member = services.register(
            phone=entered.get("phone", ""),
            nickname=entered.get("nickname", ""),
            password=password_of(request),
            language=language(),
            is_adult=entered.get("adult") == "1",
            now=now,
        )
        if sponsor is not None:
            bind_sponsor(member.pk, sponsor.pk, now)
    return member


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Sign in by password."""
    if member_of(request) is not None:
        return HttpResponseRedirect(safe_next(request))
    if request.method != "POST":
        return form_page(request, "login")
    try:
        member = services.sign_in_by_password(
            request.POST.get("phone", ""), password_of(request), current_time()
        )
    except Refused as refused:
        return form_page(request, "login", refused)
    return begin_session(request, HttpResponseRedirect(safe_next(request)), member)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login_by_code(request: HttpRequest) -> HttpResponse:
    """Sign in by a one-time code: first it is sent, then entered."""
    if member_of(request) is not None:
        return HttpResponseRedirect(safe_next(request))
    if request.method != "POST":
        if "again" in request.GET:
            request.session.pop(CODE_PHONE, None)
        return form_page(request, "login_code", sent_to=request.session.get(CODE_PHONE, ""))
    sent_to = request.session.get(CODE_PHONE, "")
    try:
        if "code" in request.POST and sent_to:
            return enter_code(request, sent_to)
        return send_code(request)
    except Refused as refused:
        return form_page(request, "login_code", refused, sent_to=sent_to)


def send_code(request: HttpRequest) -> HttpResponse:
    """Send a code and ask for it. Raises: Refused."""
    phone = request.POST.get("phone", "")
    services.send_code(phone, language(), current_time())
    request.session[CODE_PHONE] = services.read_phone(phone)
    messages.success(request, _("The code is on its way; it is valid for 10 minutes."))
    query = urlencode({"next": safe_next(request)})
    return HttpResponseRedirect(f"{reverse('shop:login-code')}?{query}")


def enter_code(request: HttpRequest, phone: str) -> HttpResponse:
    """Sign in with the code that was sent. Raises: Refused."""
    try:
        member = services.sign_in_by_code(phone, request.POST.get("code", ""), current_time())
    except Refused as refused:
        if refused.code != "not_found":
            raise
        request.session.pop(CODE_PHONE, None)
        messages.info(request, _("There is no account with this number yet; please register."))
        query = urlencode({"phone": phone, "next": safe_next(request)})
        return HttpResponseRedirect(f"{reverse('shop:register')}?{query}")
    request.session.pop(CODE_PHONE, None)
    return begin_session(request, HttpResponseRedirect(safe_next(request)), member)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    end_session(request)
    return HttpResponseRedirect(reverse("shop:home"))
