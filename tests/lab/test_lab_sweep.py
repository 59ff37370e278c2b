"""Sweeps: ranges and lists, every combination a plan, and what gives none is said with its reason."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinwheel.lab.simulate import Unplayable
from pinwheel.lab.sweep import MOST_VALUES, USUAL, read_field, variants_of
from pinwheel.plan.amounts import format_amount, format_rate, parse_amount, parse_rate
from pinwheel.plan.load import playbook, playbook_text
from pinwheel.plan.yaml_exact import load_yaml

NATIONAL = load_yaml(playbook_text("national-group-buy"))
FORMS = {"whole": (str, int), "rate": (format_rate, parse_rate), "amount": (format_amount, parse_amount)}


def variants(*fields):
    return variants_of(NATIONAL, [read_field(field) for field in fields])


def refused(*fields):
    with pytest.raises(Unplayable) as caught:
        variants(*fields)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("1%..10%", "1% 2% 3% 4% 5% 6% 7% 8% 9% 10%"),
        ("0%..10%", "0% 1% 2% 3% 4% 5% 6% 7% 8% 9% 10%"),
        ("0%..10%/10", "0% 1.1111% 2.2222% 3.3333% 4.4444% 5.5555% 6.6666% 7.7777% 8.8888% 10%"),
        ("3%..1%", "3% 2% 1%"),
        ("0.5%..2.5%", "0.5% 1.5% 2.5%"),
        ("0%..1%/5", "0% 0.25% 0.5% 0.75% 1%"),
        ("5‱..15‱/3", "0.05% 0.1% 0.15%"),
        ("5%..5%", "5%"),
        ("10..20", "10 11 12 13 14 15 16 17 18 19 20"),
        ("20..10/3", "20 15 10"),
        ("1..3/9", "1 2 3"),
        ("0..100", "0 11 22 33 44 55 66 77 88 100"),
        ("99.00..101.00", "99.00 100.00 101.00"),
        ("99..101.00", "99.00 100.00 101.00"),
        ("0.01..0.03/3", "0.01 0.02 0.03"),
        ("80.00..100.00/2", "80.00 100.00"),
        ("5,10,20", "5 10 20"),
        ("20,5,20", "20 5"),
        ("1%,10.00,24h", "1% 10.00 24h"),
        ("dissolve", "dissolve"),
        ("true,false", "true false"),
    ],
)
def test_values_of_a_range_and_of_a_list(written, values):
    assert read_field(f"a.0.b={written}") == ("a.0.b", tuple(values.split()))


@given(
    st.sampled_from(sorted(FORMS)),
    st.integers(0, 10**12),
    st.integers(0, 10**12) | st.integers(0, 3 * 10**5),
    st.booleans(),
    st.none() | st.integers(2, 40),
)
def test_a_range_begins_at_the_first_ends_at_the_last_and_turns_nowhere(kind, first, more, is_down, count):
    write, read = FORMS[kind]
    one, other = (first + more, first) if is_down else (first, first + more)
    text = f"x={write(one)}..{write(other)}" + (f"/{count}" if count else "")
    values = [read(value) for value in read_field(text).values]
    assert values[0] == one and values[-1] == other
    assert values == sorted(set(values), reverse=is_down)
    assert len(values) <= (count or USUAL + 1)
    if count and more >= count - 1:
        assert len(values) == count
        steps = {abs(b - a) for a, b in pairwise(values)}
        assert max(steps) - min(steps) <= 1


@given(st.text("=./,.%‱-²٣a09 \n", max_size=12).map("p={}".format) | st.text(max_size=12))
def test_whatever_is_written_gives_values_or_a_refusal_that_repeats_it(text):
    try:
        field = read_field(text)
    except Unplayable as error:
        assert str(error).startswith(f"--sweep {text}: ")
    else:
        assert field.path and field.values and all(field.values)
        assert len(field.values) == len(set(field.values)) <= MOST_VALUES


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("", "allowed is PATH=FIRST..LAST"),
        ("group.size", "allowed is PATH=FIRST..LAST"),
        ("=5", "allowed is PATH=FIRST..LAST"),
        ("group.size=", "allowed is PATH=FIRST..LAST"),
        ("group.size=5 6", "allowed is PATH=FIRST..LAST"),
        ("group.size=..", "allowed is PATH=FIRST..LAST"),
        ("group.size=5..", "allowed is PATH=FIRST..LAST"),
        ("group.size=..5", "allowed is PATH=FIRST..LAST"),
        ("group.size=1..2..3", "1 and 2..3 are to be an amount"),
        ("group.size=1..5,7..9", "allowed is PATH=FIRST..LAST"),
        ("group.size=1..5/x", "allowed is PATH=FIRST..LAST"),
        ("group.size=1..5/", "allowed is PATH=FIRST..LAST"),
        ("group.size=,", "a value is missing"),
        ("group.size=5,,6", "a value is missing"),
        ("group.size=-5..5", "-5 and 5 are to be an amount in yuan with at most two decimals"),
        ("group.size=5..-5", "5 and -5 are to be an amount in yuan with at most two decimals"),
        ("x=-1%..1%", "-1% and 1% are to be a rate that ends in % or ‱"),
        ("x=1%..10", "1% and 10 are to be a rate that ends in % or ‱"),
        ("x=1..10%", "1 and 10% are to be an amount"),
        ("x=0.00001%..1%", "0.00001% and 1% are to be a rate"),
        ("x=²..5", "² and 5 are to be an amount"),
        ("x=1..5/1", "1 values; a range has 2 to 1000"),
        ("x=1..5/0", "0 values; a range has 2 to 1000"),
        ("x=1..9999999/1001", "1001 values; a range has 2 to 1000"),
        ("x=0%..100%/999999999999", "999999999999 values; a range has 2 to 1000"),
        ("x=" + ",".join(map(str, range(1001))), "1001 values; at most 1000 are allowed"),
    ],
)
def test_what_is_no_range_and_no_list_is_refused(field, why):
    assert refused(field).startswith(f"--sweep {field}: {why}")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (
            "outcomes.7.gives=1..2",
            "outcomes.7.gives=1: outcomes: found 7; allowed: a place in the list: 0 .. 1",
        ),
        ("outcome.0.count=1..2", "outcome.0.count=1: outcome: found nothing; allowed: a section or a list, "),
        (
            "group.sise=5,6",
            'group.sise=5: group.sise: found "sise"; allowed: a section with these keys: size, ',
        ),
        ("sise=5", 'sise=5: sise: found "sise"; allowed: a section with these keys: plan, '),
        ("group..size=5,6", 'group..size=5: plan: found "group..size"; allowed: a dotted path'),
        ("outcomes.0.count=1..20", "outcomes.0.count=11: outcomes[0].count: found 11; allowed: at most 10, "),
        ("group.size=20,²", 'group.size=²: group.size: found "²"; allowed: a whole number from 1 to 10000'),
        ("group.size=20," + "9" * 5000, "group.size=" + "9" * 5000 + ': group.size: found "999'),
        ("offer.price=100.00,-5", 'offer.price=-5: offer.price: found "-5"; allowed: an amount'),
        ("offer.payment_fee=50%..150%", "offer.payment_fee=105.5555%: offer.payment_fee: found "),
    ],
)
def test_a_field_or_a_value_that_gives_no_plan_is_named_with_the_reason(field, said):
    message = refused(field)
    assert message.startswith(f"--sweep {said}"), message
    assert "\n" not in message


def test_all_reasons_stand_in_one_line():
    message = refused("group.size=5,1")
    assert message == (
        "--sweep group.size=1: group.size: found 1; allowed: 2 or more seats where outcomes differ; "
        "outcomes[0].count: found 3; allowed: at most 1, as the group has 1 seats in all"
    )


def test_of_several_fields_all_values_that_go_together_are_named():
    assert refused("outcomes.1.gives.0.cash=5%", "group.size=10..20/2", "outcomes.0.count=9,12") == (
        "--sweep outcomes.1.gives.0.cash=5%, group.size=10, outcomes.0.count=12: "
        "outcomes[0].count: found 12; allowed: at most 10, as the group has 10 seats in all"
    )


def test_every_combination_is_a_plan_with_these_values_in_it_and_nothing_else():
    found = variants("outcomes.1.gives.0.cash=1%,2%", "group.size=10..12", "offer.price=90.50,100")
    assert [variant.values for variant in found] == [
        (cash, size, price)
        for cash in ("1%", "2%")
        for size in ("10", "11", "12")
        for price in ("90.50", "100")
    ]
    last = found[-1].plan
    assert last.group.size == 12 and last.offer.price == 10_000 and found[-2].plan.offer.price == 9_050
    assert found[0].plan.outcomes[1] != last.outcomes[1] and found[0].plan.outcomes[0] == last.outcomes[0]
    assert variants("group.size=10")[0].plan == playbook("national-group-buy")


def test_what_is_true_or_false_is_written_so():
    fields = ["referral.release_to_sponsor.direct=1%", "referral.release_to_sponsor.valid_promoters_only="]
    found = variants(fields[0], f"{fields[1]}true,false")
    assert [variant.values[1] for variant in found] == ["true", "false"]
    assert found[0].plan != found[1].plan


def test_too_many_combinations_are_counted_before_any_is_read():
    fields = ["offer.price=100..199/100", "nonsense.0=1..11", "group.size=10"]
    assert refused(*fields) == "--sweep: 1100 combinations; at most 1000 are allowed"
    huge = [f"field{number}=1..1000/1000" for number in range(30)]
    assert refused(*huge).startswith("--sweep: 1000000")


def test_a_field_is_swept_once():
    said = refused("group.size=10,20", "offer.price=90.00", "group.size=30,40", "group.size=50")
    assert said == "--sweep group.size: given 3 times; a field is swept once"


def test_what_is_no_plan_file_at_all_is_said():
    with pytest.raises(Unplayable, match="a plan file"):
        variants_of(["nothing"], [read_field("group.size=10")])
