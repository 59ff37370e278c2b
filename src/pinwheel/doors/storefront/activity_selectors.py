"""What the pages say about activities: read in a fixed number of queries, however many there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.core.cache import cache
from django.db import connection
from django.db.models import Q, QuerySet, Sum

from pinwheel.doors.storefront.languages import page_language
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import is_open_at, next_opening, terms_of
from pinwheel.market.catalogue.models import Sku
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import PRODUCT, to_text
from pinwheel.plan.explain import Section, explain
from pinwheel.plan.ladder import ladder_price, tiers_of
from pinwheel.plan.model import Plan, awaits_value, drawn_on_close, extra_of, is_drawn
from pinwheel.plan.numbers_in_words import time_text
from pinwheel.plan.presale import deposit_of
from pinwheel.plan.refusal import Language
from pinwheel.plan.view import seats_of, text_of
from pinwheel.plan.words import HEADINGS
from pinwheel.rules.ladder import price_at

MOST_CARDS = 60
SOLD_KEPT = 10  # seconds that a count of seats is kept: it walks an activity's groups
VISIBLE = (Activity.State.SCHEDULED, Activity.State.RUNNING, Activity.State.ENDED)


@dataclass(frozen=True)
class Chance:
    """`seats` of `size` fall to one outcome class; `size` 0: of the whole activity, however many join."""

    title: str
    seats: int
    size: int


@dataclass(frozen=True)
class OfferView:
    """A product of an activity. `left`: pieces, None where stock is not limited."""

    product_id: int
    name: str
    about: str
    pictures: list[str]
    left: int | None
    sku_id: int = 0
    options: str = ""

    @property
    def value(self) -> str:
        """How a form names it: the product, and behind a point its variant."""
        product = to_text(PRODUCT, self.product_id)
        return f"{product}.{self.sku_id}" if self.sku_id else product

    @property
    def is_sold_out(self) -> bool:
        return self.left is not None and self.left <= 0

    @property
    def picture(self) -> str:
        return self.pictures[0] if self.pictures else ""


@dataclass(frozen=True)
class TierView:
    """A step of a ladder. `missing`: seats to it from those taken; 0: it is reached."""

    size: int
    price: int
    missing: int
    is_now: bool


@dataclass(frozen=True)
class ActivityView:
    """An activity as its page and its card show it. Amounts in fen.

    Attributes:
        phase: coming, open, closed_now (outside the daily hours) or ended.
        opens: when joining opens next, where it is not open now.
        seating: queue, leader or either.
        chances: of the classes before the last; empty where nothing is drawn.
        taken: seats of the group being filled; None where members open groups themselves.
        joined: seats taken by paid orders, ever.
        tiers: of a ladder; `price` is then what the next seat costs.
        awaits_value: a full group waits for a public value; `event` names it, empty for the drand beacon.
        extra: the second article that every seat gets; empty for none.
        deposit, balance_within: of a presale, what a join pays, and how long the balance may take; 0, empty.
    """

    id: int
    title: str
    price: int
    size: int
    seating: str
    phase: str
    opens: datetime | None
    starts_at: datetime
    ends_at: datetime | None
    hours: str
    chances: list[Chance]
    offers: list[OfferView]
    taken: int | None
    joined: int
    takes_coupons: bool = False
    awaits_value: bool = False
    event: str = ""
    tiers: tuple[TierView, ...] = ()
    extra: str = ""
    deposit: int = 0
    balance_within: str = ""

    @property
    def to_pay(self) -> int:
        """What a join pays: the price, in a presale the deposit."""
        return self.deposit or self.price

    @property
    def balance(self) -> int:
        return self.price - self.to_pay

    @property
    def picture(self) -> str:
        return next((offer.picture for offer in self.offers if offer.picture), "")

    @property
    def first_free(self) -> OfferView:
        """The product chosen to begin with: the first that is not sold out."""
        return next((offer for offer in self.offers if not offer.is_sold_out), self.offers[0])

    @property
    def is_sold_out(self) -> bool:
        return all(offer.is_sold_out for offer in self.offers)

    @property
    def can_join(self) -> bool:
        return self.phase == "open" and not self.is_sold_out

    @property
    def missing(self) -> int:
        """Seats still to be taken in the group being filled."""
        return self.size - (self.taken or 0)


def home_activities(now: datetime) -> list[ActivityView]:
    """Running and coming activities, running first, the newest first."""
    shown = Activity.objects.filter(state__in=(Activity.State.SCHEDULED, Activity.State.RUNNING))
    found = shown.exclude(ends_at__lte=now).order_by("-state", "-id")
    views = activity_views(list(with_offers(found)[:MOST_CARDS]), now)
    return sorted(views, key=lambda view: view.phase == "coming")


def activity_view(activity_id: int, now: datetime) -> ActivityView | None:
    """One activity; None if there is none that members may see."""
    found = list(with_offers(Activity.objects.filter(pk=activity_id, state__in=VISIBLE)))
    return activity_views(found, now)[0] if found else None


def with_offers(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    return activities.prefetch_related("offers__product__pictures", "offers__sku")


def activity_views(activities: Sequence[Activity], now: datetime) -> list[ActivityView]:
    ids = [activity.pk for activity in activities]
    taken, joined = seats_in_work(ids), seats_joined(ids)
    return [
        view_of(activity, now, taken.get(activity.pk, 0), joined.get(activity.pk, 0))
        for activity in activities
    ]


def view_of(activity: Activity, now: datetime, taken: int, joined: int) -> ActivityView:
    plan, language = terms_of(activity.plan_version_id).plan, page_language()
    phase = phase_of(activity, plan, now)
    opens = {"coming": activity.starts_at, "closed_now": None}.get(phase)
    if phase == "closed_now":
        opens = next_opening(plan, now)
    is_ladder = bool(tiers_of(plan))
    return ActivityView(
        id=activity.pk,
        title=activity.title_zh if language == "zh" else activity.title_en,
        price=ladder_price(plan, taken + 1) if is_ladder else activity.price,
        size=plan.group.size,
        seating=plan.group.seating,
        phase=phase,
        opens=opens,
        starts_at=activity.starts_at or now,
        ends_at=activity.ends_at,
        hours=hours_text(plan),
        chances=chances_of(plan, language),
        offers=offers_of(activity, language),
        taken=None if plan.group.seating == "leader" else taken,
        joined=joined,
        takes_coupons=activity.takes_coupons,
        tiers=tier_views(plan, taken),
        awaits_value=awaits_value(plan),
        event=text_of(plan.draw.public_event, language) if plan.draw and plan.draw.public_event else "",
        extra=text_of(extra.title, language) if (extra := extra_of(plan)) else "",
        deposit=deposit_of(plan.presale, activity.price),
        balance_within=time_text(plan.presale.balance_within, language) if plan.presale else "",
    )


def tier_views(plan: Plan, taken: int) -> tuple[TierView, ...]:
    """The tiers of a ladder with so many seats taken; none where there are none."""
    return tuple(
        TierView(tier.size, tier.price, max(0, tier.size - taken), is_in_force(plan, tier.price, taken))
        for tier in tiers_of(plan)
    )


def is_in_force(plan: Plan, price: int, taken: int) -> bool:
    """Whether a tier's price is what those pay who sit in a group with so many seats taken."""
    return taken > 0 and price == ladder_price(plan, taken)


