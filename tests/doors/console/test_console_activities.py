"""An activity from draft to end, as an operator does it."""

import html
import re
from datetime import timedelta

import pytest
from console_shop import page
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from pinwheel.market.activities.models import Activity, ActivityStop
from pinwheel.market.activities.stopping import carry_on_stops
from pinwheel.market.catalogue.models import Product, Sku
from pinwheel.market.catalogue.stock import receive
from pinwheel.market.clock import business_zone, current_time
from pinwheel.market.groups.models import Group
from pinwheel.market.ids import ACTIVITY, new_id, to_text
from pinwheel.market.orders.models import Order
from pinwheel.market.plans.models import PlanVersion
from pinwheel.market.plans.stage import publish_plan_on_stage
from pinwheel.market.staff.models import Operator
from stage import Stage, changed

pytestmark = pytest.mark.database


@pytest.fixture
def version(staff) -> PlanVersion:
    return publish_plan_on_stage(changed("draw-on-fill"), "", None, current_time())


@pytest.fixture
def product(version) -> Product:
    return Product.objects.create(
        id=7, code="tea", name_zh="茶", name_en="Tea", price=9900, created_at=current_time()
    )


def form(version: PlanVersion, product: Product, **changes: object) -> dict[str, object]:
    starts = (current_time() - timedelta(hours=1)).astimezone(business_zone())
    ends = starts + timedelta(days=1)
    return {
        "plan_version": version.pk,
        "title_zh": "",
        "title_en": "",
        "offered": [product.pk],
        "price": "",
        "stock": "",
        "starts_at_0": starts.strftime("%Y-%m-%d"),
        "starts_at_1": starts.strftime("%H:%M:%S"),
        "ends_at_0": ends.strftime("%Y-%m-%d"),
        "ends_at_1": ends.strftime("%H:%M:%S"),
        **changes,
    }


def facts_of(response) -> dict[str, str]:
    """Names and values of the facts on a page."""
    rows = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", response.content.decode(), re.DOTALL)
    return {plain(name): plain(value) for name, value in rows}


def plain(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html.unescape(markup)).split())


def add(client, version, product, **changes):
    return client.post(reverse("admin:activities_activity_add"), form(version, product, **changes))


def test_a_draft_takes_title_and_price_of_its_plan(staff, version, product):
    answer = add(staff.client("operations"), version, product)
    activity = Activity.objects.get()
    assert answer.url == page(activity)
    assert activity.state == Activity.State.DRAFT
    assert activity.price == 10_000
    assert activity.title_en == changed("draw-on-fill").title.en
    assert [offer.left for offer in activity.offers.all()] == [None]


