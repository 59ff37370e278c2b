"""Invitations: a code leads to its sender, is remembered, bound once, and never typed wrong in silence."""

import xml.etree.ElementTree as ElementTree
from datetime import timedelta

import points_stage
import pytest
import shop_stage as stage
from shop_html import read, text_of
from test_shop_account import GOOD
from test_shop_pages import foreign

from pinwheel.market.clock import business_day, current_time
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import bind_sponsor, invitation_code
from pinwheel.market.promoters.models import Promoter
from pinwheel.market.refusals import Refused

pytestmark = pytest.mark.database


@pytest.fixture
def sponsor(database):
    member = stage.member()
    Member.objects.filter(pk=member.pk).update(nickname="林小满")
    member.refresh_from_db()
    return member


@pytest.fixture
def link(sponsor):
    return f"/i/{invitation_code(sponsor.pk)}"


def test_who_follows_an_invitation_is_bound_by_registering(sponsor, link, client_of):
    client = client_of(None, "zh-hans")
    page = client.get(link)
    assert "林** 邀请您" in text_of(page)
    assert "林小满" not in page.content.decode()
    client.get("/")  # looks around first
    form = read(client.get("/register")).fields
    assert form["invitation"] == invitation_code(sponsor.pk)
    client.post("/register", GOOD | {"invitation": form["invitation"]})
    newcomer = Member.objects.get(phone="+8613900001234")
    assert newcomer.sponsor_id == sponsor.pk
    assert "您由 林** 邀请而来。" in text_of(client.get("/promoter"))


def test_a_remembered_invitation_can_be_emptied(sponsor, link, client_of):
    client = client_of()
    client.get(link)
    client.post("/register", GOOD | {"invitation": ""})
    assert Member.objects.get(phone="+8613900001234").sponsor_id is None


@pytest.mark.parametrize("typed", ["{code}", " {lower} ", "http://127.0.0.1:8000/i/{code}", "x/i/{code}/"])
def test_a_code_may_be_typed_or_pasted(sponsor, client_of, typed):
    code = invitation_code(sponsor.pk)
    sent = typed.format(code=code, lower=code.lower())
    assert client_of().post("/register", GOOD | {"invitation": sent}).status_code == 302
    assert Member.objects.get(phone="+8613900001234").sponsor_id == sponsor.pk


@pytest.mark.parametrize("typed", ["ZZZZZZZZ", "邀请", "a\x00b", "'", "x" * 200])
def test_an_unknown_code_is_an_error_that_can_be_mended(sponsor, client_of, typed):
    client = client_of(None, "zh-hans")
    response = client.post("/register", GOOD | {"invitation": typed})
    assert response.status_code == 422
    assert "没有这个邀请码。请核对后重新输入，或留空。" in text_of(response)
    assert not Member.objects.filter(phone="+8613900001234").exists()
    assert read(response).fields["phone"] == GOOD["phone"]
    assert client.post("/register", GOOD | {"invitation": ""}).status_code == 302


def test_a_refused_registration_binds_nobody_and_keeps_the_code(sponsor, link, client_of):
    client = client_of()
    client.get(link)
    code = invitation_code(sponsor.pk)
    response = client.post("/register", GOOD | {"invitation": code, "password": "short"})
    assert (response.status_code, read(response).fields["invitation"]) == (422, code)
    assert not Member.objects.exclude(pk=sponsor.pk).exists()


def test_a_member_without_a_sponsor_is_asked_and_confirms_by_a_form(sponsor, link, client_of):
    me = stage.member()
    client = client_of(me)
    assert "Shall 林** be your sponsor?" in text_of(client.get(link))
    me.refresh_from_db()
    assert me.sponsor_id is None  # looking binds nobody
    assert [client.post(link)["Location"] for _ in range(2)] == ["/promoter"] * 2
    me.refresh_from_db()
    assert me.sponsor_id == sponsor.pk
    assert "You have accepted this invitation." in text_of(client.get(link))


