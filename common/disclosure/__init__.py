"""Disclosure control: which counts may be shown, so that nobody is found in them. Pure: no clock, no database.

    cell         a place of a table in a window; what may be shown; linear relations
    catalogue    the declared tables
    relations    what anybody knows of the counts without seeing them
    suppression  decides what is withheld, from the true counts
    audit        proves from what is shown alone that no withheld count is pinned
    release      the checks of one release, in order
    gate         rates and percentages
    chance       keeps the choice itself from telling

Used by the node before it sends and by the hub before it shows.

Source: DESIGN.md 7; DOMAIN.md 5.
"""
