"""What the pages say about a group's public value: what is waited for, until when, and what became known."""

from dataclasses import dataclass
from datetime import datetime

from pinwheel.doors.storefront.languages import page_language
from pinwheel.market.groups.models import Group
from pinwheel.market.public_values.evidence import value_of
from pinwheel.market.public_values.models import PublicValue
from pinwheel.plan.model import Plan
from pinwheel.plan.view import text_of
from pinwheel.rules.beacon import CHAIN

BEACON_PAGE = "https://api.drand.sh"  # where anybody may look a round up; a source may be a relay of our own


@dataclass(frozen=True)
class PublicValueView:
    """A public value as pages show it. `link`: where it can be looked up; empty where there is no address."""

    state: str
    is_beacon: bool
    event: str
    round: int
    list_hash: str
    frozen_at: datetime
    due_at: datetime
    value: str
    source: str
    reference: str
    link: str
    published_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        return self.state in ("waiting", "known")


def public_value_view(group: Group, plan: Plan) -> PublicValueView | None:
    """None where the plan asks for no public value, or while the group forms."""
    found = value_of(group)
    if found is None:
        return None
    event = plan.draw.public_event if plan.draw else None
    is_beacon = found.kind == PublicValue.Kind.DRAND
    return PublicValueView(
        state=found.get_state_display(),
        is_beacon=is_beacon,
        event=text_of(event, page_language()) if event else "",
        round=found.round or 0,
        list_hash=bytes(found.list_hash).hex(),
        frozen_at=found.frozen_at,
        due_at=found.due_at,
        value=found.number or bytes(found.value or b"").hex(),
        source=found.source,
        reference=found.reference,
        link=f"{BEACON_PAGE}/{CHAIN}/public/{found.round}" if is_beacon else link_of(found.reference),
        published_at=found.published_at,
    )


def link_of(reference: str) -> str:
    """The reference, if it is an address that a page may lead to."""
    return reference if reference.startswith(("https://", "http://")) else ""