def with_seats(view: ActivityView, taken: int) -> ActivityView:
    """The same as seen from a group with so many seats taken: of a ladder another price."""
    if not view.tiers:
        return view
    sizes, prices = [tier.size for tier in view.tiers], [tier.price for tier in view.tiers]
    now = price_at(sizes, prices, taken) if taken else 0
    tiers = tuple(
        replace(tier, missing=max(0, tier.size - taken), is_now=tier.price == now) for tier in view.tiers
    )
    return replace(view, tiers=tiers, price=price_at(sizes, prices, taken + 1))


def phase_of(activity: Activity, plan: Plan, now: datetime) -> str:
    if activity.state == Activity.State.ENDED or (activity.ends_at and activity.ends_at <= now):
        return "ended"
    if activity.starts_at is None or now < activity.starts_at:
        return "coming"
    return "open" if is_open_at(plan, now) else "closed_now"


def hours_text(plan: Plan) -> str:
    """The daily hours, as `10:00–12:00`; empty where joining is open all day."""
    spans = ((span.start, span.end) for span in plan.hours)
    return ", ".join(f"{a // 60:02}:{a % 60:02}–{b // 60:02}:{b % 60:02}" for a, b in spans)


def chances_of(plan: Plan, language: Language) -> list[Chance]:
    if not is_drawn(plan):
        return []
    return [
        Chance(
            text_of(outcome.title, language),
            seats_of(plan, outcome),
            0 if drawn_on_close(plan) else plan.group.size,
        )
        for outcome in plan.outcomes[:-1]
    ]


