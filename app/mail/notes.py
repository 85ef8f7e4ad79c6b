"""Single letters about rounds: results, feedback, a cancelled round; no figures."""

from flask_babel import gettext as _

from app.languages import apart
from app.mail.blocks import Action, Block, Fallback, Letter, Paragraph
from app.mail.mailer import Mail
from app.mail.sender import Sender, origin, sheet_of
from app.mail.sheet import Blanks


def results_letter(
    sender: Sender, recipient: str, program: str, link: str, message_id: str, bounces_to: str = ""
) -> Mail:
    """Return the mail that says that results are there, not what they are."""
    blanks, name = Blanks(), apart(program)
    letter = Letter(
        subject=_("Results are in: %(program)s", program=name),
        preheader=_("This mail holds no figures; the page asks you to sign in."),
        origin=origin(sender, program),
        heading=_("The results of %(program)s are in", program=name),
        lead=_("The round has closed."),
        blocks=(
            Paragraph(
                _(
                    "What can be shown of it is on your page, with a guide for the next "
                    "conversation. The page asks you to sign in; this mail holds no figures."
                )
            ),
            *to_open(blanks, _("Open the results")),
        ),
        reason=_("You get this mail because you mentor or look after %(program)s.", program=name),
    )
    return sent(sender, letter, blanks, recipient, message_id, link, bounces_to)


def feedback_letter(
    sender: Sender, recipient: str, program: str, link: str, message_id: str, bounces_to: str = ""
) -> Mail:
    """Return the mail that says that peer feedback can be read, not what it says."""
    blanks, name = Blanks(), apart(program)
    letter = Letter(
        subject=_("Feedback is in: %(program)s", program=name),
        preheader=_("This mail holds no figures; the page needs no password."),
        origin=origin(sender, program),
        heading=_("Your feedback in %(program)s can be read", program=name),
        lead=_("Those who were asked can't answer any more."),
        blocks=(
            Paragraph(
                _(
                    "What can be shown of it is on a page for you, with a guide for the next "
                    "conversation. The page asks for this address and mails you a link to sign "
                    "in; you need no password. This mail holds no figures."
                )
            ),
            *to_open(blanks, _("Read the feedback")),
        ),
        reason=_(
            "You get this mail because others in %(program)s were asked for feedback for you.",
            program=name,
        ),
    )
    return sent(sender, letter, blanks, recipient, message_id, link, bounces_to)


def cancelled_letter(
    sender: Sender, recipient: str, program: str, message_id: str, bounces_to: str = ""
) -> Mail:
    """Return the mail that says that a round won't be opened."""
    blanks, name = Blanks(), apart(program)
    letter = Letter(
        subject=_("This round was cancelled: %(program)s", program=name),
        origin=origin(sender, program),
        heading=_("This round was cancelled"),
        lead=_("There is nothing for you to do."),
        blocks=(
            Paragraph(
                _(
                    "The open round in %(program)s has been cancelled, and the link in our first "
                    "mail no longer works. Answers that were given are destroyed unread: nobody "
                    "has seen them, and nobody will.",
                    program=name,
                )
            ),
        ),
        reason=_("You get this mail because you were invited to this round."),
    )
    return sent(sender, letter, blanks, recipient, message_id, bounces_to=bounces_to)


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
    blanks, name = Blanks(), apart(program)
    what = _(
        "One link of our mail no longer works. Its feedback has been cancelled; the others stay."
    )
    if whole:
        what = _(
            "The feedback that was still open in %(program)s has been cancelled, and its links in "
            "our mail no longer work.",
            program=name,
        )
    destroyed = _(
        "Answers that were given there are destroyed unread: nobody has seen them, and nobody will."
    )
    letter = Letter(
        subject=_("This feedback was cancelled: %(program)s", program=name),
        origin=origin(sender, program),
        heading=_("This feedback was cancelled"),
        lead=_("There is nothing for you to do."),
        blocks=(Paragraph(f"{what} {destroyed}"),),
        reason=_("You get this mail because you were asked for feedback."),
    )
    return sent(sender, letter, blanks, recipient, message_id, bounces_to=bounces_to)


def to_open(blanks: Blanks, label: str) -> tuple[Block, ...]:
    """Return the one thing to do: a button, and its address."""
    return (Action(label, blanks.mark("link")), Fallback(blanks.mark("link")))


def sent(
    sender: Sender,
    letter: Letter,
    blanks: Blanks,
    recipient: str,
    message_id: str,
    link: str = "",
    bounces_to: str = "",
) -> Mail:
    """Return a letter that goes to one person, finished."""
    sheet = sheet_of(sender, letter, blanks)
    return sheet.fill(recipient, {"messageid": message_id, "link": link}, bounces_to)
