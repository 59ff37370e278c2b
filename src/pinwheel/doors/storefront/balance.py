"""Paying the balance of a presale order: one page, and however often its form is sent it is paid once."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pinwheel.config.environment import environment
from pinwheel.doors.storefront import order_selectors
from pinwheel.doors.storefront.order_selectors import OrderView
from pinwheel.doors.storefront.sessions import members_only
from pinwheel.ledger.models import Wallet
from pinwheel.market.cashier.providers import PROVIDERS, provider
from pinwheel.market.cashier.services import ask_balance_payment
from pinwheel.market.clock import current_time
from pinwheel.market.members.models import Member
from pinwheel.market.presale.services import pay_balance
from pinwheel.market.refusals import Refused

BALANCE = "balance"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def balance(request: HttpRequest, member: Member, order_id: int) -> HttpResponse:
    """Show what is to be paid and until when; a POST pays, or leads to where it is paid."""
    found = order_selectors.own_order(member.pk, order_id)
    if found is None or not found.deposit:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            return take(request, member, found, request.POST.get("pay_by", ""))
        except Refused as refused:
            error = refused.sentence(get_language() or "zh-hans")
    if found.situation != "balance_due":  # paid, or over: its page says so
        if error:
            messages.error(request, error)
        return redirect("shop:order", order_id)
    return balance_page(request, member, found, error)


def take(request: HttpRequest, member: Member, found: OrderView, pay_by: str) -> HttpResponse:
    """Pay from the balance, or go to the cashier. Raises: Refused."""
    now = current_time()
    if pay_by != BALANCE:
        payment = ask_balance_payment(found.id, pay_by, now)
        return HttpResponseRedirect(provider(payment.provider).cashier_url(payment))
    pay_balance(found.id, member.pk, now)
    if found.situation == "balance_due":
        messages.success(request, _("The balance is paid; the order is yours."))
    else:
        messages.info(request, _("The balance was paid before; nothing was paid twice."))
    return redirect("shop:order", found.id)


def balance_page(request: HttpRequest, member: Member, found: OrderView, error: str) -> HttpResponse:
    """The form to pay."""
    wallet = Wallet.objects.filter(pk=member.pk).first()
    cash = wallet.cash if wallet else 0
    context = {
        "order": found,
        "cash": cash,
        "has_enough": cash >= found.balance,
        "providers": [name for name in environment().payment_providers if name in PROVIDERS],
        "error": error,
        "now": current_time(),
        "tab": "orders",
    }
    return render(request, "storefront/balance.html", context, status=422 if error else 200)
