"""`pinwheel demo`: a database of its own, a day played, then shop, console, API and worker until Ctrl-C."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading

from psycopg import sql
from rich.console import Console
from rich.progress import Progress

from pinwheel.doors.cli.main import err, fail, out, start_django

DATABASE = "pinwheel_demo"
VISIT_EVERY = 3.0  # seconds


def run_demo(*, exit_after: bool, port: int, month: bool = False) -> int:
    """Run the demo; return the exit code: 1 if the audit found something."""
    from pinwheel.config.environment import environment

    if environment().mode == "production" or environment().database_url:
        raise fail("the demo makes its own database: unset PINWHEEL_MODE and DATABASE_URL first")
    if not exit_after and port_is_taken(port):
        raise fail(f"port {port} is in use; choose another with --port")
    start_django()
    make_database()
    is_clean = play_month(out) if month else play_day(out)
    if exit_after:
        return 0 if is_clean else 1
    return serve_demo(port)


def port_is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def make_database() -> None:
    """Make the demo's database afresh and point this process and its children at it."""
    from pinwheel.config.embedded import embedded_url
    from pinwheel.config.scratch import ensure_template, server_connection, use_database

    template = ensure_template()
    with server_connection() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(DATABASE), sql.Identifier(template)
            )
        )
    use_database(DATABASE)
    os.environ["DATABASE_URL"] = embedded_url(DATABASE)


def play_day(console: Console) -> bool:
    """Set the stage, play the day, print the summary; return whether the audit is clean."""
    from pinwheel.doors.cli.demo import shop
    from pinwheel.doors.cli.demo.day import LENGTH, Day
    from pinwheel.doors.cli.demo.summary import print_summary
    from pinwheel.ledger.months import ensure_months
    from pinwheel.market.clock import current_time

    chance = random.Random(20)
    end = current_time()
    start = end - LENGTH
    ensure_months(start)
    shop.make_operators()
    members = shop.make_members(chance, start)
    activities = shop.open_activities(shop.make_products(start), start)
    day = Day(activities, members, chance)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("playing a day", total=1.0)
        day.play(start, end, lambda part: bar.update(task, completed=part))
    for activity in activities:
        if activity.plan_version.name == "national-group-buy":
            day.leave_seats_free(activity, end)
    return print_summary(console, activities, "one day of a shop")


def play_month(console: Console) -> bool:
    """Play a month of National Group-Buy, print the summary; return whether the audit is clean."""
    from pinwheel.doors.cli.demo import shop
    from pinwheel.doors.cli.demo.month import Month, month_to_play
    from pinwheel.doors.cli.demo.summary import print_summary
    from pinwheel.ledger.months import ensure_months
    from pinwheel.market.clock import current_time
    from pinwheel.market.days.calendar import day_start

    first, end = month_to_play(current_time())
    ensure_months(day_start(first))
    shop.make_operators()
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(f"playing {first:%Y-%m}", total=1.0)
        month = Month(first, random.Random(20))
        month.play(end, lambda part: bar.update(task, completed=part))
    return print_summary(console, [month.activity], f"a month of National Group-Buy, {first:%Y-%m}")


def serve_demo(port: int) -> int:
    """Serve until Ctrl-C, with a worker beside, while demo members keep joining."""
    from pinwheel.doors.cli.demo.shop import PASSWORD

    os.environ["PINWHEEL_BASE_URL"] = f"http://127.0.0.1:{port}"
    children = [
        subprocess.Popen([sys.executable, "-m", "pinwheel", "serve", "--port", str(port)]),
        subprocess.Popen([sys.executable, "-m", "pinwheel", "worker"]),
    ]
    out.print(
        f"\nShop      http://127.0.0.1:{port}/            13800000001 … 13800000300, password {PASSWORD}"
        f"\nConsole   http://127.0.0.1:{port}/console/    admin or finance, password {PASSWORD}"
        f"\nAPI       http://127.0.0.1:{port}/api/v1/openapi.json  (make a key in the console, API keys)"
        f"\nAudit     DATABASE_URL='{os.environ['DATABASE_URL']}' .venv/bin/pinwheel audit"
        "\nDemo members join every few seconds, so that you can watch a group fill. Ctrl-C ends it.\n",
        highlight=False,
        soft_wrap=True,
    )
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    visitors = threading.Thread(target=keep_visiting, args=(stopping,), daemon=True)
    visitors.start()
    while not stopping.wait(0.5):
        if any(child.poll() is not None for child in children):
            err.print("a process of the demo has ended; see above", style="red")
            break
    stopping.set()
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    codes = [child.wait(timeout=30) for child in children]
    visitors.join(timeout=10)
    return 0 if all(code in (0, -signal.SIGTERM, 128 + signal.SIGTERM) for code in codes) else 1


def keep_visiting(stopping: threading.Event) -> None:
    """Let a demo member join the public queue every few seconds, through the real path."""
    from pinwheel.market.activities.models import Activity
    from pinwheel.market.clock import current_time
    from pinwheel.market.members.models import Member
    from pinwheel.market.orders.intake import take_joins
    from pinwheel.market.orders.requests import JoinRequest, request_key

    chance = random.Random()
    activity = Activity.objects.get(plan_version__name="national-group-buy")
    members = list(Member.objects.values_list("id", flat=True))
    visits = 0
    while not stopping.wait(VISIT_EVERY):
        visits += 1
        key = request_key("demo-visitor", str(visits))
        take_joins([JoinRequest(activity.pk, chance.choice(members), key)], current_time())
