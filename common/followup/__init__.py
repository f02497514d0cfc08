"""Who owns a follow-up, and what may become of it: one state machine, used by the hub to decide and by a node to refuse
first, so that a person is told at once, offline included.

    state      what a follow-up is
    ownership  the rules: a command and the state before, in; the state after, or a refusal, out
    deadlines  what the hub's clock does when nobody does anything
    windows    how long people may give
    recovery   claims, after a hub was restored from a backup
    reference  the short name that two coordinators speak

Pure: no clock, no store, no network; time and terms are passed in.

Source: DESIGN.md 1 (promise 4); DOMAIN.md 4.
"""
