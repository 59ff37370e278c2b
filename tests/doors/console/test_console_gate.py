"""The gate in the console: facts are stated, reports read, warnings acknowledged by another; all is kept."""

import re
from html import unescape

import pytest
from console_shop import page
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from pinwheel.market.clock import current_time
from pinwheel.market.plans.models import PlanDraft, PlanVersion, PublishRequest
from pinwheel.market.plans.requests import draft_digest, request_publication, save_facts
from pinwheel.market.plans.services import save_draft
from pinwheel.market.plans.stage import publish_on_stage
from pinwheel.plan.lawfulness import Facts, TopUp
from pinwheel.plan.lawfulness.statement import ASKED, statement
from pinwheel.plan.load import playbook_text

pytestmark = pytest.mark.database
DRAW, NATIONAL = playbook_text("draw-on-fill"), playbook_text("national-group-buy")
OPINION = "王律师意见 2026-17"


def said(answer) -> str:
    """The words of a page, without its marks."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def drafted(source: str = DRAW, **facts: object) -> PlanDraft:
    draft = save_draft(source, current_time())
    return save_facts(draft.pk, Facts(**facts), current_time()) if facts else draft


def asked(staff, draft: PlanDraft, role: str = "operations") -> PublishRequest:
    return request_publication(draft.pk, draft_digest(draft), staff[role], current_time())


def fields_of(answer) -> dict[str, object]:
    """What the form would send as it stands."""
    form = answer.context_data["form"]
    data = {}
    for field in form:
        value = field.value()
        if value not in (None, ""):
            data[field.html_name] = field.field.prepare_value(value)
    return data


# Facts


def test_the_statement_is_asked_in_groups_and_kept(staff, language):
    draft = drafted()
    client = staff.client("operations", language)
    answer = client.get(page(draft, "facts"))
    text = said(answer)
    titles = (
        ("商品与价格", "公示与文字", "开奖与付款", "税与钱", "个人信息与规则")
        if language == "zh-hans"
        else ("Goods and price", "Notice and texts", "Draw and payment", "Tax and money", "Personal data")
    )
    assert all(title in text for title in titles)
    changes = {
        "market_price": "1,280.50",
        "goods": ["food", "other"],
        "notice": ["nothing"],
        "points_rules": "no",
        "prize_tax": "withhold",
        "tax": "6%",
        "texts": "买菜\n\n 天天 ",
        "groups": "12",
        "top_ups_bearer": "900.00",
        "top_ups_bearer_filed": "yes",
        "age_gate": "no",
    }
    sent = client.post(page(draft, "facts"), {**fields_of(answer), **changes})
    assert sent.url == page(draft)
    draft.refresh_from_db()
    expected = Facts(
        market_price=1_280_50,
        goods=frozenset({"food", "other"}),
        notice=frozenset(),
        points_rules=False,
        prize_tax="withhold",
        tax=60_000,
        texts=("买菜", "天天"),
        groups=12,
        top_ups=(TopUp(900_00, False, True),),
        age_gate=False,
    )
    assert draft.facts == statement(expected)
    again = client.get(page(draft, "facts"))
    client.post(page(draft, "facts"), fields_of(again))
    draft.refresh_from_db()
    assert draft.facts == statement(expected)  # the form shows what was kept


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("market_price", "99.999", "at most two decimals"),
        ("market_price", "0", "out of range"),
        ("tax", "6", "ends in %"),
        ("tax", "120%", "cannot be stated"),
        ("groups", "0", "greater than or equal to 1"),
        ("prize_tax", "nobody", "not one of the available choices"),
        ("goods", ["tea"], "not one of the available choices"),
        ("texts", "x" * 501, "cannot be stated"),
    ],
)
def test_what_cannot_be_stated_is_said_at_its_field(staff, name, value, message):
    draft = drafted()
    client = staff.client("operations")
    answer = client.post(page(draft, "facts"), {**fields_of(client.get(page(draft, "facts"))), name: value})
    assert answer.status_code == 400
    assert message in said(answer)
    assert list(answer.context_data["form"].errors) == [name]
    draft.refresh_from_db()
    assert draft.facts == {}


# What a draft shows


def test_a_draft_shows_both_reports(staff, language):
    draft = drafted(NATIONAL, prize_tax="withhold")
    text = said(staff.client("audit", language).get(page(draft)))
    chinese = language == "zh-hans"
    for words in (
        ("能赚多少、会亏多少", "What it can earn and lose"),
        ("一个满员的团最多亏损 347.00 元", "A full group can lose at most 347.00"),
        (
            "预算 347000.00 元在最坏情况下够 1000 个满员的团",
            "The budget of 347000.00 carries 1000 full groups",
        ),
        ("承诺及其资金来源", "Promises and who funds them"),
        ("合规检查：须第二人确认", "What the law asks: a second person acknowledges"),
        ("每席承诺日后返还 100.00 元", "A seat is promised 100.00 yuan back over time"),
        ("发布前须由第二人确认 1 条结论", "Before it is published a second person has to acknowledge: 1."),
        ("本条不是法律意见", "This is no legal advice"),
        ("代扣", "withheld from the winner"),
    ):
        assert words[0 if chinese else 1] in text, words
    assert "outcomes[0].gives" in text and "M03" in text


def test_the_check_of_pasted_text_knows_the_facts_of_its_draft(staff):
    drafted(DRAW, prize_tax="withhold")
    client = staff.client("operations")
    text = said(client.post(reverse("admin:plans_plandraft_check"), {"source": DRAW}))
    assert "It can be published: nothing blocks it" in text
    other = DRAW.replace("plan: draw-on-fill", "plan: another")
    text = said(client.post(reverse("admin:plans_plandraft_check"), {"source": other}))
    assert "a second person has to acknowledge: 1." in text


def test_the_list_of_drafts_says_what_each_needs(staff):
    drafted(DRAW)
    drafted(NATIONAL.replace("budget: 347000.00", ""))
    drafted(playbook_text("ordinary-group"))
    text = said(staff.client("operations").get(reverse("admin:plans_plandraft_changelist")))
    for words in ("needs a second person: 1", "cannot be published yet", "can be published"):
        assert words in text


# Asking


def test_what_cannot_be_published_says_why_and_has_no_button(staff, language):
    draft = drafted(NATIONAL.replace("budget: 347000.00", ""))
    client = staff.client("operations", language)
    answer = client.get(page(draft, "publish"))
    assert ("方案没有写明预算" if language == "zh-hans" else "the plan states no budget") in said(answer)
    assert b'name="shown"' not in answer.content
    posted = client.post(page(draft, "publish"), {"shown": draft_digest(draft)}, follow=True)
    assert ("方案没有写明预算" if language == "zh-hans" else "the plan states no budget") in said(posted)
    assert not PublishRequest.objects.exists()


def test_asking_leads_to_the_request_and_a_second_person_publishes(staff, language):
    draft = drafted()
    client = staff.client("operations", language)
    html = client.get(page(draft, "publish")).content.decode()
    assert ("申请发布" if language == "zh-hans" else "Ask for publication") in html
    shown = re.search(r'name="shown" value="(\w+)"', html)[1]
    sent = client.post(page(draft, "publish"), {"shown": shown})
    request = PublishRequest.objects.get()
    assert sent.url == page(request)
    assert page(request, "acknowledge") not in client.get(page(request)).content.decode()

    other = staff.client("finance", language)
    overview = other.get(reverse("admin:index")).content.decode()
    assert "plans/publishrequest/?state=0" in overview
    assert ("1 份待第二人确认" if language == "zh-hans" else "acknowledged by a second person: 1") in overview
    assert page(request, "acknowledge") in other.get(page(request)).content.decode()
    assert "P15" in said(other.get(page(request, "acknowledge")))
    sent = other.post(page(request, "acknowledge"), {"reference": OPINION})
    version = PlanVersion.objects.get()
    assert sent.url == page(version)
    assert version.acknowledgements[0]["reference"] == OPINION
    assert version.published_by == staff["operations"]
    text = said(staff.client("audit", language).get(page(version)))
    assert OPINION in text and "finance" in text and "P15" in text
    assert (
        "检查报告，以及第二人的确认" if language == "zh-hans" else "reports, and a second person's"
    ) in text
    assert LogEntry.objects.filter(user=staff["finance"]).exists()


def test_every_finding_may_rest_on_an_opinion_of_its_own(staff):
    request = asked(staff, drafted(NATIONAL))
    client = staff.client("finance")
    url = page(request, "acknowledge")
    answer = client.post(url, {"reference_1": "only one of several"}, follow=True)
    assert "Name the opinion relied on for every finding" in said(answer)
    assert answer.redirect_chain[-1][0] == url  # to be mended there
    assert not PlanVersion.objects.exists()
    client.post(url, {"reference": "for all", "reference_1": "tax adviser 9"})
    kept = [one["reference"] for one in PlanVersion.objects.get().acknowledgements]
    assert kept == ["for all", "tax adviser 9", "for all"]


def test_who_asked_cannot_acknowledge_but_withdraw(staff):
    request = asked(staff, drafted())
    client = staff.client("operations")
    answer = client.post(page(request, "acknowledge"), {"reference": OPINION}, follow=True)
    assert "another operator with the right" in said(answer)
    assert not PlanVersion.objects.exists()
    client.post(page(request, "turn-down"), {"reason": ""})
    request.refresh_from_db()
    assert request.state == PublishRequest.State.WITHDRAWN
    text = said(client.get(page(request)))
    assert "withdrawn" in text


def test_another_rejects_with_a_reason(staff, language):
    request = asked(staff, drafted())
    client = staff.client("finance", language)
    url = page(request, "turn-down")
    answer = client.post(url, {"reason": ""}, follow=True)
    assert ("请写明原因" if language == "zh-hans" else "Please give a reason") in said(answer)
    client.post(url, {"reason": "ask counsel first"})
    request.refresh_from_db()
    assert request.state == PublishRequest.State.REJECTED
    assert "ask counsel first" in said(client.get(page(request)))
    answer = client.post(page(request, "acknowledge"), {"reference": OPINION}, follow=True)
    assert ("已经处理过了" if language == "zh-hans" else "decided already") in said(answer)


def test_rights_are_asked_whatever_the_links_show(staff):
    request = asked(staff, drafted())
    for role in ("support", "audit"):
        client = staff.client(role)
        assert client.get(page(request)).status_code == 200
        for name in ("acknowledge", "turn-down"):
            assert client.get(page(request, name)).status_code == 403
            assert client.post(page(request, name), {"reference": "x", "reason": "x"}).status_code == 403
        assert client.post(page(PlanDraft.objects.get(), "facts"), {}).status_code == 403
        assert client.post(page(PlanDraft.objects.get(), "publish"), {}).status_code == 403
    request.refresh_from_db()
    assert request.state == PublishRequest.State.OPEN


def test_the_page_of_a_request_shows_what_was_asked_for(staff):
    request = asked(staff, drafted())
    drafted(DRAW.replace("price: 100.00", "price: 105.00"))
    text = said(staff.client("finance").get(page(request)))
    assert "what was asked for stands as shown here" in text
    assert "price: 100.00" in text and "price: 105.00" not in text


def test_a_version_of_a_stage_says_that_it_has_no_reports(staff):
    version = publish_on_stage(DRAW, None, current_time())
    text = said(staff.client("audit").get(page(version)))
    assert "a stage: a demo or a test, without the gate" in text
    assert "What the law asks" not in text


# Comparing


def test_a_draft_beside_a_version(staff, language):
    version = publish_on_stage(DRAW, None, current_time())
    draft = drafted(DRAW.replace("price: 100.00", "price: 105.00").replace("cash: 5.00", "cash: 6.00"))
    client = staff.client("audit", language)
    offered = client.get(page(draft, "compare"))
    link = f"{page(draft, 'compare')}?with={version.pk}"
    assert f'href="{link}"' in offered.content.decode()
    text = said(client.get(link))
    assert "offer.price 100.00 105.00" in text
    assert "outcomes[1].gives[0] cash: 5.00 cash: 6.00" in text
    captured = "收取的款项" if language == "zh-hans" else "payments captured"
    assert f"{captured} 100.00 100.00 105.00 105.00" in text


def test_a_version_beside_another_and_beside_itself(staff):
    one = publish_on_stage(DRAW, None, current_time())
    other = publish_on_stage(DRAW.replace("price: 100.00", "price: 105.00"), None, current_time())
    client = staff.client("audit")
    html = client.get(page(other, "compare")).content.decode()
    assert f"?with={one.pk}" in html and f"?with={other.pk}" not in html
    assert "offer.price 100.00 105.00" in said(client.get(f"{page(other, 'compare')}?with={one.pk}"))
    assert "They say the same" in said(client.get(f"{page(one, 'compare')}?with={one.pk}"))
    for wrong in ("", "x", "7", "9" * 30):
        assert client.get(f"{page(one, 'compare')}?with={wrong}").status_code == 200
    assert client.get(page(drafted(), "compare")).status_code == 200


def test_a_draft_that_cannot_be_read_is_not_compared(staff):
    draft = PlanDraft.objects.create(name="broken", source="plan: broken", updated_at=current_time())
    answer = staff.client("operations").get(page(draft, "compare"), follow=True)
    assert "offer" in said(answer)


def test_each_fact_has_the_name_by_which_findings_speak_of_it(staff, language):
    draft = PlanDraft.objects.create(
        name="draw-on-fill", source=playbook_text("draw-on-fill"), updated_at=current_time()
    )
    asked = unescape(staff.client("operations", language).get(page(draft, "facts")).content.decode())
    assert all(f"“{name}”" in asked or f"称为 {name}。" in asked for name in ASKED)
