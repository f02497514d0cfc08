"""Notices to people, on their way out: by the agency's own mail server or a pager's webhook, and by nothing else.

Beside `node/uplink` the only folder that may open a connection (DESIGN.md 6). How a notice is sent is in
`common/notify`; `delivering` permits it to connect, `desk` brings the queue to the loop.
"""
