"""YAML without surprises: what the core schema says, and nothing that hides or explodes."""

from decimal import Decimal

import pytest

from pinwheel.plan.refusal import PlanRefused
from pinwheel.plan.yaml_exact import MOST_BYTES, load_yaml


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("true", True),
        ("False", False),
        ("10:30", "10:30"),
        ("190:20:30", "190:20:30"),
        ("2026-11-02", "2026-11-02"),
        ("2026-11-02T09:00:00+08:00", "2026-11-02T09:00:00+08:00"),
        ("1e3", "1e3"),
        ("0x10", "0x10"),
        ("0o17", "0o17"),
        ("0b1", "0b1"),
        ("010", 10),
        ("1_000", "1_000"),
        (".5", Decimal("0.5")),
        ("5.", Decimal("5")),
        ("99.10", Decimal("99.10")),
        ("-3", -3),
        (".nan", ".nan"),
        ("NaN", "NaN"),
        (".inf", ".inf"),
        ("１０", "１０"),
        ("5%", "5%"),
        ("3‱", "3‱"),
        ("~", None),
        ("null", None),
        ("", None),
        ("<<", "<<"),
        ("=", "="),
        ("M1..M100", "M1..M100"),
        ('"3"', "3"),
        ("'true'", "true"),
        ("999999999999999999", 999_999_999_999_999_999),
    ],
)
def test_scalars(written: str, read: object) -> None:
    found = load_yaml(f"key: {written}")
    assert found == {"key": read}
    assert isinstance(found, dict)
    assert type(found["key"]) is type(read)


def test_decimals_keep_their_digits() -> None:
    assert str(load_yaml("0.10")) == "0.10"


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert load_yaml("\ufeffplan: x") == {"plan": "x"}


def test_an_empty_file_is_nothing() -> None:
    assert load_yaml("") is None
    assert load_yaml("# only a comment\n") is None


def test_numbers_as_keys_are_kept_for_scenarios() -> None:
    assert load_yaml("barred: {3: [a], 4: [b]}") == {"barred": {3: ["a"], 4: ["b"]}}


def test_a_merge_key_merges_nothing() -> None:
    assert load_yaml("<<: {a: 1}") == {"<<": {"a": 1}}


@pytest.mark.parametrize(
    ("text", "line", "column", "allowed"),
    [
        ("a: 1\nb: 2\na: 3", 3, 1, "each key once"),
        ("x: {a: 1, a: 2}", 1, 11, "each key once"),
        ("1: a\n01: b", 2, 1, "each key once"),
        ("a: &x 1", 1, 4, "no anchors"),
        ("a: 1\nb: *x", 2, 4, "no anchors"),
        ("a: !!python/object/apply:os.system [ls]", 1, 4, "no tags"),
        ("a: !!int 3", 1, 4, "no tags"),
        ("a: !!float 0.1", 1, 4, "no tags"),
        ("a: !x 3", 1, 4, "no tags"),
        ("a: ! 3", 1, 4, "no tags"),
        ("a: b: c", 1, 5, "valid YAML"),
        ("a: [1, 2", 1, 9, "valid YAML"),
        ("a:\n\t- b", 2, 1, "valid YAML"),
        ("--- a\n--- b", 2, 1, "valid YAML"),
        ("%YAML 3.0\n---\na: 1", 1, 1, "valid YAML"),
        ("a: 1\nb: \x01", 2, 4, "printable"),
        ('a: "\\ud800"', 1, 4, "printable"),
        ('a: "\\0"', 1, 4, "printable"),
        ('a: "\\UFFFFFFFF"', 1, 7, "valid YAML"),
        ("a: " + "1" * 5000, 1, 4, "18 digits"),
        ("a: 0." + "1" * 5000, 1, 4, "18 digits"),
        ("a: " + "[" * 5000, 1, 35, "32 levels"),
        ("? [a]\n: b", 1, 3, "name as key"),
        ("true: a", 1, 1, "name as key"),
        ("null: a", 1, 1, "name as key"),
        ("1.5: a", 1, 1, "name as key"),
    ],
)
def test_what_is_refused_is_placed(text: str, line: int, column: int, allowed: str) -> None:
    with pytest.raises(PlanRefused) as caught:
        load_yaml(text)
    [problem] = caught.value.problems
    assert (problem.line, problem.column) == (line, column)
    assert allowed in problem.allowed_en
    assert f"line {line}, column {column}" in caught.value.in_english()
    assert f"第 {line} 行第 {column} 列" in caught.value.in_chinese()


def test_a_document_too_large_is_refused() -> None:
    load_yaml("#" * MOST_BYTES)
    with pytest.raises(PlanRefused, match="262144 bytes"):
        load_yaml("#" * (MOST_BYTES + 1))
    with pytest.raises(PlanRefused, match="262144 bytes"):
        load_yaml("#" + "拼" * (MOST_BYTES // 3 + 1))
