"""Words in names and texts that a plan and its activity show: what may not be said, and odds that are said.

Chinese is compared after normalising width, script and gaps, so that 躺 賺 and 躺·赚 are found as 躺赚.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from pinwheel.plan.lawfulness.case import Case

TRADITIONAL = str.maketrans(
    "賺穩靜態漲於錢釋權歸購買轉讓積點註冊獎勵變現價劃線場預證",
    "赚稳静态涨于钱释权归购买转让积点注册奖励变现价划线场预证",
)

# Look-arounds are for ordinary words around a forbidden one: 确保本次, 返本店, 返回购物车, 新年化妆品.
R09_WORDS = (
    "躺赚",
    "稳赚",
    r"保本金|(?<![环确担])保本(?![次店期人团场活地公])",
    r"返本(?![次店期人团场活地公])",
    "静态收益",
    "只涨不跌",
    "零投入",
    "消费等于赚钱",
    "earn lying down",
    "guaranteed profit",
    "guaranteed principal",
    "static income",
    "only goes up",
    "zero investment",
    "spending is earning",
)
R02_WORDS = (
    "注册即送",
    "注册就送",
    "注册奖励",
    "拉人头",
    "人头费",
    "拉新奖励",
    "sign-up bonus",
    "recruiting bonus",
)
P11_WORDS = (
    "寄售",
    "代售",
    "奖品回购",
    "奖品折现",
    "奖品变现",
    "奖品转卖",
    "sell back the prize",
    "on consignment",
)
M04_WORDS = (
    "积分互转",
    "积分转让",
    "积分交易",
    "积分买卖",
    "积分挂卖",
    r"购买积分(?!商)",
    "trade points",
    "buy points",
)
M05_WORDS = (
    "预期收益",
    r"年化(?![妆工肥])",
    "固定收益",
    "保证收益",
    "保底收益",
    r"回购(?!物)",
    "expected yield",
    "guaranteed return",
    "buy-back",
)
D06_WORDS = ("最终解释权|解释权归", "final right of interpretation|final interpretation")
P16_WORDS = ("原价", "划线价", "市场价", "original price", "was priced")
CERTAIN = ("必中", "百分百中奖", "百分之百中奖", "人人中奖", "everybody wins", "sure to win")

CHANCE = re.compile(
    r"中奖率|中奖概率|中奖机会|概率|几率|\bchances?\b|\bodds\b|\bprobability\b", re.IGNORECASE
)
PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,4}))?\s*[%％]")
CLAUSES = re.compile(r"[，。；！？,;!?\n]|\.\s")


def texts(case: Case) -> Iterator[tuple[str, str]]:
    """Path and text of every name and text that members read."""
    plan = case.plan
    yield "title.zh", plan.title.zh
    yield "title.en", plan.title.en
    if plan.about is not None:
        yield "about.zh", plan.about.zh
        yield "about.en", plan.about.en
    for number, outcome in enumerate(plan.outcomes):
        yield f"outcomes[{number}].title.zh", outcome.title.zh
        yield f"outcomes[{number}].title.en", outcome.title.en
    for number, text in enumerate(case.facts.texts):
        yield f"facts.texts[{number}]", text


def said(case: Case, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Path and word of each of these that stands in a text; each once a text."""
    for path, text in texts(case):
        plain, close = _plain(text), _close(text)
        for word in words:
            found = re.search(word, close if _is_chinese(word) else plain)
            if found:
                yield path, found.group()


def percents_of_chance(case: Case) -> Iterator[tuple[str, str, int, int]]:
    """Path, words, ppm and the ppm of its last decimal, of each percentage said of a chance."""
    for path, text in texts(case):
        for clause in CLAUSES.split(unicodedata.normalize("NFKC", text)):
            if CHANCE.search(clause):
                for found in PERCENT.finditer(clause):
                    whole, places = found.groups(default="")
                    ppm = int((whole + places).ljust(len(whole) + 4, "0"))
                    yield path, found.group(), ppm, 10 ** (4 - len(places))


def _is_chinese(word: str) -> bool:
    return any("\u4e00" <= one <= "\u9fff" for one in word)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _close(text: str) -> str:
    """Letters and digits only, in simplified characters."""
    return "".join(one for one in unicodedata.normalize("NFKC", text) if one.isalnum()).translate(TRADITIONAL)