def test_who_signs_in_after_an_invitation_is_reminded(sponsor, link, client_of):
    client_of().post("/register", GOOD)
    client = client_of()
    page = client.get(link).content.decode()
    assert f"/login?next=%2Fi%2F{invitation_code(sponsor.pk)}" in page
    client.post("/login", GOOD)
    me = client.get("/me")
    assert "You came with an invitation: accept it?" in text_of(me)
    assert link in me.content.decode()


def test_refusals_are_sentences(sponsor, link, client_of):
    own = client_of(sponsor)
    assert "This is your own invitation." in text_of(own.get(link))
    assert "Nobody can invite themselves." in text_of(own.post(link))
    bound, other = stage.member(), stage.member()
    bind_sponsor(bound.pk, other.pk, current_time())
    assert "You have a sponsor already" in text_of(client_of(bound).get(link))
    refused = client_of(bound).post(link)
    assert (refused.status_code, Refused("sponsor_bound").sentence("en") in text_of(refused)) == (422, True)
    below = f"/i/{invitation_code(bound.pk)}"
    refused = client_of(other).post(below)
    assert (refused.status_code, Refused("sponsor_loop").sentence("en") in text_of(refused)) == (422, True)
    other.refresh_from_db()
    assert other.sponsor_id is None


def test_an_unknown_invitation_is_said_kindly(database, client_of, language):
    client = client_of(None, language)
    for path in ("/i/ZZZZZZZZ", "/i/a-b_c", "/i/" + "9" * 60):
        page = client.get(path)
        assert page.status_code == 404
        assert ("没有这个邀请。" if language == "zh-hans" else "There is no such invitation.") in text_of(
            page
        )


def test_a_stranger_who_confirms_is_asked_to_sign_in(link, client_of):
    response = client_of().post(link)
    assert response["Location"].startswith("/login?next=%2Fi%2F")


def test_invitation_pages_speak_one_language(link, client_of, language):
    for member in (None, stage.member()):
        assert foreign(client_of(member, language), link, language) == []


def test_the_promoter_page_counts_members_and_hands_out_link_and_code(database, client_of):
    shop = points_stage.points(days=False)
    page = client_of(shop.me).get("/promoter")
    text, code = text_of(page), invitation_code(shop.me.pk)
    assert "Direct 1 Indirect 1" in text
    assert code in text
    assert f"http://127.0.0.1:8000/i/{code}" in page.content.decode()


@pytest.mark.parametrize(
    ("ends_in", "words"),
    [
        (3, ("Valid until {day}", "4 days left, today included")),
        (0, ("Valid until {day}", "1 day left, today included")),
        (-1, ("Your last day was {day} .", "Expired")),
    ],
)
def test_promoter_days_are_told(database, client_of, ends_in, words):
    stage.put_on_sale(points_stage.promises())
    me, today = stage.member(), business_day(current_time())
    until = today + timedelta(days=ends_in)
    Promoter.objects.create(member_id=me.pk, plan=points_stage.PLAN, until=until, last_day=today)
    text = text_of(client_of(me).get("/promoter"))
    for said in words:
        assert said.format(day=until) in text
    assert "Every business day with at least one join adds 1 day" in text
    assert "not a promoter yet" in text_of(client_of(stage.member()).get("/me"))


def test_the_poster_is_a_picture_that_no_nickname_can_break(sponsor, client_of, language):
    Member.objects.filter(pk=sponsor.pk).update(nickname="</text><script>&\"'" + "长" * 20)
    sponsor.refresh_from_db()
    response = client_of(sponsor, language).get("/promoter/poster.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "private, no-store"
    root = ElementTree.fromstring(response.content)
    assert not [element for element in root.iter() if "script" in element.tag]
    texts = [element.text for element in root.iter() if element.text and element.text.strip()]
    assert invitation_code(sponsor.pk) in texts
    assert "</text><scrip…" in texts
    assert client_of().get("/promoter/poster.svg").status_code == 302
