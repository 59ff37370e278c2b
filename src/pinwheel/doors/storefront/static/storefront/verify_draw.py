#!/usr/bin/env python3
# ruff: noqa: T201 - a command-line tool speaks by printing
"""Check the evidence file of a draw: python verify_draw.py FILE   (or - to read standard input)

One file, Python 3.9 or later, nothing but the standard library, no network. Protocol draw-v1; what each
step checks is written on the page docs/algorithms/draw.md. The browser's verify_draw.js does the same.

Exit status: 0 every step holds; 1 a step failed; 2 the file cannot be read or is not JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

PROTOCOL = "draw-v1"
BEACON = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"  # drand quicknet
BEACON_GENESIS, BEACON_PERIOD = 1692803367, 3  # seconds since 1970, seconds
FILE_BYTES_AT_MOST = 64 * 1024 * 1024
NESTING_AT_MOST = 100
SHOWN_AT_MOST = 200  # characters of a value that are printed
WHOLE_AT_MOST = 2**53 - 1  # the largest whole number that every JSON reader reads alike

DRAWN_STATES = ("settled", "dissolved")  # the list was frozen, and the draw made
STATES = (*DRAWN_STATES, "expired", "unused")
CONFLICTS = ("dissolve", "draw_anyway")
BARS = ("leader", "first_join_of_day_in_front", "newcomer_in_front", "sitting_out", "at_most")
BARS_OF_ONE_SEAT = BARS[:3]
RULES_OF_BAR = {bar: [bar] for bar in BARS}
RULES_OF_BAR["sitting_out"] = ["after_wins_in_a_row", "after_wins_in_total"]

# What a result proves. Also on docs/algorithms/draw.md and in verify_draw.js; a test compares them.
PROVES = {
    "en": (
        "What this proves: nothing was changed after the commit was shown. "
        "What it does not prove: this is an instant draw, so it does not rule out seats that the platform "
        "itself holds. An operator who knows the seed can try order ids; steering a 1-in-10 draw took 2 "
        "tries. What to compare: the commit with the one that the group's page showed before its first seat "
        "was sold; the list hash, the plan hash and the barred seats with your receipt. A file made up "
        "afterwards would pass every step but not this comparison. The ids of activity and group, the plan's "
        "version number and the times are the platform's word."
    ),
    "zh": (
        "它证明什么：承诺值公布之后，什么都没有改动过。"
        "它不证明什么：这是即时开奖，不能排除平台自己持有的座位。知道种子的运营者可以逐个试订单号；"
        "实测左右一次十中一的开奖，试 2 次就够了。"
        "请您对照：承诺值应与第一个座位售出之前拼团页面上显示的相同；名单哈希、方案哈希和必不中的座位"
        "应与您的收据相同。事后编造的文件能通过每一步检查，却通不过这一对照。"
        "活动和拼团的编号、方案的版本号以及各个时间，只是平台的说法。"
    ),
}
# The same where a public value went into the draw.
PROVES_WITH = {
    "drand": {
        "en": (
            "What this proves: nothing was changed after the commit was shown, and the result hangs on a "
            "value that the drand beacon published after the list was frozen: nobody, the platform "
            "included, could know or steer it. This program does not check the beacon's signature; it "
            "checks that the value is the signature's hash. `pinwheel verify` checks the signature too, "
            "and every relay of the beacon tells the same one for this round. What to compare: the "
            "commit with the one that the group's page showed before its first seat was sold; the list "
            "hash with the one that it showed while the group waited; the plan hash and the barred seats "
            "with your receipt. A file made up afterwards would pass every step but not this comparison. "
            "The ids of activity and group, the plan's version number and the times are the platform's "
            "word."
        ),
        "zh": (
            "它证明什么：承诺值公布之后，什么都没有改动过；结果取决于 drand 信标在名单锁定之后发布的数"
            "值，任何人（包括平台）都不能事先知道或左右结果。本程序不验证信标的签名本身，只验证数值就是签名的"
            "哈希；pinwheel verify 会验证签名，向信标的任何一个中继查询这一轮，得到的签名也都"
            "相同。请您对照：承诺值应与第一个座位售出之前拼团页面上显示的相同；名单哈希应与等待期间页面上显示"
            "的相同；方案哈希和必不中的座位应与您的收据相同。事后编造的文件能通过每一步检查，却通不过这一对照"
            "。活动和拼团的编号、方案的版本号以及各个时间，只是平台的说法。"
        ),
    },
    "public_number": {
        "en": (
            "What this proves: nothing was changed after the commit was shown, and the result hangs on a "
            "number that was published after the list was frozen: nobody, the platform included, could "
            "know or steer it. Compare the number with its source; this program cannot ask it. What to "
            "compare: the commit with the one that the group's page showed before its first seat was "
            "sold; the list hash with the one that it showed while the group waited; the plan hash and "
            "the barred seats with your receipt. A file made up afterwards would pass every step but not "
            "this comparison. The ids of activity and group, the plan's version number and the times are "
            "the platform's word."
        ),
        "zh": (
            "它证明什么：承诺值公布之后，什么都没有改动过；结果取决于名单锁定之后公布的号码，任何人（包括平台"
            "）都不能事先知道或左右结果。请到号码的出处核对号码；本程序无法代您查询。请您对照：承诺值应与第一"
            "个座位售出之前拼团页面上显示的相同；名单哈希应与等待期间页面上显示的相同；方案哈希和必不中的座位"
            "应与您的收据相同。事后编造的文件能通过每一步检查，却通不过这一对照。活动和拼团的编号、方案的版本"
            "号以及各个时间，只是平台的说法。"
        ),
    },
}
NOTHING_DRAWN = {"en": "Nothing was drawn here.", "zh": "这里没有抽取任何座位。"}
FAILED = {
    "en": "This file does not prove its draw: {steps} failed.",
    "zh": "这份文件不能证明这次开奖：{steps} 不符。",
}
HOLDS = {  # what a step that holds has shown
    "en": {
        "format": "every field is there and has the form that draw-v1 gives it",
        "commit": "the revealed seed is the one that was committed to",
        "list": "the list is sorted, names every seat once and no other",
        "list_hash": "the hash is that of the list",
        "plan_hash": "the hash is that of the plan's text",
        "classes": "classes, counts and conflict are those of the plan",
        "public_value.none": "an instant draw: no public value goes into it",
        "public_value.drand": "the round is the first after the freeze, and the value its signature's hash",
        "public_value.public_number": "the value is the number, published after the list was frozen",
        "seed": "the draw's seed follows from the revealed seed, the list and the public value",
        "order": "the drawn order follows from the seed",
        "outcomes": "every seat's outcome follows from the order, the bars and the plan",
    },
    "zh": {
        "format": "字段齐全，格式符合 draw-v1",
        "commit": "公开的种子就是当初承诺的那一个",
        "list": "名单已排序，每个座位恰好一次，没有别的",
        "list_hash": "哈希与名单一致",
        "plan_hash": "哈希与方案文本一致",
        "classes": "奖项、数量和流失规则与方案一致",
        "public_value.none": "即时开奖，不使用公开数值",
        "public_value.drand": "轮次是名单锁定之后信标的第一轮，数值就是签名的哈希",
        "public_value.public_number": "数值就是该号码，在名单锁定之后公布",
        "seed": "开奖种子由公开的种子、名单和公开数值算出",
        "order": "开奖顺序由种子算出",
        "outcomes": "每个座位的结果由顺序、必不中和方案得出",
    },
}
WORDS = {  # what is allowed, where it is not one value
    "en": {
        "object": "an object",
        "array": "a list",
        "array_not_empty": "a list that is not empty",
        "present": "this field to be there",
        "absent": "no such field",
        "protocol": '"draw-v1"',
        "text": "text of whole Unicode characters",
        "label": "text, not empty, without line feeds",
        "draw_id": 'text, not empty, without line feeds and without "|"',
        "hash": "64 hexadecimal digits in lower case",
        "time": "a time such as 2026-11-20T08:00:00+08:00",
        "not_before_commit": "a time not before committed_at",
        "whole": "a whole number, 0 or more",
        "state": "one of settled, dissolved, expired, unused",
        "conflict": "one of dissolve, draw_anyway",
        "kind": "one of none, drand, public_number",
        "chain": "the chain of drand quicknet",
        "hex": "hexadecimal digits in lower case, two for a byte",
        "signature": "96 hexadecimal digits in lower case",
        "number": "digits as published, with points or commas between them",
        "known": "the public value that the draw was made with",
        "after_freeze": "a time after frozen_at",
        "empty": "nothing in it",
        "distinct": "a name of its own",
        "bars": "bars of draw-v1, each once, in their order: " + ", ".join(BARS),
        "plan": "the plan's text to be JSON with a list of outcomes",
        "plan_seats": "as many seats as the plan's groups have",
        "rest_last": 'counts with "rest" in the last class',
        "rate_whole": "a rate that gives a whole number of seats",
        "sum": "counts that add up to the seats",
        "permutation": "every seat of the list once",
        "drawn_state": "settled or dissolved",
        "no_bars": "no bars, because a plan of one class draws nothing",
        "plan_bar": "a bar that the plan's seat rules know",
        "one_seat": "this bar on one seat only",
        "places": "no more drawn places than seats",
    },
    "zh": {
        "object": "一个对象",
        "array": "一个列表",
        "array_not_empty": "一个非空列表",
        "present": "有这个字段",
        "absent": "没有这个字段",
        "protocol": '"draw-v1"',
        "text": "完整的 Unicode 文本",
        "label": "非空、不含换行的文本",
        "draw_id": "非空、不含换行和“|”的文本",
        "hash": "64 位小写十六进制数字",
        "time": "形如 2026-11-20T08:00:00+08:00 的时间",
        "not_before_commit": "不早于 committed_at 的时间",
        "whole": "0 或正整数",
        "state": "settled、dissolved、expired、unused 之一",
        "conflict": "dissolve、draw_anyway 之一",
        "kind": "none、drand、public_number 之一",
        "chain": "drand quicknet 的链",
        "hex": "小写十六进制数字，每字节两位",
        "signature": "96 位小写十六进制数字",
        "number": "公布的数字，中间可有小数点或逗号",
        "known": "开奖所用的公开数值",
        "after_freeze": "晚于 frozen_at 的时间",
        "empty": "空",
        "distinct": "各不相同的名称",
        "bars": "draw-v1 的必不中原因，各一次，依次为：" + ", ".join(BARS),
        "plan": "含有 outcomes 列表的 JSON 方案文本",
        "plan_seats": "与方案的成团人数相同的座位数",
        "rest_last": '最后一个奖项的数量是 "rest"',
        "rate_whole": "得出整数座位的比例",
        "sum": "相加等于座位数的数量",
        "permutation": "名单中每个座位恰好一次",
        "drawn_state": "settled 或 dissolved",
        "no_bars": "没有必不中，因为只有一个奖项时不抽取",
        "plan_bar": "方案的排位规则中有的必不中原因",
        "one_seat": "这一原因只在一个座位上",
        "places": "抽取的名额不多于座位",
    },
}

Step = tuple[str, bool, str]
Check = Callable[[str, Any], None]


class Words(str):
    """What is allowed, as a key of WORDS and not as a value."""


class Refused(Exception):
    """A check that failed: where, what is allowed there, what was found."""

    def __init__(self, path: str, allowed: Any, found: Any) -> None:
        super().__init__(path)
        self.path, self.allowed, self.found = path, allowed, found

    def sentence(self, lang: str) -> str:
        allowed = WORDS[lang][self.allowed] if isinstance(self.allowed, Words) else show(self.allowed)
        if lang == "zh":
            return f"{self.path}：应为 {allowed}，实为 {show(self.found)}"
        return f"{self.path}: expected {allowed}, found {show(self.found)}"


def refuse(path: str, allowed: str, found: Any) -> NoReturn:
    raise Refused(path, Words(allowed), found)


def show(value: Any) -> str:
    """A value as short plain ASCII, so that no file can play tricks with the reader's screen."""
    text = json.dumps(value, separators=(",", ":")).replace("\x7f", "\\u007f")
    return text if len(text) <= SHOWN_AT_MOST else text[: SHOWN_AT_MOST - 3] + "..."


