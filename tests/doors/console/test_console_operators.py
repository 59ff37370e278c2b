"""Operators, roles and API keys."""

import re
from datetime import timedelta

import pytest
from console_shop import page
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group as Role
from django.urls import reverse

from pinwheel.doors.api.keys import SCOPES, find_key
from pinwheel.doors.api.models import ApiKey
from pinwheel.doors.console import sign_in as sign_in_page
from pinwheel.doors.console.operators import grantable
from pinwheel.market.clock import current_time
from pinwheel.market.members.services import PASSWORD_TRIES, TRIES_WITHIN
from pinwheel.market.staff.models import Operator, SignInTry

pytestmark = pytest.mark.database
PASSWORD = "a-long-pass-phrase"
KEY = re.compile(r"pk_[a-z0-9]{8}_[A-Za-z0-9]{32,}")


def test_an_operator_in_charge_adds_operators_with_roles(staff):
    boss = staff.client("boss")
    role = Role.objects.get(name__contains="Finance")
    form = {"username": "lina", "password1": PASSWORD, "password2": PASSWORD, "groups": [role.pk]}
    assert boss.post(reverse("admin:staff_operator_add"), form).status_code == 302
    lina = Operator.objects.get(username="lina")
    assert lina.is_staff
    assert not lina.is_superuser
    assert lina.has_perm("console.decide_adjustment")
    assert not lina.has_perm("console.publish_plan")


def test_only_an_operator_in_charge_changes_operators_and_roles(staff):
    role = Role.objects.first()
    for name in ("operations", "finance", "support", "audit"):
        client = staff.client(name)
        answer = client.post(page(staff[name]), {"username": name, "is_superuser": "on", "is_active": "on"})
        assert answer.status_code == 403
        assert client.post(page(role), {"name": "mine", "permissions": []}).status_code == 403
    assert Operator.objects.filter(is_superuser=True).count() == 1
    assert not Role.objects.filter(name="mine").exists()


def test_nobody_locks_themselves_out(staff):
    boss = staff["boss"]
    answer = staff.client("boss").post(page(boss), {"username": "boss", "is_active": "on"}, follow=True)
    assert "You cannot deactivate yourself" in answer.content.decode()
    boss.refresh_from_db()
    assert boss.is_superuser


def test_a_switched_off_operator_is_out_at_once(staff):
    support = staff.client("support")
    assert support.get(reverse("admin:index")).status_code == 200
    form = {"username": "support", "groups": [Role.objects.get(name__contains="Support").pk]}
    staff.client("boss").post(page(staff["support"]), form)
    assert support.get(reverse("admin:index")).status_code == 302


def test_a_role_keeps_the_rights_it_is_given(staff, language):
    boss = staff.client("boss", language)
    role = Role.objects.get(name__contains="Support")
    html = boss.get(page(role)).content.decode()
    assert ("发布方案" if language == "zh-hans" else "publish plans") in html
    boxes = re.findall(r'name="permissions" value="(\d+)"[^>]* checked>', html)
    assert len(boxes) == role.permissions.count()
    boss.post(page(role), {"name": role.name, "permissions": boxes[:2]})
    assert {str(pk) for pk in role.permissions.values_list("pk", flat=True)} == set(boxes[:2])


def test_every_right_of_the_roles_that_ship_is_offered(staff):
    for role in Role.objects.all():
        given = set(role.permissions.values_list("codename", flat=True))
        assert given - set(grantable().values_list("codename", flat=True)) == set(), role.name


def test_logging_in_by_the_form_leads_to_the_overview(staff, client_without_login):
    client = client_without_login("en")
    form = {"username": "boss", "password": "a-long-pass-phrase"}
    assert client.post(reverse("admin:login"), form).url == reverse("admin:index")
    wrong = client_without_login("en").post(reverse("admin:login"), form | {"password": "wrong"})
    assert wrong.status_code == 200
    away = client_without_login("en").post(reverse("admin:login") + "?next=https://elsewhere.example/", form)
    assert "elsewhere" not in away.url


def sign_in(client, name, password):
    return client.post(reverse("admin:login"), {"username": name, "password": password})


