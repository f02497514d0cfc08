"""Notices to the hub's coordinators, on their way out; how a notice is sent is in `common/notify`."""
