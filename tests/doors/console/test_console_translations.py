"""Both catalogues are complete, and neither Django's words nor the shop's take the place of ours."""

import re

import pytest
from babel.messages.pofile import read_po
from django.utils import translation
from source_words import CONSOLE, words_of_source

from pinwheel.doors.console.language import CONTEXT, gettext
from pinwheel.doors.console.words import IMPORT_RESULTS, PARCEL_STATES, STOCK_MOVEMENTS

PLACES = re.compile(r"%(?:\(\w+\))?[sd]")
WITHOUT_CHINESE = {"API"}


def catalogue(locale: str) -> dict[str, str]:
    """Our own translations: those under the console's context."""
    with (CONSOLE / "locale" / locale / "LC_MESSAGES" / "django.po").open("rb") as file:
        messages = list(read_po(file))
    assert not any(message.fuzzy for message in messages if message.id)
    assert all(message.string for message in messages if message.id)
    return {message.id: message.string for message in messages if message.context == CONTEXT}


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_a_catalogue_holds_every_text_of_the_source_and_no_other(locale):
    assert set(catalogue(locale)) == words_of_source()


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
def test_translations_fill_in_the_same_places(locale):
    for said, words in catalogue(locale).items():
        assert sorted(PLACES.findall(words)) == sorted(PLACES.findall(said)), said


def test_chinese_is_chinese_and_english_is_as_written():
    for said, words in catalogue("zh_Hans").items():
        assert said in WITHOUT_CHINESE or re.search("[\u4e00-\u9fff]", words), said
    assert all(said == words for said, words in catalogue("en").items())


def test_our_words_win_over_others():
    with translation.override("zh-hans"):
        assert gettext("Order") == "订单"
        assert gettext("Code") == "编码"
        assert gettext("groups") == "团"
    with translation.override("en"):
        assert gettext("Order") == "Order"


def test_a_parcels_states_are_not_the_words_of_other_things():
    """One English word may have two Chinese ones; each thing has its own text then."""
    with translation.override("zh-hans"):
        assert [str(PARCEL_STATES[state][0]) for state in (2, 3, 4)] == ["已发货", "已收货", "已关闭"]
        assert (str(STOCK_MOVEMENTS[0]), str(IMPORT_RESULTS["taken"][0])) == ("入库", "已导入")
