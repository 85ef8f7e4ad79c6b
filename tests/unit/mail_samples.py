"""A sender, a round and its links, as the tests of the mail room use them."""

from datetime import UTC, datetime

from app.mail.facts import RoundFacts
from app.mail.sender import Sender

CODE = "AbC-_9" * 15 + "AbCd1"
LINK = f"https://chorus.example.org/r/AAECAwQFBgcICQoLDA0ODw#{CODE}"
OTHER_LINK = f"https://chorus.example.org/r/AAECAwQFBgcICQoLDA0ODw#{CODE[::-1]}"
SHORT_CODE = "AbC-_9" * 7 + "AbCd1"
SHORT_LINK = f"https://chorus.example.org/r/AAECAwQFBgcICQoLDA0ODw#{SHORT_CODE}"
LOST_PAGE = "https://chorus.example.org/lost"
BOUNCES_TO = "chorus+b.234567890bcdfghj@example.org"
STOP_URL = "https://chorus.example.org/unsubscribe/" + "token.Part-_" * 12


def sample_sender() -> Sender:
    """Return a sender."""
    return Sender("Chorus <chorus@example.org>", "Nordwind Spedition", "https://chorus.example.org")


def sample_facts(**changes: object) -> RoundFacts:
    """Return the facts of a round, with `changes`."""
    facts: dict[str, object] = {
        "program": "Onboarding-Kreise für Größere",
        "form_title": "How have the last two weeks been?",
        "questions": 5,
        "seconds": 40,
        "invited": 24,
        "joined": 2,
        "left": 1,
        "k": 5,
        "opens_at": datetime(2026, 6, 8, 7, tzinfo=UTC),
        "closes": (datetime(2026, 6, 12, 15, tzinfo=UTC),),
        "time_zone": "Europe/Berlin",
        "audience": "Your mentor and the program team",
        "replaces_earlier": False,
        "fingerprint": "1a2b 3c4d 5e6f 7a8b 9c0d 1e2f 3a4b 5c6d",
        "support": (("Employee line", "+49 30 1234567"),),
    }
    return RoundFacts(**{**facts, **changes})  # type: ignore[arg-type]
