"""Posters and shared links: what they say, where they lead, and that no box stands for a character."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
import shop_stage as stage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.utils import override_settings
from django.utils import translation
from PIL import Image

from pinwheel.doors.storefront import poster_facts, poster_picture
from pinwheel.doors.storefront.poster_picture import PosterFacts, draw_poster
from pinwheel.doors.storefront.poster_text import drawable, fitted, font_of, has_glyph, wrapped
from pinwheel.market.catalogue.models import PriceChange, ProductPicture
from pinwheel.market.clock import current_time
from pinwheel.market.ids import ACTIVITY, GROUP, from_text, new_id, to_text
from pinwheel.market.members.models import Member
from pinwheel.market.members.sponsors import bind_sponsor, invitation_code

FACTS = PosterFacts(
    "Pinwheel",
    "王小明",
    "邀请您一起拼团",
    3,
    "春茶",
    "茶叶礼盒",
    "¥99.00",
    "",
    "",
    ("还差 2 人",),
    "截止 2026-11-22 18:00",
    "",
    "http://127.0.0.1:8000/groups/G0",
    ("长按识别", "全额退款"),
    "127.0.0.1:8000",
)


def picture_of(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


# Text


def test_chinese_and_latin_are_drawn_and_what_the_font_lacks_is_left_out():
    assert all(map(has_glyph, "王小明拼团Aé9¥…（）、"))
    assert not has_glyph("🎉")
    assert drawable("小明🎉  同学\n") == "小明 同学"


def test_lines_are_cut_where_they_do_not_fit():
    font = font_of(30)
    assert fitted("短", font, 200) == "短"
    cut = fitted("很长的标题" * 9, font, 200)
    assert cut.endswith("…") and font.getlength(cut) <= 200
    lines = wrapped("Everybody buys a long English title of many words here", font, 320, 2)
    assert len(lines) == 2 and lines[0] in "Everybody buys a long English title" and lines[1].endswith("…")
    assert all(font.getlength(line) <= 320 for line in lines)
    assert wrapped("", font, 300, 2) == []


# The picture


def test_a_poster_is_a_png_of_its_size_and_its_code_scans():
    image = picture_of(draw_poster(FACTS))
    assert image.size == (750, 1334)
    corner = poster_picture.WIDTH - poster_picture.MARGIN - poster_picture.PAD - poster_picture.QR_SIDE
    top = poster_picture.CARD_BOTTOM - poster_picture.PAD - poster_picture.QR_SIDE
    side = poster_picture.QR_SIDE
    drawn = image.crop((corner, top, corner + side, top + side))
    assert drawn.tobytes() == poster_picture.qr_image(FACTS.link).tobytes()


def test_the_same_facts_are_drawn_once_and_other_facts_are_another_picture():
    assert draw_poster(FACTS) is draw_poster(FACTS)
    assert draw_poster(FACTS) != draw_poster(replace(FACTS, name="李雷"))


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_picture_is_left_out(tmp_path, content):
    (tmp_path / "bad.png").write_bytes(content)
    assert poster_picture.product_picture(str(tmp_path / "bad.png"), (10, 10)) is None
    assert poster_picture.product_picture(str(tmp_path / "none.png"), (10, 10)) is None


def test_a_picture_too_large_to_draw_is_left_out(tmp_path, monkeypatch):
    Image.new("RGB", (20, 20)).save(tmp_path / "large.png")
    monkeypatch.setattr(poster_picture, "MOST_PIXELS", 399)
    assert poster_picture.product_picture(str(tmp_path / "large.png"), (10, 10)) is None


# Pages


@pytest.fixture
def leaders(database):
    return stage.on_sale("leader-five", lasts=timedelta(days=1))


def address(activity, page=""):
    return f"/activities/{to_text(ACTIVITY, activity.pk)}{page}"


def opened(activity, member) -> str:
    group = stage.join(activity, member.pk, opens_group=True)[0].group_id
    stage.settle(activity)
    return f"/groups/{to_text(GROUP, group)}"


@pytest.mark.database
def test_links_carry_the_code_of_whoever_hands_them_on(leaders, client_of, language):
    me = stage.member()
    group = opened(leaders, me)
    code = invitation_code(me.pk)
    for path in (address(leaders), group):
        own, nobody = (client_of(who, language).get(path).content.decode() for who in (me, None))
        assert f"{path}?i={code}" in own and f"{path}/qr.svg?i={code}" in own and f"{path}/poster" in own
        assert "?i=" not in nobody
    with_code = client_of().get(f"{group}/qr.svg?i={code}").content
    assert with_code != client_of().get(f"{group}/qr.svg").content
    assert (
        client_of().get(f"{group}/qr.svg?i=%3Cscript").content == client_of().get(f"{group}/qr.svg").content
    )


@pytest.mark.database
def test_a_guest_who_came_by_a_members_link_is_brought_by_that_member(leaders, client_of):
    me = stage.member()
    guest = client_of()
    guest.get(f"{address(leaders)}?i={invitation_code(me.pk)}")
    assert guest.session["invited_by"] == invitation_code(me.pk)
    other = client_of()
    other.get(f"{address(leaders)}?i=NOBODY")
    assert "invited_by" not in other.session


@pytest.mark.database
def test_a_member_who_follows_a_link_is_asked_and_never_bound_by_looking(leaders, client_of, language):
    me, other = stage.member(), stage.member()
    group, code = opened(leaders, me), invitation_code(me.pk)
    client = client_of(other, language)
    for path in (address(leaders), group):
        page = client.get(f"{path}?i={code}").content.decode()
        assert f'href="/i/{code}?next={path}"' in page and 'id="inviter"' in page
        assert 'id="inviter"' not in client.get(path).content.decode()
        assert 'id="inviter"' not in client.get(f"{path}?i=NOBODY").content.decode()
    other.refresh_from_db()
    assert other.sponsor_id is None
    assert f"/i/{code}" in client.get("/me").content.decode()  # reminded until it is answered
    asked = client.get(f"/i/{code}?next={group}").content.decode()
    assert f'name="next" value="{group}"' in asked and f'<a href="{group}">' in asked
    away = client_of(stage.member()).post(f"/i/{code}", {"next": "https://elsewhere.example/"})
    assert away["Location"] == "/promoter"
    for _ in range(2):
        assert client.post(f"/i/{code}", {"next": group})["Location"] == group
    other.refresh_from_db()
    assert other.sponsor_id == me.pk
    assert 'id="inviter"' not in client.get(f"{group}?i={code}").content.decode()


@pytest.mark.database
def test_nobody_is_asked_who_has_a_sponsor_or_follows_the_own_link(leaders, client_of):
    me, bound, third = stage.member(), stage.member(), stage.member()
    bind_sponsor(bound.pk, third.pk, current_time())
    for who in (me, bound):
        client = client_of(who)
        page = client.get(f"{address(leaders)}?i={invitation_code(me.pk)}").content.decode()
        assert 'id="inviter"' not in page and "invited_by" not in client.session


@pytest.mark.database
def test_posters_of_an_activity_and_of_a_group(leaders, client_of, language):
    me = stage.member()
    group = opened(leaders, me)
    for path in (address(leaders), group):
        client = client_of(me, language)
        page = client.get(f"{path}/poster").content.decode()
        assert f"{path}/poster.png" in page and invitation_code(me.pk) in page
        answer = client.get(f"{path}/poster.png")
        assert answer["Content-Type"] == "image/png" and "no-store" in answer["Cache-Control"]
        assert picture_of(answer.content).size == (750, 1334)
        assert answer.content != client_of(None, language).get(f"{path}/poster.png").content


@pytest.mark.database
def test_a_group_that_takes_nobody_has_no_poster(leaders, client_of):
    group = opened(leaders, stage.member())
    stage.join(leaders, *stage.members(4), group_id=group_number(group))
    stage.settle(leaders)
    assert client_of().get(f"{group}/poster.png").status_code == 404
    assert client_of().get("/activities/A0000000000000/poster").status_code == 404


def group_number(path: str) -> int:
    return from_text(GROUP, path.rsplit("/", 1)[-1])


@pytest.mark.database
def test_what_a_poster_says(leaders):
    group = group_number(opened(leaders, stage.member()))
    with translation.override("en"):
        facts = poster_facts.group_facts(group, current_time())
    assert facts["chips"] == ("4 to go", "Group of 5")
    assert facts["until"].startswith("Until 20")
    assert facts["before"] == ""


@pytest.mark.database
def test_a_price_before_is_named_only_where_it_may_be(database):
    goods = stage.product("cup", "杯", "Cup", price=20_000)
    activity = stage.on_sale("leader-five", goods)
    now = current_time()

    def named() -> str:
        return poster_facts.activity_facts(activity.pk, now)["before"]

    assert named() == ""  # no price seven days before
    PriceChange.objects.create(id=new_id(now), product=goods, price=20_000, at=now - timedelta(days=30))
    assert named() == "¥200.00"
    PriceChange.objects.create(id=new_id(now), product=goods, price=1, at=now - timedelta(days=3))
    assert named() == ""  # it was cheaper within the seven days


@pytest.mark.database
def test_the_products_picture_is_on_the_poster(leaders, client_of, settings_media):
    before = client_of().get(f"{address(leaders)}/poster.png").content
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "#00ff00").save(out, "PNG")
    ProductPicture.objects.create(
        product=leaders.offers.first().product, image=SimpleUploadedFile("green.png", out.getvalue())
    )
    after = picture_of(client_of().get(f"{address(leaders)}/poster.png").content)
    assert after.getpixel((375, 400)) == (0, 255, 0)
    assert before


@pytest.fixture
def settings_media(tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.mark.database
def test_a_nickname_of_pictures_alone_is_no_box(leaders, client_of):
    me = stage.member()
    Member.objects.filter(pk=me.pk).update(nickname="🎉🎉")
    me.refresh_from_db()
    assert client_of(me).get(f"{address(leaders)}/poster.png").status_code == 200