def offers_of(activity: Activity, language: Language) -> list[OfferView]:
    return [
        OfferView(
            product_id=offer.product_id,
            name=offer.product.name_zh if language == "zh" else offer.product.name_en,
            about=offer.product.about_zh if language == "zh" else offer.product.about_en,
            pictures=[picture.image.url for picture in offer.product.pictures.all()],
            left=offer.left,
            sku_id=offer.sku_id or 0,
            options=options_of(offer.sku, language) if offer.sku else "",
        )
        for offer in activity.offers.all()
    ]


def options_of(sku: Sku, language: Language) -> str:
    """What tells a variant from the others."""
    return sku.options_zh if language == "zh" else sku.options_en


def seats_in_work(activity_ids: Sequence[int]) -> dict[int, int]:
    """Seats taken in the group of the public queue that is filled next, by activity."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (activity_id) activity_id, taken FROM groups_group"
            " WHERE activity_id = ANY(%s) AND state = 0 AND leader_id = 0"
            " ORDER BY activity_id, (taken = 0), draw_number",
            (list(activity_ids),),
        )
        return dict(cursor.fetchall())


def seats_joined(activity_ids: Iterable[int]) -> dict[int, int]:
    """Seats ever taken by paid orders, by activity; a count is at most SOLD_KEPT seconds old."""
    keys = {joined_key(activity_id): activity_id for activity_id in activity_ids}
    known = {keys[key]: count for key, count in cache.get_many(keys).items()}
    unknown = [activity_id for activity_id in keys.values() if activity_id not in known]
    if unknown:
        counts = dict.fromkeys(unknown, 0)
        # Of groups that are over an index alone tells the seats; the others are looked at one by one.
        for part in (Q(state__gte=Group.State.SETTLED), Q(state__lt=Group.State.SETTLED)):
            rows = Group.objects.filter(part, activity_id__in=unknown).order_by().values_list("activity_id")
            for activity_id, joined in rows.annotate(joined=Sum("taken")):
                counts[activity_id] += joined
        cache.set_many({joined_key(key): count for key, count in counts.items()}, SOLD_KEPT)
        known |= counts
    return known


def joined_key(activity_id: int) -> str:
    return f"shop-joined-{connection.settings_dict['NAME']}-{activity_id}"


def plan_sections(version_id: int, price: int, asset_names: Mapping[str, str]) -> dict[str, Section]:
    """The plan in plain words, by section (`odds`, `seat_rules` …); empty sections are left out."""
    return kept_sections(version_id, page_language(), price, tuple(asset_names.items()))


@lru_cache(maxsize=512)
def kept_sections(
    version_id: int, language: Language, price: int, asset_names: tuple[tuple[str, str], ...]
) -> dict[str, Section]:
    """The same, kept: versions never change, and names of assets seldom do."""
    headings = {phrase.say(language): key for key, phrase in HEADINGS.items()}
    sections = explain(terms_of(version_id).plan, language, price, dict(asset_names))
    return {headings[section.heading]: section for section in sections}
