"""What a rule of the pack says: a finding with its article, its place, its figures and how to mend it.

Source: lawfulness page, first paragraph.
"""

from typing import Literal, NamedTuple

from pinwheel.plan.lawfulness.articles import ARTICLES, Article
from pinwheel.plan.refusal import Language
from pinwheel.plan.words import Phrase

Level = Literal["block", "warn", "note"]

LEVELS: dict[Level, Phrase] = {
    "block": Phrase("阻止发布", "blocks publishing"),
    "warn": Phrase("须第二人确认", "needs a second person's acknowledgement"),
    "note": Phrase("须人工核对", "a person must look"),
}
NOT_ADVICE = Phrase("本条不是法律意见，请咨询律师。", "This is no legal advice; ask counsel.")
SENTENCE = Phrase(
    "{rule}（{level}）{path}：{about}依据：{article}处理：{mend}{advice}",
    "{rule} ({level}) {path}: {about} Basis: {article} To do: {mend} {advice}",
)
WHOLE_PLAN = Phrase("整个方案", "the whole plan")


class Said(NamedTuple):
    """A finished text in both languages."""

    zh: str
    en: str

    def text(self, language: Language) -> str:
        """The text in the language asked for."""
        return self.zh if language == "zh" else self.en


class Words(NamedTuple):
    """What a finding says, with places to fill in: what it is about, and how to mend it."""

    about_zh: str
    about_en: str
    mend_zh: str
    mend_en: str


class Finding(NamedTuple):
    """One thing that the law, or our own policy, has to say about a plan.

    Attributes:
        rule: its stable code, as `P01`.
        level: `block` (cannot be published), `warn` (a named second person acknowledges it), or `note` (the
            plan alone does not decide it: a person must look).
        path: the place, as `outcomes[0].gives[1]`; `facts.…` for a fact; empty: the whole plan.
        article: what it rests on, quoted in Chinese with an English rendering.
        about: what it is in this plan, with its figures.
        mend: how to mend it, or what a person must look at.
    """

    rule: str
    level: Level
    path: str
    article: Article
    about: Said
    mend: Said

    def sentence(self, language: Language) -> str:
        """Everything in one paragraph, that it is no legal advice included."""
        return SENTENCE.say(
            language,
            rule=self.rule,
            level=LEVELS[self.level].say(language),
            path=self.path or WHOLE_PLAN.say(language),
            about=self.about.text(language),
            article=self.article.text(language),
            mend=self.mend.text(language),
            advice=NOT_ADVICE.say(language),
        )


def finding(rule: str, level: Level, path: str, words: Words, **filled: object) -> Finding:
    """A finding with its words filled in; a `Phrase` or `Said` among them is taken in each language."""
    zh, en = ({key: _in(value, language) for key, value in filled.items()} for language in ("zh", "en"))
    return Finding(
        rule=rule,
        level=level,
        path=path,
        article=ARTICLES[rule],
        about=Said(words.about_zh.format(**zh), words.about_en.format(**en)),
        mend=Said(words.mend_zh.format(**zh), words.mend_en.format(**en)),
    )


def listed(items: list[Phrase] | list[Said]) -> Said:
    """Several terms in one list, in both languages."""
    return Said("、".join(item.zh for item in items), ", ".join(item.en for item in items))


def _in(value: object, language: str) -> object:
    if isinstance(value, Phrase | Said):
        return value.zh if language == "zh" else value.en
    return value
