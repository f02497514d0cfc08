"""What a node and a hub must agree on. Imports neither side (DESIGN.md 2)."""
