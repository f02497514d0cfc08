"""What the JSON interface takes and gives: each field with its bounds; a field that is not here is refused.

No answer has a field for a record, a note, or a name of a member or supporter.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from common.codes import words
from common.wire.v1.codes_pb2 import IncidentStatus, IncidentType
from node.domain import agency_number
from node.domain.incident_roster import Presence

MOST_SUPPORTERS, MOST_INCIDENTS = 200, 100
Id = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{32}$", min_length=32, max_length=32),
    Field(description="An id: 32 hex digits.", examples=["0199a1b2c3d4e5f60718293a4b5c6d7e"]),
]
System = Annotated[
    str,
    StringConstraints(pattern=agency_number.SYSTEM, min_length=1, max_length=agency_number.LONGEST_SYSTEM),
    Field(description="Which of the agency's systems gave the number: a short word.", examples=["cad"]),
]
Number = Annotated[
    str,
    StringConstraints(pattern=agency_number.NUMBER, min_length=1, max_length=agency_number.LONGEST_NUMBER),
    Field(description="The number there: one word with a digit in it. No text.", examples=["F26-0012345"]),
]
Count = Annotated[int, Field(ge=0, le=MOST_SUPPORTERS)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_ ]+$", min_length=1, max_length=60)]


class _Taken(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class IncidentsAsked(BaseModel):
    """Which incidents are wanted."""

    model_config = ConfigDict(extra="forbid")
    limit: int = Field(MOST_INCIDENTS, ge=1, le=MOST_INCIDENTS, description="How many at most.")
    after: Id | None = Field(None, description="The last incident of the page before.")
    number: Number | None = Field(None, description="Only incidents with this number of the agency's own.")


class NumberTold(_Given):
    """One of the agency's own numbers of an incident."""

    system: System
    number: Number


class IncidentTold(_Given):
    """An incident that the region told this node of."""

    id: Id
    title: str = Field(max_length=300, description="As the region wrote it.")
    type: Word = Field(description=f"One of: {', '.join(words(IncidentType))}.")
    status: Word = Field(description=f"One of: {', '.join(words(IncidentStatus))}.")
    opened_at: datetime = Field(description="When the region opened it.")
    numbers: list[NumberTold] = Field(max_length=1000, description="The agency's own numbers of it.")


class IncidentsTold(_Given):
    """One page of incidents, the newest first."""

    incidents: list[IncidentTold] = Field(max_length=MOST_INCIDENTS, description="The incidents.")
    after: Id | None = Field(description="Ask for the next page with it; null: this is the last.")


class NumbersSaid(_Taken):
    """The agency's own numbers of an incident in one system."""

    numbers: list[Number] = Field(
        max_length=agency_number.MOST, description="All of them: they take the place of those before."
    )


class NumbersTold(_Given):
    """Every number of an incident, in all systems."""

    incident: Id
    numbers: list[NumberTold] = Field(max_length=1000, description="The agency's own numbers of it.")


class PresentSaid(_Taken):
    """One supporter who was there."""

    supporter: str = Field(
        pattern=r"^S-[0-9]{1,9}$",
        min_length=3,
        max_length=11,
        description="The code on the node's roster, such as S-07.",
    )
    presence: Literal["witness", "party", "responder"] = Field(description="As what.")


class RosterSaid(_Taken):
    """Which of the agency's supporters were at an incident."""

    supporters: list[PresentSaid] = Field(
        max_length=MOST_SUPPORTERS,
        description="All of them: they take the place of those before. None: nobody was there.",
    )


class RosterTold(_Given):
    """How many were recorded as having been there."""

    incident: Id
    supporters: Count = Field(description="How many supporters.")


class CheckInSaid(_Taken):
    """A check-in that somebody of this agency is to make."""

    due: str = Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?$",
        min_length=10,
        max_length=25,
        description="A day, until its end, or a time; without an offset by the agency's clocks. Not in the past.",
        examples=["2026-12-01", "2026-12-01T14:20:00-07:00"],
    )
    member: str = Field(
        pattern=r"^M-[0-9]{1,9}$", min_length=3, max_length=11, description="The member's code here, such as M-0017."
    )
    incident: Id | None = Field(None, description="The incident that it is about.")
    reference: str | None = Field(
        None,
        pattern=r"^[0-9A-Z]{4}-?[0-9A-Z]{4}$",
        min_length=8,
        max_length=9,
        description="The short reference of the region's follow-up that it belongs to.",
        examples=["7K3M-PXRM"],
    )


class CheckInTold(_Given):
    """How a check-in stands."""

    id: Id
    state: Literal["open", "ended"] = Field(description="Whether it is still owed. How it ended is not told.")


class ProblemTold(_Given):
    """Why nothing was done (RFC 9457)."""

    type: Literal["about:blank"] = Field(description="Always the same: the status says what kind it is.")
    title: str = Field(max_length=60, description="The status in words.")
    status: int = Field(ge=400, le=599, description="The status.")
    detail: str = Field(max_length=500, description="What is wrong and what to do.")
    field: str = Field(max_length=60, description="Which field is meant; empty: none.")


assert {each.value for each in Presence} == {"witness", "party", "responder"}
