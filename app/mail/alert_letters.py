"""Letters about alerts: one program at once, or the week's; in words and days, without figures."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from app.languages import apart, short_day
from app.mail.blocks import Letter, Panel, Paragraph
from app.mail.letters import stop_headers
from app.mail.mailer import Mail
from app.mail.notes import sent, to_open
from app.mail.sender import Sender, origin, sheet_of
from app.mail.sheet import Blanks

Part = tuple[str, Sequence[tuple[str, str]], int]


def alert_letter(
    sender: Sender,
    recipient: str,
    program: str,
    since: date,
    certainty: str,
    link: str,
    message_id: str,
) -> Mail:
    """Return the mail that asks to look at a program; the subject doesn't say what was seen.

    :param since: the day of the round since which wellbeing has fallen.
    :param certainty: as surveys.wording.certainty_words.
    """
    blanks, name = Blanks(), apart(program)
    letter = Letter(
        subject=_("Please take a look at %(program)s", program=name),
        origin=origin(sender, program),
        heading=_("Please take a look at %(program)s", program=name),
        lead=_("You look after this program in Chorus, and a signal there needs a person."),
        blocks=(
            Paragraph(_notice(program, since, certainty)),
            Paragraph(
                _(
                    "The page shows what this rests on. There you can take the alert, or give it "
                    "to another admin, and note what will be done."
                )
            ),
            *to_open(blanks, _("Open the alert")),
        ),
        reason=_(
            "You get this mail because you are an admin, and major declines are told at once."
        ),
    )
    return sent(sender, letter, blanks, recipient, message_id, link)


def _notice(program: str, since: date, certainty: str) -> str:
    """Return the alert in words, without a figure."""
    how_sure = {
        "very likely": _("How sure: very likely."),
        "likely": _("How sure: likely."),
        "possible": _("How sure: possible."),
    }
    sentences = (
        _(
            "Wellbeing in %(program)s has probably fallen since the round of %(day)s.",
            program=apart(program),
            day=short_day(since),
        ),
        how_sure[certainty],
        _("It says nothing about any person."),
    )
    return " ".join(sentences)


def digest_letter(
    sender: Sender,
    recipient: str,
    parts: Sequence[Part],
    link: str,
    stop_link: str,
    message_id: str,
) -> Mail:
    """Return the weekly mail about alerts; neither subject nor lead says what was seen.

    :param parts: heading, rows of a program and what is said of it, and how many more there are.
    """
    blanks = Blanks()
    letter = Letter(
        subject=_("Alerts: the week in Chorus"),
        origin=origin(sender),
        heading=_("Alerts: the week in Chorus"),
        lead=_("What is new, what is over, and what waits for somebody."),
        blocks=(
            *(_panel(*part) for part in parts),
            *to_open(blanks, _("Open the alerts")),
        ),
        reason=_("You get this mail on Mondays because you are an admin; without news none comes."),
        stop_link=blanks.mark("stop"),
        stop_words=_("Stop this weekly digest"),
    )
    sheet = sheet_of(sender, letter, blanks, stop_headers(blanks))
    values = {"messageid": message_id, "link": link, "stop": stop_link}
    return sheet.fill(recipient, values)


def _panel(heading: str, rows: Sequence[tuple[str, str]], more: int) -> Panel:
    after = ""
    if more:
        after = ngettext("And %(num)s more on the page.", "And %(num)s more on the page.", more)
    return Panel(tuple(rows), after=after, heading=heading)
