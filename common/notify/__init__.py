"""Notices to people: one sentence without content, by mail or pager, from a node or a hub.

    catalogue   every sentence there is; nothing but times is filled in
    preference  who wants what by which way, and when not
    retrying    how long to wait before the next try, and when to give up
    queue       what is to be said, stored with the event that it tells of
    mail pager  the two ways out; only `node/notify` and `hub/notify` use them
    sender      the loop that empties the queue

Source: DOMAIN.md 2, "Notices to people".
"""
