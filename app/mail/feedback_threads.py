"""Later letters of a feedback cycle: one answer to the first mail, for all whom a rater rates."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from app.languages import apart, listed
from app.mail.blocks import Address, Block, Letter, Paragraph
from app.mail.facts import RoundFacts
from app.mail.feedback_letters import (
    AskedAbout,
    feedback_subject,
    feedback_terms,
    heading_of,
    link_blocks,
    link_values,
)
from app.mail.letters import reason, stop_headers, support, trust
from app.mail.mailer import Mail
from app.mail.sender import Sender, origin, sheet_of
from app.mail.sheet import Blanks
from app.mail.threads import lost_reason, still_open


class FeedbackThread:
    """An answer to the first mail of a cycle, rendered once a language for all who rate the same.

    What can be sent again has a link in it; the rest is named with the way to the first mail.
    """

    def __init__(
        self,
        sender: Sender,
        facts: RoundFacts,
        about: str,
        linked: Sequence[AskedAbout],
        unlinked: Sequence[AskedAbout],
        *,
        lost: bool,
    ) -> None:
        """Render the letter.

        :param linked: what the mail has links to; `unlinked` what has fewer than k answers so far.
        :param lost: whether somebody asked for it; else it is a reminder.
        """
        blanks = Blanks()
        words = (
            _lost(sender, facts, linked, unlinked) if lost else _reminder(facts, linked, unlinked)
        )
        blocks: list[Block] = [Paragraph(sentence) for sentence in words]
        for number, entry in enumerate(linked):
            blocks += [heading_of(entry), *link_blocks(blanks, number, entry)]
        blocks += [
            feedback_terms(facts, about, [*linked, *unlinked]),
            Address(_("If you can't find our first mail:"), f"{sender.base_url}/lost"),
            trust(sender),
            support(facts),
        ]
        letter = Letter(
            subject=f"Re: {feedback_subject(facts)}",
            origin=origin(sender, facts.program),
            heading=facts.form_title,
            heading_language=facts.title_language,
            lead=still_open(facts),
            blocks=tuple(blocks),
            reason=lost_reason() if lost else reason(facts),
            stop_link=blanks.mark("stop"),
        )
        thread = {"In-Reply-To": blanks.mark("thread"), "References": blanks.mark("thread")}
        self._sheet = sheet_of(sender, letter, blanks, {**stop_headers(blanks), **thread})

    def compose(
        self,
        recipient: str,
        *,
        links: Sequence[str],
        unsubscribe_url: str,
        message_id: str,
        in_reply_to: str,
        bounces_to: str,
    ) -> Mail:
        """Return the letter to `recipient`; no link stays behind here.

        :param links: whole links, in the order of what is linked.
        :param in_reply_to: the message id of the first mail.
        :param bounces_to: the envelope sender.
        :raises BlankError: if a value holds anything but visible ASCII.
        """
        values = {
            **link_values(links),
            "stop": unsubscribe_url,
            "messageid": message_id,
            "thread": in_reply_to,
        }
        return self._sheet.fill(recipient, values, bounces_to)


def _reminder(
    facts: RoundFacts, linked: Sequence[AskedAbout], unlinked: Sequence[AskedAbout]
) -> list[str]:
    words = [_("Where you have answered, thank you. There is nothing left to do there.")]
    if unlinked:
        words.append(
            ngettext(
                "Where you haven't: the link about %(names)s is in our first mail, earlier in this "
                "conversation, under the subject “%(subject)s”. We keep no links, so this mail "
                "can't repeat it.",
                "Where you haven't: the links about %(names)s are in our first mail, earlier in "
                "this conversation, under the subject “%(subject)s”. We keep no links, so this "
                "mail can't repeat them.",
                len(unlinked),
                names=_names(unlinked),
                subject=apart(feedback_subject(facts)),
            )
        )
    if linked:
        words.append(_again(facts, linked))
    return words


def _lost(
    sender: Sender,
    facts: RoundFacts,
    linked: Sequence[AskedAbout],
    unlinked: Sequence[AskedAbout],
) -> list[str]:
    words = [_("Someone asked for your links again, probably you.")]
    if linked:
        words += [_again(facts, linked), _("Where you have answered, the page will say so.")]
    if unlinked:
        words += [
            ngettext(
                "We can't make the rest again yet: that is possible once %(num)s person has "
                "answered about somebody.",
                "We can't make the rest again yet: that is possible once %(num)s people have "
                "answered about somebody.",
                facts.k,
            ),
            ngettext(
                "Until then the link about %(names)s is in our first mail alone: from %(sender)s, "
                "%(day)s, under the subject “%(subject)s”. Please look in the spam folder, too. If "
                "that mail never reached you, ask again in a day or two.",
                "Until then the links about %(names)s are in our first mail alone: from "
                "%(sender)s, %(day)s, under the subject “%(subject)s”. Please look in the spam "
                "folder, too. If that mail never reached you, ask again in a day or two.",
                len(unlinked),
                names=_names(unlinked),
                sender=apart(sender.address),
                day=facts.first_mail_day,
                subject=apart(feedback_subject(facts)),
            ),
        ]
    return words


def _again(facts: RoundFacts, linked: Sequence[AskedAbout]) -> str:
    return ngettext(
        "At least %(num)s person has answered about %(names)s by now, so we can send a new link. "
        "It leads to the same one answer as the one in our first mail, which stays good.",
        "At least %(num)s people have answered about %(names)s by now, so we can send a new link. "
        "It leads to the same one answer as the one in our first mail, which stays good.",
        facts.k,
        names=_names(linked),
    )


def _names(asked: Sequence[AskedAbout]) -> str:
    return listed([entry.name for entry in asked])
