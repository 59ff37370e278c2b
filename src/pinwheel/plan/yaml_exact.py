"""YAML without surprises: what looks like text stays text, and no number loses a digit.

PyYAML reads YAML 1.1, where `NO` is false, `10:30` is 630 and `1.10` is a float. Here, after the core
schema of YAML 1.2: true and false, null, whole numbers and decimals (as `decimal.Decimal`); everything
else is text, also `0x10`, `1e3` and `.nan`, which nobody means in a plan. Refused, with line and column:
keys that stand twice, anchors and aliases, tags, several documents, deep nesting, very long numbers.
"""

import re
from decimal import Decimal

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pinwheel.plan.refusal import PlanRefused, Problem

MOST_BYTES = 256 * 1024
MOST_DIGITS = 18  # fits int64
DEEPEST = 32

_NULL = "tag:yaml.org,2002:null"
_BOOL = "tag:yaml.org,2002:bool"
_INT = "tag:yaml.org,2002:int"
_DECIMAL = "tag:yaml.org,2002:float"
_TEXT = "tag:yaml.org,2002:str"

Scalar = str | int | Decimal | bool | None

_SYNTAX_ZH = "合法的 YAML：请检查缩进、冒号后的空格和引号"


class _Loader(yaml.SafeLoader):
    """PyYAML's scanner and parser with resolution of our own."""

    yaml_implicit_resolvers = {}  # none of YAML 1.1's

    depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _refused(event.start_mark, "&/*", "no anchors and aliases", "不使用锚点（&）和别名（*）")
        if getattr(event, "tag", None) is not None:
            raise _refused(event.start_mark, f"{event.tag}", "no tags (!)", "不使用标签（!）")
        if self.depth == DEEPEST:
            raise _refused(
                event.start_mark, "…", f"at most {DEEPEST} levels of nesting", f"最多 {DEEPEST} 层嵌套"
            )
        self.depth += 1
        node: Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node


for tag, pattern, first in (
    (_NULL, r"~|null|Null|NULL|", [*"~nN", ""]),
    (_BOOL, r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    (_INT, r"[-+]?[0-9]+", [*"-+0123456789"]),
    (_DECIMAL, r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)", [*"-+.0123456789"]),
):
    _Loader.add_implicit_resolver(tag, re.compile(rf"(?:{pattern})\Z"), first)


def load_yaml(text: str) -> object:
    """The document as dicts, lists, str, int, Decimal, bool and None; None if it is empty.

    Raises:
        PlanRefused: with the line and column of what cannot be read.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise PlanRefused(
            [Problem("", f"{size} bytes", f"at most {MOST_BYTES} bytes", f"最多 {MOST_BYTES} 字节")]
        )
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.reader.ReaderError as error:
        raise _unprintable(text, error) from None
    except yaml.MarkedYAMLError as error:
        raise _syntax(text, error) from None
    except (ValueError, OverflowError):  # an escape such as "\UFFFFFFFF" in a quoted text
        mark = loader.get_mark() if loader else yaml.Mark("", 0, 0, 0, None, 0)
        raise _refused(mark, "", "valid YAML (an escape that is no character)", _SYNTAX_ZH) from None
    return None if node is None else _value(node)


def _value(node: Node) -> object:
    if isinstance(node, MappingNode):
        return _mapping(node)
    if isinstance(node, SequenceNode):
        return [_value(item) for item in node.value]
    return _scalar(node)


def _mapping(node: MappingNode) -> dict[str | int, object]:
    result: dict[str | int, object] = {}
    for key_node, value_node in node.value:
        key = _value(key_node) if isinstance(key_node, ScalarNode) else None
        if not isinstance(key, str | int) or isinstance(key, bool):
            found = key_node.value if isinstance(key_node, ScalarNode) else "…"
            raise _refused(key_node.start_mark, f"{found:.40}", "a name as key", "键应是名称")
        if key in result:
            raise _refused(
                key_node.start_mark,
                f"{key!s:.40}",
                "each key once (this one again)",
                "每个键只写一次（重复了）",
            )
        result[key] = _value(value_node)
    return result


def _scalar(node: Node) -> Scalar:
    written: str = node.value
    if node.tag == _NULL:
        return None
    if node.tag == _BOOL:
        return written.lower() == "true"
    if node.tag in (_INT, _DECIMAL):
        if sum(one.isdigit() for one in written) > MOST_DIGITS:
            allowed = f"numbers of at most {MOST_DIGITS} digits", f"最多 {MOST_DIGITS} 位的数字"
            raise _refused(node.start_mark, f"{written:.40}", *allowed)
        return int(written) if node.tag == _INT else Decimal(written)
    if any(one == "\0" or "\ud800" <= one <= "\udfff" for one in written):
        raise _refused(node.start_mark, f"{written!a:.40}", "printable characters", "可显示的字符")
    return written


def _refused(mark: yaml.Mark, found: str, allowed_en: str, allowed_zh: str) -> PlanRefused:
    return PlanRefused(
        [Problem("", found, allowed_en, allowed_zh, line=mark.line + 1, column=mark.column + 1)]
    )


def _syntax(text: str, error: yaml.MarkedYAMLError) -> PlanRefused:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    found = lines[line].strip() if line < len(lines) else ""
    reason = " ".join(filter(None, [error.context, error.problem]))
    problem = Problem(
        "", f"{found:.60}", f"valid YAML ({reason})", _SYNTAX_ZH, line=line + 1, column=column + 1
    )
    return PlanRefused([problem])


def _unprintable(text: str, error: yaml.reader.ReaderError) -> PlanRefused:
    before = text[: error.position]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    found = ascii(text[error.position : error.position + 1])
    return PlanRefused([Problem("", found, "printable characters", "可显示的字符", line=line, column=column)])
