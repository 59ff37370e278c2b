"""Activities as the API shows them."""

from pinwheel.doors.api.schemas.activities import (
    ActivityDetailOut,
    ActivityOut,
    ActivityState,
    CommitOut,
    OddsOut,
    OfferOut,
    PlanOut,
    SectionOut,
)
from pinwheel.doors.api.schemas.common import BothLanguages, amount
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import Terms, terms_of
from pinwheel.market.groups.commits import commits_of
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import ACTIVITY, GROUP, PLAN, PRODUCT, to_text
from pinwheel.plan.explain import explain, headline, odds
from pinwheel.plan.model import is_drawn
from pinwheel.plan.refusal import Language

NEXT_DRAWS = 5
STATES: dict[int, ActivityState] = {
    Activity.State.SCHEDULED.value: "scheduled",
    Activity.State.RUNNING.value: "running",
    Activity.State.ENDED.value: "ended",
}


def activity_out(activity: Activity) -> ActivityOut:
    return ActivityOut(
        id=to_text(ACTIVITY, activity.pk),
        title=BothLanguages(zh=activity.title_zh, en=activity.title_en),
        state=STATES[activity.state],
        price=amount(activity.price),
        starts_at=activity.starts_at,
        takes_coupons=activity.takes_coupons,
        ends_at=activity.ends_at,
    )


def activity_detail(activity: Activity, language: Language) -> ActivityDetailOut:
    """An activity with everything that a member must be able to read before joining."""
    terms = terms_of(activity.plan_version_id)
    return ActivityDetailOut(
        **activity_out(activity).model_dump(),
        plan=plan_out(terms, activity.plan_version.version),
        offers=offers_out(activity),
        headline=headline(terms.plan, language, activity.price),
        explanation=[
            SectionOut(heading=section.heading, sentences=section.sentences)
            for section in explain(terms.plan, language, activity.price)
        ],
        odds=odds_out(terms),
        next_draws=next_draws(activity) if terms.has_draw else [],
    )


def plan_out(terms: Terms, version: int) -> PlanOut:
    return PlanOut(
        id=to_text(PLAN, terms.version_id),
        name=terms.plan_name,
        version=version,
        hash=terms.hash,
        seating=terms.plan.group.seating,
        size=terms.plan.group.size,
    )


def offers_out(activity: Activity) -> list[OfferOut]:
    return [
        OfferOut(
            product=to_text(PRODUCT, offer.product_id),
            code=offer.product.code,
            name=BothLanguages(zh=offer.product.name_zh, en=offer.product.name_en),
            sku=str(offer.sku_id) if offer.sku_id else None,
            options=BothLanguages(zh=offer.sku.options_zh, en=offer.sku.options_en) if offer.sku else None,
            left=offer.left,
        )
        for offer in activity.offers.select_related("product", "sku")
    ]


def odds_out(terms: Terms) -> list[OddsOut]:
    if not is_drawn(terms.plan):
        return []
    shown = odds(terms.plan)
    if terms.draws_on_close:  # what chance the prizes are depends on how many join
        shown = [chance._replace(size=0) for chance in shown[:-1]]
    return [
        OddsOut(
            outcome=chance.name,
            title=BothLanguages(zh=outcome.title.zh, en=outcome.title.en),
            seats=chance.seats,
            size=chance.size,
        )
        for outcome, chance in zip(terms.plan.outcomes, shown, strict=False)
    ]


def next_draws(activity: Activity) -> list[CommitOut]:
    """The draws of the public queue's next groups, in the order in which they fill; or the one at the end."""
    activity_id = activity.pk
    forming = Group.objects.filter(activity_id=activity_id, state=Group.State.FORMING, leader_id=0)
    begun = list(forming.filter(taken__gt=0).order_by("draw_number")[:NEXT_DRAWS])
    empty = list(forming.filter(taken=0).order_by("draw_number")[: NEXT_DRAWS - len(begun)])
    commits = commits_of(begun + empty, activity)
    return [
        CommitOut(
            draw=commits[group.pk].draw,
            group=to_text(GROUP, group.pk),
            commit=commits[group.pk].commit,
            taken=group.taken,
        )
        for group in begun + empty
    ]
