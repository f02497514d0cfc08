"""Which passwords are taken, and which are the first that anybody would try."""

import pytest

from common.access.common_passwords import is_common
from common.access.passwords import Passwords, check_new
from common.errors import InvalidRequest

REFUSED = [
    "password12345678",
    "Password12345678!",
    "P@ssw0rdP@ssw0rd",
    "qwertyuiopasdfgh",
    "1qaz2wsx3edc4rfv",
    "zaq12wsxcde34rfv",
    "123456789012345678",
    "aaaaaaaaaaaaaaaa",
    "abcabcabcabcabcabc",
    "iloveyouforever1",
    "ILOVEYOU-20262026",
    "letmeinletmein123",
    "Summer2026Summer!",
    "monkeydragon12345",
    "superman1superman2",
    "f1r3fighter2026!!",
    "dispatcher9119111",
    "administrator1234",
    "welcomewelcome12",
    "asdfghjklqwertyuiop",
    "correcthorsebatterystaple",
    "poiuytrewqlkjhgf",
    "charlie1charlie1",
    "!@#$%^&*()_+!@#$",
]
TAKEN = [
    "vivid otter lamp quarry",
    "marble kettle north fern",
    "4f8Tq-zr2LxW-91bm",
    "the ferry leaves at nine past",
    "Zwölf Boxkämpfer jagen",
    "лошадь батарея скрепка",
    "kalt-wurst-regen-zug",
]


@pytest.mark.parametrize("password", REFUSED)
def test_a_password_that_grew_out_of_a_known_one_is_refused(password: str) -> None:
    assert is_common(password)
    with pytest.raises(InvalidRequest, match="one of the first that anybody would try"):
        check_new(password, [])


@pytest.mark.parametrize("password", TAKEN)
def test_a_password_of_words_that_nobody_guesses_is_taken(password: str) -> None:
    check_new(password, ["casey.diaz", "Ridgeline Fire District"])


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("vivid otter la", "at least 15 characters"),
        ("v" + "ivid otter " * 24, "at most 256 characters"),
        ("otters like Casey.Diaz a lot", "it contains your name"),
        ("otters like caseydiaz a lot", "it contains your name"),
        ("otters of RIDGELINE swim", "it contains your name or the agency's"),
        ("ridgelinefiredistrict otters", "it contains your name or the agency's"),
    ],
)
def test_a_password_that_breaks_a_rule_is_refused_with_the_reason(password: str, reason: str) -> None:
    with pytest.raises(InvalidRequest, match=reason) as refused:
        check_new(password, ["casey.diaz", "Ridgeline Fire District"])
    assert password not in str(refused.value)


def test_two_keyboards_that_spell_a_password_differently_are_one() -> None:
    passwords = Passwords()
    stored = passwords.hash("Zwo\u0308lf Boxka\u0308mpfer jagen")

    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.verify(stored, "Zw\u00f6lf Boxk\u00e4mpfer jagen")
    assert not passwords.verify(stored, "Zwolf Boxkampfer jagen")
    assert not passwords.verify(None, "Zwolf Boxkampfer jagen")
    assert not passwords.verify(stored, "x" * 100_000)
    assert not passwords.verify("no hash at all", "x")


def test_a_password_hashed_with_other_parameters_is_outdated() -> None:
    from argon2 import Parameters, Type

    weaker = Passwords(Parameters(Type.ID, 19, 16, 32, 2, 19_456, 1))
    stored = weaker.hash("vivid otter lamp quarry")

    assert Passwords().is_outdated(stored)
    assert Passwords().verify(stored, "vivid otter lamp quarry")
    assert not Passwords().is_outdated(Passwords().hash("vivid otter lamp quarry"))
