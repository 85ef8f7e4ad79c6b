"""Single letters: results, feedback, a cancelled round, signing in, own data; no figures."""

from app.mail.blocks import Action, Block, Fallback, Letter, Panel, Paragraph
from app.mail.mailer import Mail
from app.mail.message_ids import fresh_message_id
from app.mail.sender import Sender, sheet_of
from app.mail.sheet import Blanks


def results_letter(
    sender: Sender, recipient: str, program: str, link: str, message_id: str, bounces_to: str = ""
) -> Mail:
    """Return the mail that says that results are there, not what they are."""
    blanks = Blanks()
    letter = Letter(
        subject=f"Results are in: {program}",
        origin=f"{sender.organisation} · {program}",
        heading=f"The results of {program} are in",
        lead="The round has closed.",
        blocks=(
            Paragraph(
                "What can be shown of it is on your page, with a guide for the next "
                "conversation. The page asks you to sign in; this mail holds no figures."
            ),
            *_open(blanks, "Open the results"),
        ),
        reason=f"You get this mail because you mentor or look after {program}.",
    )
    return _sent(sender, letter, blanks, recipient, message_id, link, bounces_to)


def feedback_letter(
    sender: Sender, recipient: str, program: str, link: str, message_id: str, bounces_to: str = ""
) -> Mail:
    """Return the mail that says that peer feedback can be read, not what it says."""
    blanks = Blanks()
    letter = Letter(
        subject=f"Feedback is in: {program}",
        origin=f"{sender.organisation} · {program}",
        heading=f"Your feedback in {program} can be read",
        lead="Those who were asked can't answer any more.",
        blocks=(
            Paragraph(
                "What can be shown of it is on a page for you, with a guide for the next "
                "conversation. The page asks for this address and mails you a link to sign in; you "
                "need no password. This mail holds no figures."
            ),
            *_open(blanks, "Read the feedback"),
        ),
        reason=f"You get this mail because others in {program} were asked for feedback for you.",
    )
    return _sent(sender, letter, blanks, recipient, message_id, link, bounces_to)


def cancelled_letter(
    sender: Sender, recipient: str, program: str, message_id: str, bounces_to: str = ""
) -> Mail:
    """Return the mail that says that a round won't be opened."""
    blanks = Blanks()
    letter = Letter(
        subject=f"This round was cancelled: {program}",
        origin=f"{sender.organisation} · {program}",
        heading="This round was cancelled",
        lead="There is nothing for you to do.",
        blocks=(
            Paragraph(
                f"The open round in {program} has been cancelled, and the link in our first mail "
                "no longer works. Answers that were given are destroyed unread: nobody has seen "
                "them, and nobody will."
            ),
        ),
        reason="You get this mail because you were invited to this round.",
    )
    return _sent(sender, letter, blanks, recipient, message_id, bounces_to=bounces_to)


def cancelled_feedback_letter(
    sender: Sender,
    recipient: str,
    program: str,
    message_id: str,
    bounces_to: str = "",
    *,
    whole: bool,
) -> Mail:
    """Return the mail that says that feedback won't be opened.

    :param whole: whether all that was still open; else what one link of the mail led to.
    """
    blanks = Blanks()
    what = "One link of our mail no longer works. Its feedback has been cancelled; the others stay."
    if whole:
        what = (
            f"The feedback that was still open in {program} has been cancelled, and its links in "
            "our mail no longer work."
        )
    letter = Letter(
        subject=f"This feedback was cancelled: {program}",
        origin=f"{sender.organisation} · {program}",
        heading="This feedback was cancelled",
        lead="There is nothing for you to do.",
        blocks=(
            Paragraph(
                f"{what} Answers that were given there are destroyed unread: nobody has seen them, "
                "and nobody will."
            ),
        ),
        reason="You get this mail because you were asked for feedback.",
    )
    return _sent(sender, letter, blanks, recipient, message_id, bounces_to=bounces_to)


def sign_in_letter(sender: Sender, recipient: str, link: str, minutes: int) -> Mail:
    """Return the mail with a link that signs in once, within `minutes`."""
    blanks = Blanks()
    letter = Letter(
        subject="Sign in to Chorus",
        origin=sender.organisation,
        heading="Sign in to Chorus",
        lead=f"This link works once, for {minutes} minutes.",
        blocks=(
            *_open(blanks, "Sign in"),
            Paragraph(
                "It opens a page with a button; nothing happens before you press that. If you "
                "didn't ask for this mail, leave it: nobody can sign in without it."
            ),
        ),
        reason="You get this mail because someone entered your address to sign in.",
    )
    return _sent(sender, letter, blanks, recipient, fresh_message_id(sender.domain), link)


def own_data_letter(sender: Sender, recipient: str, link: str, minutes: int) -> Mail:
    """Return the mail with the link to what is kept about its recipient."""
    blanks = Blanks()
    letter = Letter(
        subject="Your data in Chorus",
        origin=sender.organisation,
        heading="Your data in Chorus",
        lead=f"This link works for {minutes} minutes.",
        blocks=(
            *_open(blanks, "See my data"),
            Paragraph(
                "It leads to what we keep about you, as a page and as a file, and to the button "
                "that erases it. Nothing happens before you press one."
            ),
            Paragraph(
                "If you didn't ask for this mail, somebody has the address at the foot of one of "
                "your mails. Leave this one: without its link nobody sees or erases anything."
            ),
        ),
        reason="You get this mail because a link in one of your mails was used to ask for it.",
    )
    return _sent(sender, letter, blanks, recipient, fresh_message_id(sender.domain), link)


def forgotten_letter(sender: Sender, recipient: str) -> Mail:
    """Return the last mail to somebody whose data were erased."""
    blanks = Blanks()
    letter = Letter(
        subject="Your data in Chorus have been erased",
        origin=sender.organisation,
        heading="Your data have been erased",
        lead="This is our last mail to you.",
        blocks=(
            Paragraph(
                "Your name, your address, your groups and your invitations are gone, and links in "
                "earlier mails no longer work. Answers that you have given can't be found by "
                "anybody, so they stay in the totals."
            ),
        ),
        reason="You get this mail because you, or whoever reads your mail, had your data erased.",
    )
    return _sent(sender, letter, blanks, recipient, fresh_message_id(sender.domain))


def contact_letter(sender: Sender, recipient: str, rows: tuple[tuple[str, str], ...]) -> Mail:
    """Return the mail that says who wants to be contacted; its subject names nobody."""
    blanks = Blanks()
    letter = Letter(
        subject="Somebody asks to be contacted",
        origin=sender.organisation,
        heading="Somebody asks to be contacted",
        lead="They chose to write this with their name. Chorus has kept no copy.",
        blocks=(
            Panel(
                rows,
                after="Please answer soon, in confidence. If it sounds like danger, call at once.",
            ),
        ),
        reason="You get this mail because this installation names your address as its contact.",
    )
    return _sent(sender, letter, blanks, recipient, fresh_message_id(sender.domain))


def _open(blanks: Blanks, label: str) -> tuple[Block, ...]:
    return (
        Action(label, blanks.mark("link")),
        Fallback(blanks.mark("link")),
    )


def _sent(
    sender: Sender,
    letter: Letter,
    blanks: Blanks,
    recipient: str,
    message_id: str,
    link: str = "",
    bounces_to: str = "",
) -> Mail:
    sheet = sheet_of(sender, letter, blanks)
    return sheet.fill(recipient, {"messageid": message_id, "link": link}, bounces_to)
