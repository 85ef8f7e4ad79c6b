"""Letters about how somebody signs in: what changed, so that a stranger's change is noticed."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.mail.blocks import Letter, Paragraph
from app.mail.mailer import Mail
from app.mail.message_ids import fresh_message_id
from app.mail.notes import sent
from app.mail.sender import Sender, origin
from app.mail.sheet import Blanks

APP_ADDED, APP_REMOVED = "app added", "app removed"
CODES_RENEWED, CODE_USED = "codes renewed", "code used"
PASSKEY_ADDED, PASSKEY_REMOVED = "passkey added", "passkey removed"
FACTORS_RESET, PASSWORD_SET, CODE_AGAIN = "factors reset", "password set", "code again"
CHANGES = (
    *(APP_ADDED, APP_REMOVED, CODES_RENEWED, CODE_USED, CODE_AGAIN),
    *(PASSKEY_ADDED, PASSKEY_REMOVED, FACTORS_RESET, PASSWORD_SET),
)


def sign_in_changed_letter(sender: Sender, recipient: str, change: str, left: int = 0) -> Mail:
    """Return the mail that tells the owner of an account what changed about signing in.

    :param change: one of CHANGES.
    :param left: how many recovery codes are left, after one was used.
    """
    blanks = Blanks()
    letter = Letter(
        subject=_("How you sign in to Chorus"),
        origin=origin(sender),
        heading=_("How you sign in to Chorus"),
        lead=_what(change),
        blocks=(
            *_left(change, left),
            Paragraph(_("If that was you, or you know of it, there is nothing to do.")),
            Paragraph(
                _(
                    "If not, somebody else may be in your account. Tell whoever runs Chorus in "
                    "your organisation at once: they can end every session and let you begin anew."
                )
            ),
        ),
        reason=_("You get this mail because it is about your own account. It holds no link."),
    )
    return sent(sender, letter, blanks, recipient, fresh_message_id(sender.domain))


def _what(change: str) -> str:
    return {
        APP_ADDED: _(
            "An app for codes was added to your account. You are asked for one from now on."
        ),
        APP_REMOVED: _("The app for codes was removed from your account."),
        CODES_RENEWED: _(
            "New recovery codes were made for your account. Earlier ones are no good."
        ),
        CODE_USED: _("A recovery code was used to sign in to your account."),
        PASSKEY_ADDED: _("A passkey was added to your account."),
        PASSKEY_REMOVED: _("A passkey was removed from your account."),
        CODE_AGAIN: _(
            "After your password somebody typed a code that had been used before. It was refused."
        ),
        PASSWORD_SET: _("A new password was set for your account."),
        FACTORS_RESET: _("The operator removed second factor and passkeys from your account."),
    }[change]


def _left(change: str, left: int) -> tuple[Paragraph, ...]:
    """Return how many codes are left; it is no subject's and no preheader's to say."""
    if change != CODE_USED:
        return ()
    words = ngettext("%(num)s recovery code is left.", "%(num)s recovery codes are left.", left)
    return (Paragraph(words),)
