"""What the addresses of results pages may ask for."""

from flask import abort, request

from app.results.service import SESSION_MARK, RoundName

_MOST_DIGITS = 6


def asked_round() -> RoundName | None:
    """Return the round that the address names, None for the latest; nonsense is 404."""
    return read_round(request.args.get("round", ""))


def read_round(text: str) -> RoundName | None:
    """Return a round as an address or a form names it: "12", "s3"; None for the latest."""
    if not text:
        return None
    number = text.removeprefix(SESSION_MARK)
    if not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        abort(404)
    return RoundName(int(number), of_session=number != text)
