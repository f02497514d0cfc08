"""What came of reading a file, besides its rows: what a person is told of it."""

from collections import Counter
from dataclasses import dataclass, field

# What may be told of a reading, in this order, each with how many rows it is true of.
NO_TIME = "had a day and no time: kept at noon of that day"
SKIPPED = "had a time that the clocks skipped in spring: kept as an hour later"
ROUGH = 'gave an amount of time that is not exact ("about 30", "<15")'
NO_YEAR = "had a follow-up day without a year: the first such day from the contact on"
UNDATED = "asked for a follow-up and gave no day: no day was made up"
INCIDENTS = "named an incident by a number of another system: kept as incident-related, the number is not"
NO_REFERRAL = "left the referral empty: kept as none"
READ_OTHERWISE = "were imported with another map: they stay as they were read then"


@dataclass
class Report:
    """What came of reading, besides the rows."""

    told: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    not_read: list[str] = field(default_factory=list)  # columns
