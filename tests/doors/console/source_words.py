"""The words that the console's source asks a translation for."""

import ast
import re
from pathlib import Path

CONSOLE = Path(__file__).resolve().parents[3] / "src" / "pinwheel" / "doors" / "console"
CALLS = {"_", "gettext", "gettext_lazy"}
IN_TEMPLATE = re.compile(r"""\{% translate (["'])(.*?)\1 context "console" %\}""")


def words_of_source() -> set[str]:
    """Every literal handed to a translating call in Python, and every translate tag in a template."""
    words: set[str] = set()
    for file in CONSOLE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                argument = node.args[0]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    words.add(argument.value)
    for template in (CONSOLE / "templates").rglob("*.html"):
        words |= {match[2] for match in IN_TEMPLATE.finditer(template.read_text())}
    return words
