"""Both catalogues are complete and fit the templates and the code."""

import re
from pathlib import Path

import pinwheel

PACKAGE = Path(pinwheel.__file__).parent
SHOP = PACKAGE / "doors/storefront"
TAG = re.compile(r"""\{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""")
ENTRY = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:".*"\n?)+)', re.MULTILINE)


def unquoted(lines: str) -> str:
    joined = "".join(line.strip()[1:-1] for line in lines.strip().splitlines())
    return joined.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def catalogue(locale: str) -> dict[str, list[str]]:
    """Translations by msgid, the header left out."""
    text = (PACKAGE / f"locale/{locale}/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    assert "fuzzy" not in text
    assert "\n#~" not in text
    found: dict[str, list[str]] = {}
    msgid = ""
    for key, value in ENTRY.findall(text):
        if key == "msgid":
            msgid = unquoted(value)
            found[msgid] = []
        elif key.startswith("msgstr"):
            found[msgid].append(unquoted(value))
    found.pop("")
    return found


def test_both_languages_are_complete():
    chinese, english = catalogue("zh_Hans"), catalogue("en")
    assert chinese.keys() == english.keys()
    for locale in (chinese, english):
        assert [msgid for msgid, texts in locale.items() if not texts or not all(texts)] == []
    said = (re.sub(r"%\(\w+\)s|\W", "", texts[0]) for texts in chinese.values())
    assert all(re.search("[\u4e00-\u9fff]", text) for text in said if text)


def test_translations_fill_in_the_same_places():
    places = re.compile(r"%\(\w+\)s")
    for locale in ("zh_Hans", "en"):
        for msgid, texts in catalogue(locale).items():
            assert all(set(places.findall(text)) == set(places.findall(msgid)) for text in texts), msgid


def test_every_text_of_the_templates_is_in_the_catalogues():
    known = catalogue("zh_Hans")
    for template in SHOP.glob("templates/**/*.html"):
        for double, single in TAG.findall(template.read_text(encoding="utf-8")):
            assert (double or single) in known, f"{template.name}: {double or single}"


def test_no_template_says_anything_outside_the_catalogues():
    """Text between tags stands in translate tags, but for the names of the languages and the error pages."""
    allowed = {"中文", "English"}
    for template in SHOP.glob("templates/storefront/**/*.html"):
        text = template.read_text(encoding="utf-8")
        text = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}", "", text, flags=re.DOTALL)
        text = re.sub(r"\{[{%#].*?[}%#]\}", "", text)
        for words in re.findall(r">([^<>]*[A-Za-z\u4e00-\u9fff]{2}[^<>]*)<", text):
            assert words.strip() in allowed, f"{template.name}: {words.strip()}"
