"""Later letters of a feedback cycle: one answer to the first mail, for all whom a rater rates."""

from collections.abc import Sequence

from app.mail.blocks import Address, Block, Letter, Paragraph
from app.mail.feedback_letters import (
    AskedAbout,
    feedback_subject,
    feedback_terms,
    heading_of,
    link_blocks,
    link_values,
)
from app.mail.letters import RoundFacts, reason, stop_headers, support
from app.mail.mailer import Mail
from app.mail.sender import Sender, sheet_of
from app.mail.sheet import Blanks
from app.mail.threads import LOST_REASON

_THANKS = "Where you have answered, thank you. There is nothing left to do there."


class FeedbackThread:
    """An answer to the first mail of a cycle, rendered once for all who rate the same people.

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
            Address("If you can't find our first mail:", f"{sender.base_url}/lost"),
            Address("How we make sure, and how to check it:", f"{sender.base_url}/trust"),
            support(facts),
        ]
        letter = Letter(
            subject=f"Re: {feedback_subject(facts)}",
            origin=f"{sender.organisation} · {facts.program}",
            heading=facts.form_title,
            lead=f"Still open until {facts.closing_day}",
            blocks=tuple(blocks),
            reason=LOST_REASON if lost else reason(facts),
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
    words = [_THANKS]
    if unlinked:
        words.append(
            f"Where you haven't: {_links_about(unlinked)} in our first mail, earlier in this "
            f"conversation, under the subject “{feedback_subject(facts)}”. We keep no links, so "
            "this mail can't repeat what is there."
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
    words = ["Someone asked for your links again, probably you."]
    if linked:
        words.append(f"{_again(facts, linked)} Where you have answered, the page will say so.")
    if unlinked:
        words.append(
            f"We can't make the rest again yet: that is possible once {facts.k} people have "
            f"answered about somebody. Until then {_links_about(unlinked)} in our first mail "
            f"alone: from {sender.address}, {facts.first_mail_day}, under the subject "
            f"“{feedback_subject(facts)}”. Please look in the spam folder, too. If that mail never "
            "reached you, ask again in a day or two."
        )
    return words


def _again(facts: RoundFacts, linked: Sequence[AskedAbout]) -> str:
    return (
        f"At least {facts.k} people have answered about {_names(linked)} by now, so we can send a "
        "new link. It leads to the same one answer as the one in our first mail, which stays good."
    )


def _links_about(asked: Sequence[AskedAbout]) -> str:
    if len(asked) == 1:
        return f"your link about {_names(asked)} is"
    return f"your links about {_names(asked)} are"


def _names(asked: Sequence[AskedAbout]) -> str:
    *others, last = (entry.name for entry in asked)
    return f"{', '.join(others)} and {last}" if others else last
