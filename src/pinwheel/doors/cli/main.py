"""The command line: `pinwheel --help`. Django starts only for the commands that need it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(
    help="Pinwheel (拼): group buying and reward modes, run honestly on a double-entry ledger.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
out = Console(width=None if sys.stdout.isatty() else 110)
err = Console(stderr=True)

BAD_INPUT = 2
NOT_PLAYED = 3  # a scenario asks for what the lab does not simulate


def fail(message: str, code: int = BAD_INPUT) -> typer.Exit:
    """Say in one line what was wrong; the returned exit is to be raised."""
    err.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(code)


def start_django(*, database: bool = True) -> None:
    """Make Django ready, and the database behind it unless none is needed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinwheel.config.settings")
    from pydantic import ValidationError

    try:
        from pinwheel.config.embedded import ensure_database
        from pinwheel.config.environment import environment

        environment()
    except ValidationError as error:
        raise fail("; ".join(setting_problem(problem) for problem in error.errors())) from None
    if database:
        ensure_database()
    import django

    django.setup()


def setting_problem(problem: object) -> str:
    """One wrong setting in one phrase."""
    facts = dict(problem)  # type: ignore[call-overload]
    name = "_".join(str(part) for part in facts["loc"])
    variable = name if name.startswith("DATABASE") else f"PINWHEEL_{name}".upper()
    message = str(facts["msg"]).removeprefix("Value error, ")
    return f"{variable}: {message}" if name else message


@app.command()
def migrate() -> None:
    """Bring the database to the present schema. Example: pinwheel migrate"""
    start_django()
    from django.core.management import call_command

    from pinwheel.ledger.months import ensure_months
    from pinwheel.market.clock import current_time

    call_command("migrate", interactive=False, verbosity=0)
    ensure_months(current_time())
    out.print("The database is at the present schema.")


@app.command()
def operator(name: Annotated[str, typer.Argument(help="the name to sign in with")]) -> None:
    """Make the first operator of the console; asks for a password. Example: pinwheel operator anna"""
    start_django()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from pinwheel.market.staff.models import Operator

    refuse_missing_schema()
    if Operator.objects.filter(username=name).exists():
        raise fail(f"{name}: there is such an operator; choose another name")
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        validate_password(password)
    except ValidationError as error:
        raise fail(" ".join(error.messages)) from None
    Operator.objects.create_superuser(name, password=password)
    out.print(f"{name} may sign in at /console/ and make further operators there.", highlight=False)


def refuse_missing_schema() -> None:
    """End with one line if the database does not answer, or was never migrated."""
    from django.db import OperationalError, connection

    try:
        has_tables = "ledger_lane" in connection.introspection.table_names()
    except OperationalError as error:
        reason = str(error).splitlines()[0]
        raise fail(f"the database does not answer: {reason}") from None
    if not has_tables:
        raise fail("the database has no tables yet: run pinwheel migrate first")


@app.command()
def serve(
    address: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on", min=1, max=65535)] = 8000,
    processes: Annotated[int, typer.Option(help="web processes", min=1, max=64)] = 1,
) -> None:
    """Serve shop, console and API. Example: pinwheel serve --port 8000"""
    start_django()
    refuse_missing_schema()
    from pinwheel.doors.cli.serving import serve_web

    serve_web(address, port, processes)


@app.command()
def worker() -> None:
    """Seat, settle and run jobs; start as many as you like. Example: pinwheel worker"""
    start_django()
    refuse_missing_schema()
    from pinwheel.doors.worker.run import run_worker

    run_worker()


@app.command()
def demo(
    exit_after: Annotated[bool, typer.Option("--exit", help="stop after the summary")] = False,
    month: Annotated[
        bool, typer.Option("--month", help="play a month of National Group-Buy with 10 000 members instead")
    ] = False,
    port: Annotated[int, typer.Option(help="port to serve on", min=1, max=65535)] = 8000,
) -> None:
    """Play a day of a shop in a database of its own, then serve it. Example: pinwheel demo --exit"""
    from pinwheel.doors.cli.demo.run import run_demo

    raise typer.Exit(run_demo(exit_after=exit_after, port=port, month=month))


