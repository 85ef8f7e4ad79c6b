"""The first letter of a round, rendered once a language and filled in for everyone it goes to.

Whoever reads a language gets the same words, the same subject and, apart from the length of the
address, the same size: what stands in a mail tells a reader of the wire no more than that.
"""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.languages import apart
from app.mail.blocks import Action, Address, Block, Code, Fallback, Letter, Panel, Paragraph
from app.mail.facts import RoundFacts
from app.mail.mailer import Mail
from app.mail.sender import Sender, origin, sheet_of
from app.mail.sheet import Blanks
from crypto.links import code_of


class InvitationLetter:
    """The first mail of a round, the only one with the link; rendered once for a language."""

    def __init__(self, sender: Sender, facts: RoundFacts, *, test: bool = False) -> None:
        """Render the letter.

        :param test: whether it is sent to be looked at, with a link that leads nowhere.
        """
        blanks = Blanks()
        subject = facts.subject
        letter = Letter(
            subject=_("Test: %(subject)s", subject=apart(subject)) if test else subject,
            preheader=preheader(facts),
            origin=origin(sender, facts.program),
            heading=facts.form_title,
            heading_language=facts.title_language,
            lead=_lead(facts),
            blocks=(
                *_test(test=test),
                *_replacement(facts),
                _asking(sender, facts),
                terms(facts),
                Action(_("Open the questions"), blanks.mark("link")),
                _promise(facts),
                Fallback(blanks.mark("link")),
                code(blanks.mark("code")),
                Paragraph(
                    _(
                        "Link and code are yours alone. Please don't pass this mail on: whoever "
                        "has it can answer in your place."
                    )
                ),
                trust(sender),
                fingerprint(facts),
                support(facts),
            ),
            reason=reason(facts),
            stop_link=blanks.mark("stop"),
        )
        self._sheet = sheet_of(sender, letter, blanks, stop_headers(blanks))

    def compose(
        self, recipient: str, *, link: str, unsubscribe_url: str, message_id: str, bounces_to: str
    ) -> Mail:
        """Return the invitation to `recipient`; neither link nor code stays behind here.

        :param bounces_to: the envelope sender.
        :param link: the whole link; what follows its ``#`` also stands in the mail as the code.
        :raises BlankError: if a value holds anything but visible ASCII.
        """
        values = {
            "link": link,
            "code": code_of(link),
            "stop": unsubscribe_url,
            "messageid": message_id,
        }
        return self._sheet.fill(recipient, values, bounces_to)


def preheader(facts: RoundFacts) -> str:
    """Return what mail programs show beside the subject of a first mail: never a result."""
    return ngettext(
        "Until %(day)s. Only totals of %(num)s person or more are ever shown.",
        "Until %(day)s. Only totals of %(num)s people or more are ever shown.",
        facts.k,
        day=facts.closing_day,
    )


def _lead(facts: RoundFacts) -> str:
    return ngettext(
        "%(num)s question, about %(duration)s, anonymous",
        "%(num)s questions, about %(duration)s, anonymous",
        facts.questions,
        duration=facts.duration,
    )


def _test(*, test: bool) -> tuple[Block, ...]:
    if not test:
        return ()
    words = _(
        "This is a test mail, and nobody but you got it. Its links and its code lead nowhere."
    )
    return (Paragraph(words),)


def _replacement(facts: RoundFacts) -> tuple[Block, ...]:
    if not facts.replaces_earlier:
        return ()
    words = _(
        "This mail replaces an earlier one for the same round, whose link no longer works. If you "
        "answered there, that answer is destroyed unread; please answer again here."
    )
    return (Paragraph(words),)


def _asking(sender: Sender, facts: RoundFacts) -> Paragraph:
    names = {"organisation": apart(sender.organisation), "program": apart(facts.program)}
    sentences = [_("%(organisation)s asks you because you take part in %(program)s.", **names)]
    if facts.circle is not None:
        alone = _("This round is for your circle alone, %(circle)s.", circle=apart(facts.circle))
        sentences.append(alone)
    return Paragraph(" ".join([*sentences, _invited(facts), *changes_since(facts)]))


