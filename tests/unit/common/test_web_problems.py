"""What a page says of an error: the field, the words, and no command of the command line."""

import pytest

from common.errors import HoldfastError, InvalidRequest, NotFound, WrongState
from common.web.problems import Problem, problem_of


@pytest.mark.parametrize(
    ("error", "field", "words"),
    [
        (InvalidRequest("member: give a code such as M-0017; `holdfast node member find` looks for a name"),
         "member", "Give a code such as M-0017."),
        (NotFound("there is no member M-0404: `holdfast node member find` looks for one by name"),
         "", "There is no member M-0404."),
        (WrongState("C-3 was done: `holdfast node check-in reopen` opens it again"), "", "C-3 was done."),
        (WrongState("a hold keeps it: nothing was erased. `holdfast node hold list` shows it; who placed it knows"),
         "", "A hold keeps it: nothing was erased. Who placed it knows."),
        (WrongState("`holdfast node release lift` first"), "", "`holdfast node release lift` first."),
        (InvalidRequest("due: lies in the past"), "due", "Lies in the past."),
    ],
)  # fmt: skip
def test_a_page_says_what_is_wrong_without_the_commands_of_a_terminal(
    error: HoldfastError, field: str, words: str
) -> None:
    found: Problem = problem_of(error)
    assert (found.field, found.words) == (field, words)
