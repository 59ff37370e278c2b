"""What the page of a run shows: how far it is, what it had to share, its shares and its transfers."""

from django.db.models import Count, Q

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import member_link
from pinwheel.doors.console.lookups import member_names
from pinwheel.doors.console.page import Facts, Notice, Table
from pinwheel.doors.console.words import RUN_KINDS, RUN_STATES, Word, asset_words
from pinwheel.market.days.models import DayRun, DayShare

Kind, State = DayRun.Kind, DayRun.State
SHARES = 50


def has_pool(run: DayRun) -> bool:
    """Whether the run shares a pool; a release of credit has none."""
    return bool(run.kind != Kind.CREDIT_RELEASE)


def left_over(run: DayRun) -> object:
    """What rounding left in the pool for the next run, once the run is done."""
    if not has_pool(run) or run.state != State.DONE:
        return text.NOTHING
    return text.amount(run.pool - run.paid)


def run_progress(run: DayRun) -> Notice:
    """How far the run has come."""
    if run.state == State.DONE:
        return Notice(_("Done: everybody is paid."), "success")
    if run.state == State.NEW:
        return Notice(_("Not begun: the worker takes it up within seconds."), "warning")
    if not has_pool(run):
        return Notice(_("Being paid: %s members so far.") % f"{run.members:,}", "warning")
    shares = DayShare.objects.filter(run_id=run.pk).aggregate(
        all=Count("member_id"), done=Count("member_id", filter=Q(member_id__lte=run.position))
    )
    said = _("Being paid: %(done)s of %(all)s members so far.")
    return Notice(said % {"done": f"{shares['done']:,}", "all": f"{shares['all']:,}"}, "warning")


def weight_word(run: DayRun) -> str:
    """What a share of this kind of run is weighed by."""
    if run.kind == Kind.CREDIT_RELEASE:
        return _("Joins settled the day before")
    return _("Price won") if run.kind == Kind.DAILY_DIVIDEND else _("Points in the pool")


def run_facts(run: DayRun, title: Word) -> Facts:
    """The run and what it paid. What was left over before is part of what there was to share."""
    rows: list[tuple[Word, object]] = [
        (_("State"), text.state_label(RUN_STATES, run.state)),
        (_("Date"), run.day.isoformat()),
        (_("Plan id"), text.code(run.plan)),
        (_("Kind"), RUN_KINDS.get(run.kind, str(run.kind))),
    ]
    if has_pool(run):
        is_known = run.state != State.NEW
        rows += [
            (_("Put into the pool (yuan)"), text.amount(run.funded) if is_known else text.NOTHING),
            (_("Left over before (yuan)"), text.amount(run.pool - run.funded) if is_known else text.NOTHING),
            (_("To be shared (yuan)"), text.amount(run.pool) if is_known else text.NOTHING),
            (weight_word(run), text.amount(run.weight) if is_known else text.NOTHING),
        ]
    else:
        rows.append((_("What is released"), asset_words()["shopping_credit"]))
    rows += [(_("Members paid"), text.count(run.members)), (_("Paid (yuan)"), text.amount(run.paid))]
    if has_pool(run):
        rows.append((_("Carried over (yuan)"), left_over(run)))
    rows += [
        (_("Started"), text.moment_cell(run.started_at)),
        (_("Finished"), text.moment_cell(run.finished_at)),
    ]
    return Facts(title, rows)


def shares(run: DayRun, after: int, member: int | None, here: str) -> Table:
    """The shares of a run by member, from the member after `after` on, or that of one member."""
    found = DayShare.objects.filter(run_id=run.pk).order_by("member_id")
    found = found.filter(member_id__gt=after) if member is None else found.filter(member_id=member)
    page = list(found[: SHARES + 1])
    names = member_names(share.member_id for share in page)
    rows = [share_row(run, share, names.get(share.member_id, "")) for share in page[:SHARES]]
    headers = [_("Member"), _("Member id"), weight_word(run)]
    if has_pool(run):
        headers += [_("Amount (yuan)"), _("State")]
    more = (_("More members"), f"{here}?after={page[SHARES - 1].member_id}") if len(page) > SHARES else None
    title, note = _("Shares"), ""
    if not has_pool(run):
        title = _("Accelerated release")
        note = _("Whoever had no join settled has no row here; what was released stands in the transfers.")
    return Table(title, headers, rows, right=[2, 3], more=more, note=note)


def share_row(run: DayRun, share: DayShare, name: str) -> list[object]:
    row: list[object] = [member_link(share.member_id, name), member_link(share.member_id)]
    if not has_pool(run):
        return [*row, text.count(share.weight)]
    is_done = run.state == State.DONE or share.member_id <= run.position
    label = text.label(_("paid out"), "success") if is_done else text.label(_("waiting"), "warning")
    return [*row, text.amount(share.weight), text.amount(share.amount) if is_done else text.NOTHING, label]
