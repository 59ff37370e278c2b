"""Rules about personal data and platform rules: D01 to D06. Source: lawfulness page, rows D."""

from collections.abc import Iterator

from pinwheel.plan.amounts import format_amount
from pinwheel.plan.lawfulness import data_words as words
from pinwheel.plan.lawfulness.case import Case
from pinwheel.plan.lawfulness.findings import Finding, finding
from pinwheel.plan.lawfulness.texts import D06_WORDS, said
from pinwheel.plan.model import prize_count
from pinwheel.plan.words import Phrase

DAYS_OF_NOTICE = {"ordinary": 7, "important": 15}
SHOWN = {"name": Phrase("姓名", "names"), "phone": Phrase("手机号", "phone numbers")}


def privacy_is_explained(case: Case) -> Iterator[Finding]:
    """D01: privacy notice, separate consents, handling of under 14s."""
    if case.facts.privacy_notice is None:
        yield finding("D01", "note", "", words.D01_LOOK)
    elif not case.facts.privacy_notice:
        yield finding("D01", "block", "facts.privacy_notice", words.D01_MISSING)


def winners_are_not_named(case: Case) -> Iterator[Finding]:
    """D02: winner lists have no names and no phone numbers."""
    if not case.drawn:
        return
    shown, prizes = case.facts.winners_shown_by, prize_count(case.plan)
    if shown is None:
        yield finding("D02", "note", "draw", words.D02_LOOK, prizes=prizes)
    elif shown in SHOWN:
        path = "facts.winners_shown_by"
        yield finding("D02", "block", path, words.D02_NAMED, what=SHOWN[shown], prizes=prizes)


def phones_are_not_drawn(case: Case) -> Iterator[Finding]:
    """D03: draw lists are not made from phone numbers; this product draws order ids."""
    if case.drawn and case.facts.drawn_from == "phone_numbers":
        yield finding("D03", "block", "facts.drawn_from", words.D03_PHONES)


def everybody_has_the_same_terms(case: Case) -> Iterator[Finding]:
    """D04: price and odds do not differ by person; seat rules by a holder's own history are for counsel."""
    if case.facts.price_by_person:
        price = format_amount(case.price)
        yield finding("D04", "block", "facts.price_by_person", words.D04_PERSON, price=price)
    if case.drawn and case.plan.draw is not None and case.plan.draw.seat_rules:
        count = len(case.plan.draw.seat_rules)
        yield finding("D04", "note", "draw.seat_rules", words.D04_LOOK, count=count)


def rule_changes_are_announced(case: Case) -> Iterator[Finding]:
    """D05: 7 days' notice of a change of platform rules, 15 of an important one."""
    needed = DAYS_OF_NOTICE.get(case.facts.rule_change, 0)
    if case.facts.notice_days < needed:
        filled = {"days": case.facts.notice_days, "needed": needed}
        yield finding("D05", "block", "facts.notice_days", words.D05_SHORT, **filled)


def nothing_is_slipped_in(case: Case) -> Iterator[Finding]:
    """D06: no pre-ticked add-ons, no clause of final interpretation."""
    for path, word in said(case, D06_WORDS):
        yield finding("D06", "block", path, words.D06_TEXT, said=word)
    if case.facts.add_ons_ticked:
        yield finding("D06", "block", "facts.add_ons_ticked", words.D06_TICKED)
