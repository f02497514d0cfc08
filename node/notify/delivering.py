"""Hands one notice to a server, with the permission to connect for as long as that takes.

1. Where it goes is the recipient's own choice, read at this very moment; a pager's host must still be one that the
   operator allows.
2. What it says comes from the catalogue.

Source: DOMAIN.md 2; TRUST.md e06.
"""

from datetime import datetime

from common.errors import InvalidRequest
from common.notify.catalogue import sentence
from common.notify.mail import send_mail
from common.notify.notice import Notice
from common.notify.pager import page
from common.notify.preference import Preference, Way, check_pager
from common.notify.trouble import Trouble, Undelivered
from node.outgoing import permitted
from node.settings import NodeSettings


def deliver(settings: NodeSettings, notice: Notice, to: Preference, now: datetime) -> None:
    """Send one notice; raises Undelivered."""
    address = to.mail if notice.way is Way.MAIL else to.pager
    if not address:
        raise Undelivered(Trouble.NO_ADDRESS)
    text = sentence(notice.event.kind, notice.event.at, now, settings.zone)  # 2
    if notice.way is Way.MAIL:
        server = settings.mail_server()
        with permitted():
            send_mail(server, address, text, notice.id, now)
        return
    try:
        check_pager(address, settings.allowed_pager_hosts)  # 1
    except InvalidRequest:
        raise Undelivered(Trouble.NOT_SET_UP) from None
    with permitted():
        page(address, text, notice.id, settings.pager_ca_file)
