"""Transfers as the console shows them: each with its reason in words and links to what it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from pinwheel.doors.console import text
from pinwheel.doors.console.language import gettext as _
from pinwheel.doors.console.links import batch_link, group_link, member_link, order_link, page_url
from pinwheel.doors.console.lookups import member_names
from pinwheel.doors.console.page import Table
from pinwheel.doors.console.words import ACCOUNT_WORDS, Word, asset_word, reason_word
from pinwheel.ledger.models import Batch, PlatformAccount, Transfer
from pinwheel.ledger.statements import StatementLine
from pinwheel.market.adjustments.models import AdjustmentProposal
from pinwheel.market.orders.models import Order
from pinwheel.rules.reasons import ADJUSTMENT


def transfers_of_order(order: Order) -> list[Transfer]:
    """All transfers about an order. Its batches say in which pages and months they lie."""
    numbers = [number for number in (order.paid_batch, order.settled_batch) if number]
    moments = list(Batch.objects.filter(pk__in=numbers).values_list("at", flat=True))
    if not moments:
        return []
    found = Transfer.objects.filter(batch__in=numbers, at__in=moments, about=order.pk)
    return list(found.order_by("batch", "line"))


def transfers_of_batch(batch: Batch, after: int, at_most: int) -> list[Transfer]:
    """Transfers of a batch from the line after `after` on."""
    found = Transfer.objects.filter(batch=batch.pk, at=batch.at, line__gt=after)
    return list(found.order_by("line")[:at_most])


def account_word(account: PlatformAccount) -> Word:
    """What a platform account holds, in words."""
    return ACCOUNT_WORDS.get(account.name, account.name)


def account_name(account: PlatformAccount) -> str:
    """A platform account in words: whose plan's, and what it holds."""
    word = str(account_word(account))
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
        about = {row.about for row in rows if row.reason != ADJUSTMENT}
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
        return account_name(account) if account else str(number)

    def about(self, reason: int, about: int) -> SafeString:
        """What a transfer is about: an order with its group, or an adjustment."""
        if not about:
            return SafeString(text.NOTHING)
        if reason == ADJUSTMENT:
            return text.link(page_url(AdjustmentProposal, about), _("adjustment"))
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
                asset_word(transfer.asset),
                text.amount(transfer.amount),
                reason_word(transfer.reason),
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
