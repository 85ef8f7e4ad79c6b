"""The letters of a feedback cycle: one mail for each rater, with a link for each they rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext

from app.languages import apart
from app.mail.blocks import Action, Block, Code, Fallback, Heading, Letter, Paragraph
from app.mail.facts import RoundFacts
from app.mail.feedback_words import asking, audience, promise
from app.mail.letters import (
    code,
    preheader,
    reason,
    stop_headers,
    support,
    terms,
    trust,
)
from app.mail.mailer import Mail
from app.mail.sender import Sender, origin, sheet_of
from app.mail.sheet import Blanks
from crypto.links import code_of

_DIGITS = "abcdefghij"  # the names of blanks have no figures


@dataclass(frozen=True)
class AskedAbout:
    """One link of a rater's mail.

    :ivar name: whom it is about, as the mail says it: a name, or "your mentor".
    :ivar shared: whether it is about all who have too few raters for a result of their own.
    """

    name: str
    shared: bool
    fingerprint: str


def feedback_subject(facts: RoundFacts) -> str:
    """Return the subject of a cycle's mails, the same for everybody, however many links it has."""
    return _("%(title)s (anonymous)", title=facts.title)


class FeedbackLetter:
    """The first mail of a cycle for all who rate the same people, rendered once a language."""

    def __init__(
        self, sender: Sender, facts: RoundFacts, about: str, asked: Sequence[AskedAbout]
    ) -> None:
        blanks = Blanks()
        letter = Letter(
            subject=feedback_subject(facts),
            preheader=preheader(facts),
            origin=origin(sender, facts.program),
            heading=facts.form_title,
            heading_language=facts.title_language,
            lead=_lead(facts, asked),
            blocks=(
                *_replacement(facts),
                asking(sender, facts, about),
                feedback_terms(facts, about, asked),
                *_links(blanks, asked),
                Heading(_("How it stays anonymous")),
                promise(facts),
                Paragraph(
                    _(
                        "Links and codes are yours alone. Please don't pass this mail on: whoever "
                        "has it can answer in your place."
                    )
                ),
                trust(sender),
                support(facts),
            ),
            reason=reason(facts),
            stop_link=blanks.mark("stop"),
        )
        self._sheet = sheet_of(sender, letter, blanks, stop_headers(blanks))

    def compose(
        self,
        recipient: str,
        *,
        links: Sequence[str],
        unsubscribe_url: str,
        message_id: str,
        bounces_to: str,
    ) -> Mail:
        """Return the mail to `recipient`; no link or code stays behind here.

        :param links: whole links, in the order of what is asked.
        :param bounces_to: the envelope sender.
        :raises BlankError: if a value holds anything but visible ASCII.
        """
        values = {**link_values(links), "stop": unsubscribe_url, "messageid": message_id}
        return self._sheet.fill(recipient, values, bounces_to)


def link_values(links: Sequence[str]) -> Mapping[str, str]:
    """Return what fills the blanks of `link_blocks`."""
    values: dict[str, str] = {}
    for number, link in enumerate(links):
        values[_blank("link", number)] = link
        values[_blank("code", number)] = code_of(link)
    return values


def link_blocks(blanks: Blanks, number: int, asked: AskedAbout) -> tuple[Block, ...]:
    """Return one link: button, address and code, and the fingerprint of its round."""
    link = blanks.mark(_blank("link", number))
    label = _("Open these questions")
    if not asked.shared:
        label = _("Open the questions about %(name)s", name=apart(asked.name))
    return (
        Action(label, link),
        Fallback(link),
        code(blanks.mark(_blank("code", number))),
        Code(_("The fingerprint, the same in everyone's mail about them:"), asked.fingerprint),
    )


def feedback_terms(facts: RoundFacts, about: str, asked: Sequence[AskedAbout]) -> Block:
    """Return who sees the results, how and when."""
    own = not all(entry.shared for entry in asked)
    shared = any(entry.shared for entry in asked)
    return terms(replace(facts, audience=audience(about, own=own, shared=shared)))


def heading_of(asked: AskedAbout) -> Heading:
    """Return the line above a link: whom it is about."""
    return Heading(asked.name[0].upper() + asked.name[1:])


def _blank(kind: str, number: int) -> str:
    return kind + "".join(_DIGITS[int(digit)] for digit in str(number))


def _lead(facts: RoundFacts, asked: Sequence[AskedAbout]) -> str:
    questions = facts.questions
    if len(asked) == 1:
        return ngettext(
            "%(num)s question, about %(duration)s, anonymous",
            "%(num)s questions, about %(duration)s, anonymous",
            questions,
            duration=facts.duration,
        )
    each = ngettext(
        "%(num)s question, about %(duration)s each, anonymous",
        "%(num)s questions, about %(duration)s each, anonymous",
        questions,
        duration=facts.duration,
    )
    return ngettext("%(num)s link: %(each)s", "%(num)s links: %(each)s", len(asked), each=each)


def _replacement(facts: RoundFacts) -> tuple[Block, ...]:
    if not facts.replaces_earlier:
        return ()
    words = _(
        "This mail replaces links of an earlier one about the same people, which no longer work. "
        "If you answered there, that answer is destroyed unread; please answer again here. What "
        "the earlier mail has about anybody else stays good."
    )
    return (Paragraph(words),)


def _links(blanks: Blanks, asked: Sequence[AskedAbout]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for number, entry in enumerate(asked):
        blocks.append(heading_of(entry))
        if entry.shared:
            blocks.append(Paragraph(_shared_words(alone=len(asked) == 1)))
        blocks += link_blocks(blanks, number, entry)
    return tuple(blocks)


def _shared_words(*, alone: bool) -> str:
    sentences = [
        _(
            "Too few people are asked about them alone, so the questions name nobody, and all such "
            "answers are one result."
        )
    ]
    if not alone:
        sentences.append(_("It is about whoever is not named in this mail."))
    sentences.append(
        _(
            "If that is several to you, think of all of them together: you have one answer.",
        )
    )
    return " ".join(sentences)
