"""The region as an authority: its root and intermediates, the certificates they issue, and its server's own."""
