"""The verdict over a trail and the access review, in lines for people."""

from collections.abc import Iterator
from typing import Any

from common.access.words import factor_words


def verdict_lines(found: dict[str, Any]) -> list[str]:
    """Say what a verification found."""
    if not found["verified"]:
        where = "" if found["first_bad"] is None else f" at line {found['first_bad']}"
        return [f"BROKEN{where}: {found['reason']}"]
    lines = [f"{found['entries']} lines verified, under {found['signatures']} signatures"]
    if found.get("key"):
        lines.append(f"The trail's key, for `audit verify --file FILE --key KEY` elsewhere: {found['key']}")
    if found["checkpoint"]:
        lines += ["Keep this checkpoint outside of this machine, for `audit verify --since FILE`:", ""]
        lines += found["checkpoint"].splitlines()
    return lines


def review_lines(found: dict[str, Any]) -> Iterator[str]:
    """Say who may do what, what changed about it, and what each person did."""
    yield f"Access from {found['since']} to {found['until']}"
    for user in found["users"]:
        signed_in = f"last signed in {user['signed_in_at'] or 'never'}"
        yield f"{user['name']} ({user['state']}), {signed_in}, second factor: {factor_words(user)}"
        for role in user["roles"]:
            own = "  (THEIR OWN DOING)" if role["own_doing"] else ""
            yield f"    {role['role']} since {role['since']}, by {role['given_by']}{own}"
    yield "Changes to users, passwords and keys:"
    for each in found["changes"]:
        yield f"    {each['at']}  {each['by']}: {each['what']}, {each['subject']}: {each['outcome']}"
    yield "What each did:"
    for act in found["acts"]:
        counted = f"{act['times']} times, {act['subjects']} subjects, {act['refused']} refused"
        yield f"    {act['who']}: {act['what']} {counted}"
