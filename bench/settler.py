"""One settler process of the settlement benchmark: waits for a line, settles, prints how many."""

import sys

from bench.ground import current_time
from pinwheel.market.activities.models import Activity
from pinwheel.market.activities.terms import terms_of
from pinwheel.market.groups.settle import settle_activity


def main() -> None:
    activity_id, batch = int(sys.argv[1]), int(sys.argv[2])
    terms_of(Activity.objects.get(pk=activity_id).plan_version_id)
    print("ready", flush=True)
    sys.stdin.readline()
    print(settle_activity(activity_id, current_time(), batch), flush=True)


main()
