"""Send one mail that says who wants to be contacted; keep nothing of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.tries import TryLimit
from app.languages import speaking
from app.mail.mailer import MailDelayedError, Mailer, MailRefusedError
from app.mail.personal_letters import contact_letter
from app.mail.sender import Sender

WHEN = {
    "today": "today, if at all possible",
    "week": "in the next days",
    "open": "there is no hurry",
}
_LONGEST = {"name": 200, "reach": 300, "about": 3000}
_SAME, _ALL = 3, 60  # an hour, for one way to reach somebody and for everybody together


class NotDeliveredError(Exception):
    """The relay did not take the message; nothing of it is kept."""


@dataclass(frozen=True)
class Wish:
    """What somebody typed; hidden from repr, since it is about a person who may be in need."""

    name: str = field(repr=False)
    reach: str = field(repr=False)
    about: str = field(repr=False)
    when: str = "week"


@dataclass(frozen=True)
class Flaw:
    """What is wrong, at which field."""

    field: str
    sentence: str


class Limits:
    """Limits against a flood, in memory; they keep no address of a machine, and no words."""

    def __init__(self) -> None:
        hour = timedelta(hours=1)
        self._same, self._all = TryLimit(_SAME, hour), TryLimit(_ALL, hour)

    def take(self, wish: Wish, now: datetime) -> None:
        """Count one wish.

        :raises TooManyTriesError: if there were too many.
        """
        self._same.take(wish.reach, now)
        self._all.take("", now)


def read_wish(form: Mapping[str, str]) -> Wish:
    """Return what was typed, on one line each but for what it is about."""
    when = form.get("when", "")
    return Wish(
        name=" ".join(form.get("name", "").split()),
        reach=" ".join(form.get("reach", "").split()),
        about=form.get("about", "").strip(),
        when=when if when in WHEN else "week",
    )


def flaws_in(wish: Wish) -> list[Flaw]:
    """Return what has to be mended before it can be sent."""
    flaws = []
    if not wish.name:
        flaws.append(Flaw("name", _("Write the name that we should ask for.")))
    if not wish.reach:
        flaws.append(Flaw("reach", _("Write a phone number, a mail address or a place.")))
    for name, most in _LONGEST.items():
        if len(getattr(wish, name)) > most:
            words = ngettext(
                "Please use at most %(num)s character here.",
                "Please use at most %(num)s characters here.",
                most,
            )
            flaws.append(Flaw(name, words))
    return flaws


def send(mailer: Mailer, sender: Sender, recipient: str, wish: Wish) -> None:
    """Send the wish to `recipient` at once.

    :raises NotDeliveredError: if the relay does not take it now.
    """
    rows = (
        ("Name", wish.name),
        ("Reach them", wish.reach),
        ("When", WHEN[wish.when]),
        ("About", " ".join(wish.about.split()) or "nothing was said"),
    )
    with speaking("en"):  # nothing says what the recipient reads; what is written stays as it is
        letter = contact_letter(sender, recipient, rows)
    try:
        with mailer.connect() as connection:
            connection.send(letter)
    except (MailDelayedError, MailRefusedError, OSError):
        raise NotDeliveredError from None
