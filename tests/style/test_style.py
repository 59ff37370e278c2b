"""The house rules of STYLE.md that a program can hold. Each exception stands here with its reason."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
PACKAGE = SRC / "pinwheel"
MONEY_ROOMS = ("rules", "plan", "ledger", "market")

MOST_LINES_OF_FUNCTION = 60
MOST_LINES_OF_FILE = 400

# file, below src/pinwheel: why it may be longer
LONG_FILES = {
    "doors/storefront/static/storefront/verify_draw.py": "a verifier that members run by itself",
    "doors/storefront/static/storefront/verify_draw.js": "the page's verifier, as its twin",
}
LONG_FUNCTIONS: dict[str, str] = {}

# file, below src/pinwheel: {what is divided: why the result touches no amount}
DIVISIONS: dict[str, dict[str, str]] = {}

# (room, module): why it may be imported there
CLOCKS_AND_CHANCE = ("time", "random", "secrets", "uuid", "calendar")
READS_THE_CLOCK = ("now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter")

# Modules that are started by name or found by convention, and not imported.
FOUND_BY_NAME = ("__init__.py", "__main__.py", "apps.py", "models.py", "jobs.py")
# Templates that Django asks for by itself.
TEMPLATES_OF_DJANGO = ("400.html", "403.html", "403_csrf.html", "404.html", "500.html")
# Folders of templates that take the place of a library's own by bearing its name.
OVERRIDING_TEMPLATES = ("admin/", "unfold/", "registration/")
VENDORED = "/static/storefront/vendor/"


def python_files(*rooms: str) -> list[Path]:
    places = [PACKAGE / room for room in rooms] if rooms else [PACKAGE]
    return sorted(file for place in places for file in place.rglob("*.py"))


def below(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def places(path: Path, nodes: list[ast.AST]) -> list[str]:
    """`file:line` of each node."""
    return [f"src/pinwheel/{below(path)}:{getattr(node, 'lineno', 1)}" for node in nodes]


@cache
def repository_files() -> tuple[Path, ...]:
    """Every file that is or could be committed; without git, every file outside of build folders."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        found = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        hidden = (".venv", "build", "data", "dist", "__pycache__", ".git")
        found = [path for path in ROOT.rglob("*") if not set(path.relative_to(ROOT).parts) & set(hidden)]
    return tuple(path for path in found if path.is_file())


def text_of(path: Path) -> str:
    """A file's text; empty if it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return ""


# Money


@pytest.mark.parametrize("room", MONEY_ROOMS)
def test_no_float_where_money_is(room):
    wrong = []
    for path in python_files(room):
        allowed = DIVISIONS.get(below(path), {})
        found = [node for node in ast.walk(tree_of(path)) if makes_float(node)]
        wrong += places(path, [node for node in found if ast.unparse(node) not in allowed])
    assert not wrong, "\n".join(wrong)


def makes_float(node: ast.AST) -> bool:
    """A float written down, a call of float, or a true division of anything but paths."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "float"
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
        right = node.right if isinstance(node, ast.BinOp) else node.value
        is_path = isinstance(right, ast.JoinedStr) or (
            isinstance(right, ast.Constant) and isinstance(right.value, str)
        )
        return not is_path
    return False


# Rules and plans follow from their input alone


@pytest.mark.parametrize("room", ["rules", "plan"])
def test_no_clock_and_no_chance_in_rules_and_plans(room):
    wrong = []
    for path in python_files(room):
        for node in ast.walk(tree_of(path)):
            if imported_modules(node) & set(CLOCKS_AND_CHANCE) or reads_the_clock(node):
                wrong += places(path, [node])
    assert not wrong, "\n".join(wrong)


def imported_modules(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {node.module.split(".")[0]}
    return set()


def reads_the_clock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READS_THE_CLOCK
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("time", "datetime", "date")
    )


# Invariants hold under -O too


def test_no_assert_in_the_product():
    wrong = []
    for path in python_files():
        wrong += places(path, [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Assert)])
    assert not wrong, "\n".join(wrong)


# Nothing is left for later, nothing lies about


def test_nothing_is_marked_for_later():
    mark = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")
    wrong = []
    for path in repository_files():
        if VENDORED in path.as_posix():
            continue
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            if mark.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}")
    assert not wrong, "\n".join(wrong)


def test_every_module_is_used():
    used = used_modules()
    dead = []
    for path in python_files():
        if path.name in FOUND_BY_NAME or path.parent.name == "migrations":
            continue
        if path.parent.name == "templatetags" and is_loaded_by_a_template(path.stem):
            continue
        if module_name(path) not in used:
            dead.append(below(path))
    assert not dead, "\n".join(dead)


