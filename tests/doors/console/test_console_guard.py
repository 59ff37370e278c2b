"""What an operator sees when something is refused or fails: a sentence, never a trace."""

import pytest
from django.urls import reverse

from pinwheel.doors.console import dashboard, ledger_batches
from pinwheel.market.refusals import Refused
from pinwheel.plan.refusal import refuse

pytestmark = pytest.mark.database


def failing(error: Exception):
    def fail(*arguments: object, **options: object) -> None:
        raise error

    return fail


def test_a_failure_is_recorded_and_told_without_a_trace(staff, language, monkeypatch):
    monkeypatch.setattr(ledger_batches, "batch_table", failing(ZeroDivisionError("secret detail")))
    answer = staff.client("boss", language).get(reverse("admin:ledger_batches"))
    text = answer.content.decode()
    assert answer.status_code == 500
    assert ("故障已记录" if language == "zh-hans" else "The failure was recorded under reference") in text
    for inside in ("secret detail", "ZeroDivisionError", "Traceback", "ledger_batches.py"):
        assert inside not in text


def test_a_failure_while_rendering_is_caught_too(staff, monkeypatch):
    class Broken:
        def __str__(self) -> str:
            raise ZeroDivisionError

    monkeypatch.setattr(dashboard, "money_cards", lambda plans: [dashboard.Card(Broken(), "1")])
    assert staff.client("boss").get(reverse("admin:index")).status_code == 500


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Refused("sold_out"), ("库存已售完。", "This is sold out.")),
        (refuse("offer.price", "x", "an amount", "金额"), ("允许：金额", "allowed: an amount")),
    ],
)
def test_a_refusal_becomes_a_message(staff, language, monkeypatch, error, words):
    monkeypatch.setattr(ledger_batches, "batch_table", failing(error))
    client = staff.client("boss", language)
    answer = client.get(reverse("admin:ledger_batches"), follow=True)
    assert answer.redirect_chain == [(reverse("admin:index"), 302)]
    assert words[0 if language == "zh-hans" else 1] in answer.content.decode()


def test_a_refusal_leads_back_to_a_page_of_ours_only(staff, monkeypatch):
    monkeypatch.setattr(ledger_batches, "batch_table", failing(Refused("sold_out")))
    client = staff.client("boss")
    url, home = reverse("admin:ledger_batches"), reverse("admin:index")
    for referer, target in (
        ("https://elsewhere.example/console/orders/order/", "/console/orders/order/"),
        ("https://elsewhere.example/", home),
        (f"http://testserver{url}", home),
    ):
        assert client.get(url, headers={"referer": referer}).url == target
