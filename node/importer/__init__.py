"""Reads an agency's own spreadsheet as it is: finds its encoding, its table, its columns, its dates and its words.

Pure: bytes and a map in, rows or reasons out. Nothing here opens a file or a store.

    bytes -> sheet.py (encoding.py, workbook.py) -> layout.py (heading, titles, totals)
          -> study.py (columns.py, dates.py, codewords.py) -> mapping.py (the map, which a person may change)
          -> rows.py (dates.py, amounts.py) -> what an encounter is made of, or the reason why a line is not read

Source: DOMAIN.md 3; TRUST.md d09.
"""
