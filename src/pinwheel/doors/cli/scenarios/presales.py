"""Balances of presales in the live engine: asked for and paid, in one step each."""

from datetime import datetime

from pinwheel.market.cashier.models import Payment
from pinwheel.market.cashier.providers import Sandbox
from pinwheel.market.cashier.services import ask_balance_payment, hear_callback
from pinwheel.market.orders.models import Order
from pinwheel.market.presale.models import Balance
from pinwheel.market.presale.services import pay_balance


class Presales:
    """Steps about balances."""

    def ask(self, order_id: int, now: datetime) -> None:
        """The member goes to the cashier with the balance, and pays nothing yet. Raises: Refused."""
        ask_balance_payment(order_id, "sandbox", now)

    def pay(self, order_id: int, external: bool, now: datetime) -> None:
        """The balance is paid from cash, or its payment from outside is confirmed. Raises: Refused."""
        if not external:
            pay_balance(order_id, Order.objects.values_list("member_id", flat=True).get(pk=order_id), now)
            return
        payment = Payment.objects.filter(order_id=order_id, part=Payment.Part.BALANCE).first()
        payment = payment or ask_balance_payment(order_id, "sandbox", now)
        hear_callback("sandbox", Sandbox().signed_fields(payment, "paid"), now)

    def state_of(self, order_id: int) -> str | None:
        """The state of an order's balance; None: none was asked for."""
        balance = Balance.objects.filter(pk=order_id).first()
        return Balance.State(balance.state).label if balance else None

    def state_print(self) -> object:
        """What a refused step must leave as it was."""
        return sorted(Balance.objects.values_list("order_id", "state", "sent_back"))