@app.command()
def play(
    files: Annotated[list[Path], typer.Argument(help="scenario files")],
    engine: Annotated[str, typer.Option(help="live or lab")] = "live",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Play scenarios, live or through the simulator. Example: pinwheel play scenarios/leader-five.yaml"""
    if engine not in ("live", "lab"):
        raise fail(f"--engine {engine}: allowed are live, lab")
    start_django(database=engine == "live")
    from pinwheel.doors.cli.scenarios.lab_shop import NotSimulated
    from pinwheel.doors.cli.scenarios.play import PLAYS
    from pinwheel.doors.cli.scenarios.read import BadScenario

    results: dict[str, list[str]] = {}
    left_out: set[str] = set()
    for file in files:
        name = str(file)
        try:
            results[name] = PLAYS[engine](file)
        except BadScenario as error:
            raise fail(str(error)) from None
        except NotSimulated as missing:
            left_out.add(name)
            results[name] = [f"not simulated: {missing}"]
        if not as_json:
            say_played(name, results[name], name in left_out)
    if as_json:
        typer.echo(json.dumps(results, ensure_ascii=False, indent=2))
    differs = any(results[name] for name in results if name not in left_out)
    raise typer.Exit(1 if differs else NOT_PLAYED if left_out else 0)


def say_played(name: str, lines: list[str], is_left_out: bool) -> None:
    """One scenario's result for people."""
    if is_left_out:
        out.print(f"{'-':6} {name}: {lines[0]}", markup=False, highlight=False, soft_wrap=True)
        return
    out.print(f"{'FAILED' if lines else 'ok':6} {name}", markup=False, highlight=False)
    for line in lines:
        out.print(f"       {line}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def explain(
    plan: Annotated[str, typer.Argument(help="a plan file or the id of a playbook")],
    language: Annotated[str, typer.Option("--language", "-l", help="zh, en or both")] = "both",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Say in plain words what a plan means. Example: pinwheel explain national-group-buy -l en"""
    from pinwheel.doors.cli.explaining import explain_plan
    from pinwheel.plan.refusal import PlanRefused

    if language not in ("zh", "en", "both"):
        raise fail(f"--language {language}: allowed are zh, en, both")
    try:
        explain_plan(plan, ["zh", "en"] if language == "both" else [language], as_json, out)
    except PlanRefused as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(f"{plan}: neither a playbook nor a file that can be read ({error.strerror})") from None


@app.command()
def check(
    plan: Annotated[str, typer.Argument(help="a plan file or the id of a playbook")],
    price: Annotated[str | None, typer.Option(help="yuan, where it sells at another price")] = None,
    budget: Annotated[str | None, typer.Option(help="yuan set aside, in place of the plan's own")] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="zh, en or both")] = "both",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON, amounts in fen")] = False,
) -> None:
    """Say what a plan can cost, who funds it, and what the law asks. Example: pinwheel check leader-five"""
    from pinwheel.doors.cli.checking import BadAmount, check_plan
    from pinwheel.plan.refusal import PlanRefused

    if language not in ("zh", "en", "both"):
        raise fail(f"--language {language}: allowed are zh, en, both")
    try:
        code = check_plan(plan, price, budget, language, as_json, out)
    except (PlanRefused, BadAmount) as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(f"{plan}: neither a playbook nor a file that can be read ({error.strerror})") from None
    raise typer.Exit(code)


@app.command()
def simulate(
    plan: Annotated[str, typer.Argument(help="a plan file or the id of a playbook")],
    members: Annotated[int, typer.Option(help="members on the first day", min=1)] = 10_000,
    days: Annotated[int, typer.Option(help="days to play", min=1, max=36_500)] = 90,
    joins_per_day: Annotated[
        str, typer.Option(help="joins of a member a day, at most three decimals")
    ] = "1.5",
    growth: Annotated[str, typer.Option(help="new members a day, as a rate of those who are there")] = "0%",
    growth_days: Annotated[int, typer.Option(help="days after which nobody new comes", min=0)] = 0,
    churn: Annotated[str, typer.Option(help="members who leave a day, as a rate")] = "0%",
    invited: Annotated[str, typer.Option(help="new members who have a sponsor, as a rate")] = "70%",
    inviters: Annotated[str, typer.Option(help="members who invite, the latest first, as a rate")] = "100%",
    after_win: Annotated[str, typer.Option(help="how a win changes the wish to join, as 10% or -5%")] = "0%",
    after_loss: Annotated[str, typer.Option(help="how a join without a win changes it")] = "0%",
    pays_balance: Annotated[
        str, typer.Option(help="of a presale: balances that are paid, as a rate")
    ] = "90%",
    moves_points: Annotated[
        str, typer.Option(help="members who move points into the pool, as a rate")
    ] = "100%",
    profit_shared: Annotated[
        str, typer.Option(help="of a month's gain, shared by the pool, as a rate")
    ] = "0%",
    costs_per_day: Annotated[str, typer.Option(help="yuan that the operator spends every day")] = "0.00",
    most_members: Annotated[int, typer.Option(help="room for members; 0: as the growth needs", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="the same seed gives the same result", min=0)] = 1,
    runs: Annotated[int, typer.Option(help="so many runs, each with a seed of its own", min=1)] = 1,
    sweep: Annotated[
        list[str] | None, typer.Option(help="a field over a range, as outcomes.1.gives.0.cash=1%..10%")
    ] = None,
    budget: Annotated[str | None, typer.Option(help="yuan set aside; default: the plan's")] = None,
    report: Annotated[
        Path | None, typer.Option(help="write page, CSV and JSON to this folder; many runs go on there")
    ] = None,
    cluster: Annotated[str, typer.Option(help="a Ray cluster: local, auto, or host:port")] = "",
    language: Annotated[str, typer.Option("--language", "-l", help="zh or en")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON, amounts in fen")] = False,
) -> None:
    """Play a plan with made-up members. Example: pinwheel simulate national-group-buy --days 30"""
    from pinwheel.doors.cli import simulating
    from pinwheel.doors.cli.explaining import load_named_plan
    from pinwheel.lab.simulate import Arguments, Unplayable, room_for
    from pinwheel.plan.refusal import PlanRefused

    rates = {"invited": invited, "inviters": inviters, "after_win": after_win}
    rates |= {"after_loss": after_loss, "pays_balance": pays_balance, "moves_points": moves_points}
    try:
        found, costs = load_named_plan(plan), simulating.read_costs(costs_per_day)
        behaviour = simulating.read_behaviour(members, joins_per_day, growth, growth_days, churn, **rates)
        shared = simulating.rate(profit_shared, "--profit-shared")
        told = Arguments(behaviour, most_members or room_for(behaviour, days), days, seed, costs, shared)
        aside, said = simulating.read_budget(budget), simulating.language_of(language)
        asked = simulating.Asked(told, aside, runs, report, cluster, as_json, said)
        code = simulating.run_simulation(plan, found, sweep or [], asked, out, err)
    except (PlanRefused, Unplayable) as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(f"{error.filename or report or plan}: {error.strerror}") from None
    raise typer.Exit(code)


@app.command()
def study(
    name: Annotated[str | None, typer.Argument(help="a study; none: list them")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="another parameter, as rises=10%; may be repeated")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="write the page to this file")] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="zh, en or both")] = "both",
    as_json: Annotated[bool, typer.Option("--json", help="print JSON, amounts in fen")] = False,
) -> None:
    """Say in figures why a mode cannot be published. Example: pinwheel study resale --html page.html"""
    from pinwheel.doors.cli.studying import LANGUAGES, list_studies, refusal, run_study
    from pinwheel.lab.studies.parts import BadStudy

    if language not in LANGUAGES:
        raise fail(f"--language {language}: allowed are zh, en, both")
    if name is None:
        if settings or html:
            raise fail("--set and --html need the NAME of a study; pinwheel study lists them")
        list_studies(language, as_json, out)
        return
    try:
        run_study(name, settings or [], html, language, as_json, out)
    except BadStudy as error:
        raise fail(refusal(error, language)) from None
    except OSError as error:
        raise fail(f"--html {html}: cannot be written ({error.strerror})") from None


@app.command()
def playbooks() -> None:
    """List the plans that come with Pinwheel. Example: pinwheel playbooks"""
    from pinwheel.plan.explain import headline
    from pinwheel.plan.load import playbook, playbook_names

    for name in playbook_names():
        plan = playbook(name)
        out.print(f"{name:28} {plan.title.zh}  {headline(plan, 'en')}", markup=False, highlight=False)


@app.command()
def verify(
    file: Annotated[str, typer.Argument(help="a draw's evidence file, or - for standard input")],
    language: Annotated[str, typer.Option("--language", "-l", help="zh or en")] = "en",
) -> None:
    """Recompute a draw from its evidence file. Example: pinwheel verify draw.json"""
    from pinwheel.doors.cli.verifying import verify_evidence

    raise typer.Exit(verify_evidence(file, language))


@app.command()
def audit(as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False) -> None:
    """Recompute every balance, chain, draw and order; say what is wrong where. Example: pinwheel audit"""
    start_django()
    refuse_missing_schema()
    from pinwheel.doors.cli.auditing import run_audit

    raise typer.Exit(run_audit(out, as_json))


@app.command()
def settings() -> None:
    """List every setting of the environment. Example: pinwheel settings"""
    from pinwheel.config.environment import Environment

    for name, field in Environment.model_fields.items():
        variable = str(field.validation_alias or f"PINWHEEL_{name.upper()}")
        out.print(f"{variable:40} {field.description}", markup=False, highlight=False)


@app.command(context_settings={"ignore_unknown_options": True})
def bench(
    parts: Annotated[
        list[str] | None,
        typer.Argument(help="settling, intake, days, closing, grown, shelves, lab; none: all"),
    ] = None,
) -> None:
    """Run the benchmarks of a checkout, with ratios. Example: pinwheel bench settling"""
    folder = Path(__file__).resolve().parents[4]
    if not (folder / "bench" / "__main__.py").exists():
        raise fail("the benchmarks are part of the source checkout: clone it and run make bench there")
    command = [sys.executable, "-m", "bench", *(parts or [])]
    raise typer.Exit(subprocess.run(command, cwd=folder, check=False).returncode)


def main() -> None:
    """Run the command line; Ctrl-C ends it without a trace."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