def same(path: str, expected: Any, found: Any) -> None:
    """Refuse at the first place where the two differ."""
    if isinstance(expected, list) and isinstance(found, list):
        for index in range(min(len(expected), len(found))):
            same(f"{path}[{index}]", expected[index], found[index])
        if len(expected) != len(found):
            raise Refused(f"{path}.length", len(expected), len(found))
    elif expected != found:
        raise Refused(path, expected, found)


# --- reading JSON --------------------------------------------------------------------------------------


def parse(text: str) -> Any:
    """JSON as every reader reads it: no NaN, no endless nesting, no endless numbers. Raises ValueError."""
    if nesting(text) > NESTING_AT_MOST:
        raise ValueError(f"nested deeper than {NESTING_AT_MOST}")
    return json.loads(text, parse_constant=no_constant, parse_int=whole_or_float)


def nesting(text: str) -> int:
    """How deep brackets open outside of strings."""
    depth = deepest = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', text, re.DOTALL):
        if token.group() in ("[", "{"):
            depth += 1
            deepest = max(deepest, depth)
        elif token.group() in ("]", "}"):
            depth -= 1
    return deepest


def no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def whole_or_float(digits: str) -> float:
    return int(digits) if len(digits) <= 16 else float(digits)


def whole(value: Any) -> int | None:
    """The whole number, 0 or more, that the value is; None if it is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or not 0 <= value <= WHOLE_AT_MOST:
        return None
    return value


# --- step: format --------------------------------------------------------------------------------------


def text(path: str, value: Any) -> None:
    if not isinstance(value, str) or re.search("[\ud800-\udfff]", value):
        refuse(path, "text", value)


def label(path: str, value: Any, word: str = "label") -> None:
    if not isinstance(value, str) or re.search("[\n\ud800-\udfff]", value) or not value:
        refuse(path, word, value)


def draw_id(path: str, value: Any) -> None:
    label(path, value, "draw_id")
    if "|" in value:
        refuse(path, "draw_id", value)


def hash_text(path: str, value: Any) -> None:
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        refuse(path, "hash", value)


def time(path: str, value: Any) -> None:
    if instant(value) is None:
        refuse(path, "time", value)


def natural(path: str, value: Any) -> None:
    if whole(value) is None:
        refuse(path, "whole", value)


def bars(path: str, value: Any) -> None:
    if not isinstance(value, list) or value != [bar for bar in BARS if bar in value]:
        refuse(path, "bars", value)


def one_of(word: str, *allowed: str) -> Check:
    def check(path: str, value: Any) -> None:
        if not isinstance(value, str) or value not in allowed:
            refuse(path, word, value)

    return check


def maybe(inner: Check) -> Check:
    def check(path: str, value: Any) -> None:
        if value is not None:
            inner(path, value)

    return check


def list_of(inner: Check) -> Check:
    def check(path: str, value: Any) -> None:
        if not isinstance(value, list):
            refuse(path, "array", value)
        for index, entry in enumerate(value):
            inner(f"{path}[{index}]", entry)

    return check


def record(**shape: Check) -> Check:
    def check(path: str, value: Any) -> None:
        if not isinstance(value, dict):
            refuse(path or "document", "object", value)
        prefix = path + "." if path else ""
        for name in shape:
            if name not in value:
                refuse(prefix + name, "present", None)
        for name in value:
            if name not in shape:
                refuse(path or "document", "absent", name)
        for name, inner in shape.items():
            inner(prefix + name, value[name])

    return check


def matching(word: str, pattern: str) -> Check:
    def check(path: str, value: Any) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            refuse(path, word, value)

    return check


PUBLIC_VALUES = {
    "none": record(kind=one_of("kind", "none"), bytes=one_of("empty", "")),
    "drand": record(
        kind=one_of("kind", "drand"),
        bytes=matching("hex", "([0-9a-f]{2})*"),
        chain=one_of("chain", BEACON),
        round=maybe(natural),
        signature=maybe(matching("signature", "[0-9a-f]{96}")),
    ),
    "public_number": record(
        kind=one_of("kind", "public_number"),
        bytes=matching("hex", "([0-9a-f]{2})*"),
        event=maybe(record(zh=label, en=label)),
        number=maybe(matching("number", "[0-9](?:[0-9.,]{0,58}[0-9])?")),
        source=maybe(label),
        reference=maybe(label),
        published_at=maybe(time),
    ),
}


def public_value(path: str, value: Any) -> None:
    kind: Any = value.get("kind") if isinstance(value, dict) else "none"
    if isinstance(value, dict) and "kind" not in value:
        refuse(path + ".kind", "present", None)
    one_of("kind", *PUBLIC_VALUES)(path + ".kind", kind)
    PUBLIC_VALUES[kind](path, value)


DOCUMENT = record(
    protocol=one_of("protocol", PROTOCOL),
    draw_id=draw_id,
    activity=label,
    group=label,
    state=one_of("state", *STATES),
    commit=hash_text,
    committed_at=time,
    server_seed=hash_text,
    list=list_of(label),
    list_hash=hash_text,
    frozen_at=maybe(time),
    public_value=public_value,
    plan=record(id=label, version=natural, hash=hash_text, canonical=text),
    seed=maybe(hash_text),
    order=maybe(list_of(label)),
    classes=list_of(record(name=label, count=natural)),
    conflict=one_of("conflict", *CONFLICTS),
    seats=list_of(record(seat=natural, order=label, barred=bars, outcome=maybe(label))),
)


def instant(value: Any) -> tuple[int, str] | None:
    """Seconds since 1970 and the digits of their fraction, to compare; None if it is not a time."""
    day, clock, zone = (
        "[12][0-9]{3}-[0-9]{2}-[0-9]{2}",
        "[0-9]{2}:[0-9]{2}:[0-9]{2}",
        "Z|[+-][0-9]{2}:[0-9]{2}",
    )
    form = rf"({day}T{clock})(?:\.([0-9]+))?({zone})"
    match = re.fullmatch(form, value) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        since = datetime.strptime(match[1], "%Y-%m-%dT%H:%M:%S") - datetime(1970, 1, 1)  # noqa: DTZ001, DTZ007
    except ValueError:
        return None
    hours, minutes = (0, 0) if match[3] == "Z" else (int(match[3][1:3]), int(match[3][4:]))
    if hours > 23 or minutes > 59:
        return None
    offset = (hours * 60 + minutes) * 60 * (-1 if match[3][0] == "-" else 1)
    return since.days * 86400 + since.seconds - offset, (match[2] or "").rstrip("0")


def check_format(document: Any) -> None:
    DOCUMENT("", document)
    if not document["classes"]:
        refuse("classes", "array_not_empty", [])
    for index, name in enumerate(names := [entry["name"] for entry in document["classes"]]):
        if name in names[:index]:
            refuse(f"classes[{index}].name", "distinct", name)
    frozen = document["frozen_at"]
    if document["state"] in DRAWN_STATES:
        time("frozen_at", frozen)
    if document["state"] == "unused":
        same("frozen_at", None, frozen)
    if frozen is not None and instant(frozen) < instant(document["committed_at"]):  # type: ignore[operator]
        refuse("frozen_at", "not_before_commit", frozen)


# --- the hashes and the order of draw-v1 ---------------------------------------------------------------


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def commitment(draw_id: str, server_seed: bytes) -> bytes:
    return sha256(b"draw-v1|commit|" + draw_id.encode() + b"|" + server_seed)


def list_hash(order_ids: list[str]) -> bytes:
    """The hash of the ids in the order given, each followed by a line feed."""
    return sha256("".join(order + "\n" for order in order_ids).encode())


def draw_seed(draw_id: str, server_seed: bytes, list_hash: bytes, public_bytes: bytes) -> bytes:
    return sha256(b"draw-v1|seed|" + draw_id.encode() + b"|" + server_seed + list_hash + public_bytes)


def drawn_order(seed: bytes, n: int) -> list[int]:
    """Positions 0 … n-1 in drawn order: Fisher-Yates, numbers past a whole multiple refused."""
    positions = list(range(n))
    counter = 0
    for index in range(n):
        below = n - index
        value = None
        while value is None or value >= 2**256 // below * below:
            value = int.from_bytes(sha256(seed + counter.to_bytes(4, "big")), "big")
            counter += 1
        other = index + value % below
        positions[index], positions[other] = positions[other], positions[index]
    return positions


# --- the other steps: each checks one link, taking the rest of the file as it stands --------------------


def check_commit(document: dict[str, Any]) -> None:
    seed = bytes.fromhex(document["server_seed"])
    same("commit", commitment(document["draw_id"], seed).hex(), document["commit"])


def check_list(document: dict[str, Any]) -> None:
    seats, listed = document["seats"], document["list"]
    for index, seat in enumerate(seats):
        same(f"seats[{index}].seat", index + 1, seat["seat"])
    same("list", sorted(set(listed)), listed)  # code points sort like UTF-8 bytes
    same("list", sorted(seat["order"] for seat in seats), listed)
    if document["state"] in DRAWN_STATES and not listed:
        refuse("list", "array_not_empty", listed)
    if document["state"] == "unused":
        same("list", [], listed)


def check_list_hash(document: dict[str, Any]) -> None:
    same("list_hash", list_hash(document["list"]).hex(), document["list_hash"])


def check_plan_hash(document: dict[str, Any]) -> None:
    plan = document["plan"]
    same("plan.hash", sha256(plan["canonical"].encode()).hex(), plan["hash"])


def check_classes(document: dict[str, Any]) -> None:
    plan = read_plan(document)
    outcomes, draw = plan["outcomes"], section(plan, "draw")
    if "plan" in plan:
        same("plan.id", plan["plan"], document["plan"]["id"])
    names = [entry["name"] for entry in document["classes"]]
    same("classes.name", [entry.get("name") for entry in outcomes], names)
    if len(outcomes) > 1 or draw.get("conflict") is not None:  # a plan of one class need not speak of it
        same("conflict", draw.get("conflict"), document["conflict"])
    if draw.get("public_value") is not None:
        same("public_value.kind", draw["public_value"], document["public_value"]["kind"])
    size = group_size(document, plan)
    counts = [int(entry["count"]) for entry in document["classes"]]
    same("classes.count", class_counts([entry.get("count") for entry in outcomes], size), counts)
    if sum(counts) != size:
        refuse("classes", "sum", counts)


def read_plan(document: dict[str, Any]) -> dict[str, Any]:
    """The plan's canonical text as an object whose outcomes are objects."""
    canonical = document["plan"]["canonical"]
    plan: dict[str, Any] | None
    try:
        plan = parse(canonical)
    except (ValueError, RecursionError, MemoryError):
        plan = None
    outcomes = plan.get("outcomes") if isinstance(plan, dict) else None
    entries = outcomes if isinstance(outcomes, list) else []
    if plan is None or not entries or not all(isinstance(entry, dict) for entry in entries):
        refuse("plan.canonical", "plan", canonical)
    return plan


