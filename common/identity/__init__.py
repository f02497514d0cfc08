"""Who is who: names, keys, certificates and what is signed to prove them, for both sides."""
