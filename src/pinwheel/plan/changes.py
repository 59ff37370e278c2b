"""Changes to a plan document before it is read: dotted paths, as a scenario's `with:` has them.

Source: scenarios page. Null takes a section away; what is on the way to a new value is created.
"""

from collections.abc import Mapping
from copy import deepcopy

from pinwheel.plan.refusal import PlanRefused, path_text, refuse

Document = dict[str | int, object]


def apply_changes(document: object, changes: Mapping[str, object]) -> object:
    """A copy of the raw document with each change made in order, as `{"outcomes.0.count": 3}`.

    Raises:
        PlanRefused: where a path leads nowhere; its path is the part that was reached.
    """
    if not isinstance(document, dict):
        raise refuse("", document, "a plan file", "方案文件")
    result: Document = deepcopy(document)
    for path, value in changes.items():
        _change(result, _steps(path), deepcopy(value))
    return result


def _steps(path: object) -> list[str | int]:
    """`outcomes.0.count` as its steps; a step of digits is a place in a list."""
    steps = path.split(".") if isinstance(path, str) else [""]
    if not all(steps):
        raise refuse("", path, "a dotted path, as outcomes.0.count", "用点分隔的路径，例如 outcomes.0.count")
    return [int(step) if step.isascii() and step.isdigit() and len(step) < 6 else step for step in steps]


def _change(document: Document, steps: list[str | int], value: object) -> None:
    holder: object = document
    for number, step in enumerate(steps[:-1]):
        inner = _look(holder, step, steps[:number])
        if inner is None:
            if value is None:
                return  # what is to be taken away is not there
            if not isinstance(holder, dict) or isinstance(steps[number + 1], int):
                raise _nowhere(steps[: number + 1], inner)
            inner = holder[step] = {}
        holder = inner
    _set(holder, steps, value)


def _set(holder: object, steps: list[str | int], value: object) -> None:
    step = steps[-1]
    _look(holder, step, steps[:-1])
    if isinstance(holder, dict):
        if value is None:
            holder.pop(step, None)
        else:
            holder[step] = value
    elif isinstance(holder, list) and isinstance(step, int):
        if value is None:
            raise refuse(path_text(steps), None, "a value (write the whole list)", "一个值（或整个列表）")
        holder[step] = value


def _look(holder: object, step: str | int, reached: list[str | int]) -> object:
    """What stands at a step: None if a mapping does not have it (yet)."""
    if isinstance(holder, list):
        if isinstance(step, int) and step < len(holder):
            return holder[step]
        places = f"0 .. {len(holder) - 1}" if holder else "(empty)"
        raise refuse(path_text(reached), step, f"a place in the list: {places}", f"列表中的位置：{places}")
    if isinstance(holder, dict) and isinstance(step, str):
        return holder.get(step)
    raise _nowhere(reached, holder)


def _nowhere(reached: list[str | int], found: object) -> PlanRefused:
    return refuse(
        path_text(reached), found, "a section or a list, to be changed inside", "可在其中修改的部分或列表"
    )
