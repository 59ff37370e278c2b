"""What is wrong with single fields of a request, said in both languages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pinwheel.plan.refusal import Language

# pydantic's error type: (Chinese, English), filled from the error's context.
SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("缺少这个字段。", "This field is required."),
    "extra_forbidden": ("没有这个字段。", "There is no such field."),
    "repeated": ("只能出现一次。", "It may be given only once."),
    "string_type": ("应为文本。", "It must be a text."),
    "string_too_short": ("至少 {min_length} 个字符。", "It must have at least {min_length} character(s)."),
    "string_too_long": ("最多 {max_length} 个字符。", "It may have at most {max_length} characters."),
    "string_pattern_mismatch": ("格式应符合 {pattern}。", "It must match {pattern}."),
    "string_unicode": ("应为正确的 Unicode 文本。", "It must be proper Unicode text."),
    "forbidden_character": (
        "不能含有 NUL 字符或不成对的代理字符。",
        "It must not contain NUL characters or unpaired surrogates.",
    ),
    "literal_error": ("允许的值：{expected}。", "Allowed values: {expected}."),
    "bool_type": ("应为 true 或 false。", "It must be true or false."),
    "int_type": ("应为整数。", "It must be a whole number."),
    "int_parsing": ("应为整数。", "It must be a whole number."),
    "int_parsing_size": ("数字过大。", "The number is too large."),
    "int_from_float": ("应为整数。", "It must be a whole number."),
    "greater_than_equal": ("不能小于 {ge}。", "It must be at least {ge}."),
    "less_than_equal": ("不能大于 {le}。", "It must be at most {le}."),
    "model_type": ("应为 JSON 对象。", "It must be a JSON object."),
    "model_attributes_type": ("应为 JSON 对象。", "It must be a JSON object."),
    "group_or_open_group": (
        "group 与 open_group 只能二选一。",
        "Give either group or open_group, not both.",
    ),
    "sponsor_or_code": (
        "sponsor 与 code 必须给出其中一个，且只能给一个。",
        "Give either sponsor or code: one of the two.",
    ),
    "sponsor_or_invitation_code": (
        "sponsor 与 invitation_code 最多给一个。",
        "Give at most one of sponsor and invitation_code.",
    ),
    "product_or_voucher": (
        "必须给出 product，或者 voucher 为 true，二选一。",
        "Give either a product, or voucher as true.",
    ),
    "messages_or_all": (
        "必须给出 messages，或者 all 为 true，二选一。",
        "Give either messages, or all as true.",
    ),
    "unknown_cursor": (
        "应为上一页 next_cursor 的值。",
        "It must be the next_cursor of the page before.",
    ),
}
WRONG = ("值不正确。", "The value is not right.")


@dataclass(frozen=True)
class FieldError:
    """One thing that is wrong: `place` is body, query, path or header; `name` a JSON pointer in a body."""

    place: str
    name: str
    code: str
    context: Mapping[str, Any] = field(default_factory=dict)

    def spoken(self, language: Language) -> dict[str, str]:
        chinese, english = SENTENCES.get(self.code, WRONG)
        context = dict(self.context)
        if language == "zh" and "expected" in context:  # pydantic writes: 'a', 'b' or 'c'
            context["expected"] = str(context["expected"]).replace(" or ", "、").replace(", ", "、")
        sentence = (chinese if language == "zh" else english).format(**context)
        return {"place": self.place, "name": self.name, "code": self.code, "detail": sentence}


def field_errors(place: str, errors: Iterable[Mapping[str, Any]], skip: int) -> list[FieldError]:
    """Pydantic's errors. `skip`: parts of each location that are not the request's."""
    return [
        FieldError(
            place,
            field_name(place, error["loc"][skip:]),
            error["type"],
            {key: value for key, value in error.get("ctx", {}).items() if isinstance(value, str | int)},
        )
        for error in errors
    ]


def field_name(place: str, location: Sequence[str | int]) -> str:
    """A JSON pointer in a body, else the plain name. A very long name that a caller made up is cut."""
    if place == "body":
        return "".join("/" + str(part)[:80].replace("~", "~0").replace("/", "~1") for part in location)
    return ".".join(str(part)[:80] for part in location)
