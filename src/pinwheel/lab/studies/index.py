"""Every study, in a plain list, and the page that each becomes."""

from typing import Any

from pinwheel.lab.report.page import ReportPage, Table
from pinwheel.lab.studies import new_debts, queue_rebate, resale, rising_stages, tenfold_credits, two_plus_one
from pinwheel.lab.studies.parts import BadStudy, Study, Told, fill, read_value, write_value
from pinwheel.plan.words import Phrase

STUDIES: list[Study] = [
    rising_stages.STUDY,
    resale.STUDY,
    tenfold_credits.STUDY,
    queue_rebate.STUDY,
    new_debts.STUDY,
    two_plus_one.STUDY,
]

TITLE = Phrase("为什么这个模式不能发布：{title}", "Why this cannot be published: {title}")
LATER_MONEY = Phrase(
    "先来的人只能用后来人的钱来付。后来的人一少，承诺就落空；所以这里没有它的方案文件，只有这份推演。",
    "Early members can be paid only out of later ones' money. When fewer come, the promise fails; so there "
    "is no plan file of it here, only this study.",
)
PARAMETERS = Phrase("推演用的参数", "Parameters of this study")


def find_study(name: str) -> Study:
    """The study of that name. Raises: BadStudy."""
    for study in STUDIES:
        if study.name == name:
            return study
    known = ", ".join(study.name for study in STUDIES)
    raise BadStudy(
        fill(
            Phrase("{name}：没有这个推演；有 {known}", "{name}: no such study; there are {known}"),
            name=name,
            known=known,
        )
    )


def read_parameters(study: Study, settings: list[str]) -> Any:
    """The study's parameters, changed by settings as `rises=10%`. Raises: BadStudy."""
    fields = {field.name: field for field in study.fields}
    changed: dict[str, int] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or name not in fields:
            said = Phrase(
                "{setting}：允许 名称=数值，名称有 {known}",
                "{setting}: allowed is NAME=VALUE, with a NAME of {known}",
            )
            raise BadStudy(fill(said, setting=setting, known=", ".join(fields)))
        changed[name] = read_value(text, fields[name])
    return study.defaults._replace(**changed)


def report_page(study: Study, parameters: Any, told: Told) -> ReportPage:
    """What a study said, as a page: sentences, pictures, tables, and what was assumed."""
    return ReportPage(
        title=titled(study),
        headlines=told.headlines,
        charts=told.charts,
        tables=[*told.tables, parameter_table(study, parameters)],
        notes=[study.mode, LATER_MONEY, *told.notes],
    )


def titled(study: Study) -> Phrase:
    """The page's title, with the study's name in its own language."""
    return Phrase(TITLE.zh.format(title=study.title.zh), TITLE.en.format(title=study.title.en))


def parameter_table(study: Study, parameters: Any) -> Table:
    """Name, and value as a person writes it."""
    rows: list[list[str | Phrase]] = [
        [field.title, field.name, write_value(getattr(parameters, field.name), field.kind)]
        for field in study.fields
    ]
    return Table(
        PARAMETERS, [Phrase("含义", "Meaning"), Phrase("参数", "Parameter"), Phrase("数值", "Value")], rows
    )
