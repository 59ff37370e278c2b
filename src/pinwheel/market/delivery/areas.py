"""Provinces, cities and districts, by their codes of GB/T 2260.

The list is the data of the npm package @vant/area-data 2.1.0 (MIT, licence beside it), one code and name a
line. A district's code begins with those of its city and its province.
"""

from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from pinwheel.market.refusals import Refused

PROVINCE, CITY = 2, 4  # digits that say which province, and which city


class Place(NamedTuple):
    """A district with what it lies in. `code`: six digits."""

    code: str
    province: str
    city: str
    district: str


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Name by code of every area, in the order of codes."""
    text = files("pinwheel.market.delivery").joinpath("data/areas.txt").read_text(encoding="utf-8")
    return dict(line.split(" ", 1) for line in text.splitlines())


def is_province(code: str) -> bool:
    return code.endswith("0000")


def is_city(code: str) -> bool:
    return code.endswith("00") and not is_province(code)


def place(code: str) -> Place:
    """The district of a code. Raises: Refused unknown_area, also for a city or a province."""
    if code not in names() or code.endswith("00"):
        raise Refused("unknown_area")
    province, city = code[:PROVINCE].ljust(6, "0"), code[:CITY].ljust(6, "0")
    return Place(code, names()[province], names()[city], names()[code])


@lru_cache(maxsize=1)
def tree() -> list[tuple[str, str, list[tuple[str, str, list[tuple[str, str]]]]]]:
    """(code, name, what lies in it) of provinces, of their cities, and (code, name) of their districts."""
    provinces: list[tuple[str, str, list[tuple[str, str, list[tuple[str, str]]]]]] = []
    for code, name in names().items():  # ascending: each follows what it lies in
        if is_province(code):
            provinces.append((code, name, []))
        elif is_city(code):
            provinces[-1][2].append((code, name, []))
        else:
            provinces[-1][2][-1][2].append((code, name))
    return provinces
