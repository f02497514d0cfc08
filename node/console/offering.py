"""To whom follow-ups may be offered."""

from common.web.desk import Desk

_CHIPS = 12  # agencies shown as targets; more are named


Targets = tuple[list[tuple[str, str]], list[str]]


async def agencies_to_offer(desk: Desk, accountable_id: str, incident: str | None) -> Targets:
    """Give the agencies of an incident as targets, where they are few, or of the region; and every agency's name."""
    every = [each for each in await desk.ask("directory") if each["active"] and each["id"] != accountable_id]
    near = every
    if incident:
        board = await desk.ask("board", incident=incident)
        near = [each for each in every if each["name"] in board["agencies"]] or every
    return [(each["id"], each["name"]) for each in near[:_CHIPS]], [each["name"] for each in every]
