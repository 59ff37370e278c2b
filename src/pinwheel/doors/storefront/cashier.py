"""The cashier's addresses: where providers call back, and the sandbox provider's own cashier page."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from pinwheel.market.cashier.models import Payment
from pinwheel.market.cashier.providers import Sandbox, provider
from pinwheel.market.cashier.services import hear_callback
from pinwheel.market.clock import current_time
from pinwheel.market.orders.models import Order, Unpaid
from pinwheel.market.presale.models import Balance
from pinwheel.market.refusals import Refused

STATUS = {"bad_signature": 400, "not_found": 404, "invalid": 422}
ACTIONS = ("paid", "failed", "twice", "later")


@csrf_exempt
@require_POST
def callback(request: HttpRequest, provider_name: str) -> HttpResponse:
    """A provider says what became of a payment; its signature is all that is trusted. Repeats get 200."""
    fields = read_fields(request)
    if fields is None:
        return JsonResponse({"code": "invalid"}, status=400)
    return hear(provider_name, fields)


def read_fields(request: HttpRequest) -> dict[str, str] | None:
    """The fields of a form or of a JSON object of texts; None if the body is neither."""
    if request.content_type != "application/json":
        return request.POST.dict()
    try:
        read: Any = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict) or not all(isinstance(value, str) for value in read.values()):
        return None
    return read


def hear(provider_name: str, fields: dict[str, str]) -> HttpResponse:
    """Take a callback and answer the provider."""
    try:
        payment = hear_callback(provider_name, fields, current_time())
    except Refused as refused:
        return JsonResponse({"code": refused.code}, status=STATUS.get(refused.code, 400))
    return JsonResponse({"code": "ok", "state": payment.get_state_display()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sandbox(request: HttpRequest) -> HttpResponse:
    """The sandbox's cashier: choose what is to happen to the payment."""
    cashier, payment = asked_payment(request)
    order = Order.objects.get(pk=payment.order_id)
    if request.method != "POST":
        is_balance = payment.part == Payment.Part.BALANCE
        hold = Unpaid.objects.filter(pk=order.pk).first()
        due = Balance.objects.filter(pk=order.pk).first() if is_balance else None
        until = due.due_at if due else hold.hold_until if hold else None
        context = {
            "payment": payment,
            "order": order,
            "fields": request.GET.items(),
            "hold_until": until,
            "is_balance": is_balance,
            "now": current_time(),
            "is_open": payment.state != Payment.State.PAID,
        }
        return render(request, "storefront/sandbox.html", context)
    action = request.POST.get("action", "")
    if action not in ACTIONS:
        raise Http404
    act(request, cashier, payment, action)
    return redirect("shop:order", order.pk)


def asked_payment(request: HttpRequest) -> tuple[Sandbox, Payment]:
    """The payment that the signed query asks for. Raises: Http404."""
    try:
        cashier = provider("sandbox")
        if not isinstance(cashier, Sandbox):
            raise Http404
        fields = cashier.verified(request.GET.dict())
        if fields["said"] != "asked":
            raise Http404
        return cashier, Payment.objects.get(pk=int(fields["payment"]), provider=cashier.name)
    except (Refused, Payment.DoesNotExist):
        raise Http404 from None


def act(request: HttpRequest, cashier: Sandbox, payment: Payment, action: str) -> None:
    """Let the sandbox do what was chosen, and say it by its signed callback."""
    if action == "later":
        if payment.part == Payment.Part.BALANCE:
            messages.info(
                request, _("Not paid yet. If the balance is not paid in time, the deposit goes back.")
            )
            return
        messages.info(
            request,
            _("Not paid yet. A seat is held for 30 minutes; a later payment gets a free one or is refunded."),
        )
        return
    said = "failed" if action == "failed" else "paid"
    if said == "paid":
        cashier.charge(payment, current_time())
    for _time in range(2 if action == "twice" else 1):
        heard = hear(cashier.name, cashier.signed_fields(payment, said))
    tell(request, heard, action)


def tell(request: HttpRequest, heard: HttpResponse, action: str) -> None:
    """Tell the member how it went."""
    if heard.status_code != 200:
        refused = Refused(json.loads(heard.content)["code"], {"what": ("", "")})
        messages.error(request, refused.sentence(get_language() or "zh-hans"))
    elif action == "failed":
        messages.error(request, _("The payment failed; nothing was taken. You can pay again."))
    elif action == "twice":
        messages.success(request, _("The payment was confirmed twice; it counts once."))
    else:
        messages.success(request, _("Payment received."))
