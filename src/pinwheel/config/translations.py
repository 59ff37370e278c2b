"""Compile the translations: `python -m pinwheel.config.translations`."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent


def compile_translations() -> list[Path]:
    """Write a .mo file beside every .po file that is newer; return those written."""
    written = []
    for source in sorted(PACKAGE.glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalog = read_po(file)
        with target.open("wb") as file:
            write_mo(file, catalog)
        written.append(target)
    return written


if __name__ == "__main__":
    sys.stdout.write(f"translations compiled: {len(compile_translations())}\n")
