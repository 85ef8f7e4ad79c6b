"""The letters of a feedback cycle: one mail for each rater, with a link for each they rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.mail.blocks import Action, Address, Block, Code, Fallback, Heading, Letter, Paragraph
from app.mail.letters import RoundFacts, changes_since, reason, stop_headers, support, terms
from app.mail.mailer import Mail
from app.mail.sender import Sender, sheet_of
from app.mail.sheet import Blanks
from surveys.raters import CIRCLES, MENTORS

_DIGITS = "abcdefghij"  # the names of blanks have no figures
_WHY = {
    MENTORS: "you take part in {program}. What you notice shows your mentor what to keep and what "
    "to try next.",
    CIRCLES: "you mentor in {program}. What you notice shows your circle what to keep and what to "
    "try next.",
}
_WHY_PEERS = (
    "you take part in {program}. What you notice shows the others in your circle what to keep and "
    "what to try next."
)


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
    return f"{facts.form_title} (anonymous)"


class FeedbackLetter:
    """The first mail of a cycle for all who rate the same people, rendered once for them."""

    def __init__(
        self, sender: Sender, facts: RoundFacts, about: str, asked: Sequence[AskedAbout]
    ) -> None:
        blanks = Blanks()
        letter = Letter(
            subject=feedback_subject(facts),
            origin=f"{sender.organisation} · {facts.program}",
            heading=facts.form_title,
            lead=_lead(facts, asked),
            blocks=(
                *_replacement(facts),
                _asking(sender, facts, about),
                feedback_terms(facts, about, asked),
                *_links(blanks, asked),
                Heading("How it stays anonymous"),
                _promise(facts),
                Paragraph(
                    "Links and codes are yours alone. Please don't pass this mail on: whoever has "
                    "it can answer in your place."
                ),
                Address("How we make sure, and how to check it:", f"{sender.base_url}/trust"),
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
        values[_blank("code", number)] = link.partition("#")[2]
    return values


def link_blocks(blanks: Blanks, number: int, asked: AskedAbout) -> tuple[Block, ...]:
    """Return one link: button, address and code, and the fingerprint of its round."""
    link, code = blanks.mark(_blank("link", number)), blanks.mark(_blank("code", number))
    return (
        Action(f"Open the questions about {asked.name}", link),
        Fallback(link),
        Code("If the page asks for a code, it is this one:", code),
        Code("The fingerprint, the same in everyone's mail about them:", asked.fingerprint),
    )


def feedback_terms(facts: RoundFacts, about: str, asked: Sequence[AskedAbout]) -> Block:
    """Return who sees the results, how and when."""
    return terms(replace(facts, audience=_audience(about, asked)))


def heading_of(asked: AskedAbout) -> Heading:
    """Return the line above a link: whom it is about."""
    return Heading(asked.name[0].upper() + asked.name[1:])


def _blank(kind: str, number: int) -> str:
    return kind + "".join(_DIGITS[int(digit)] for digit in str(number))


def _lead(facts: RoundFacts, asked: Sequence[AskedAbout]) -> str:
    each = "" if len(asked) == 1 else " each"
    number = "" if len(asked) == 1 else f"{len(asked)} links: "
    return f"{number}{facts.questions} questions, about {facts.duration}{each}, anonymous"


def _replacement(facts: RoundFacts) -> tuple[Block, ...]:
    if not facts.replaces_earlier:
        return ()
    words = (
        "This mail replaces links of an earlier one about the same people, which no longer work. "
        "If you answered there, that answer is destroyed unread; please answer again here. "
        "What the earlier mail has about anybody else stays good."
    )
    return (Paragraph(words),)


def _asking(sender: Sender, facts: RoundFacts, about: str) -> Paragraph:
    why = _WHY.get(about, _WHY_PEERS).format(program=facts.program)
    # Protocol: Launch. Who is invited, and how that changed, is how a person judges the crowd.
    return Paragraph(
        f"{sender.organisation} asks you because {why} It is for learning, and no appraisal. "
        f"{facts.invited} people are asked in all.{changes_since(facts)}"
    )


def _audience(about: str, asked: Sequence[AskedAbout]) -> str:
    one = {MENTORS: "the mentor", CIRCLES: "the members of the circle"}.get(about, "the person")
    all_of_them = {MENTORS: "all mentors", CIRCLES: "the members of all circles"}.get(
        about, "everyone"
    )
    words = []
    if not all(entry.shared for entry in asked):
        words.append(
            f"only {one} it is about. The program team and the others whom it is about see the "
            "mean of at least 3 such results, and no single one"
        )
    if any(entry.shared for entry in asked):
        shared = next(entry for entry in asked if entry.shared)
        words.append(
            f"what is said about {shared.name} goes, as one result, to {all_of_them} about whom "
            "too few people are asked, and to the program team"
        )
    return ". Apart from that, ".join(words)


def _links(blanks: Blanks, asked: Sequence[AskedAbout]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for number, entry in enumerate(asked):
        blocks.append(heading_of(entry))
        if entry.shared:
            blocks.append(Paragraph(_shared_words(entry, alone=len(asked) == 1)))
        blocks += link_blocks(blanks, number, entry)
    return tuple(blocks)


def _shared_words(asked: AskedAbout, *, alone: bool) -> str:
    others = "" if alone else " It is about whoever is not named in this mail."
    return (
        "Too few people are asked about them alone, so the questions name nobody, and all such "
        f"answers are one result.{others} If that is several to you, think of all of them "
        "together: you have one answer."
    )


def _promise(facts: RoundFacts) -> Paragraph:
    at_last = " after the last of these days" if len(facts.closes) > 1 else ""
    return Paragraph(
        "Each answer is sealed on your device before it is sent, without your name, and by itself: "
        "nothing shows that two answers came from one person. We know that you took part, not "
        f"which answer is yours. After {facts.opening_days} all answers about somebody are opened "
        f"once, together; only totals and shuffled comments remain. With fewer than {facts.k} "
        f"answers{at_last}, they are destroyed unread."
    )
