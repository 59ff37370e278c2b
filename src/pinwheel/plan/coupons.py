"""A coupon (优惠券) that a plan gives: a discount of the platform's own, or a link to somebody else's.

Source: modes page, section 1. A coupon is an instrument and no balance: it moves nothing when it is given.
"""

from typing import Annotated

from pydantic import model_validator

from pinwheel.plan import amounts, values
from pinwheel.plan.base import Part
from pinwheel.plan.titles import Title
from pinwheel.plan.values import refused

HOUR, YEAR = 3_600, 365 * 86_400
KIND_ALLOWED = (
    "a title, and either threshold, discount and valid (the platform's own coupon) or link (another's)",
    "title，加上 threshold、discount、valid（平台优惠券）或 link（外部优惠券）二者之一",
)

Validity = Annotated[int, values.measured(amounts.parse_duration, amounts.format_duration, HOUR, YEAR)]
Link = Annotated[
    str,
    values.matching(
        r"https://[a-zA-Z0-9][^\s\"'<>\\]+",
        500,
        "an address that begins with https://",
        "https:// 开头的网址",
    ),
]


class CouponGiven(Part):
    """A coupon of the platform, or a link.

    Attributes:
        title: for members, in both languages.
        threshold: fen; the least price that it can be used on, more than the discount: something is left
            to pay.
        discount: fen that it takes off a price.
        valid: seconds from its receipt within which it can be used.
        link: where another's coupon is fetched. With it the three before are None.
    """

    title: Title
    threshold: values.Price | None = None
    discount: values.Price | None = None
    valid: Validity | None = None
    link: Link | None = None

    @model_validator(mode="after")
    def is_one_of_both(self) -> "CouponGiven":
        own = (self.threshold, self.discount, self.valid)
        if (self.link is None) == (None in own) or (self.link is not None and own != (None, None, None)):
            raise refused(*KIND_ALLOWED, found=self.title.en)
        if self.threshold is not None and self.discount is not None and self.discount >= self.threshold:
            most = amounts.format_amount(self.threshold - 1)
            raise refused(
                f"at most {most}: less than the threshold, so that something is left to pay",
                f"最多 {most}：须小于 threshold，至少留下一分钱要付",
                at="discount",
                found=amounts.format_amount(self.discount),
            )
        return self

    @property
    def worth(self) -> int:
        """Fen that it takes off a price; 0 of a link, which costs the platform nothing."""
        return self.discount or 0
