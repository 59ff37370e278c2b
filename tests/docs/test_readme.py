"""What README.md and README.zh-CN.md say of settings, commands, targets, addresses and playbooks, checked."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from typer.main import get_command

from pinwheel.config.environment import Environment
from pinwheel.doors.cli.main import app
from pinwheel.plan.load import playbook_names

ROOT = Path(__file__).parents[2]
NAMES = ("README.md", "README.zh-CN.md")
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in NAMES}
COMMANDS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
TARGETS = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
# Targets that others are made of; nobody needs to call them.
INNER_TARGETS = ("setup", "translations", "browser")

both = pytest.mark.parametrize("name", NAMES)


def code_of(page: str) -> str:
    """Everything that stands in backticks or code blocks, a line a piece."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```\w*\n.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", rest)]
    return "\n".join([*blocks, *spans])


def default_text(value: object) -> str:
    """A default as the table shows it."""
    if value in (None, []):
        return "—"
    if isinstance(value, SecretStr):
        return "development only"
    if isinstance(value, list):
        return f"`{','.join(value)}`"
    return f"`{value}`"


def expected_settings() -> list[tuple[str, str, str]]:
    """Variable, default and description of every setting."""
    rows = []
    for name, field in Environment.model_fields.items():
        variable = str(field.validation_alias or f"PINWHEEL_{name.upper()}")
        rows.append((f"`{variable}`", default_text(field.default), str(field.description)))
    return rows


def settings_table(page: str) -> list[tuple[str, ...]]:
    part = page.split("<!-- settings:", 1)[1].split("<!-- end of settings -->", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]


def test_the_settings_are_those_of_the_environment():
    expected = expected_settings()
    table = "\n".join("| " + " | ".join(row) + " |" for row in expected)
    assert settings_table(PAGES["README.md"]) == expected, f"the table should be:\n{table}"


def test_the_chinese_settings_have_the_same_variables_and_defaults():
    table = settings_table(PAGES["README.zh-CN.md"])
    found = [(row[0], row[1].replace("仅限开发", "development only")) for row in table]
    assert found == [row[:2] for row in expected_settings()]


@both
def test_every_command_is_named_and_no_other(name):
    said = set(re.findall(r"(?<![\w/.-])(?:\.venv/bin/)?pinwheel ([a-z][a-z-]*)", code_of(PAGES[name])))
    assert said == set(COMMANDS)


@both
def test_options_of_commands_exist(name):
    rows = re.findall(r"^\| `pinwheel ([a-z]+)` \|(.*)$", PAGES[name], re.MULTILINE)
    assert rows
    for command, text in rows:
        known = {option for parameter in COMMANDS[command].params for option in parameter.opts}
        assert set(re.findall(r"`(--[a-z-]+)", text)) <= known, command


@both
def test_every_target_is_named_and_no_other(name):
    said = set(re.findall(r"\bmake ([a-z][a-z-]*)", code_of(PAGES[name])))
    assert said == set(TARGETS) - set(INNER_TARGETS)


@both
def test_every_playbook_is_named(name):
    listed = re.findall(r"^\| `([a-z-]+)` \|", PAGES[name], re.MULTILINE)
    assert set(playbook_names()) <= set(listed)


@both
def test_what_make_test_installs_is_what_its_script_installs(name):
    script = (ROOT / "tests/browser/install.sh").read_text(encoding="utf-8")
    packages = re.findall(r"apt-get install [^\n]*--no-install-recommends ([\w -]+?) >", script)[0].split()
    row = next(line for line in PAGES[name].splitlines() if line.startswith("| `make test` |"))
    assert [package for package in packages if f"`{package}`" not in row] == []


@both
def test_the_logins_are_those_of_the_demo(name):
    from pinwheel.doors.cli.demo import shop

    page = PAGES[name]
    assert f"`{shop.PASSWORD}`" in page
    assert "13800000001" in page and f"13800{shop.MEMBERS:06d}" in page
    operators = (ROOT / "src/pinwheel/doors/cli/demo/shop.py").read_text(encoding="utf-8")
    for operator in re.findall(r'create_superuser\("(\w+)"', operators):
        assert f"`{operator}`" in page


@both
def test_addresses_are_answered(name):
    """Every address that the page names is one of ours; nothing is asked of a database."""
    from django.urls import resolve

    in_the_loop = {"/healthz", "/readyz"}
    said = set(re.findall(r"`(?:GET )?(/[\w/.-]*)`", code_marks(PAGES[name]))) - in_the_loop
    front = (ROOT / "src/pinwheel/doors/front/app.py").read_text(encoding="utf-8")
    assert all(f'"{path}"' in front for path in in_the_loop)
    for path in sorted(said):
        if path == "/api/v1/":
            continue  # where all of its operations lie
        found = resolve(path)
        named = getattr(found.func, "__wrapped__", found.func).__name__
        assert named != "unknown", path


def code_marks(page: str) -> str:
    """The page without its code blocks."""
    return re.sub(r"^```\w*\n.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)


def test_both_readmes_have_the_same_structure():
    headings = {name: re.findall(r"^(#+) ", page, re.MULTILINE) for name, page in PAGES.items()}
    assert headings["README.md"] == headings["README.zh-CN.md"]
    tables = {name: re.findall(r"^\| (`[^`]+`) \|", page, re.MULTILINE) for name, page in PAGES.items()}
    assert tables["README.md"] == tables["README.zh-CN.md"]
    blocks = {
        name: re.findall(r"^```\w*\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
        for name, page in PAGES.items()
    }
    plain = {name: [re.sub(r"\s*#.*", "", block) for block in found] for name, found in blocks.items()}
    assert plain["README.md"] == plain["README.zh-CN.md"]


def test_the_version_is_in_the_changelog():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "([^"]+)"', project, re.MULTILINE)
    assert version is not None
    assert f"## [{version[1]}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
