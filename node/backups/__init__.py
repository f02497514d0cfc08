"""Backups of a node: made while it runs, restorable as long as their keys exist, unreadable where they were destroyed.

`form` is what a backup looks like, `present_keys` the one file of keys beside them, `making` and `restoring` do it.

Source: DESIGN.md 3, "Restores"; 6, "At rest".
"""