def test_a_draft_says_its_own_price_exactly(staff, version, product):
    add(staff.client("operations"), version, product, price="1,234.05", stock="30", title_zh="春茶")
    activity = Activity.objects.get()
    assert activity.price == 123_405
    assert activity.title_zh == "春茶"
    assert [offer.left for offer in activity.offers.all()] == [30]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"price": "99.999"}, "allowed: an amount in yuan with at most two decimals"),
        ({"price": "0"}, "out of range"),
        ({"price": "1e3"}, "cannot be read"),
        ({"price": "99999999999"}, "out of range"),
        ({"price": "-5"}, "cannot be read"),
        ({"price": "９９"}, "cannot be read"),
        ({"stock": "0"}, "greater than or equal to 1"),
        ({"offered": []}, "This field is required"),
        ({"plan_version": 5}, "not one of the available choices"),
        ({"ends_at_0": "2020-01-01"}, "The end must lie after the start"),
        ({"starts_at_0": "tomorrow"}, "Enter a valid date"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(staff, version, product, changes, message):
    answer = add(staff.client("operations"), version, product, **changes)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not Activity.objects.exists()


def test_only_a_draft_is_edited(staff, version, product):
    client = staff.client("operations")
    add(client, version, product)
    activity = Activity.objects.get()
    answer = client.post(page(activity), form(version, product, price="55.00", stock="5", title_en="Spring"))
    assert answer.status_code == 302
    activity.refresh_from_db()
    assert (activity.price, activity.title_en) == (5500, "Spring")
    assert [offer.left for offer in activity.offers.all()] == [5]

    asked = client.get(page(activity, "sell")).content.decode()
    assert "its terms are fixed" in asked
    assert "55.00" in asked
    assert client.post(page(activity, "sell")).url == page(activity)
    activity.refresh_from_db()
    assert activity.state == Activity.State.RUNNING
    assert Group.objects.filter(activity_id=activity.pk).exists()

    client.post(page(activity), form(version, product, price="1.00"))
    refused = client.post(page(activity, "sell"), follow=True).content.decode()
    assert "Only a draft can be changed" in refused
    activity.refresh_from_db()
    assert activity.price == 5500
    text = client.get(page(activity)).content.decode()
    assert f"/activities/{to_text(ACTIVITY, activity.pk)}" in text
    assert "<svg" in text


def test_an_activity_that_starts_later_is_scheduled(staff, version, product):
    client = staff.client("operations")
    add(client, version, product, starts_at_0="2099-01-01", ends_at_0="", ends_at_1="")
    activity = Activity.objects.get()
    client.post(page(activity, "sell"))
    activity.refresh_from_db()
    assert activity.state == Activity.State.SCHEDULED


def test_stopping_says_what_goes_back_and_gives_it_back(staff):
    stage = Stage("draw-on-fill", members=3, at=current_time())
    for member in stage.members:
        stage.join(member)
    stage.settle()
    client, other = staff.client("operations"), staff.client("finance")
    asked = client.get(page(stage.activity, "stop")).content.decode()
    assert "Seats refunded in full" in asked
    assert "300.00" in asked
    nameless = client.post(page(stage.activity, "stop"), {"reason": " "})
    assert nameless.status_code == 400 and not ActivityStop.objects.exists()
    answer = client.post(page(stage.activity, "stop"), {"reason": "the goods are spoilt"})
    stop = ActivityStop.objects.get()
    assert answer.url == page(stop) and stage.reload().state == Activity.State.RUNNING
    again = client.post(page(stage.activity, "stop"), {"reason": "again"}, follow=True).content.decode()
    assert "was proposed already" in again
    alone = client.post(page(stop, "confirm"), follow=True).content.decode()
    assert "cannot confirm it" in alone and stage.reload().state == Activity.State.RUNNING
    assert "300.00" in other.get(page(stop, "confirm")).content.decode()
    done = other.post(page(stop, "confirm"), follow=True).content.decode()
    assert "the refunds go out now" in done and "0 groups done, 1 to do" in done
    assert stage.reload().state == Activity.State.ENDED
    carry_on_stops(current_time)
    assert "everything unfinished is refunded" in client.get(page(stop)).content.decode()
    assert set(Order.objects.values_list("state", flat=True)) == {Order.State.REFUNDED}
    assert [stage.cash(member) for member in stage.members] == [100_000] * 3
    again = client.post(page(stage.activity, "stop"), follow=True).content.decode()
    assert "This has ended" in again
    assert client.get(reverse("admin:activities_activitystop_changelist")).status_code == 200


def test_a_draft_is_offered_plans_by_their_title_and_the_hour_to_start(staff, version):
    client = staff.client("operations")
    assert f"Draw on fill · {version}" in client.get(reverse("admin:activity_new")).content.decode()
    made = client.post(reverse("admin:activity_new"), {"plan_version": version.pk})
    times = client.get(made.url.replace("step=plan", "step=times")).content.decode()
    assert f'value="{current_time().astimezone(business_zone()):%Y-%m-%d}"' in times


def test_what_a_stop_says_of_a_ladder_is_what_it_does(staff):
    stage = Stage("ladder-group", "{group.seating: leader}", members=5, at=current_time())
    group = stage.join(stage.members[0], opens=True).group_id
    for member in stage.members[1:4]:
        stage.join(member, group=group)
    stage.join(stage.members[4], opens=True)
    stage.settle()
    asked = facts_of(staff.client("operations").get(page(stage.activity, "stop")))
    assert asked["Groups of a ladder that have formed, settled as they are"] == "1"
    assert asked["Seats refunded in full"] == "1" and asked["Amount refunded, at most"] == "99.00"


def test_a_stop_gives_back_of_a_presale_its_deposits(staff):
    stage = Stage("presale-group", members=2, at=current_time())
    for member in stage.members:
        stage.join(member)
    stage.settle()
    asked = facts_of(staff.client("operations").get(page(stage.activity, "stop")))
    assert asked["Amount refunded, at most"] == "40.00"


def test_the_overview_says_that_a_stop_waits_for_whoever_may_see_it(staff):
    stage = Stage("draw-on-fill", members=1, at=current_time())
    staff.client("operations").post(page(stage.activity, "stop"), {"reason": "spoilt"})
    shown = staff.client("finance").get(reverse("admin:index")).content.decode()
    assert "awaiting a second person: 1" in shown and "activitystop/?state=0" in shown
    staff.client("finance").post(page(ActivityStop.objects.get(), "reject"))
    assert (
        "awaiting a second person" not in staff.client("finance").get(reverse("admin:index")).content.decode()
    )


def test_a_stop_can_be_rejected_and_proposed_again(staff):
    stage = Stage("draw-on-fill", members=1, at=current_time())
    client, other = staff.client("operations"), staff.client("finance")
    client.post(page(stage.activity, "stop"), {"reason": "a slip"})
    stop = ActivityStop.objects.get()
    assert "The activity goes on" in other.get(page(stop, "reject")).content.decode()
    other.post(page(stop, "reject"))
    assert "Rejected: the activity goes on" in client.get(page(stop)).content.decode()
    assert stage.reload().state == Activity.State.RUNNING
    client.post(page(stage.activity, "stop"), {"reason": "once more"})
    assert ActivityStop.objects.count() == 2
    assert staff.client("support").post(page(stop, "confirm")).status_code == 403


def test_a_copy_is_a_draft_without_products_and_times(staff, version, product):
    client = staff.client("operations")
    add(client, version, product, price="55.00", title_en="Spring", takes_coupons="on")
    first = Activity.objects.get()
    client.post(page(first, "sell"))
    assert "chosen again" in client.get(page(first, "copy")).content.decode()
    answer = client.post(page(first, "copy"))
    copy = Activity.objects.exclude(pk=first.pk).get()
    assert answer.url == page(copy)
    assert (copy.state, copy.price, copy.title_en, copy.takes_coupons) == (0, 5500, "Spring", True)
    assert (copy.starts_at, copy.ends_at, copy.offers.count()) == (None, None, 0)
    text = client.get(page(copy)).content.decode()
    assert 'value="55.00"' in text and "Put on sale" in text
    refused = client.post(page(copy, "sell"), follow=True).content.decode()
    assert "Choose at least one product first" in refused
    empty = client.post(page(copy), form(version, product, starts_at_0="", starts_at_1="", offered=[]))
    assert empty.content.decode().count("This field is required") >= 2
    assert client.post(page(copy), form(version, product, price="55.00")).status_code == 302
    client.post(page(copy, "sell"))
    copy.refresh_from_db()
    assert copy.state == Activity.State.RUNNING
    assert staff.client("support").post(page(first, "copy")).status_code == 403


def test_results_and_qr_codes_are_downloaded_by_those_who_may(staff):
    stage = Stage("draw-on-fill", members=2, at=current_time())
    for member in stage.members:
        stage.join(member)
    client = staff.client("operations")
    shown = client.get(page(stage.activity)).content.decode()
    for name in ("results-csv", "results-xlsx", "qr-png", "qr-svg"):
        assert page(stage.activity, name) in shown
    lines = b"".join(client.get(page(stage.activity, "results-csv")).streaming_content).decode()
    assert lines.count("\r\n") == 3 and lines.startswith("\ufeff")
    book = b"".join(client.get(page(stage.activity, "results-xlsx")).streaming_content)
    assert book[:4] == b"PK\x03\x04"
    assert LogEntry.objects.filter(change_message__contains="Results downloaded").count() == 2
    assert client.get(page(stage.activity, "qr-png")).content[:4] == b"\x89PNG"
    assert b"<svg" in client.get(page(stage.activity, "qr-svg")).content
    stranger = Operator.objects.create_user("stranger", is_staff=True)
    stranger.user_permissions.add(Permission.objects.get(codename="view_activity"))
    other = Client(headers={"accept-language": "en"})
    other.force_login(stranger)
    assert page(stage.activity, "results-csv") not in other.get(page(stage.activity)).content.decode()
    for name in ("results-csv", "results-xlsx"):
        assert other.get(page(stage.activity, name)).status_code == 403


def test_products_are_priced_in_yuan(staff):
    client = staff.client("operations")
    data = {
        "code": "rice",
        "name_zh": "大米",
        "name_en": "Rice",
        "price": "19.9",
        "cost": "0",
        "is_on_shelf": "on",
        "skus-TOTAL_FORMS": "0",
        "skus-INITIAL_FORMS": "0",
        "pictures-TOTAL_FORMS": "0",
        "pictures-INITIAL_FORMS": "0",
    }
    assert client.post(reverse("admin:catalogue_product_add"), data).status_code == 302
    product = Product.objects.get(code="rice")
    assert (product.price, product.cost, product.is_on_shelf) == (1990, 0, True)
    data["price"] = "0.07"
    assert client.post(page(product), data).status_code == 302
    product.refresh_from_db()
    assert product.price == 7
    assert "0.07" in client.get(page(product)).content.decode()
    assert list(product.prices.values_list("price", flat=True)) == [7, 1990]


def test_a_product_has_variants_whose_stock_changes_with_a_reason_and_is_copied(staff):
    client = staff.client("operations")
    data = {
        "code": "cup",
        "name_zh": "杯",
        "name_en": "Cup",
        "price": "10",
        "cost": "0",
        "is_prize": "on",
        "skus-TOTAL_FORMS": "2",
        "skus-INITIAL_FORMS": "0",
        "skus-0-code": "cup-red",
        "skus-0-options_zh": "红",
        "skus-0-options_en": "Red",
        "skus-0-price": "10.00",
        "skus-0-position": "0",
        "skus-1-code": "cup-blue",
        "skus-1-options_zh": "蓝",
        "skus-1-options_en": "Blue",
        "skus-1-price": "11.00",
        "skus-1-cost": "3.00",
        "skus-1-position": "1",
        "pictures-TOTAL_FORMS": "0",
        "pictures-INITIAL_FORMS": "0",
    }
    assert client.post(reverse("admin:catalogue_product_add"), data).status_code == 302
    product = Product.objects.get(code="cup")
    red, blue = product.skus.all()
    assert (red.price, blue.price, blue.cost, product.is_prize, product.is_on_shelf) == (
        1000,
        1100,
        300,
        True,
        False,
    )
    stock = page(product, "stock")
    form = {"sku": str(red.pk), "kind": "received", "pieces": "12", "reason": ""}
    assert client.post(stock, form).status_code == 302
    assert client.post(stock, {**form, "kind": "corrected", "pieces": "-2"}).status_code == 400  # no reason
    assert (
        client.post(stock, {**form, "kind": "corrected", "pieces": "-2", "reason": "broken"}).status_code
        == 302
    )
    red.refresh_from_db()
    assert red.stock == 10
    movements = client.get(
        reverse("admin:catalogue_stockmovement_changelist") + f"?sku__product_id={product.pk}"
    )
    assert "broken" in movements.content.decode() and "+12" in movements.content.decode()
    copied = client.post(page(product, "copy"))
    copy = Product.objects.exclude(pk=product.pk).get()
    assert copied.status_code == 302 and copy.code == "cup-2" and copy.skus.count() == 2
    listed = client.get(reverse("admin:catalogue_product_changelist") + "?is_prize=1").content.decode()
    assert "cup-2" in listed


@pytest.fixture
def choosing(staff) -> PlanVersion:
    plan = changed("national-group-buy", '{"outcomes.0.gives.0.goods.choose_from": 2}')
    return publish_plan_on_stage(plan, "", None, current_time())


def make_products(count: int) -> list[Product]:
    return [
        Product.objects.create(
            id=100 + number,
            code=f"gift-{number}",
            name_zh="礼",
            name_en="Gift",
            price=1,
            created_at=current_time(),
        )
        for number in range(count)
    ]


def test_prizes_to_choose_from_are_listed_in_the_draft(staff, choosing, product):
    client, gifts = staff.client("operations"), [gift.pk for gift in make_products(3)]
    refused = add(client, choosing, product, prizes=gifts).content.decode()
    assert "choose from at most 2 products" in html.unescape(refused)
    assert not Activity.objects.exists()
    add(client, choosing, product, prizes=gifts[:2])
    activity = Activity.objects.get()
    listed = activity.prizes.values_list("product", flat=True)
    assert sorted(listed) == gifts[:2]
    client.post(page(activity), form(choosing, product, prizes=gifts[2:]))
    assert list(activity.prizes.values_list("product", flat=True)) == gifts[2:]
    assert "gift-2" in client.get(page(activity, "sell")).content.decode()
    client.post(page(activity, "sell"))
    client.post(page(activity), form(choosing, product, prizes=gifts[:1]))
    assert list(activity.prizes.values_list("product", flat=True)) == gifts[2:]
    text = client.get(page(activity)).content.decode()
    assert "Prizes to choose from" in text
    assert "gift-2" in text
    assert client.post(page(Product.objects.get(pk=gifts[2]), "delete"), {"post": "yes"}).status_code == 403


def test_a_plan_whose_winners_choose_nothing_takes_no_prizes(staff, version, product):
    client, gift = staff.client("operations"), make_products(1)[0]
    refused = add(client, version, product, prizes=[gift.pk]).content.decode()
    assert "Winners of this plan choose nothing" in refused
    assert not Activity.objects.exists()
    add(client, version, product)
    client.post(page(Activity.objects.get(), "sell"))
    assert "Prizes to choose from" not in client.get(page(Activity.objects.get())).content.decode()


def steps(client, activity, name, data=None):
    address = f"{page(activity, 'setup')}?step={name}"
    return client.get(address) if data is None else client.post(address, data)


def test_an_activity_is_set_up_step_by_step_left_and_gone_on_with(staff, version, product, language):
    client = staff.client("operations", language)
    assert client.get(reverse("admin:activity_new")).status_code == 200
    assert client.post(reverse("admin:activity_new"), {"plan_version": 5}).status_code == 400
    client.post(reverse("admin:activity_new"), {"plan_version": version.pk})
    draft = Activity.objects.get()
    assert (draft.state, draft.starts_at, draft.price) == (0, None, 10_000)
    assert "cannot be put on sale yet" in steps(staff.client("operations"), draft, "check").content.decode()
    data = form(version, product, price="88.00", stock="7", title_en="Autumn")
    wrong = steps(client, draft, "plan", {**data, "price": "1e3"})
    assert wrong.status_code == 400 and "price" in wrong.content.decode()
    assert steps(client, draft, "plan", data).url.endswith("step=products")
    assert steps(client, draft, "products", {"offered": []}).status_code == 400
    assert steps(client, draft, "products", data).url.endswith("step=pieces")
    assert steps(client, draft, "pieces", {"stock": "7"}).url.endswith("step=times")
    assert steps(client, draft, "times", {**data, "ends_at_0": "2020-01-01"}).status_code == 400
    assert steps(client, draft, "times", data).url.endswith("step=check")
    draft.refresh_from_db()
    assert (draft.price, draft.title_en, draft.offers.get().left) == (8800, "Autumn", 7)
    steps(client, draft, "plan", {**data, "price": "77.00"})  # back to the first: the others are as they were
    draft.refresh_from_db()
    assert (draft.price, draft.offers.get().left, draft.starts_at is not None) == (7700, 7, True)


@pytest.fixture
def assorted(staff, version):
    """A draft with a product without variants and one with two: the client, the draft, the fields' names."""
    client, (plain, shirt) = staff.client("operations"), make_products(2)
    now = current_time()
    skus = [
        Sku.objects.create(
            id=new_id(now),
            product=shirt,
            code=f"shirt-{at}",
            options_zh=f"色{at}",
            options_en=f"c{at}",
            price=1,
        )
        for at in range(2)
    ]
    receive(skus[0].pk, 5, "", None, now)
    client.post(reverse("admin:activity_new"), {"plan_version": version.pk})
    draft = Activity.objects.get()
    assert "Choose at least one product" in steps(client, draft, "pieces").content.decode()
    steps(client, draft, "products", {"offered": [plain.pk, shirt.pk]})
    names = [f"pieces_{plain.pk}_0", *(f"pieces_{shirt.pk}_{sku.pk}" for sku in skus)]
    return client, draft, names


def lefts(draft):
    """The numbers of a draft, goods without variants first."""
    found = draft.offers.values_list("product_id", "sku_id", "left")
    return [left for _, _, left in sorted(found, key=lambda one: (one[0], one[1] or 0))]


def test_each_product_and_variant_has_a_number_of_its_own(assorted, version, product):
    client, draft, (plain, first, second) = assorted
    assert lefts(draft) == [None, None, None]
    shown = steps(client, draft, "pieces").content.decode()
    assert "c0" in shown and "shirt-1" in shown and "In stock now: 5." in shown and "is not counted" in shown
    assert steps(client, draft, "pieces", {plain: "", first: "3", second: "4"}).status_code == 302
    assert lefts(draft) == [None, 3, 4]
    assert (
        steps(client, draft, "pieces", {"stock": "9", plain: "", first: "3", second: ""}).status_code == 302
    )
    assert lefts(draft) == [9, 3, 9]
    data = form(version, product, price="88.00")
    steps(client, draft, "plan", data)  # the other steps leave the numbers as they are
    steps(client, draft, "times", data)
    assert lefts(draft) == [9, 3, 9]
    goods = sorted(set(draft.offers.values_list("product_id", flat=True)))
    steps(client, draft, "products", {"offered": [*goods, product.pk]})
    assert lefts(draft) == [None, 9, 3, 9]  # what is new has none yet
    steps(client, draft, "products", {"offered": goods[1:]})
    assert lefts(draft) == [3, 9]
    assert 'value="3"' in steps(client, draft, "pieces").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said", "errors"),
    [
        ({"1": "0", "2": "1"}, "greater than or equal to 1", 1),
        ({"1": "x", "2": "2.5"}, "Enter a whole number", 2),
        ({"1": "1000000001", "2": "1"}, "less than or equal to 1000000000", 1),
        ({"1": "", "2": ""}, "this one cannot be sold without limit", 2),
        ({"1": "", "2": "", "stock": "-1"}, "greater than or equal to 1", 1),
    ],
)
def test_what_is_wrong_is_said_at_each_product(assorted, wrong, said, errors):
    client, draft, names = assorted
    sent = {names[int(key)] if key.isdigit() else key: value for key, value in wrong.items()}
    answer = steps(client, draft, "pieces", sent)
    assert (answer.status_code, answer.content.decode().count(said)) == (400, errors)
    assert lefts(draft) == [None, None, None]


