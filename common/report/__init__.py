"""Reports for leaders and boards: figures that were released, each with what it counts, its period and who contributed.

    figure    one figure as it may be shown, and how it is said
    report    a report's shape
    choosing  which periods it is on
    building  makes sections and key figures of what was released
    lines     as text, 80 columns wide or less
    sheet     as CSV

The node reports on its own releases, the hub on its region's. A console's printable page shows the same report.

Source: DOMAIN.md 5; DESIGN.md 7.
"""
