"""What someone who starts Chorus for the first time needs to read."""


def newcomer_lines() -> list[str]:
    """Return how to sign in, one sentence a line."""
    return ["The first administrator: flask chorus admin add EMAIL"]
