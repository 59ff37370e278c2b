"""Coming in and going out: ages, passwords, codes, sessions, and where one goes next."""

import pytest
import shop_stage as stage
from django.test import Client
from shop_html import read, text_of

from pinwheel.market.members import services
from pinwheel.market.members.models import Member

pytestmark = pytest.mark.database
GOOD = {"phone": "13900001234", "nickname": "林小满", "password": "green-tea-88", "adult": "1"}


def test_a_newcomer_registers_and_is_signed_in(database, client_of):
    client = client_of(None, "zh-hans")
    response = client.post("/register", GOOD | {"next": "/orders?tab=all"})
    assert response["Location"] == "/orders?tab=all"
    member = Member.objects.get()
    assert (member.phone, member.nickname, member.language) == ("+8613900001234", "林小满", "zh-hans")
    assert "林小满" in text_of(client.get("/me"))


def test_the_age_box_is_empty_and_must_be_ticked(database, client_of):
    client = client_of()
    assert "adult" not in read(client.get("/register")).fields  # shown, not ticked
    response = client.post("/register", {key: value for key, value in GOOD.items() if key != "adult"})
    assert response.status_code == 422
    assert "18 or older" in text_of(response)
    assert read(response).fields["phone"] == GOOD["phone"]  # nothing is lost
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"phone": "12"}, "请输入有效的手机号。"),
        ({"phone": "１３９" * 9}, "请输入有效的手机号。"),
        ({"password": "short"}, "密码"),
        ({"password": "x" * 201}, "密码最长 200 个字符。"),
    ],
)
def test_what_cannot_be_registered_is_said(database, client_of, change, words):
    response = client_of(None, "zh-hans").post("/register", GOOD | change)
    assert response.status_code == 422
    assert words in text_of(response)
    assert GOOD["password"] not in response.content.decode()


def test_a_number_registers_once(database, client_of):
    client_of().post("/register", GOOD)
    response = client_of().post("/register", GOOD | {"phone": "+86 139 0000 1234"})
    assert "is registered; please sign in" in text_of(response)


def test_signing_in_by_password(database, client_of):
    client_of().post("/register", GOOD)
    client = client_of()
    wrong = client.post("/login", {"phone": GOOD["phone"], "password": "another-one"})
    assert (wrong.status_code, "is not right" in text_of(wrong)) == (422, True)
    assert client.get("/me").status_code == 302
    assert client.post("/login", GOOD)["Location"] == "/"
    assert client.get("/me").status_code == 200
    assert client.get("/login?next=/assets")["Location"] == "/assets"  # signed in already


@pytest.fixture
def codes(monkeypatch) -> list[str]:
    """The codes that are sent."""
    sent: list[str] = []

    class Keeper:
        def send(self, phone: str, code: str, language: str) -> None:
            sent.append(code)

    monkeypatch.setattr(services, "code_sender", Keeper)
    return sent


def test_signing_in_by_code(database, client_of, codes):
    client_of().post("/register", GOOD)
    client = client_of()
    assert (
        client.post("/login/code", {"phone": GOOD["phone"], "next": "/me"})["Location"]
        == "/login/code?next=%2Fme"
    )
    assert "+8613900001234" in text_of(client.get("/login/code"))
    wrong = client.post("/login/code", {"code": "x" * 6})
    assert (wrong.status_code, "is not right" in text_of(wrong)) == (422, True)
    assert client.post("/login/code", {"code": f" {codes[0]} ", "next": "/me"})["Location"] == "/me"
    assert client.get("/me").status_code == 200
    assert client_of().post("/login/code", {"code": codes[0]}).status_code == 422  # no number, no code


def test_a_code_of_an_unknown_number_leads_to_registering(database, client_of, codes):
    client = client_of()
    client.post("/login/code", {"phone": GOOD["phone"]})
    response = client.post("/login/code", {"code": codes[0]})
    assert response["Location"].startswith("/register?phone=%2B8613900001234")
    page = client.get(response["Location"])
    assert read(page).fields["phone"] == "+8613900001234"
    assert "please register" in text_of(page)


def test_too_many_codes_are_refused(database, client_of, codes):
    client = client_of()
    answers = [client.post("/login/code", {"phone": GOOD["phone"]}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [422]


def test_the_session_key_changes_at_sign_in_and_is_gone_at_sign_out(database, client_of):
    client_of().post("/register", GOOD)
    client = client_of()
    session = client.session
    session["seen"] = 1
    session.save()
    before = client.cookies["sessionid"].value
    client.post("/login", GOOD)
    after = client.cookies["sessionid"].value
    assert before != after
    client.cookies["sessionid"] = before
    assert client.get("/me").status_code == 302  # the old key opens nothing
    client.cookies["sessionid"] = after
    assert client.get("/logout").status_code == 405
    assert client.post("/logout")["Location"] == "/"
    client.cookies["sessionid"] = after
    assert client.get("/me").status_code == 302


def test_a_change_of_password_ends_other_sessions(database, client_of):
    member = stage.member()
    client = client_of(member)
    assert client.get("/me").status_code == 200
    Member.objects.filter(pk=member.pk).update(password="another hash")
    assert client.get("/me").status_code == 302


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    "evil.example",
    "/\t/evil.example",
    " /evil",
    "https://testserver/me",
]


def test_nobody_is_led_elsewhere(database, client_of):
    client_of().post("/register", GOOD)
    for number, place in enumerate(ELSEWHERE):
        newcomer = GOOD | {"phone": f"139000088{number:02}"}
        for path, entered in (("/login", GOOD), ("/register", newcomer)):
            response = client_of().post(path, entered | {"next": place})
            assert (response.status_code, response["Location"]) == (302, "/"), (path, place)
        page = client_of().get("/login", {"next": place})
        assert read(page).fields["next"] == "/"


def language_of(client: Client) -> str:
    return "en" if b'<html lang="en"' in client.get("/").content else "zh-hans"


def test_the_language_is_switched_and_kept(database, client_of):
    member = stage.member()
    client = client_of(member, "zh-hans")
    assert language_of(client) == "zh-hans"
    response = client.post("/language", {"language": "en", "next": "/me"})
    assert (response["Location"], language_of(client)) == ("/me", "en")
    assert Member.objects.get().language == "en"
    assert (
        client.post("/language", {"language": "xx", "next": "//evil.example"})["Location"] != "//evil.example"
    )
    assert Member.objects.get().language == "en"


def test_nobody_is_signed_in_by_looking(database, client_of):
    client = client_of()
    client.get("/")
    assert "sessionid" not in client.cookies
