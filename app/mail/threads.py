"""Later letters of a round: answers to the first mail in its thread, with and without a link."""

from collections.abc import Mapping

from app.mail.blocks import Action, Address, Block, Code, Fallback, Letter, Paragraph
from app.mail.letters import RoundFacts, reason, stop_headers, support, terms
from app.mail.mailer import Mail
from app.mail.sender import Sender, sheet_of
from app.mail.sheet import Blanks, Sheet

_ANSWERED = "If you have answered, thank you. There is nothing left to do."
LOST_REASON = (
    "You get this mail because someone entered your address on our page for lost mail. If that "
    "wasn't you, leave it: nothing has changed."
)


class ThreadLetter:
    """An answer to the first mail of a round, rendered once for everyone."""

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
            "code": link.partition("#")[2],
            "stop": unsubscribe_url,
            "messageid": message_id,
            "thread": in_reply_to,
        }
        return self._sheet.fill(recipient, values, bounces_to)


def nudge_letter(sender: Sender, facts: RoundFacts) -> ThreadLetter:
    """Return the reminder without any link, as it goes out before k people have taken part."""
    where = (
        "If you haven't: your link is in our first mail, earlier in this conversation, under the "
        f"subject “{facts.subject}”. We keep no links, so this mail can't repeat it."
    )
    lost = Address("If you can't find that mail:", f"{sender.base_url}/lost")
    blanks = Blanks()
    blocks = (Paragraph(_ANSWERED), Paragraph(where), terms(facts), lost, support(facts))
    return _letter(sender, facts, blanks, blocks, reason(facts))


def link_reminder_letter(sender: Sender, facts: RoundFacts) -> ThreadLetter:
    """Return the reminder with a link of its own, as it goes out from k people on."""
    blanks = Blanks()
    haven_t = (
        f"If you haven't: at least {facts.k} people have taken part by now, so we can send a new "
        "link. It leads to the same one answer as the link in our first mail, which stays good."
    )
    blocks = (Paragraph(_ANSWERED), Paragraph(haven_t), *_opening(blanks), *_rest(sender, facts))
    return _letter(sender, facts, blanks, blocks, reason(facts))


def lost_mail_letter(sender: Sender, facts: RoundFacts) -> ThreadLetter:
    """Return the answer to "I have lost my mail" once a link can be sent again."""
    blanks = Blanks()
    words = (
        "Someone asked for your link again, probably you. Here it is. It leads to the same one "
        "answer as the link in our first mail, which stays good. If you have answered already, "
        "the page will say so; there is nothing left to do."
    )
    blocks = (Paragraph(words), *_opening(blanks), *_rest(sender, facts))
    return _letter(sender, facts, blanks, blocks, LOST_REASON)


def lost_too_early_letter(sender: Sender, facts: RoundFacts) -> ThreadLetter:
    """Return the answer to "I have lost my mail" while no link can be sent again."""
    blanks = Blanks()
    why = (
        "Someone asked for your link again, probably you. We keep no links, and we can't make a "
        f"new one yet: that is possible once {facts.k} people have taken part. Until then, each "
        "link in the first mails is a piece of the key to all answers, and no piece can be made "
        "again."
    )
    where = (
        f"Your link is in our first mail: from {sender.address}, {facts.first_mail_day}, under the "
        f"subject “{facts.subject}”. Please look in the spam folder, too. If you have answered, "
        "there is nothing left to do. If that mail never reached you, ask again in a day or two:"
    )
    blocks = (
        Paragraph(why),
        Paragraph(where),
        Address("The page for lost mail:", f"{sender.base_url}/lost"),
        terms(facts),
        support(facts),
    )
    return _letter(sender, facts, blanks, blocks, LOST_REASON)


def _opening(blanks: Blanks) -> tuple[Block, ...]:
    return (
        Action("Open the questions", blanks.mark("link")),
        Fallback(blanks.mark("link")),
        Code("If the page asks for a code, it is this one:", blanks.mark("code")),
    )


def _rest(sender: Sender, facts: RoundFacts) -> tuple[Block, ...]:
    return (
        terms(facts),
        Code(
            "The fingerprint of this round, the same in everyone's mail and on the page:",
            facts.fingerprint,
        ),
        Address("How we make sure, and how to check it:", f"{sender.base_url}/trust"),
        support(facts),
    )


def _letter(
    sender: Sender, facts: RoundFacts, blanks: Blanks, blocks: tuple[Block, ...], why: str
) -> ThreadLetter:
    letter = Letter(
        subject=f"Re: {facts.subject}",
        origin=f"{sender.organisation} · {facts.program}",
        heading=facts.form_title,
        lead=f"Still open until {facts.closing_day}",
        blocks=blocks,
        reason=why,
        stop_link=blanks.mark("stop"),
    )
    thread = {"In-Reply-To": blanks.mark("thread"), "References": blanks.mark("thread")}
    return ThreadLetter(sheet_of(sender, letter, blanks, {**stop_headers(blanks), **thread}))
