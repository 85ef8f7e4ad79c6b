"""The first letter of a round, rendered once and filled in for everyone it goes to.

Every invited person gets the same words, the same subject and, apart from the length of the
address, the same size: what stands in a mail tells a reader of the wire nothing about its person.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.mail.blocks import Action, Address, Block, Code, Fallback, Letter, Panel, Paragraph
from app.mail.mailer import Mail
from app.mail.sender import Sender, sheet_of
from app.mail.sheet import Blanks

_MINUTE = 60


@dataclass(frozen=True)
class RoundFacts:
    """What a round's letters say of it, the same for everyone who is invited.

    :param form_title: the question that heads the form; the subject begins with it.
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

    @property
    def subject(self) -> str:
        """Return the subject of the round's mails, which never states a result."""
        return f"{self.form_title} ({self.duration}, anonymous)"

    @property
    def duration(self) -> str:
        """Return how long answering takes, in words."""
        if self.seconds < 2 * _MINUTE:
            return f"{self.seconds} seconds"
        return f"{-(-self.seconds // _MINUTE)} minutes"

    @property
    def closing_day(self) -> str:
        """Return the day of the next closing in words: "Friday 12 June"."""
        return _day_words(self._local_closes[0])

    @property
    def opening(self) -> str:
        """Return when the round is opened, in words: "once, after Friday 12 June, 17:00 (...)"."""
        first, *later = (f"{_day_words(at)}, {at:%H:%M}" for at in self._local_closes)
        words = f"once, after {first}"
        if later:
            words += f"; if too few have answered by then, after {later[0]}"
        if later[1:]:
            words += f", at the latest after {later[1]}"
        return f"{words} ({self.time_zone})"

    @property
    def opening_days(self) -> str:
        """Return the days after which the round may be opened: "Friday 12 June, or ... "."""
        first, *later = map(_day_words, self._local_closes)
        if not later:
            return first
        return f"{first} (if too few have answered by then, {' or '.join(later)})"

    @property
    def _local_closes(self) -> list[datetime]:
        return [moment.astimezone(ZoneInfo(self.time_zone)) for moment in self.closes]

    @property
    def first_mail_day(self) -> str:
        """Return the day of the first mail in words: "Monday 8 June"."""
        return _day_words(self.opens_at.astimezone(ZoneInfo(self.time_zone)))


class InvitationLetter:
    """The first mail of a round, the only one with the link; rendered once for everyone."""

    def __init__(self, sender: Sender, facts: RoundFacts) -> None:
        blanks = Blanks()
        letter = Letter(
            subject=facts.subject,
            origin=f"{sender.organisation} · {facts.program}",
            heading=facts.form_title,
            lead=f"{_count(facts.questions, 'question')}, about {facts.duration}, anonymous",
            blocks=(
                *_replacement(facts),
                _asking(sender, facts),
                terms(facts),
                Action("Open the questions", blanks.mark("link")),
                _promise(facts),
                Fallback(blanks.mark("link")),
                Code("If the page asks for a code, it is this one:", blanks.mark("code")),
                Paragraph(
                    "Link and code are yours alone. Please don't pass this mail on: whoever has "
                    "it can answer in your place."
                ),
                Address("How we make sure, and how to check it:", f"{sender.base_url}/trust"),
                Code(
                    "The fingerprint of this round, the same in everyone's mail and on the page:",
                    facts.fingerprint,
                ),
                support(facts),
            ),
            reason=reason(facts),
            stop_link=blanks.mark("stop"),
        )
        self._sheet = sheet_of(sender, letter, blanks, stop_headers(blanks))

    def compose(
        self, recipient: str, *, link: str, unsubscribe_url: str, message_id: str, bounces_to: str
    ) -> Mail:
        """Return the invitation to `recipient`; neither link nor code stays behind here.

        :param bounces_to: the envelope sender.
        :param link: the whole link; what follows its ``#`` also stands in the mail as the code.
        :raises BlankError: if a value holds anything but visible ASCII.
        """
        values = {
            "link": link,
            "code": link.partition("#")[2],
            "stop": unsubscribe_url,
            "messageid": message_id,
        }
        return self._sheet.fill(recipient, values, bounces_to)


def _replacement(facts: RoundFacts) -> tuple[Block, ...]:
    if not facts.replaces_earlier:
        return ()
    words = (
        "This mail replaces an earlier one for the same round, whose link no longer works. If you "
        "answered there, that answer is destroyed unread; please answer again here."
    )
    return (Paragraph(words),)


def _asking(sender: Sender, facts: RoundFacts) -> Paragraph:
    # Protocol: Launch. Who is invited, and how that changed, is how a person judges the crowd.
    invited = "1 person is" if facts.invited == 1 else f"{facts.invited} people are"
    printed = f", {facts.printed} of them with a printed code" if facts.printed else ""
    alone = "" if facts.circle is None else f"This round is for your circle alone, {facts.circle}. "
    return Paragraph(
        f"{sender.organisation} asks you because you take part in {facts.program}. "
        f"{alone}{invited} invited{printed}.{changes_since(facts)}"
    )


def changes_since(facts: RoundFacts) -> str:
    """Return how the crowd changed since last time, after a space; nothing for a first time."""
    if facts.joined is None or facts.left is None:
        return ""
    if not facts.joined and not facts.left:
        return " Since last time, nobody joined or left."
    return f" Since last time, {facts.joined or 'nobody'} joined and {facts.left or 'nobody'} left."


def terms(facts: RoundFacts) -> Panel:
    """Return who sees the result, how and when."""
    rows = (
        ("Who sees it", facts.audience),
        ("How", f"totals of {facts.k} people or more"),
        ("When", facts.opening),
    )
    return Panel(rows)


def _promise(facts: RoundFacts) -> Paragraph:
    at_last = " after the last of these days" if len(facts.closes) > 1 else ""
    return Paragraph(
        "Your answer is sealed on your device before it is sent, without your name. We know that "
        f"you took part, not which answer is yours. After {facts.opening_days} all answers are "
        "opened once, together; only totals and shuffled comments remain. With fewer than "
        f"{facts.k} answers{at_last}, they are destroyed unread."
    )


def support(facts: RoundFacts) -> Block:
    """Return the places that help, and that nobody reads along."""
    nobody = "Nobody reads this in real time."
    if not facts.support:
        return Paragraph(nobody)
    before = "If things are hard right now, you don't have to wait for a survey:"
    return Panel(facts.support, before=before, after=nobody)


def reason(facts: RoundFacts) -> str:
    """Return why somebody gets a mail of this round."""
    return (
        f"You get this mail because you take part in {facts.program}. Answering is your choice, "
        "and no screen shows who has."
    )


def stop_headers(blanks: Blanks) -> dict[str, str]:
    """Return the headers by which mail programs offer to stop these mails."""
    return {
        "List-Unsubscribe": f"<{blanks.mark('stop')}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _day_words(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B}"
