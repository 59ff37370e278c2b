"""Adjustments from proposal to posting: four eyes, one effect."""

from datetime import datetime

from django.db import transaction

from pinwheel.ledger.models import Wallet
from pinwheel.ledger.post import InsufficientBalance, raw_cursor
from pinwheel.market.adjustments.models import AdjustmentProposal
from pinwheel.market.adjustments.refusals import AdjustmentRefused
from pinwheel.market.ids import new_id
from pinwheel.market.members.adjust import adjust_balances
from pinwheel.market.members.models import Member
from pinwheel.market.messages.events import Facts, tell
from pinwheel.market.naming.services import asset_names
from pinwheel.market.staff.models import Operator
from pinwheel.plan.amounts import format_amount
from pinwheel.rules.assets import ASSETS

State = AdjustmentProposal.State
MOST = 100_000_000_00  # hundredths in one adjustment; more is a slip of the hand
LONGEST_REASON = 200


def propose(
    member: Member, asset: int, amount: int, reason: str, proposer: Operator, now: datetime
) -> AdjustmentProposal:
    """Propose to grant (positive) or take (negative) an amount in hundredths. Moves nothing yet.

    Raises: AdjustmentRefused amount_out_of_range, reason_missing, too_little_balance.
    """
    text = " ".join(reason.split())
    if not 0 < abs(amount) <= MOST:
        raise AdjustmentRefused("amount_out_of_range", {"most": format_amount(MOST)})
    if not 0 < len(text) <= LONGEST_REASON:
        raise AdjustmentRefused("reason_missing", {"longest": LONGEST_REASON})
    refuse_too_little(member.pk, asset, amount)
    return AdjustmentProposal.objects.create(
        id=new_id(now),
        member=member,
        asset=asset,
        amount=amount,
        reason=text,
        proposed_by=proposer,
        proposed_at=now,
    )


def confirm(proposal_id: int, confirmer: Operator, now: datetime) -> AdjustmentProposal:
    """Post a proposal to the ledger. Only another person than its proposer may.

    Raises: AdjustmentRefused already_decided, same_person, too_little_balance; nothing moved then.
    """
    with transaction.atomic():
        proposal = lock_proposal(proposal_id)
        refuse_decided(proposal)
        if confirmer.pk == proposal.proposed_by_id:
            raise AdjustmentRefused("same_person")
        try:
            batch = adjust_balances([proposal.member_id], proposal.asset, [proposal.amount], proposal.pk, now)
        except InsufficientBalance:
            raise AdjustmentRefused("too_little_balance", balance_details(proposal)) from None
        proposal.state, proposal.confirmed_by = State.CONFIRMED, confirmer
        proposal.decided_at, proposal.batch = now, batch
        proposal.save(update_fields=["state", "confirmed_by", "decided_at", "batch"])
        tell_member(proposal, now)
    return proposal


def tell_member(proposal: AdjustmentProposal, now: datetime) -> None:
    """Tell the member what was posted; the reason is for whoever audits it."""
    name = ASSETS[proposal.asset]
    sign = "+" if proposal.amount > 0 else "-"
    facts: Facts = {
        "asset": (asset_names("zh")[name], asset_names("en")[name]),
        "change": sign + format_amount(abs(proposal.amount)),
    }
    tell(raw_cursor(), "adjustment", [proposal.member_id], proposal.pk, now, facts)


def reject(proposal_id: int, rejecter: Operator, now: datetime) -> AdjustmentProposal:
    """Turn a proposal down; its own proposer may take it back in this way.

    Raises: AdjustmentRefused already_decided.
    """
    with transaction.atomic():
        proposal = lock_proposal(proposal_id)
        refuse_decided(proposal)
        proposal.state, proposal.rejected_by, proposal.decided_at = State.REJECTED, rejecter, now
        proposal.save(update_fields=["state", "rejected_by", "decided_at"])
    return proposal


def lock_proposal(proposal_id: int) -> AdjustmentProposal:
    """The proposal, locked until the transaction ends: two decisions at once become one after the other."""
    proposal: AdjustmentProposal = AdjustmentProposal.objects.select_for_update().get(pk=proposal_id)
    return proposal


def refuse_decided(proposal: AdjustmentProposal) -> None:
    """Raises: AdjustmentRefused already_decided."""
    if proposal.state != State.PROPOSED:
        word = ("已确认", "confirmed") if proposal.state == State.CONFIRMED else ("已驳回", "rejected")
        raise AdjustmentRefused("already_decided", {"decision": word})


def refuse_too_little(member_id: int, asset: int, amount: int) -> None:
    """Raises: AdjustmentRefused too_little_balance, as far as can be seen without a lock."""
    held = held_of(member_id, asset)
    if held + amount < 0:
        raise AdjustmentRefused("too_little_balance", details(held, amount))


def balance_details(proposal: AdjustmentProposal) -> dict[str, str]:
    return details(held_of(proposal.member_id, proposal.asset), proposal.amount)


def details(held: int, amount: int) -> dict[str, str]:
    return {"needed": format_amount(-amount), "held": format_amount(held)}


def held_of(member_id: int, asset: int) -> int:
    """A member's balance in hundredths, 0 without a wallet."""
    held: int | None = (
        Wallet.objects.filter(member_id=member_id).values_list(ASSETS[asset], flat=True).first()
    )
    return held or 0