def module_name(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def used_modules() -> set[str]:
    """Modules that another one imports, or that a setting, a build file or the Makefile names."""
    used: set[str] = set()
    for path in python_files():
        own = module_name(path)
        for node in ast.walk(tree_of(path)):
            used |= {name for name in named_modules(node) if name != own}
    for name in ("pyproject.toml", "Makefile"):
        used |= set(re.findall(r"pinwheel(?:\.\w+)+", (ROOT / name).read_text(encoding="utf-8")))
    return used


def named_modules(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        for dotted in re.findall(r"\bpinwheel(?:\.\w+)+", node.value):
            parts = dotted.split(".")
            yield from (".".join(parts[:length]) for length in range(2, len(parts) + 1))


def is_loaded_by_a_template(name: str) -> bool:
    loads = re.compile(r"{%\s*load\s[^%]*\b" + name + r"\b")
    return any(loads.search(text_of(path)) for path in PACKAGE.rglob("*.html"))


def test_every_template_and_static_file_is_used():
    sources = {
        path: text_of(path)
        for path in PACKAGE.rglob("*")
        if path.suffix in (".py", ".html", ".js", ".css") and "__pycache__" not in path.parts
    }
    dead = []
    for path in sorted(PACKAGE.rglob("*")):
        folder = next((name for name in ("templates", "static") if name in path.parts), None)
        if folder is None or not path.is_file() or "__pycache__" in path.parts:
            continue
        name = path.as_posix().split(f"/{folder}/", 1)[1]
        is_known = (
            name in TEMPLATES_OF_DJANGO
            or name.startswith(OVERRIDING_TEMPLATES)
            or (path.name.endswith(".LICENSE.txt") and path.parent.name == "vendor")
        )
        if not is_known and not is_named(path, name, sources):
            dead.append(below(path))
    assert not dead, "\n".join(dead)


def is_named(path: Path, name: str, sources: dict[Path, str]) -> bool:
    """Whether another file names it: by its whole name, by its bare one beside it, or by its stem where a
    folder is put before it.
    """
    if "/" in name and path.suffix == ".html":
        folder, stem = name.rsplit("/", 1)[0], f'"{path.stem}"'
        if any(f'f"{folder}/{{' in text and stem in text for text in sources.values()):
            return True
    bare = re.compile(rf"""["'(/]{re.escape(path.name)}\b""")
    return any(name in text for other, text in sources.items() if other != path) or any(
        bare.search(sources[other]) for other in near(path)
    )


def near(path: Path) -> list[Path]:
    """Files in the same folder that name others by their bare name, as style sheets and scripts do."""
    return [
        other
        for other in path.parent.iterdir()
        if other != path and other.suffix in (".css", ".js", ".html", ".webmanifest")
    ]


# Every function says what it does, and fits a screen


@pytest.mark.parametrize("room", ["rules", "plan", "ledger"])
def test_public_names_are_described(room):
    wrong = []
    for path in python_files(room):
        if path.parent.name == "migrations" or path.name == "apps.py":
            continue
        tree = tree_of(path)
        if path.name != "__init__.py" and not ast.get_docstring(tree):
            wrong.append(f"src/pinwheel/{below(path)}:1 (module)")
        wrong += [
            f"src/pinwheel/{below(path)}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert not wrong, "\n".join(wrong)


def test_functions_fit_a_screen():
    wrong = []
    for path in python_files():
        if path.parent.name == "migrations":
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                name = f"{below(path)}:{node.name}"
                if lines > MOST_LINES_OF_FUNCTION and name not in LONG_FUNCTIONS:
                    wrong.append(f"src/pinwheel/{below(path)}:{node.lineno} {node.name}: {lines} lines")
    assert not wrong, "\n".join(wrong)


def test_a_file_is_one_idea():
    wrong = []
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix not in (".py", ".js", ".css", ".html") or VENDORED in path.as_posix():
            continue
        lines = text_of(path).count("\n")
        if lines > MOST_LINES_OF_FILE and below(path) not in LONG_FILES:
            wrong.append(f"src/pinwheel/{below(path)}: {lines} lines")
    assert not wrong, "\n".join(wrong)


def test_exceptions_are_still_needed():
    assert [name for name in LONG_FILES if text_of(PACKAGE / name).count("\n") <= MOST_LINES_OF_FILE] == []
    assert [name for name in (*LONG_FILES, *DIVISIONS) if not (PACKAGE / name).is_file()] == []


# The repository names no machine and no package index


def test_no_machine_and_no_package_index_is_named():
    machine = re.compile(r"(?<![\w.:/-])/(?:work|root|home|Users)/[\w.-]")
    index = re.compile(r"\b(?:pypi|pythonhosted|npmjs|crates|rubygems)\.(?:org|com|io)\b", re.IGNORECASE)
    wrong = []
    for path in repository_files():
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            if machine.search(line) or index.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}")
    assert not wrong, "\n".join(wrong)


def test_the_locks_are_hashed_and_name_no_place():
    for name in ("requirements.lock", "requirements-dev.lock", "bench/peers.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        options = [line.strip() for line in text.splitlines() if line.lstrip().startswith("-")]
        assert [option for option in options if not option.startswith("--hash=sha256:")] == []
        blocks = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
