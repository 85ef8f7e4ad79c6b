"""Letters about alerts: one program at once, or the week's; in words and days, without figures."""

from collections.abc import Sequence

from app.mail.blocks import Action, Fallback, Letter, Panel, Paragraph
from app.mail.letters import stop_headers
from app.mail.mailer import Mail
from app.mail.message_ids import fresh_message_id
from app.mail.sender import Sender, sheet_of
from app.mail.sheet import Blanks

Part = tuple[str, Sequence[tuple[str, str]], int]


def alert_letter(sender: Sender, recipient: str, program: str, sentence: str, link: str) -> Mail:
    """Return the mail that asks to look at a program; the subject doesn't say what was seen.

    :param sentence: the alert in words, without a figure.
    """
    blanks = Blanks()
    letter = Letter(
        subject=f"Please take a look at {program}",
        origin=f"{sender.organisation} · {program}",
        heading=f"Please take a look at {program}",
        lead="You look after this program in Chorus, and a signal there needs a person.",
        blocks=(
            Paragraph(sentence),
            Paragraph(
                "The page shows what this rests on. There you can take the alert, or give it to "
                "another admin, and note what will be done."
            ),
            Action("Open the alert", blanks.mark("link")),
            Fallback(blanks.mark("link")),
        ),
        reason="You get this mail because you are an admin, and major declines are told at once.",
    )
    values = {"messageid": fresh_message_id(sender.domain), "link": link}
    return sheet_of(sender, letter, blanks).fill(recipient, values)


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
        subject="Alerts: the week in Chorus",
        origin=sender.organisation,
        heading="Alerts: the week in Chorus",
        lead="What is new, what is over, and what waits for somebody.",
        blocks=(
            *(_panel(*part) for part in parts),
            Action("Open the alerts", blanks.mark("link")),
            Fallback(blanks.mark("link")),
        ),
        reason="You get this mail on Mondays because you are an admin; without news none comes.",
        stop_link=blanks.mark("stop"),
        stop_words="Stop this weekly digest",
    )
    sheet = sheet_of(sender, letter, blanks, stop_headers(blanks))
    values = {"messageid": message_id, "link": link, "stop": stop_link}
    return sheet.fill(recipient, values)


def _panel(heading: str, rows: Sequence[tuple[str, str]], more: int) -> Panel:
    after = f"And {more} more on the page." if more else ""
    return Panel(tuple(rows), before=heading, after=after)
