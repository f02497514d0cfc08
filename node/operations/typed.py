"""What people type: times and days where the agency is, versions they saw, yes and no; refused naming the field."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from common.errors import InvalidRequest
from node.domain.local_follow_up import end_of_day
from node.domain.moments import is_relative, read_day, read_moment
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.typed_times import day_said, moment_said

W = TypeVar("W", bound=StrEnum)
_MOST_WORDS = 50


def moment_of(node: OpenNode, said: Any, field: str, now: datetime) -> datetime:
    """Read a time that has been, such as 20m ago; nothing said: now."""
    if isinstance(said, str) and is_relative(said):
        return read_moment(said, field, node.settings.zone, now)
    return now if said is None else moment_said(said, field, node.settings.zone)


def due_of(node: OpenNode, said: Any, field: str) -> datetime:
    """Read until when something is due: a day, such as 3d or tomorrow, until its end; or a time."""
    if isinstance(said, str) and is_relative(said):
        return end_of_day(read_day(said, field, today_of(node), is_to_come=True), node.settings.zone)
    if isinstance(said, str) and len(said.strip()) <= len("2026-11-03"):
        return end_of_day(day_said(said, field), node.settings.zone)
    return moment_said(said, field, node.settings.zone)


def today_of(node: OpenNode) -> date:
    """Give the day it is where the agency is."""
    return node.clock.now().astimezone(node.settings.zone).date()


def seen_version_of(arguments: dict[str, Any]) -> int | None:
    """Read which version somebody saw; None: they did not say."""
    said = arguments.get("seen_version")
    if said is not None and type(said) is not int:
        raise InvalidRequest("version: a whole number is needed")
    return said


def flag_of(arguments: Mapping[str, Any], field: str) -> bool:
    """Read a yes or no; nothing said: no."""
    said = arguments.get(field, False)
    if type(said) is not bool:
        raise InvalidRequest(f"{field}: yes or no is needed")
    return said


def words_of(kind: type[W], said: Any, field: str) -> tuple[W, ...]:
    """Read several code words, each once, in the order of the codes."""
    if not isinstance(said, list) or len(said) > _MOST_WORDS:
        raise InvalidRequest(f"{field}: a list of words is needed")
    found = {read_word(kind, each, field) for each in said}
    return tuple(each for each in kind if each in found)


def list_of(said: Any, field: str) -> list[Any]:
    """Read a list."""
    if not isinstance(said, list):
        raise InvalidRequest(f"{field}: a list is needed")
    return said


def iso(node: OpenNode, moment: datetime | None) -> str | None:
    """Say a time as it is where the agency is."""
    return None if moment is None else moment.astimezone(node.settings.zone).isoformat()
