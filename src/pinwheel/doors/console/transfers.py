"""Transfers as the console shows them: each with its reason in words and links to what it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Min, Model, Q
from django.db.models.functions import Greatest
from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.language import gettext_lazy
from pinwheel.doors.console.links import batch_link, group_link, member_link, order_link, page_url
from pinwheel.doors.console.lookups import member_names
from pinwheel.doors.console.page import Table
from pinwheel.doors.console.words import Word, account_word, asset_word, reason_word
from pinwheel.ledger.models import Batch, PlatformAccount, Transfer
from pinwheel.ledger.statements import StatementLine
from pinwheel.market.adjustments.models import AdjustmentProposal
from pinwheel.market.aftersales.models import AfterSale
from pinwheel.market.days.models import DayRun
from pinwheel.market.orders.models import Order
from pinwheel.market.pool.models import Exchange, PoolMove
from pinwheel.rules import reasons

# Reasons whose transfers are about something else than an order.
ABOUT: dict[int, tuple[type[Model], Word]] = {
    reasons.ADJUSTMENT: (AdjustmentProposal, gettext_lazy("adjustment")),
    reasons.DAILY_RELEASED_CREDIT: (DayRun, gettext_lazy("run of the day")),
    reasons.DAILY_RELEASED_CASH: (DayRun, gettext_lazy("run of the day")),
    reasons.DAILY_DIVIDEND_FUNDED: (DayRun, gettext_lazy("run of the day")),
    reasons.DAILY_DIVIDEND: (DayRun, gettext_lazy("run of the day")),
    reasons.MONTHLY_DIVIDEND_FUNDED: (DayRun, gettext_lazy("settlement of the month")),
    reasons.MONTHLY_DIVIDEND: (DayRun, gettext_lazy("settlement of the month")),
    reasons.POOL_IN: (PoolMove, gettext_lazy("move of points")),
    reasons.POOL_OUT: (PoolMove, gettext_lazy("move of points")),
    reasons.EXCHANGE: (Exchange, gettext_lazy("exchange")),
    reasons.MALL_POINTS: (Exchange, gettext_lazy("exchange")),
    reasons.MALL_CASH: (Exchange, gettext_lazy("exchange")),
}


def transfers_of_order(order: Order) -> list[Transfer]:
    """All transfers about an order. Its batches say in which pages and months they lie."""
    numbers = [number for number in (order.paid_batch, order.settled_batch) if number]
    returned = AfterSale.objects.filter(order_id=order.pk, batch__gt=0)
    numbers += returned.values_list("batch", flat=True)
    moments = list(Batch.objects.filter(pk__in=numbers).values_list("at", flat=True))
    if not moments:
        return []
    found = Transfer.objects.filter(batch__in=numbers, at__in=moments, about=order.pk)
    return list(found.order_by("batch", "line"))


def transfers_of_batch(batch: Batch, after: int, at_most: int) -> list[Transfer]:
    """Transfers of a batch from the line after `after` on."""
    found = Transfer.objects.filter(batch=batch.pk, at=batch.at, line__gt=after)
    return list(found.order_by("line")[:at_most])


def transfers_of_run(
    run: DayRun, after: tuple[int, int], at_most: int, member: int | None = None
) -> list[Transfer]:
    """Transfers about a run from (batch, line) `after` on, all or one member's. They lie between its
    beginning and its end.
    """
    ends: dict[str, Any] = {"at__lte": run.finished_at} if run.finished_at else {}
    batches = Batch.objects.filter(at__gte=run.started_at, **ends).aggregate(first=Min("pk"), last=Max("pk"))
    if batches["first"] is None:
        return []
    batch, line = after
    found = Transfer.objects.filter(
        Q(batch=batch, line__gt=line) | Q(batch__gt=batch),
        batch__gte=batches["first"],
        batch__lte=batches["last"],
        at__gte=run.started_at,
        about=run.pk,
        **ends,
    )
    if member is not None:  # the greater side is the member's, as the statement's index has it
        found = found.annotate(side=Greatest("from_account", "to_account")).filter(side=member, side__gt=0)
    return list(found.order_by("batch", "line")[:at_most])


def account_name(account: PlatformAccount) -> str:
    """A platform account in words: whose plan's, and what it holds."""
    word = account_word(account.name)
    return f"{account.plan} · {word}" if account.plan else word


@dataclass
class Names:
    """Names for everything that some transfers touch: one query per table."""

    accounts: dict[int, PlatformAccount]
    members: dict[int, str]
    groups: dict[int, int]  # order: its group

    @classmethod
    def of(cls, transfers: Iterable[Transfer]) -> "Names":
        rows = list(transfers)
        return cls.read({side for row in rows for side in (row.from_account, row.to_account)}, rows)

    @classmethod
    def of_lines(cls, lines: Iterable[StatementLine]) -> "Names":
        rows = list(lines)
        return cls.read({row.other for row in rows}, rows)

    @classmethod
    def read(cls, sides: set[int], rows: Sequence[Transfer | StatementLine]) -> "Names":
        about = {row.about for row in rows if row.reason not in ABOUT}
        return cls(
            accounts=PlatformAccount.objects.in_bulk([-side for side in sides if side < 0]),
            members=member_names(sides),
            groups=dict(Order.objects.filter(pk__in=about).values_list("pk", "group_id")),
        )

    def account(self, number: int) -> object:
        """One side of a transfer: a member's page, or a platform account by name."""
        if number > 0:
            return member_link(number, self.members.get(number, ""))
        account = self.accounts.get(-number)
        return text.wide(account_name(account)) if account else str(number)

    def about(self, reason: int, about: int) -> SafeString:
        """What a transfer is about: an order with its group, or the page of something else."""
        if not about:
            return SafeString(text.NOTHING)
        if reason in ABOUT:
            model, word = ABOUT[reason]
            return text.link(page_url(model, about), text.whole(word))
        if about not in self.groups:
            return text.code(str(about))
        group = self.groups[about]
        return text.lines([order_link(about), group_link(group)] if group else [order_link(about)])


@dataclass
class TransferTable:
    """Transfers as a table."""

    transfers: Sequence[Transfer]

    def section(self, title: Word, more: tuple[Word, str] | None = None) -> Table:
        names = Names.of(self.transfers)
        rows = [
            (
                batch_link(transfer.batch),
                text.count(transfer.line),
                text.moment_cell(transfer.at),
                names.account(transfer.from_account),
                names.account(transfer.to_account),
                text.whole(asset_word(transfer.asset)),
                text.amount(transfer.amount),
                text.wide(reason_word(transfer.reason)),
                names.about(transfer.reason, transfer.about),
            )
            for transfer in self.transfers
        ]
        headers = [
            _("Batch"),
            _("Line"),
            _("Time"),
            _("From"),
            _("To"),
            _("Asset"),
            _("Amount"),
            _("Reason"),
            _("About"),
        ]
        return Table(title, headers, rows, right=[1, 6], more=more)
