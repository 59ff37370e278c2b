"""The poster of an activity or a group as a PNG picture, to be saved and handed on.

Everything is drawn here, so that it looks the same from every phone. Lengths in pixels, 750 wide.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import segno
from PIL import Image, ImageDraw, ImageOps

from pinwheel.doors.storefront.poster_text import BOLD, drawable, fitted, font_of, wrapped

WIDTH, HEIGHT = 750, 1334
MARGIN, PAD = 40, 36
CARD_TOP, CARD_BOTTOM = 164, 1250
INSIDE = WIDTH - 2 * MARGIN - 2 * PAD
PICTURE_HEIGHT = 500
QR_SIDE = 212
MOST_PIXELS = 40_000_000  # of a product's picture; a larger one is left out
RED, DEEP_RED, WHITE = "#c8371b", "#a82c14", "#ffffff"
INK, GREY, PALE, ROSE = "#221c18", "#746a62", "#ffe3d9", "#fdece7"
HUES = 12


@dataclass(frozen=True)
class PosterFacts:
    """What a poster says, in the language of its reader. Empty texts are left out.

    Attributes:
        name: who hands it on. hue: number of that member's colour.
        before: the price that may be named as the one before, with its words.
        chips: short facts in boxes; the first stands out.
        picture: file of the product's picture.
        call: the lines beside the QR code. host: where it leads, below everything.
    """

    shop: str
    name: str
    invites: str
    hue: int
    title: str
    product: str
    price: str
    before: str
    before_words: str
    chips: tuple[str, ...]
    until: str
    picture: str
    link: str
    call: tuple[str, str]
    host: str


@lru_cache(maxsize=64)
def draw_poster(facts: PosterFacts) -> bytes:
    """The poster as PNG. The same facts give the same picture; the last ones are kept."""
    image = Image.new("RGB", (WIDTH, HEIGHT), RED)
    draw = ImageDraw.Draw(image)
    draw.ellipse((-200, -420, WIDTH + 200, 420), fill=DEEP_RED)
    head(draw, facts)
    draw.rounded_rectangle((MARGIN, CARD_TOP, WIDTH - MARGIN, CARD_BOTTOM), 32, fill=WHITE)
    left, top = MARGIN + PAD, CARD_TOP + PAD
    place_picture(image, facts, (left, top))
    top += PICTURE_HEIGHT + 26
    top = words(draw, facts, (left, top))
    foot(image, draw, facts)
    middle(draw, facts.host, (WIDTH // 2, 1292), 24, PALE)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=4)
    return out.getvalue()


def head(draw: ImageDraw.ImageDraw, facts: PosterFacts) -> None:
    """Who invites; without a member the shop's name."""
    name = drawable(facts.name)
    if not facts.name:
        middle(draw, facts.shop, (WIDTH // 2, 82), 52, WHITE, BOLD)
        return
    hue = facts.hue * (360 // HUES)
    draw.ellipse((MARGIN, 42, MARGIN + 84, 126), fill=f"hsl({hue}, 55%, 88%)")
    initial = name[:1].upper() or "·"
    middle(draw, initial, (MARGIN + 42, 84), 42, f"hsl({hue}, 65%, 24%)", BOLD)
    left, width = MARGIN + 106, WIDTH - 2 * MARGIN - 106
    bold, plain = font_of(36, BOLD), font_of(26)
    draw.text((left, 68), fitted(name, bold, width) or facts.shop, WHITE, bold, "lm")
    draw.text((left, 110), fitted(facts.invites, plain, width), PALE, plain, "lm")


def place_picture(image: Image.Image, facts: PosterFacts, at: tuple[int, int]) -> None:
    """The product's picture, cropped to its place; without one the shop's sign on a pale ground."""
    box = (INSIDE, PICTURE_HEIGHT)
    corners = Image.new("L", box, 0)
    ImageDraw.Draw(corners).rounded_rectangle((0, 0, INSIDE - 1, PICTURE_HEIGHT - 1), 20, fill=255)
    image.paste(product_picture(facts.picture, box) or sign(box), at, corners)


def product_picture(path: str, box: tuple[int, int]) -> Image.Image | None:
    """The picture in a file, turned upright and cropped; None where there is none that can be read."""
    if not path:
        return None
    try:
        with Image.open(path) as found:
            if found.width * found.height > MOST_PIXELS:
                return None
            found.draft("RGB", box)
            upright = ImageOps.exif_transpose(found).convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    ground = Image.new("RGBA", upright.size, WHITE)
    ground.alpha_composite(upright)
    return ImageOps.fit(ground.convert("RGB"), box, Image.Resampling.LANCZOS)


def sign(box: tuple[int, int]) -> Image.Image:
    """The shop's pinwheel, large, on a pale ground: four blades, each a quarter turn from the last."""
    fine = 3  # drawn larger and made smaller, so that its edges are smooth
    image = Image.new("RGB", (box[0] * fine, box[1] * fine), ROSE)
    draw = ImageDraw.Draw(image)
    middle_x, middle_y, reach = box[0] * fine // 2, box[1] * fine // 2, 3 * fine
    for turn in range(4):
        blade = []
        for across, down in blade_points():
            for _ in range(turn):
                across, down = -down, across
            blade.append((middle_x + across * reach, middle_y + down * reach))
        draw.polygon(blade, fill=RED)
    return image.resize(box, Image.Resampling.LANCZOS)


def blade_points(steps: int = 24) -> list[tuple[float, float]]:
    """The outline of one blade, as it stands in the shop's sign: two curves from its middle out and back."""
    out = ((0, 0), (0, -26), (20, -46), (46, -46))
    back = ((46, -46), (46, -20), (26, 0), (0, 0))
    points = []
    for a, b, c, d in (out, back):
        for step in range(steps):
            t = step / steps
            weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            corners = zip(weights, (a, b, c, d), strict=True)
            points.append(tuple(map(sum, zip(*((w * x, w * y) for w, (x, y) in corners), strict=True))))
    return points  # type: ignore[return-value]


def words(draw: ImageDraw.ImageDraw, facts: PosterFacts, at: tuple[int, int]) -> int:
    """Title, product, price and chips; returns where they end."""
    left, top = at
    bold, plain = font_of(38, BOLD), font_of(26)
    for line in wrapped(drawable(facts.title), bold, INSIDE, 2):
        draw.text((left, top + 22), line, INK, bold, "lm")
        top += 52
    if facts.product:
        draw.text((left, top + 16), fitted(drawable(facts.product), plain, INSIDE), GREY, plain, "lm")
        top += 44
    price, small = font_of(58, BOLD), font_of(24)
    draw.text((left, top + 62), facts.price, RED, price, "ls")
    if facts.before:
        beside = left + int(price.getlength(facts.price)) + 22
        draw.text((beside, top + 60), f"{facts.before_words} {facts.before}", GREY, small, "ls")
        start = beside + int(small.getlength(f"{facts.before_words} "))
        end = start + int(small.getlength(facts.before))
        draw.line((start, top + 52, end, top + 52), GREY, 2)
    return top + 84


def foot(image: Image.Image, draw: ImageDraw.ImageDraw, facts: PosterFacts) -> None:
    """Chips and the call on the left, the QR code on the right, both at the card's lower edge."""
    left, right = MARGIN + PAD, WIDTH - MARGIN - PAD
    top = CARD_BOTTOM - PAD - QR_SIDE
    image.paste(qr_image(facts.link), (right - QR_SIDE, top))
    width = INSIDE - QR_SIDE - 24
    y = place_chips(draw, facts.chips, (left, top), width)
    plain = font_of(24)
    if facts.until:
        draw.text((left, y + 20), fitted(facts.until, plain, width), GREY, plain, "lm")
    bold, small = font_of(28, BOLD), font_of(22)
    draw.text((left, CARD_BOTTOM - PAD - 52), fitted(facts.call[0], bold, width), INK, bold, "lm")
    draw.text((left, CARD_BOTTOM - PAD - 16), fitted(facts.call[1], small, width), GREY, small, "lm")


def place_chips(draw: ImageDraw.ImageDraw, chips: Sequence[str], at: tuple[int, int], width: int) -> int:
    """Short facts in boxes, as many rows as they need; returns where they end."""
    x, y = at
    bold = font_of(26, BOLD)
    for number, chip in enumerate(chips):
        wide = int(bold.getlength(chip)) + 32
        if x > at[0] and x + wide > at[0] + width:
            x, y = at[0], y + 56
        draw.rounded_rectangle((x, y, x + wide, y + 46), 23, fill=RED if number == 0 else ROSE)
        draw.text((x + 16, y + 22), chip, WHITE if number == 0 else DEEP_RED, bold, "lm")
        x += wide + 12
    return y + 56 if chips else y


def qr_image(link: str) -> Image.Image:
    """The QR code in its place; every module a whole number of pixels, so that it scans."""
    code = segno.make(link, error="m", micro=False)
    side = code.symbol_size(border=0)[0]
    scale = max(1, QR_SIDE // side)
    picture = Image.new("RGB", (QR_SIDE, QR_SIDE), WHITE)
    draw = ImageDraw.Draw(picture)
    edge = (QR_SIDE - side * scale) // 2
    for y, row in enumerate(code.matrix):
        for x, dark in enumerate(row):
            if dark:
                at = edge + x * scale, edge + y * scale
                draw.rectangle((*at, at[0] + scale - 1, at[1] + scale - 1), fill=INK)
    return picture


def middle(
    draw: ImageDraw.ImageDraw, text: str, at: tuple[int, int], size: int, colour: str, weight: int = 400
) -> None:
    """Text around a point."""
    font = font_of(size, weight)
    draw.text(at, fitted(drawable(text), font, WIDTH - 2 * MARGIN), colour, font, "mm")
