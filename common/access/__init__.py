"""People who work at a node or a hub: who they are, and what each of their roles may do.

`roles` is the one table of DOMAIN.md 2. The same code serves both sides.
"""