def section(plan: dict[str, Any], name: str) -> dict[str, Any]:
    """A section of the plan; empty if it is left out."""
    value = plan.get(name)
    return value if isinstance(value, dict) else {}


def group_size(document: dict[str, Any], plan: dict[str, Any]) -> int:
    """The seats that the counts are counted of: those drawn, or those of a full group if it never filled."""
    seats, planned = len(document["seats"]), whole(section(plan, "group").get("size"))
    counted = sum(int(entry["count"]) for entry in document["classes"])
    if section(plan, "draw").get("when") == "on_close":  # one draw over the orders of all filled groups
        planned = None
    if document["state"] not in DRAWN_STATES:
        size = counted if planned is None else planned
        if seats > size:
            refuse("seats.length", "plan_seats", seats)
        return size
    if planned is not None and planned != seats:
        refuse("seats.length", "plan_seats", seats)
    return seats


def class_counts(planned: list[Any], size: int) -> list[int]:
    """Seats of each class of the plan; the last takes the rest."""
    if planned[-1] != "rest":
        refuse("plan.canonical", "rest_last", planned)
    counts = [seats_of(count, size) for count in planned[:-1]]
    if sum(counts) > size:
        refuse("plan.canonical", "sum", planned)
    return [*counts, size - sum(counts)]