def _invited(facts: RoundFacts) -> str:
    # Protocol: Launch. Who is invited, and how that changed, is how a person judges the crowd.
    if not facts.printed:
        return ngettext("%(num)s person is invited.", "%(num)s people are invited.", facts.invited)
    return ngettext(
        "%(num)s person is invited, %(printed)s of them with a printed code.",
        "%(num)s people are invited, %(printed)s of them with a printed code.",
        facts.invited,
        printed=facts.printed,
    )


def changes_since(facts: RoundFacts) -> tuple[str, ...]:
    """Return how the crowd changed since last time, as a sentence; none for a first time."""
    if facts.joined is None or facts.left is None:
        return ()
    figures = {"joined": facts.joined, "left": facts.left}
    if facts.joined and facts.left:
        return (_("Since last time, %(joined)s joined and %(left)s left.", **figures),)
    if facts.joined:
        return (_("Since last time, %(joined)s joined and nobody left.", **figures),)
    if facts.left:
        return (_("Since last time, nobody joined and %(left)s left.", **figures),)
    return (_("Since last time, nobody joined or left."),)


def terms(facts: RoundFacts) -> Panel:
    """Return who sees the result, how and when."""
    how = ngettext("totals of %(num)s person or more", "totals of %(num)s people or more", facts.k)
    return Panel(
        (
            (_("Who sees it"), facts.audience),
            (_("How"), how),
            (_("When"), facts.opening),
        )
    )


def _promise(facts: RoundFacts) -> Paragraph:
    sentences = (
        _(
            "Your answer is sealed on your device before it is sent, without your name. We know "
            "that you took part, not which answer is yours."
        ),
        _opened(facts),
        destroyed(facts),
    )
    return Paragraph(" ".join(sentences))


def _opened(facts: RoundFacts) -> str:
    if not facts.later_days:
        return _(
            "After %(day)s all answers are opened once, together; only totals and shuffled "
            "comments remain.",
            day=facts.closing_day,
        )
    return _(
        "After %(day)s (if too few have answered by then, %(later)s) all answers are opened once, "
        "together; only totals and shuffled comments remain.",
        day=facts.closing_day,
        later=facts.later_days,
    )


def destroyed(facts: RoundFacts) -> str:
    """Return what becomes of too few answers."""
    if not facts.later_days:
        return ngettext(
            "With fewer than %(num)s answer, they are destroyed unread.",
            "With fewer than %(num)s answers, they are destroyed unread.",
            facts.k,
        )
    return ngettext(
        "With fewer than %(num)s answer after the last of these days, they are destroyed unread.",
        "With fewer than %(num)s answers after the last of these days, they are destroyed unread.",
        facts.k,
    )


def code(mark: str) -> Code:
    """Return the code that some gateways cut off the link."""
    return Code(_("If the page asks for a code, it is this one:"), mark)


def trust(sender: Sender) -> Address:
    """Return where everything is explained."""
    return Address(_("How we make sure, and how to check it:"), f"{sender.base_url}/trust")


def fingerprint(facts: RoundFacts) -> Code:
    """Return the fingerprint of a round, to compare."""
    words = _("The fingerprint of this round, the same in everyone's mail and on the page:")
    return Code(words, facts.fingerprint)


def support(facts: RoundFacts) -> Block:
    """Return the places that help, and that nobody reads along."""
    nobody = _("Nobody reads this in real time.")
    if not facts.support:
        return Paragraph(nobody)
    before = _("If things are hard right now, you don't have to wait for a survey:")
    rows = tuple((label, apart(contact)) for label, contact in facts.support)
    return Panel(rows, before=before, after=nobody)


def reason(facts: RoundFacts) -> str:
    """Return why somebody gets a mail of this round."""
    return _(
        "You get this mail because you take part in %(program)s. Answering is your choice, and no "
        "screen shows who has.",
        program=apart(facts.program),
    )


def stop_headers(blanks: Blanks) -> dict[str, str]:
    """Return the headers by which mail programs offer to stop these mails."""
    return {
        "List-Unsubscribe": f"<{blanks.mark('stop')}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
