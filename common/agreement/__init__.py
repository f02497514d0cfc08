"""What agencies agree on before an incident: the terms, their encoding, and each agency's signature under them.

Source: DOMAIN.md 4, "Agreement".
"""
