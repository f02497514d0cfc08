"""The steps of a running node's scheduler: one line each."""

from datetime import timedelta

from node.backups.present_keys import settle_erasures
from node.operations.people_notices import announce_by_itself
from node.operations.releases import release_by_itself
from node.operations.retention import run_by_itself
from node.operations.sessions import drop_ended
from node.operations.support_requests import expire_by_itself
from node.operations.today import keep_care
from node.scheduler import Step

STEPS = (
    Step("retention", timedelta(days=1), run_by_itself),
    Step("erasures", timedelta(hours=1), settle_erasures),
    Step("notices", timedelta(minutes=15), announce_by_itself),
    Step("requests for a peer", timedelta(hours=6), expire_by_itself),
    Step("sessions", timedelta(minutes=1), drop_ended),
    Step("check-ins", timedelta(minutes=5), keep_care),
    Step("releases", timedelta(minutes=15), release_by_itself, is_long=True),
)
