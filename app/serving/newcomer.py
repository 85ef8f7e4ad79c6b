"""What someone who starts Chorus for the first time needs to read."""

from pathlib import Path

from app.demo.keyring import kept_keyring


def newcomer_lines(data: Path) -> list[str]:
    """Return how to sign in, one sentence a line.

    :param data: the data folder, where a demo keeps its keys.
    """
    keyring = kept_keyring(data)
    if keyring is not None:
        return keyring.lines()
    return ["The first administrator: flask chorus admin add EMAIL"]
