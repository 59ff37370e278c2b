"""Text on posters: the font that comes with the house, lines that fit, characters that it does not have.

Source: docs/adr/0028-posters-are-drawn-at-the-server.md.
"""

from functools import lru_cache
from importlib.resources import as_file, files

from PIL import ImageFont

Font = ImageFont.FreeTypeFont
SIMPLIFIED = 2  # of the collection's faces
REGULAR, BOLD = 400, 700
NOT_A_CHARACTER = "\uffff"
ELLIPSIS = "…"


@lru_cache(maxsize=32)
def font_of(size: int, weight: int = REGULAR) -> Font:
    """Noto Sans CJK with Chinese glyphs; the size in pixels."""
    with as_file(files("manimgx_fonts_cjk") / "NotoSansCJK-VF.otf.ttc") as path:
        font = ImageFont.truetype(path, size, index=SIMPLIFIED)
        font.set_variation_by_axes([weight])
    return font


@lru_cache(maxsize=4096)
def has_glyph(character: str) -> bool:
    """Whether the font draws the character, and not the box of a missing one."""
    if character.isspace():
        return True
    font = font_of(24)
    return bytes(font.getmask(character)) != bytes(font.getmask(NOT_A_CHARACTER))


def drawable(text: str) -> str:
    """The text without what the font cannot draw, in one line: a name made of pictures becomes shorter."""
    kept = "".join(character for character in text if has_glyph(character))
    return " ".join(kept.split())


def fitted(text: str, font: Font, width: int) -> str:
    """The text, cut with an ellipsis where it is wider than that many pixels."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + ELLIPSIS) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrapped(text: str, font: Font, width: int, most: int) -> list[str]:
    """The text in at most so many lines; Chinese breaks anywhere, other words are kept whole if they fit."""
    lines: list[str] = []
    while text and len(lines) < most - 1:
        end = len(text)
        while end > 1 and font.getlength(text[:end]) > width:
            end -= 1
        if end < len(text) and text[end - 1].isascii() and text[end].isascii():
            space = text.rfind(" ", 0, end + 1)
            end = space if space > 0 else end
        lines.append(text[:end].strip())
        text = text[end:].strip()
    return [*lines, fitted(text, font, width)] if text else lines
