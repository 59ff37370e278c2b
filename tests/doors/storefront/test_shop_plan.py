"""The plan of an activity: version and hash stand on the page, and the text that is hashed can be read."""

import hashlib
from datetime import timedelta

import pytest
import shop_stage as stage
from django.test import Client
from shop_html import text_of

from pinwheel.market.activities.services import create_activity
from pinwheel.market.clock import current_time
from pinwheel.market.ids import ACTIVITY, to_text

pytestmark = pytest.mark.database


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_shows_version_and_hash_and_leads_to_the_text(database, language):
    activity = stage.on_sale("draw-on-fill", starts_in=timedelta(hours=1))
    client = Client(headers={"accept-language": language})
    path = f"/activities/{to_text(ACTIVITY, activity.pk)}"
    shown = client.get(path)
    html = shown.content.decode()
    version = activity.plan_version
    assert f"{version.name} v{version.version}" in text_of(shown)
    assert f'data-copy="{version.hash}"' in html
    assert f'href="{path}/plan.json"' in html
    answer = client.get(f"{path}/plan.json")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert hashlib.sha256(answer.content).hexdigest() == version.hash


def test_a_draft_of_an_activity_shows_nothing(database):
    activity = stage.on_sale("draw-on-fill")
    now = current_time()
    products = [offer.product for offer in activity.offers.all()]
    draft = create_activity(activity.plan_version, products, now, None, now)
    for number in (draft.pk, draft.pk + 1):
        assert Client().get(f"/activities/{to_text(ACTIVITY, number)}/plan.json").status_code == 404