def test_the_check_names_each_product_and_the_preview_shows_what_is_left(assorted, version, product):
    client, draft, (plain, first, second) = assorted
    steps(client, draft, "times", form(version, product))
    before = steps(client, draft, "check").content.decode()
    assert before.count("needs a number</span>") == 2 and "without limit" in before
    steps(client, draft, "pieces", {plain: "6", first: "3", second: "4"})
    checked = steps(client, draft, "check").content.decode()
    assert "4 too few" in checked and "enough" in checked and "stock not counted" in checked
    assert "cannot be put on sale yet" in checked
    shown = client.get(page(draft, "preview-frame")).content.decode()
    assert all(f"{left} left" in shown for left in (6, 3, 4))
    receive(Sku.objects.get(code="shirt-1").pk, 4, "", None, current_time())
    assert "too few" not in steps(client, draft, "check").content.decode()
    client.post(page(draft, "sell"))
    assert Activity.objects.get().state == Activity.State.RUNNING
    assert dict(Sku.objects.values_list("code", "stock")) == {"shirt-0": 2, "shirt-1": 0}


def test_the_whole_form_keeps_numbers_of_their_own_unless_one_is_said_for_all(assorted, version):
    client, draft, (plain, first, second) = assorted
    steps(client, draft, "pieces", {plain: "6", first: "3", second: "4"})
    offered = list(dict.fromkeys(offer.product_id for offer in draft.offers.order_by("position")))
    assert "numbers of their own" in client.get(page(draft)).content.decode()
    kept = form(version, Product.objects.get(pk=offered[0]), offered=offered)
    assert client.post(page(draft), kept).status_code == 302
    assert lefts(draft) == [6, 3, 4]
    assert client.post(page(draft), {**kept, "stock": "8"}).status_code == 302
    assert lefts(draft) == [8, 8, 8]


