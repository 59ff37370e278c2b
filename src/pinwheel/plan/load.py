"""The way in: a plan from text, from a file, or from the playbooks that ship with the product."""

import re
from pathlib import Path

from pinwheel.plan.model import Plan
from pinwheel.plan.reading import read_plan
from pinwheel.plan.refusal import PlanRefused, Problem, refuse
from pinwheel.plan.yaml_exact import MOST_BYTES, load_yaml

# In a wheel the folder lies in the package, in a checkout beside src.
_PLACES = (Path(__file__).parents[1] / "playbooks", Path(__file__).parents[3] / "playbooks")


def load_plan(text: str) -> Plan:
    """The plan in a YAML text.

    Raises:
        PlanRefused: every problem, with path, what was found and what is allowed.
    """
    return read_plan(load_yaml(text))


def load_plan_file(path: str | Path) -> Plan:
    """The plan in a file (UTF-8). A file that cannot be read is refused in the same way."""
    return load_plan(read_text(path))


def read_text(path: str | Path) -> str:
    """The text of a plan or scenario file.

    Raises:
        PlanRefused: if there is no such file, it is too big, or it is not UTF-8.
    """
    try:
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES + 1).decode("utf-8")
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise PlanRefused([Problem(str(path), reason, "a file that can be read", "可读取的文件")]) from None
    except UnicodeDecodeError as error:
        found = f"byte {error.object[error.start]:#04x}"
        raise PlanRefused([Problem(str(path), found, "text in UTF-8", "UTF-8 编码的文本")]) from None


def playbook_names() -> list[str]:
    """The ids of the playbooks that ship with the product, sorted."""
    return sorted(path.stem for path in _folder().glob("*.yaml"))


def playbook_text(name: str) -> str:
    """The YAML of a playbook, for an operator to start from and for scenarios to change."""
    if not re.fullmatch(r"[a-z0-9-]{1,60}", name) or name not in playbook_names():
        known = ", ".join(playbook_names())
        raise refuse("playbook", name, f"one of: {known}", f"以下之一：{known}")
    return read_text(_folder() / f"{name}.yaml")


def playbook(name: str) -> Plan:
    """A playbook that ships with the product."""
    return load_plan(playbook_text(name))


def _folder() -> Path:
    return next((place for place in _PLACES if place.is_dir()), _PLACES[-1])
