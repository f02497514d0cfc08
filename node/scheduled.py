"""The steps of a running node's scheduler: one line each."""

from datetime import timedelta

from node.backups.present_keys import settle_erasures
from node.operations.retention import run_by_itself
from node.scheduler import Step

STEPS = (
    Step("retention", timedelta(days=1), run_by_itself),
    Step("erasures", timedelta(hours=1), settle_erasures),
)
