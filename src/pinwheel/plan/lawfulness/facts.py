"""What the law asks about an activity and a platform that no plan says.

None is "not said": the row then yields a note. A fact that this product holds by itself (the age gate of the
registration, draws from order ids, refunds that happen by themselves), or that is looked at elsewhere (other
sellers at a merchant's admission, notice at a change of rules), has that as its default.
"""

from typing import Literal, NamedTuple

from pinwheel.plan.explain_draw import Odds
from pinwheel.plan.model import Plan

GoodsKind = Literal["medicine", "medical_device", "live_animal", "hazard", "food", "cosmetics", "other"]
NoticeItem = Literal["times", "who_may_join", "claim_how", "claim_until", "organiser", "contact"]


class TopUp(NamedTuple):
    """A top-up or card that is sold. `amount`: the most one card may hold, in fen.

    Attributes:
        named: whether the card bears its holder's name.
        filed: whether its filing number and reserve rate are given.
    """

    amount: int
    named: bool
    filed: bool


class Facts(NamedTuple):
    """Facts of the activity and the platform. Amounts in fen, times in days or years.

    Attributes:
        price, goods_cost: where the activity sells at others than the plan's offer.
        market_price: of the product that may be won (P01, P04, P15).
        struck_price: shown struck through; 0: none. lowest_in_seven_days: lowest price really paid (P16).
        notice: what the activity's page states beside the plan's explanation (P02).
        points_rules: whether rules, scope, expiry and limits of points and vouchers are published (P03).
        live_board: whether results are shown as they are drawn (P04).
        started_with: the plan under which members have joined and which this one would replace (P05).
        affiliates_barred: whether accounts of staff, merchant and affiliates cannot join the draw (P06).
        odds_shown: what pages show, if not the odds of the explanation (P08).
        records_years: how long records of draws and trades are kept (P09).
        refunds_by_themselves: in full, at once, by the route of the payment, without being asked (P10).
        prizes_sold_back: whether prizes can be sold back to the platform or consigned to it (P11).
        captured_before_draw: whether money is taken before the draw, not held (P12).
        age_gate: whether only adults join paid draws (P13).
        goods: kinds of goods that are drawn (P14).
        prize_tax: how the tax on prizes is paid (P15).
        spending_per_day: the most one member may spend in a day (P18).
        return_days: days within which goods go back (R06). pay_reversed: referral pay goes back with them.
        texts: further names and texts that members read, of activity and products (R02, R09, M05, D06, …).
        tax: ppm of each kept payment that is tax (M01).
        budget: set aside for promises that the offer does not fund, where it is another than the plan's.
        reserve: set aside for what is owed.
        groups: groups that the activity may settle (M02).
        points_traded: whether members can sell points to each other or buy them (M04).
        sellers_money: where other sellers' money lands (M06).
        top_ups: cards and top-ups on sale (M07).
        withdrawals_named: whether withdrawals need a real name and a tax class (M08).
        privacy_notice: whether notice, separate consents and the handling of under 14s are complete (D01).
        winners_shown_by: how winner lists name a person (D02). drawn_from: what draw lists are made of (D03).
        price_by_person: whether anybody's price or odds differ by who they are (D04).
        rule_change: whether publishing changes platform rules; notice_days: days of notice given (D05).
        add_ons_ticked: whether the checkout ticks add-ons beforehand (D06).
    """

    price: int | None = None
    goods_cost: int | None = None
    market_price: int | None = None
    struck_price: int = 0
    lowest_in_seven_days: int | None = None
    notice: frozenset[NoticeItem] | None = None
    points_rules: bool | None = None
    live_board: bool | None = None
    started_with: Plan | None = None
    affiliates_barred: bool | None = None
    odds_shown: tuple[Odds, ...] | None = None
    records_years: int = 5
    refunds_by_themselves: bool = True
    prizes_sold_back: bool = False
    captured_before_draw: bool | None = None
    age_gate: bool = True
    goods: frozenset[GoodsKind] | None = None
    prize_tax: Literal["withhold", "gross_up"] | None = None
    spending_per_day: int | None = None
    return_days: int = 7
    pay_reversed: bool = True
    texts: tuple[str, ...] = ()
    tax: int = 0
    budget: int | None = None
    reserve: int = 0
    groups: int = 1
    points_traded: bool = False
    sellers_money: Literal["none", "split", "own_account"] = "none"
    top_ups: tuple[TopUp, ...] = ()
    withdrawals_named: bool | None = None
    privacy_notice: bool | None = None
    winners_shown_by: Literal["seat", "name", "phone"] | None = None
    drawn_from: Literal["order_ids", "phone_numbers"] = "order_ids"
    price_by_person: bool = False
    rule_change: Literal["none", "ordinary", "important"] = "none"
    notice_days: int = 0
    add_ons_ticked: bool = False