def test_with_a_second_article_every_product_needs_a_number_and_the_check_counts_it(staff, product):
    now, client = current_time(), staff.client("operations")
    [cup] = make_products(1)
    sku = Sku.objects.create(id=new_id(now), product=cup, code="CUP", price=1)
    receive(sku.pk, 2, "", None, now)
    extra = "{goods: {extra: CUP, cost: 5.00, title: {zh: 杯, en: Cup}}}"
    plan = changed("ordinary-group", f"{{outcomes.0.gives: [{{goods: ordered}}, {extra}]}}")
    given = publish_plan_on_stage(plan, "", None, now)
    client.post(reverse("admin:activity_new"), {"plan_version": given.pk})
    draft = Activity.objects.get()
    steps(client, draft, "products", {"offered": [product.pk]})
    assert steps(client, draft, "check").content.decode().count("needs a number</span>") == 2
    assert "each join takes a piece" in steps(client, draft, "pieces").content.decode()
    assert steps(client, draft, "pieces", {}).status_code == 400
    assert steps(client, draft, "pieces", {"stock": "3"}).status_code == 302
    assert "1 too few" in steps(client, draft, "check").content.decode()


def test_the_check_tries_the_sale_and_takes_it_back_and_the_preview_is_for_operators(staff, version, product):
    client = staff.client("operations")
    add(client, version, product, title_en="Autumn")
    draft = Activity.objects.get()
    checked = steps(client, draft, "check").content.decode()
    assert "Nothing stands in the way" in checked and "Put on sale" in checked
    draft.refresh_from_db()
    assert draft.state == Activity.State.DRAFT and not Group.objects.exists()
    assert page(draft, "preview-frame") in steps(client, draft, "preview").content.decode()
    shown = client.get(page(draft, "preview-frame")).content.decode()
    assert "Autumn" in shown and "Tea" in shown
    shop = f"/activities/{to_text(ACTIVITY, draft.pk)}"
    assert Client().get(shop).status_code == 404
    assert Client().get(page(draft, "preview-frame")).status_code == 302
    assert staff.client("support").get(page(draft, "preview-frame")).status_code == 403
    client.post(page(draft, "sell"))
    assert "Only a draft" in client.get(page(draft, "setup"), follow=True).content.decode()
    assert Client().get(shop).status_code == 200
