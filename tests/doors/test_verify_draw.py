"""The stand-alone verifier: honest files pass, each tampering is refused at its step; bad input is a line."""

import ast
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

STATIC = Path(__file__).parents[2] / "src/pinwheel/doors/storefront/static/storefront"
SCRIPT = STATIC / "verify_draw.py"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"loaded_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


evidence = load(Path(__file__).with_name("evidence.py"))
verifier = load(SCRIPT)
STEPS = [
    "format",
    "commit",
    "list",
    "list_hash",
    "plan_hash",
    "classes",
    "public_value",
    "seed",
    "order",
    "outcomes",
]
SAMPLES = evidence.samples()
TAMPERINGS = evidence.tamperings()


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess:
    command = [sys.executable, "-I", str(SCRIPT), *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)


def run_on(document: object, *arguments: str) -> subprocess.CompletedProcess:
    return run("-", *arguments, stdin=json.dumps(document).encode())


def first_failed(steps: list[tuple[str, bool, str]]) -> str:
    return next((name for name, ok, _ in steps if not ok), "")


@pytest.mark.parametrize("name", SAMPLES)
def test_an_honest_file_passes_every_step(name, tmp_path):
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(SAMPLES[name]), encoding="utf-8")
    result = run(str(file))
    lines = result.stdout.decode().splitlines()
    assert (result.returncode, result.stderr) == (0, b"")
    assert [line.split()[:2] for line in lines[: len(STEPS)]] == [["ok", step] for step in STEPS]
    assert lines[-1] == verifier.proves(SAMPLES[name])["en"]


def test_what_a_public_value_proves_is_said_only_of_draws_with_one():
    for name, document in SAMPLES.items():
        kind = name if name in ("drand", "public_number") else "none"
        assert verifier.proves(document) == verifier.PROVES_WITH.get(kind, verifier.PROVES)
    assert "does not check the beacon's signature" in verifier.PROVES_WITH["drand"]["en"]
    assert "不验证信标的签名" in verifier.PROVES_WITH["drand"]["zh"]
    assert "could know or steer" not in verifier.PROVES["en"]


def test_the_samples_are_what_their_names_say():
    assert {name: SAMPLES[name]["state"] for name in ("dissolved", "draw_anyway", "expired", "unused")} == {
        "dissolved": "dissolved",
        "draw_anyway": "settled",
        "expired": "expired",
        "unused": "unused",
    }
    outcomes = {seat["seat"]: seat["outcome"] for seat in SAMPLES["draw_anyway"]["seats"]}
    assert all(outcomes[number] == "winner" for number in (1, 3, 4))
    assert sorted([outcomes[2], outcomes[5]]) == ["other", "winner"]


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampered_file_is_refused_at_the_right_step(name):
    document, step = TAMPERINGS[name]
    result = run_on(document)
    lines = result.stdout.decode().splitlines()
    assert (result.returncode, result.stderr) == (1, b"")
    failed = [line for line in lines if line.startswith("FAILED")]
    assert failed[0].split()[1] == step
    assert "expected " in failed[0] and ", found " in failed[0]
    assert verifier.PROVES["en"] not in lines
    assert first_failed(verifier.verify(document)) == step


def test_what_is_not_of_the_form_is_refused_and_nothing_else_is_tried():
    for name, document in evidence.malformed().items():
        steps = verifier.verify(document)
        assert [(step, ok) for step, ok, _ in steps] == [("format", False)], name


def test_every_field_has_a_tampering_or_is_named_as_the_platforms_word():
    """Each leaf of a settled file, changed in kind, is refused past the format, or it is listed."""
    settled = SAMPLES["settled"]
    past_format = {("protocol",), ("public_value", "kind"), ("public_value", "bytes")}
    for path in evidence.paths(settled):
        value = evidence.at(settled, path)
        if isinstance(value, dict | list) or path in past_format | set(evidence.PLATFORM_WORD):
            continue
        if path[-1] in ("commit", "server_seed", "list_hash", "hash", "seed"):
            other = evidence.OTHER_HASH
        elif path[-1] in ("state", "conflict"):
            other = {"state": "dissolved", "conflict": "draw_anyway"}[path[-1]]
        elif path[-2:-1] == ("barred",):
            other = "at_most"
        else:
            other = value + 1 if isinstance(value, int) else value + "x"
        steps = verifier.verify(evidence.changed(settled, (path, other)))
        assert len(steps) == len(STEPS) and first_failed(steps), path


@pytest.mark.parametrize("path", evidence.PLATFORM_WORD)
def test_what_the_file_cannot_prove_passes_and_is_said_to_be_the_platforms_word(path):
    document = evidence.changed(SAMPLES["settled"], (path, evidence.PLATFORM_WORD[path]))
    assert not first_failed(verifier.verify(document))
    assert "are the platform's word" in verifier.PROVES["en"] and "只是平台的说法" in verifier.PROVES["zh"]


def test_steps_after_the_failed_one_are_still_tried():
    document, _ = TAMPERINGS["commit"]
    assert [ok for _, ok, _ in verifier.verify(document)] == [True, False] + [True] * 8


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_whatever_the_live_rules_decide_passes(data):
    counts = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    classes = [(f"class_{index}", count) for index, count in enumerate(counts)]
    rules = [{"after_wins_in_a_row": {}}, {"at_most": {}}]
    conflict = data.draw(st.sampled_from(["dissolve", "draw_anyway"]))
    rest = [*classes[:-1], (classes[-1][0], "rest")]
    barred = {}
    if len(classes) > 1:
        numbers = data.draw(st.sets(st.integers(1, sum(counts))))
        barred = {number: ["sitting_out", "at_most"][number % 2 :] for number in numbers}
    document = evidence.build(
        classes,
        conflict=conflict,
        barred=barred,
        canonical=evidence.canonical_plan(rest, sum(counts), conflict, rules),
        server_seed=data.draw(st.binary(min_size=32, max_size=32)),
    )
    assert not first_failed(verifier.verify(document))


