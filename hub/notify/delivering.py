"""Hands one notice to the hub's own mail server, or to a pager's webhook.

Source: DOMAIN.md 2.
"""

from datetime import datetime

from common.errors import InvalidRequest
from common.notify.catalogue import sentence
from common.notify.mail import send_mail
from common.notify.notice import Notice
from common.notify.pager import page
from common.notify.preference import Way, check_pager
from common.notify.trouble import Trouble, Undelivered
from hub.persistence.people_notices import Recipient
from hub.settings import HubSettings


def deliver(settings: HubSettings, notice: Notice, to: Recipient | None, now: datetime) -> None:
    """Send one notice; raises Undelivered."""
    address = "" if to is None else to.chosen.mail if notice.way is Way.MAIL else to.chosen.pager
    if to is None or not address:
        raise Undelivered(Trouble.NO_ADDRESS)
    text = sentence(notice.event.kind, notice.event.at, now, to.zone)
    if notice.way is Way.MAIL:
        send_mail(settings.mail_server(), address, text, notice.id, now)
        return
    try:
        check_pager(address, settings.allowed_pager_hosts)
    except InvalidRequest:
        raise Undelivered(Trouble.NOT_SET_UP) from None
    page(address, text, notice.id, settings.pager_ca_file)
