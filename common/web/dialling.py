"""Telephone numbers in what people wrote of a duty contact, as links that a phone dials."""

import re

from markupsafe import Markup, escape

_NUMBER = re.compile(r"(?<![\w.@-])\+?\d(?:[ ().-]{0,2}\d){6,14}(?![\w@])")


def dialled(said: str) -> Markup:
    """Give a text in which each telephone number is a link: `Desk, +1 555 0100`."""
    found, end = Markup(), 0
    for number in _NUMBER.finditer(said):
        digits = re.sub(r"[^+\d]", "", number[0])
        found += escape(said[end : number.start()])
        found += Markup('<a href="tel:{}">{}</a>').format(digits, number[0])
        end = number.end()
    return found + escape(said[end:])
