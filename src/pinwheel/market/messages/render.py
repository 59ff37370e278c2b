"""The text of messages: the wording that was in force when they were made, with its places filled in."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pinwheel.market.activities.models import Activity
from pinwheel.market.catalogue.models import Product
from pinwheel.market.clock import business_zone
from pinwheel.market.ids import ORDER, to_text
from pinwheel.market.messages.kind import Kind
from pinwheel.market.messages.kinds import BY_NUMBER, places_in
from pinwheel.market.messages.models import Message, Wording
from pinwheel.market.naming.services import asset_names
from pinwheel.market.refusals import Refused
from pinwheel.plan.amounts import format_amount
from pinwheel.plan.refusal import Language
from pinwheel.plan.words import Phrase
from pinwheel.rules.assets import ASSETS

LONGEST_TITLE, LONGEST_BODY = 80, 500
GOT = Phrase("另得 {got}。", "You also get {got}.")
EXAMPLES: dict[str, Phrase] = {
    "activity": Phrase("十人拼团", "Ten together"),
    "product": Phrase("牛排", "steak"),
    "amount": Phrase("99.00", "99.00"),
    "got": Phrase("另得 5.00 零钱。", "You also get 5.00 cash."),
    "order": Phrase("O02M4TT6QN8R3F", "O02M4TT6QN8R3F"),
    "until": Phrase("2026-11-28 12:00", "2026-11-28 12:00"),
}


class Shown(NamedTuple):
    """A message as a person reads it. `page`: where it leads in the shop."""

    title: str
    body: str
    page: str


class Lookups(NamedTuple):
    """What the texts of several messages name."""

    activities: dict[int, str]
    products: dict[int, str]
    assets: dict[str, str]
    wordings: dict[tuple[int, str], list[Wording]]  # newest first


def shown(messages: Sequence[Message], language: Language) -> list[Shown]:
    """Messages in a language, in a fixed number of queries."""
    if not messages:
        return []
    lookups = look_up(messages, language)
    return [show(message, language, lookups) for message in messages]


def look_up(messages: Sequence[Message], language: Language) -> Lookups:
    column = "zh" if language == "zh" else "en"
    activities = Activity.objects.filter(pk__in={message.activity_id for message in messages})
    products = Product.objects.filter(pk__in={message.product_id for message in messages})
    wordings: dict[tuple[int, str], list[Wording]] = defaultdict(list)
    if any(message.wording for message in messages):
        for wording in Wording.objects.order_by("-id"):
            wordings[wording.kind, wording.language].append(wording)
    return Lookups(
        dict(activities.values_list("pk", f"title_{column}")),
        dict(products.values_list("pk", f"name_{column}")),
        asset_names(language),
        wordings,
    )


def show(message: Message, language: Language, lookups: Lookups) -> Shown:
    """One message. What cannot be named is left empty rather than failing."""
    kind = BY_NUMBER[message.kind]
    places = filled(message, language, lookups)
    written = lookups.wordings.get((message.kind, language), [])
    title, body = texts_of(kind, language, next((one for one in written if one.id <= message.wording), None))
    page = kind.page.format(order=places["order"]) if "{order}" in kind.page else kind.page
    return Shown(fill(title, places), fill(body, places), page)


def texts_of(kind: Kind, language: Language, wording: Wording | None) -> tuple[str, str]:
    """Title and body with their places; the shipped ones where an operator gave none."""
    shipped = (kind.title.zh, kind.body.zh) if language == "zh" else (kind.title.en, kind.body.en)
    if wording is None:
        return shipped
    return wording.title or shipped[0], wording.body or shipped[1]


def fill(text: str, places: Mapping[str, str]) -> str:
    return " ".join(text.format_map(places).split())


def filled(message: Message, language: Language, lookups: Lookups) -> dict[str, str]:
    """What each place of the message's text says."""
    kind = BY_NUMBER[message.kind]
    known = {
        "activity": lookups.activities.get(message.activity_id, ""),
        "product": lookups.products.get(message.product_id, ""),
        "amount": format_amount(message.amount),
        "order": to_text(ORDER, message.about),
        "until": moment_text(message.facts.get("until")),
        "got": got_text(message.facts.get("got"), language, lookups.assets),
    }
    given = {name: told_text(message.facts.get(name), language) for name in kind.places if name != "until"}
    return {name: given.get(name) or known.get(name, "") for name in kind.places}


def told_text(given: Any, language: Language) -> str:
    """A text as a room told it: one for both languages, or a pair; empty if there is none."""
    if isinstance(given, list) and len(given) == 2 and all(isinstance(text, str) for text in given):
        return str(given[0] if language == "zh" else given[1])
    return given if isinstance(given, str) else ""


def moment_text(given: Any) -> str:
    """A moment in the business time zone, to the minute."""
    if not isinstance(given, str):
        return ""
    return datetime.fromisoformat(given).astimezone(business_zone()).strftime("%Y-%m-%d %H:%M")


def got_text(given: Any, language: Language, assets: Mapping[str, str]) -> str:
    """What was given besides, as a sentence; empty where nothing was."""
    if not isinstance(given, list) or not given:
        return ""
    parts = [f"{format_amount(amount)} {assets[ASSETS[asset]]}" for asset, amount in given]
    return GOT.say(language, got=("、" if language == "zh" else ", ").join(parts))


def preview(kind: Kind, language: Language, title: str, body: str) -> Shown:
    """Texts as they would read with examples. Raises: Refused invalid, as `refuse_text`."""
    refuse_text(kind, title, body)
    places = {name: EXAMPLES[name].say(language) if name in EXAMPLES else f"[{name}]" for name in kind.places}
    shipped = texts_of(kind, language, None)
    return Shown(fill(title or shipped[0], places), fill(body or shipped[1], places), kind.page)


def refuse_text(kind: Kind, title: str, body: str) -> None:
    """Raises: Refused invalid if a text is too long, a brace stands alone, or a place is not the kind's."""
    allowed = "、".join(f"{{{name}}}" for name in kind.places)
    for text, longest in ((title, LONGEST_TITLE), (body, LONGEST_BODY)):
        if len(text) > longest:
            raise Refused(
                "invalid", {"what": (f"最多 {longest} 个字。", f"At most {longest} characters are allowed.")}
            )
        try:
            unknown = [name for name in places_in(text) if name not in kind.places]
        except ValueError:
            unknown = ["{ }"]
        if unknown:
            raise Refused(
                "invalid",
                {
                    "what": (
                        f"不能使用 {unknown[0]}；允许的占位符：{allowed}。",
                        f"{unknown[0]} is no place of this text; allowed: {allowed}.",
                    )
                },
            )
