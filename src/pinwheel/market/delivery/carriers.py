"""The carriers that parcels go by: a closed list, each with its code and both names."""

import re

from pinwheel.market.refusals import Refused

CARRIERS: dict[str, tuple[str, str]] = {
    "sf": ("顺丰速运", "SF Express"),
    "jd": ("京东物流", "JD Logistics"),
    "ems": ("邮政EMS", "China EMS"),
    "post": ("邮政快递包裹", "China Post"),
    "zto": ("中通快递", "ZTO Express"),
    "yto": ("圆通速递", "YTO Express"),
    "sto": ("申通快递", "STO Express"),
    "yunda": ("韵达快递", "Yunda Express"),
    "jt": ("极兔速递", "J&T Express"),
    "deppon": ("德邦快递", "Deppon Express"),
    "danniao": ("丹鸟快递", "Danniao Express"),
    "kuayue": ("跨越速运", "KYE Express"),
    "ane": ("安能物流", "ANE Logistics"),
}
NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{5,31}")
SPOKEN = {
    spoken.lower(): code for code, names in CARRIERS.items() for spoken in (code, *names, names[0][:2])
} | {"邮政": "post", "ems": "ems"}


def read_carrier(text: str) -> str:
    """The code of a carrier that is named by its code or either name. Raises: Refused unknown_carrier."""
    code = SPOKEN.get(" ".join(text.split()).lower())
    if code is None:
        raise Refused("unknown_carrier", {"allowed": allowed_carriers()})
    return code


def allowed_carriers() -> tuple[str, str]:
    """The names of all carriers, in both languages."""
    return (
        "、".join(chinese for chinese, _ in CARRIERS.values()),
        ", ".join(english for _, english in CARRIERS.values()),
    )


def read_tracking_number(text: str) -> str:
    """A tracking number as it is kept: capitals, without spaces. Raises: Refused bad_tracking_number."""
    number = "".join(text.split()).upper()
    if not NUMBER.fullmatch(number):
        raise Refused("bad_tracking_number")
    return number
