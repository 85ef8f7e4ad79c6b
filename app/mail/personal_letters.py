"""Letters about somebody's own doing: signing in, their data, being contacted."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.mail.blocks import Letter, Panel, Paragraph
from app.mail.mailer import Mail
from app.mail.message_ids import fresh_message_id
from app.mail.notes import sent, to_open
from app.mail.sender import Sender, origin
from app.mail.sheet import Blanks


def sign_in_letter(sender: Sender, recipient: str, link: str, minutes: int) -> Mail:
    """Return the mail with a link that signs in once, within `minutes`."""
    blanks = Blanks()
    letter = Letter(
        subject=_("Sign in to Chorus"),
        origin=origin(sender),
        heading=_("Sign in to Chorus"),
        lead=ngettext(
            "This link works once, for %(num)s minute.",
            "This link works once, for %(num)s minutes.",
            minutes,
        ),
        blocks=(
            *to_open(blanks, _("Sign in")),
            Paragraph(
                _(
                    "It opens a page with a button; nothing happens before you press that. If you "
                    "didn't ask for this mail, leave it: nobody can sign in without it."
                )
            ),
        ),
        reason=_("You get this mail because someone entered your address to sign in."),
    )
    return sent(sender, letter, blanks, recipient, fresh_message_id(sender.domain), link)


def own_data_letter(sender: Sender, recipient: str, link: str, minutes: int) -> Mail:
    """Return the mail with the link to what is kept about its recipient."""
    blanks = Blanks()
    letter = Letter(
        subject=_("Your data in Chorus"),
        origin=origin(sender),
        heading=_("Your data in Chorus"),
        lead=ngettext(
            "This link works for %(num)s minute.", "This link works for %(num)s minutes.", minutes
        ),
        blocks=(
            *to_open(blanks, _("See my data")),
            Paragraph(
                _(
                    "It leads to what we keep about you, as a page and as a file, and to the "
                    "button that erases it. Nothing happens before you press one."
                )
            ),
            Paragraph(
                _(
                    "If you didn't ask for this mail, somebody has the address at the foot of one "
                    "of your mails. Leave this one: without its link nobody sees or erases "
                    "anything."
                )
            ),
        ),
        reason=_("You get this mail because a link in one of your mails was used to ask for it."),
    )
    return sent(sender, letter, blanks, recipient, fresh_message_id(sender.domain), link)


def forgotten_letter(sender: Sender, recipient: str) -> Mail:
    """Return the last mail to somebody whose data were erased."""
    blanks = Blanks()
    letter = Letter(
        subject=_("Your data in Chorus have been erased"),
        origin=origin(sender),
        heading=_("Your data have been erased"),
        lead=_("This is our last mail to you."),
        blocks=(
            Paragraph(
                _(
                    "Your name, your address, your groups and your invitations are gone, and "
                    "links in earlier mails no longer work. Answers that you have given can't be "
                    "found by anybody, so they stay in the totals."
                )
            ),
        ),
        reason=_(
            "You get this mail because you, or whoever reads your mail, had your data erased."
        ),
    )
    return sent(sender, letter, blanks, recipient, fresh_message_id(sender.domain))


def contact_letter(sender: Sender, recipient: str, rows: tuple[tuple[str, str], ...]) -> Mail:
    """Return the mail that says who wants to be contacted; its subject names nobody."""
    blanks = Blanks()
    after = _("Please answer soon, in confidence. If it sounds like danger, call at once.")
    letter = Letter(
        subject=_("Somebody asks to be contacted"),
        origin=origin(sender),
        heading=_("Somebody asks to be contacted"),
        lead=_("They chose to write this with their name. Chorus has kept no copy."),
        blocks=(Panel(rows, after=after),),
        reason=_("You get this mail because this installation names your address as its contact."),
    )
    return sent(sender, letter, blanks, recipient, fresh_message_id(sender.domain))
