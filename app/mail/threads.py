"""Later letters of a round: answers to the first mail in its thread, with and without a link."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from app.languages import apart
from app.mail.blocks import Action, Address, Block, Fallback, Letter, Paragraph
from app.mail.facts import RoundFacts
from app.mail.letters import code, fingerprint, reason, stop_headers, support, terms, trust
from app.mail.mailer import Mail
from app.mail.sender import Sender, origin, sheet_of
from app.mail.sheet import Blanks, Sheet
from crypto.links import code_of


class ThreadLetter:
    """An answer to the first mail of a round, rendered once for a language."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def compose(
        self,
        recipient: str,
        *,
        unsubscribe_url: str,
        message_id: str,
        in_reply_to: str,
        bounces_to: str,
        link: str = "",
    ) -> Mail:
        """Return the letter to `recipient`; no link stays behind here.

        :param in_reply_to: the message id of the invitation.
        :param bounces_to: the envelope sender.
        :param link: the whole link, for a letter that has one.
        :raises BlankError: if a value holds anything but visible ASCII.
        """
        values: Mapping[str, str] = {
            "link": link,
            "code": code_of(link),
            "stop": unsubscribe_url,
            "messageid": message_id,
            "thread": in_reply_to,
        }
        return self._sheet.fill(recipient, values, bounces_to)


def nudge_letter(sender: Sender, facts: RoundFacts) -> ThreadLetter:
    """Return the reminder without any link, as it goes out before k people have taken part."""
    where = _(
        "If you haven't: your link is in our first mail, earlier in this conversation, under the "
        "subject “%(subject)s”. We keep no links, so this mail can't repeat it.",
        subject=apart(facts.subject),
    )
    lost = Address(_("If you can't find that mail:"), f"{sender.base_url}/lost")
    blanks = Blanks()
    blocks = (_answered(), Paragraph(where), terms(facts), lost, support(facts))
    return _letter(sender, facts, blanks, blocks, reason(facts))


def link_reminder_letter(sender: Sender, facts: RoundFacts) -> ThreadLetter:
    """Return the reminder with a link of its own, as it goes out from k people on."""
    blanks = Blanks()
    haven_t = ngettext(
        "If you haven't: at least %(num)s person has taken part by now, so we can send a new link. "
        "It leads to the same one answer as the link in our first mail, which stays good.",
        "If you haven't: at least %(num)s people have taken part by now, so we can send a new "
        "link. It leads to the same one answer as the link in our first mail, which stays good.",
        facts.k,
    )
    blocks = (_answered(), Paragraph(haven_t), *_opening(blanks), *_rest(sender, facts))
    return _letter(sender, facts, blanks, blocks, reason(facts))


def lost_mail_letter(sender: Sender, facts: RoundFacts) -> ThreadLetter:
    """Return the answer to "I have lost my mail" once a link can be sent again."""
    blanks = Blanks()
    words = _(
        "Someone asked for your link again, probably you. Here it is. It leads to the same one "
        "answer as the link in our first mail, which stays good. If you have answered already, "
        "the page will say so; there is nothing left to do."
    )
    blocks = (Paragraph(words), *_opening(blanks), *_rest(sender, facts))
    return _letter(sender, facts, blanks, blocks, lost_reason())


def lost_too_early_letter(sender: Sender, facts: RoundFacts) -> ThreadLetter:
    """Return the answer to "I have lost my mail" while no link can be sent again."""
    blanks = Blanks()
    why = ngettext(
        "Someone asked for your link again, probably you. We keep no links, and we can't make a "
        "new one yet: that is possible once %(num)s person has taken part. Until then, each link "
        "in the first mails is a piece of the key to all answers, and no piece can be made again.",
        "Someone asked for your link again, probably you. We keep no links, and we can't make a "
        "new one yet: that is possible once %(num)s people have taken part. Until then, each link "
        "in the first mails is a piece of the key to all answers, and no piece can be made again.",
        facts.k,
    )
    where = _(
        "Your link is in our first mail: from %(sender)s, %(day)s, under the subject "
        "“%(subject)s”. Please look in the spam folder, too. If you have answered, there is "
        "nothing left to do. If that mail never reached you, ask again in a day or two:",
        sender=apart(sender.address),
        day=facts.first_mail_day,
        subject=apart(facts.subject),
    )
    blocks = (
        Paragraph(why),
        Paragraph(where),
        Address(_("The page for lost mail:"), f"{sender.base_url}/lost"),
        terms(facts),
        support(facts),
    )
    return _letter(sender, facts, blanks, blocks, lost_reason())


def lost_reason() -> str:
    """Return why somebody gets an answer to "I have lost my mail"."""
    return _(
        "You get this mail because someone entered your address on our page for lost mail. If that "
        "wasn't you, leave it: nothing has changed."
    )


def still_open(facts: RoundFacts) -> str:
    """Return until when there is time."""
    return _("Still open until %(day)s", day=facts.closing_day)


def _answered() -> Paragraph:
    return Paragraph(_("If you have answered, thank you. There is nothing left to do."))


def _opening(blanks: Blanks) -> tuple[Block, ...]:
    return (
        Action(_("Open the questions"), blanks.mark("link")),
        Fallback(blanks.mark("link")),
        code(blanks.mark("code")),
    )


def _rest(sender: Sender, facts: RoundFacts) -> tuple[Block, ...]:
    return (terms(facts), fingerprint(facts), trust(sender), support(facts))


def _letter(
    sender: Sender, facts: RoundFacts, blanks: Blanks, blocks: tuple[Block, ...], why: str
) -> ThreadLetter:
    letter = Letter(
        subject=f"Re: {facts.subject}",
        origin=origin(sender, facts.program),
        heading=facts.form_title,
        heading_language=facts.title_language,
        lead=still_open(facts),
        blocks=blocks,
        reason=why,
        stop_link=blanks.mark("stop"),
    )
    thread = {"In-Reply-To": blanks.mark("thread"), "References": blanks.mark("thread")}
    return ThreadLetter(sheet_of(sender, letter, blanks, {**stop_headers(blanks), **thread}))
