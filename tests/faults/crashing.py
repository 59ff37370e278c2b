"""What a process does that takes joins, or settles, until it is killed.

What a client asks and what it is answered goes to a file, a line each, before and after.
"""

import random
import threading
import time
from pathlib import Path

from pinwheel.config.scratch import use_database
from pinwheel.market.activities.models import Activity
from pinwheel.market.cashier.providers import Sandbox
from pinwheel.market.cashier.services import ask_payment, hear_callback
from pinwheel.market.clock import current_time
from pinwheel.market.due import run_due
from pinwheel.market.groups.settle import settle_activity
from pinwheel.market.members.models import Member
from pinwheel.market.orders.desk import JoinDesk
from pinwheel.market.orders.models import Order
from pinwheel.market.orders.requests import JoinRequest, request_key

CLIENTS = 4
EXTERNAL_OF = 5  # every fifth join is paid from outside


def request_of(key: str, activities: list[int], members: list[int]) -> JoinRequest:
    """The request that belongs to a key: always the same."""
    dice = random.Random(key)
    is_external = dice.randrange(EXTERNAL_OF) == 0
    return JoinRequest(
        activity_id=dice.choice(activities),
        member_id=dice.choice(members),
        request_key=request_key("crash", key),
        route=Order.Route.EXTERNAL if is_external else Order.Route.BALANCE,
    )


def ask(desk: JoinDesk, request: JoinRequest) -> int:
    """One join, and its payment if it is paid from outside; return the order."""
    order = desk.join(request).order_id
    if request.route == Order.Route.EXTERNAL:
        payment = ask_payment(order, "sandbox", current_time())
        Sandbox().charge(payment, current_time())
        hear_callback("sandbox", Sandbox().signed_fields(payment, "paid"), current_time())
    return order


def client(desk: JoinDesk, folder: Path, name: str, activities: list[int], members: list[int]) -> None:
    """One client: asks without end, and notes what it asked and what it was told."""
    with (folder / f"{name}.asked").open("a") as asked, (folder / f"{name}.told").open("a") as told:
        number = 0
        while True:
            number += 1
            key = f"{name}-{number}"
            print(key, file=asked, flush=True)
            print(key, ask(desk, request_of(key, activities, members)), file=told, flush=True)


def main(role: str, database: str, folder: Path, run: str) -> None:
    use_database(database)
    activities = list(Activity.objects.order_by("id").values_list("id", flat=True))
    (folder / f"{role}-{run}.ready").touch()
    if role == "settles":
        while True:
            for activity in activities:
                settle_activity(activity, current_time())
            run_due(current_time())
            time.sleep(0.005)
    members = list(Member.objects.order_by("id").values_list("id", flat=True))
    desk = JoinDesk()
    for number in range(CLIENTS):
        arguments = (desk, folder, f"run{run}-client{number}", activities, members)
        threading.Thread(target=client, args=arguments, daemon=True).start()
    threading.Event().wait()
