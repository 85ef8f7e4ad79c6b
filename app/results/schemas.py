"""What the addresses of results pages may ask for."""

from flask import abort, request

_MOST_DIGITS = 6


def asked_round() -> int | None:
    """Return the number of the round that the address names, or None; nonsense is 404."""
    return read_round(request.args.get("round", ""))


def read_round(text: str) -> int | None:
    """Return the number of a round as an address or a form has it; None for the latest."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        abort(404)
    return int(text)