def seats_of(count: Any, size: int) -> int:
    """A count of the plan as seats: a number, or {"ppm": a rate of the group in parts per million}."""
    if isinstance(count, dict):
        rate = whole(count.get("ppm"))
        if rate is None or rate * size % 1_000_000:
            refuse("plan.canonical", "rate_whole", count)
        return rate * size // 1_000_000
    seats = whole(count)
    if seats is None:
        refuse("plan.canonical", "whole", count)
    return seats


def is_drawn(document: dict[str, Any]) -> bool:
    """Whether a drawn order must be there: not of a group that never filled, nor where all get the same."""
    return document["state"] in DRAWN_STATES and len(document["classes"]) > 1


def check_public_value(document: dict[str, Any]) -> None:
    value = document["public_value"]
    if value["kind"] == "none":
        return
    if not is_drawn(document):
        same("public_value.bytes", "", value["bytes"])
    elif value["kind"] == "drand":
        check_beacon(value, instant(document["frozen_at"]))
    else:
        check_number(document, value, instant(document["frozen_at"]))


def check_beacon(value: dict[str, Any], frozen: Any) -> None:
    """The bytes are the hash of the round's signature, and the round is the first after the freeze."""
    if value["signature"] is None:
        refuse("public_value.signature", "known", None)
    first = max(1, (frozen[0] - BEACON_GENESIS) // BEACON_PERIOD + 2)
    same("public_value.round", first, None if value["round"] is None else int(value["round"]))
    same("public_value.bytes", sha256(bytes.fromhex(value["signature"])).hex(), value["bytes"])


def check_number(document: dict[str, Any], value: dict[str, Any], frozen: Any) -> None:
    """The bytes are the digits, of the plan's event, from a source, and published after the freeze."""
    for name in ("number", "event", "source", "reference", "published_at"):
        if value[name] is None:
            refuse(f"public_value.{name}", "known", None)
    same("public_value.bytes", value["number"].encode().hex(), value["bytes"])
    event = section(section(read_plan(document), "draw"), "public_event")
    for language in ("zh", "en"):
        same(f"public_value.event.{language}", event.get(language), value["event"][language])
    if instant(value["published_at"]) <= frozen:
        refuse("public_value.published_at", "after_freeze", value["published_at"])


def check_seed(document: dict[str, Any]) -> None:
    if not is_drawn(document):
        same("seed", None, document["seed"])
        return
    server_seed, listed = bytes.fromhex(document["server_seed"]), bytes.fromhex(document["list_hash"])
    public_bytes = bytes.fromhex(document["public_value"]["bytes"])
    same("seed", draw_seed(document["draw_id"], server_seed, listed, public_bytes).hex(), document["seed"])


def check_order(document: dict[str, Any]) -> None:
    if not is_drawn(document):
        same("order", None, document["order"])
        return
    hash_text("seed", document["seed"])
    if document["order"] is None:
        refuse("order", "permutation", None)
    listed = document["list"]
    positions = drawn_order(bytes.fromhex(document["seed"]), len(listed))
    same("order", [listed[position] for position in positions], document["order"])


def check_outcomes(document: dict[str, Any]) -> None:
    expected: dict[str, str | None]
    if document["state"] not in DRAWN_STATES:
        expected = {seat["order"]: None for seat in document["seats"]}
    elif len(document["classes"]) == 1:
        expected = undrawn_outcomes(document)
    else:
        expected = drawn_outcomes(document)
    for index, seat in enumerate(document["seats"]):
        same(f"seats[{index}].outcome", expected[seat["order"]], seat["outcome"])


def undrawn_outcomes(document: dict[str, Any]) -> dict[str, str | None]:
    """One class: every seat is in it, no seat rule applies, and nothing can conflict."""
    same("state", "settled", document["state"])
    for index, seat in enumerate(document["seats"]):
        if seat["barred"]:
            refuse(f"seats[{index}].barred", "no_bars", seat["barred"])
    return {seat["order"]: document["classes"][0]["name"] for seat in document["seats"]}


def drawn_outcomes(document: dict[str, Any]) -> dict[str, str | None]:
    """Walk the drawn order: barred seats are passed over, first classes fill first, the rest get the last."""
    check_bars(document, read_plan(document))
    order, classes = document["order"], document["classes"]
    barred = {seat["order"]: bool(seat["barred"]) for seat in document["seats"]}
    if order is None or sorted(order) != sorted(barred):
        refuse("order", "permutation", order)
    places = sum(int(entry["count"]) for entry in classes[:-1])
    if places > len(order):
        refuse("classes", "places", places)
    able = [entry for entry in order if not barred[entry]]
    if len(able) < places and document["conflict"] == "dissolve":
        same("state", "dissolved", document["state"])
        return dict.fromkeys(order)
    same("state", "settled", document["state"])
    queue = able + [entry for entry in order if barred[entry]]
    names = [entry["name"] for entry in classes[:-1] for _ in range(int(entry["count"]))]
    outcomes: dict[str, str | None] = dict.fromkeys(order, classes[-1]["name"])
    for place, name in enumerate(names):
        outcomes[queue[place]] = name
    return outcomes


def check_bars(document: dict[str, Any], plan: dict[str, Any]) -> None:
    """Every bar must be one that the plan knows; of a group, leader and foremost are one seat each."""
    known = plan_bars(plan)
    single = section(plan, "draw").get("when") != "on_close"
    used = set()
    for index, seat in enumerate(document["seats"]):
        for bar in seat["barred"]:
            if bar not in known:
                refuse(f"seats[{index}].barred", "plan_bar", bar)
            if single and bar in used and bar in BARS_OF_ONE_SEAT:
                refuse(f"seats[{index}].barred", "one_seat", bar)
            used.add(bar)


def plan_bars(plan: dict[str, Any]) -> list[str]:
    """The bars that the plan's seat rules can put on a seat. A rule is a name, or an object that holds it."""
    rules = section(plan, "draw").get("seat_rules")
    names: set[str] = set()
    for entry in rules if isinstance(rules, list) else []:
        held = [*entry, *entry.values()] if isinstance(entry, dict) else [entry]
        names.update(word for word in held if isinstance(word, str))
    if section(section(plan, "group"), "leader").get("may_win") is False:
        names.add("leader")
    return [bar for bar in BARS if names.intersection(RULES_OF_BAR[bar])]


STEPS: dict[str, Callable[[Any], None]] = {
    "format": check_format,
    "commit": check_commit,
    "list": check_list,
    "list_hash": check_list_hash,
    "plan_hash": check_plan_hash,
    "classes": check_classes,
    "public_value": check_public_value,
    "seed": check_seed,
    "order": check_order,
    "outcomes": check_outcomes,
}


def verify(document: Any, lang: str = "en") -> list[Step]:
    """Check an evidence file.

    Args:
        document: the file, read as JSON.
        lang: language of the details, "zh" or "en".
    Returns: (step, ok, detail) in the order of the steps. If the format fails no other step can be tried.
    """
    steps: list[Step] = []
    for name, check in STEPS.items():
        try:
            check(document)
            shown = f"{name}.{document[name]['kind']}" if name == "public_value" else name
            steps.append((name, True, HOLDS[lang][shown]))
        except Refused as refused:
            steps.append((name, False, refused.sentence(lang)))
            if name == "format":
                break
    return steps


# --- the command line ----------------------------------------------------------------------------------


class Unreadable(Exception):
    """A file that cannot be read or is not JSON, said in one line."""


def read(path: str) -> Any:
    """The JSON of a file, or of standard input for -. Raises Unreadable."""
    name = "standard input" if path == "-" else show(path)
    try:
        if path == "-":
            data = sys.stdin.buffer.read(FILE_BYTES_AT_MOST + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(FILE_BYTES_AT_MOST + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > FILE_BYTES_AT_MOST:
        raise Unreadable(f"{name}: too large: an evidence file has at most {FILE_BYTES_AT_MOST} bytes")
    try:
        return parse(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable(f"{name}: not JSON: not UTF-8 text") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"{name}: not JSON: {error}") from None


def report(document: Any, lang: str) -> bool:
    """Print each step and what the result proves; return whether every step holds."""
    steps = verify(document, lang)
    words = {"en": ("ok", "FAILED"), "zh": ("通过", "不符")}[lang]
    for name, ok, detail in steps:
        print(f"{words[0 if ok else 1]:<8}{name:<13}{detail}")
    failed = [name for name, ok, _ in steps if not ok]
    print()
    if failed:
        print(FAILED[lang].format(steps=", ".join(failed)))
        return False
    facts = [("draw_id", document["draw_id"]), ("state", document["state"]), ("commit", document["commit"])]
    facts += [("list_hash", document["list_hash"]), ("plan.hash", document["plan"]["hash"])]
    facts += public_facts(document["public_value"])
    for name, fact in facts:
        print(f"{name:<13}{show(str(fact))[1:-1]}")
    print()
    if not is_drawn(document):
        print(NOTHING_DRAWN[lang])
    print(proves(document)[lang])
    return True


def proves(document: dict[str, Any]) -> dict[str, str]:
    """What the result proves, in both languages: more where a public value went into the draw."""
    return PROVES_WITH.get(document["public_value"]["kind"], PROVES) if is_drawn(document) else PROVES


def public_facts(value: dict[str, Any]) -> list[tuple[str, Any]]:
    """What to look up elsewhere: the beacon's round and signature, or the number and its source."""
    names = ("round", "signature", "number", "source", "reference", "published_at")
    return [(name, value[name]) for name in names if value.get(name) is not None]


def main(argv: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(
        prog="verify_draw.py",
        description="Check the evidence file of a draw (protocol draw-v1).",
        epilog="Example: python verify_draw.py D-20261120-0001.json --lang zh",
    )
    parser.add_argument("file", help="the evidence file, or - for standard input")
    parser.add_argument("--lang", choices=["zh", "en"], default="en", help="language of the report")
    options = parser.parse_args(argv)
    for stream in (sys.stdout, sys.stderr):  # a console that lacks a character still gets the line
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        document = read(options.file)
    except Unreadable as unreadable:
        print(f"verify_draw: {unreadable}", file=sys.stderr)
        return 2
    return 0 if report(document, options.lang) else 1


if __name__ == "__main__":
    sys.exit(main())
