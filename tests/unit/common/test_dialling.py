"""Telephone numbers in what people wrote of a duty contact become links; everything else stays what it is."""

import pytest

from common.web.dialling import dialled


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Desk, +1 555 0100", 'Desk, <a href="tel:+15550100">+1 555 0100</a>'),
        ("(970) 555-0131", '(<a href="tel:9705550131">970) 555-0131</a>'),
        (
            "555 0131, nights: 555 0132",
            '<a href="tel:5550131">555 0131</a>, nights: <a href="tel:5550132">555 0132</a>',
        ),
    ],
)
def test_a_telephone_number_can_be_dialled(said: str, shown: str) -> None:
    assert dialled(said) == shown


@pytest.mark.parametrize(
    "said", ["", "peers@cedar.example", "room 204", "ext. 12-34", "desk5550100@cedar.example", "unit A5550100"]
)
def test_what_is_no_number_stays_text(said: str) -> None:
    assert dialled(said) == said


def test_markup_in_a_contact_is_text() -> None:
    assert dialled("<b>5550100") == '&lt;b&gt;<a href="tel:5550100">5550100</a>'
