"""How far the long piece of work is that this process does at present, for whoever asks meanwhile.

A node does one at a time; a command that started it on a stopped node looks here, on a running one it asks the process.
"""

_now: dict[str, int] = {}


def tell(done: int, whole: int) -> None:
    """Tell how far the work is."""
    _now.update(done=done, whole=whole)


def finished() -> None:
    """Tell that nothing is under way any more."""
    _now.clear()


def under_way() -> dict[str, int]:
    """Give how much is done of how much; empty when nothing long is under way."""
    return dict(_now)
