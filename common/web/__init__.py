"""What the node's and the hub's console share: sessions in a browser, safety, the frame of a page, texts, assets.

A page decodes what a browser sent, asks its side by the operations that the command line asks by too, and encodes the
answer. Nothing is decided here, and nothing is kept.

Source: DESIGN.md 2; DOMAIN.md 2.
"""
