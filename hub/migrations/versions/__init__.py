"""One file for each step, numbered without a gap."""