def test_it_agrees_with_the_canonical_text_that_plans_are_published_in():
    from pinwheel.plan.canonical import canonical_text
    from pinwheel.plan.load import load_plan

    text = """
plan: real
offer: {price: 1.00}
group: {size: 10, seating: leader, leader: {may_win: false}}
draw: {seat_rules: [newcomer_in_front, first_join_of_day_in_front], conflict: dissolve}
outcomes:
  - {name: winner, count: "30%", payment: keep, gives: [{goods: ordered}]}
  - {name: other, count: rest, payment: refund}
"""
    bars = {1: ["leader"], 2: ["first_join_of_day_in_front", "newcomer_in_front"]}
    document = evidence.build(evidence.WINNER_OTHER, barred=bars, canonical=canonical_text(load_plan(text)))
    assert not first_failed(verifier.verify(document))
    ordinary = "plan: plain\noffer: {price: 1.00}\ngroup: {size: 5}\n"
    ordinary += "outcomes: [{name: ordinary, count: rest, payment: keep}]\n"
    document = evidence.build([("ordinary", 5)], canonical=canonical_text(load_plan(ordinary)))
    assert not first_failed(verifier.verify(document))


def test_whole_numbers_may_be_written_as_json_writes_floats():
    document = evidence.changed(
        SAMPLES["settled"], (("classes", 0, "count"), 3.0), (("seats", 0, "seat"), 1.0)
    )
    assert not first_failed(verifier.verify(document))


def test_a_group_may_be_frozen_in_the_instant_of_its_commit():
    times = (("committed_at",), "2026-11-20T08:00:00.250+08:00"), (("frozen_at",), "2026-11-20T00:00:00.25Z")
    assert not first_failed(verifier.verify(evidence.changed(SAMPLES["settled"], *times)))


# --- the command ---------------------------------------------------------------------------------------


def test_chinese_report():
    result = run_on(SAMPLES["settled"], "--lang", "zh")
    lines = result.stdout.decode().splitlines()
    assert lines[0].split() == ["通过", "format", verifier.HOLDS["zh"]["format"].split()[0], "draw-v1"]
    assert lines[-1] == verifier.PROVES["zh"]
    tampered = run_on(TAMPERINGS["commit"][0], "--lang", "zh").stdout.decode()
    assert "不符" in tampered and "应为" in tampered and "实为" in tampered


@pytest.mark.parametrize("name", ["expired", "unused", "one_class"])
def test_a_group_that_was_not_drawn_says_so(name):
    assert verifier.NOTHING_DRAWN["en"] in run_on(SAMPLES[name]).stdout.decode()
    assert verifier.NOTHING_DRAWN["en"] not in run_on(SAMPLES["settled"]).stdout.decode()


def test_an_instant_draw_is_never_called_provably_fair():
    for text in [*verifier.PROVES.values(), SCRIPT.read_text(encoding="utf-8")]:
        assert "provably" not in text.lower() and "可证明公平" not in text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"{'a': 1}",
        b"[" * 200_000,
        b'{"a":' * 50_000,
        b'{"a": NaN}',
        b'{"a": 1} trailing',
        b'"\x00"',
        b'"' + b"\\" * 9,
    ],
    ids=["empty", "binary", "cut", "python", "deep", "deep objects", "NaN", "trailing", "NUL", "backslashes"],
)
def test_what_is_not_json_is_refused_in_one_line(data):
    result = run("-", stdin=data)
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.startswith(b"verify_draw: standard input: not JSON: ")
    assert result.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    "data", [b"null", b"1" * 10_000, b"1e999", b'"\\ud800"', b'{"\\ud800": "\\u001b[2J"}']
)
def test_odd_json_is_refused_at_the_format(data):
    result = run("-", stdin=data)
    assert (result.returncode, result.stderr) == (1, b"")
    assert result.stdout.startswith(b"FAILED  format")
    assert b"\x1b" not in result.stdout


def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path):
    for path in [tmp_path / "missing.json", tmp_path]:
        result = run(str(path))
        assert (result.returncode, result.stdout) == (2, b"")
        assert result.stderr.startswith(b"verify_draw: ") and result.stderr.count(b"\n") == 1


def test_a_file_that_is_far_too_large_is_refused_in_one_line(tmp_path):
    file = tmp_path / "large.json"
    with file.open("wb") as stream:
        stream.truncate(verifier.FILE_BYTES_AT_MOST + 1)
    result = run(str(file))
    assert result.returncode == 2
    assert b"too large" in result.stderr and result.stderr.count(b"\n") == 1


def test_a_byte_order_mark_is_no_obstacle():
    assert run("-", stdin=b"\xef\xbb\xbf" + json.dumps(SAMPLES["settled"]).encode()).returncode == 0


def test_it_stands_alone_and_is_written_for_python_39():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    assert imported <= set(sys.stdlib_module_names)


def test_the_test_vector_of_the_protocol():
    orders = [f"O{number:04}" for number in range(1, 11)]
    public = bytes.fromhex("fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587")
    listed = verifier.list_hash(orders)
    seed = verifier.draw_seed(evidence.DRAW_ID, bytes(range(32)), listed, public)
    assert seed.hex() == "3828b7771610577c1df898b4a0eec98b5800e0affc4cda4c426009d1878669d2"
    order = [orders[position] for position in verifier.drawn_order(seed, 10)]
    assert order == [f"O{number:04}" for number in (9, 1, 6, 10, 7, 8, 2, 5, 3, 4)]