def test_too_many_wrong_passwords_are_refused_for_a_while(staff, client_without_login, language, monkeypatch):
    now = current_time()
    monkeypatch.setattr(sign_in_page, "current_time", lambda: now)
    client = client_without_login(language)
    assert sign_in(client, "boss", "a-long-pass-phrase").status_code == 302
    for name in ["boss", "Boss", " BOSS "] * 3 + ["boss"]:  # spelled so, it is one name
        assert sign_in(client_without_login(language), name, "wrong").status_code == 200
    checked = []
    real = ModelBackend.authenticate
    monkeypatch.setattr(ModelBackend, "authenticate", lambda *a, **k: checked.append(1) or real(*a, **k))
    stranger = client_without_login(language)
    refused = sign_in(stranger, "boss", "a-long-pass-phrase")
    assert refused.status_code == 429 and checked == []  # the password is not even looked at
    said = "尝试次数太多，请 15 分钟后再试" if language == "zh-hans" else "please wait 15 minutes"
    assert said in refused.content.decode()
    assert "sessionid" not in stranger.cookies
    assert sign_in(client_without_login("en"), "operations", "wrong").status_code == 200  # others are free
    now += TRIES_WITHIN
    assert sign_in(client_without_login("en"), "boss", "a-long-pass-phrase").status_code == 302


def test_right_passwords_do_not_count_and_what_was_typed_is_not_kept(staff, client_without_login):
    for _ in range(PASSWORD_TRIES + 2):
        assert sign_in(client_without_login("en"), "boss", "a-long-pass-phrase").status_code == 302
    assert not SignInTry.objects.exists()
    sign_in(client_without_login("en"), "my-secret-by-mistake", "x")
    assert "secret" not in SignInTry.objects.get().name_hash
    assert sign_in(client_without_login("en"), "", "x").status_code == 200
    assert SignInTry.objects.count() == 1


def test_an_operator_who_is_switched_off_is_told_no_more_than_a_stranger(staff, client_without_login):
    Operator.objects.filter(username="boss").update(is_active=False)
    for name in ("boss", "nobody"):
        codes = [
            sign_in(client_without_login("en"), name, "a-long-pass-phrase").status_code
            for _ in range(PASSWORD_TRIES + 1)
        ]
        assert codes == [200] * PASSWORD_TRIES + [429]


def make_key(client) -> tuple[ApiKey, str]:
    form = {"name": "mall", "scopes": ["members:read", "joins:write"]}
    answer = client.post(reverse("admin:api_apikey_add"), form)
    assert "no-store" in answer["Cache-Control"]
    return ApiKey.objects.latest("id"), KEY.search(answer.content.decode())[0]


def test_a_key_is_shown_once_and_works(staff):
    boss = staff.client("boss")
    key, key_text = make_key(boss)
    assert key.scopes == [scope for scope in SCOPES if scope in ("members:read", "joins:write")]
    assert find_key(key_text, current_time()).pk == key.pk
    for url in (page(key), reverse("admin:api_apikey_changelist"), page(key, "history")):
        assert key_text not in boss.get(url).content.decode()


def test_a_key_needs_a_name_and_a_scope(staff):
    boss = staff.client("boss")
    for form in ({"name": "", "scopes": ["members:read"]}, {"name": "x"}, {"name": "x", "scopes": ["all"]}):
        assert boss.post(reverse("admin:api_apikey_add"), form).status_code == 400
    assert not ApiKey.objects.exists()


def test_a_rotated_key_works_for_a_day_more(staff):
    boss = staff.client("boss")
    key, old = make_key(boss)
    new = KEY.search(boss.post(page(key, "rotate")).content.decode())[0]
    now = current_time()
    assert find_key(new, now).scopes == key.scopes
    assert find_key(old, now) is not None
    assert find_key(old, now + timedelta(hours=24, minutes=1)) is None


def test_a_revoked_key_is_refused(staff):
    boss = staff.client("boss")
    key, key_text = make_key(boss)
    assert staff.client("audit").post(page(key, "revoke")).status_code == 403
    boss.post(page(key, "revoke"))
    assert find_key(key_text, current_time()) is None
    assert boss.post(page(key, "rotate")).status_code == 302
    assert ApiKey.objects.count() == 1
