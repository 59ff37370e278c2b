"""Why an adjustment is turned down: a closed list, each with a sentence in both languages."""

from pinwheel.market.refusals import Refused

# code: (Chinese, English), in order of precedence.
SENTENCES: dict[str, tuple[str, str]] = {
    "amount_out_of_range": (
        "金额须不为零，且不超过 {most}。",
        "The amount must not be zero and at most {most}.",
    ),
    "reason_missing": (
        "请写明原因（1 至 {longest} 个字）。",
        "Please give a reason (1 to {longest} characters).",
    ),
    "already_decided": (
        "这项调整{decision}，不能再次处理。",
        "This adjustment is {decision} already and cannot be decided again.",
    ),
    "same_person": (
        "提出调整的人不能自己复核，请另一位有复核权限的同事确认。",
        "Who proposed an adjustment cannot confirm it; another operator with the right to confirm must.",
    ),
    "too_little_balance": (
        "会员余额不足：需扣减 {needed}，现有 {held}。",
        "The member's balance is too low: {needed} would be taken, {held} is held.",
    ),
}


class AdjustmentRefused(Refused):
    """An adjustment was turned down and nothing changed. `code`: one of SENTENCES."""

    def sentence(self, language: str) -> str:
        chosen = 0 if language.startswith("zh") else 1
        details = {
            key: value[chosen] if isinstance(value, tuple) else value for key, value in self.details.items()
        }
        return SENTENCES[self.code][chosen].format(**details)
