"""What a round's letters say of it, in the words of the language that is spoken meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.languages import apart, duration, hour, weekday


def audience(*, alone: bool, everyone: bool = False) -> str:
    """Return who sees the result of a whole program, or of a circle that is asked alone.

    :param everyone: the program shows its totals to all who are asked.
    """
    if alone:
        return _(
            "Your circle's mentors and the program team (totals and comments), nobody else of the "
            "program"
        )
    if everyone:
        return _(
            "Your circle's mentor (the circle's totals), all mentors of the program (its totals "
            "and comments), the program team (all of this), everyone who is asked (the program's "
            "totals, afterwards, with this same link)"
        )
    return _(
        "Your circle's mentor (the circle's totals), all mentors of the program (its totals and "
        "comments), the program team (all of this)"
    )


@dataclass(frozen=True)
class RoundFacts:
    """What a round's letters say of it, the same for everyone who is invited and reads a language.

    Its texts stand in the language of the mail; where a form has no such title, in the form's own.

    :param form_title: the question that heads the form; the subject begins with it.
    :param title_language: the language of that title; empty for that of the mail.
    :param audience: who sees the result, as a sentence begins.
    :param joined: how many came since the last round; None (with `left`) for a first one.
    :param opens_at: aware UTC, as `closes`; shown in `time_zone`.
    :param closes: the closing times that are ahead, earliest first.
    :param circle: the one group that is asked; None where it is the whole program.
    :param printed: how many of the invited get a printed code instead of a mail.
    :param support: label and contact of each place that helps.
    """

    program: str
    form_title: str
    questions: int
    seconds: int
    invited: int
    joined: int | None
    left: int | None
    k: int
    opens_at: datetime
    closes: tuple[datetime, ...]
    time_zone: str
    audience: str
    replaces_earlier: bool
    fingerprint: str
    support: tuple[tuple[str, str], ...]
    circle: str | None = None
    printed: int = 0
    title_language: str = ""

    @property
    def subject(self) -> str:
        """Return the subject of the round's mails, which never states a result."""
        return _("%(title)s (%(duration)s, anonymous)", title=self.title, duration=self.duration)

    @property
    def title(self) -> str:
        """Return the form's title, as it stands within a sentence."""
        return apart(self.form_title) if self.title_language else self.form_title

    @property
    def duration(self) -> str:
        """Return how long answering takes, in words."""
        return duration(self.seconds)

    @property
    def closing_day(self) -> str:
        """Return the day of the next closing in words: "Friday 12 June"."""
        return weekday(self._local_closes[0].date())

    @property
    def opening(self) -> str:
        """Return when the round is opened, in words: "once, after Friday 12 June, 17:00 (...)"."""
        first, *later = map(hour, self._local_closes)
        zone = apart(self.time_zone)
        if not later:
            return _("once, after %(first)s (%(zone)s)", first=first, zone=zone)
        if not later[1:]:
            return _(
                "once, after %(first)s; if too few have answered by then, after %(later)s "
                "(%(zone)s)",
                first=first,
                later=later[0],
                zone=zone,
            )
        return _(
            "once, after %(first)s; if too few have answered by then, after %(later)s, at the "
            "latest after %(last)s (%(zone)s)",
            first=first,
            later=later[0],
            last=later[1],
            zone=zone,
        )

    @property
    def later_days(self) -> str:
        """Return the days of the closings after the next: "Friday 19 June or ..."; may be empty."""
        later = [weekday(at.date()) for at in self._local_closes[1:]]
        if not later[1:]:
            return "".join(later)
        return _("%(day)s or %(later)s", day=later[0], later=later[1])

    @property
    def first_mail_day(self) -> str:
        """Return the day of the first mail in words: "Monday 8 June"."""
        return weekday(self.opens_at.astimezone(ZoneInfo(self.time_zone)).date())

    @property
    def _local_closes(self) -> list[datetime]:
        return [moment.astimezone(ZoneInfo(self.time_zone)) for moment in self.closes]
