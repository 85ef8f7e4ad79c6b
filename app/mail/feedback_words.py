"""What the mails of a feedback cycle say, by whom it is about: mentors, circles or peers."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.languages import apart
from app.mail.blocks import Paragraph
from app.mail.facts import RoundFacts
from app.mail.letters import changes_since, destroyed
from app.mail.sender import Sender
from surveys.raters import CIRCLES, MENTORS


def shared_name(about: str) -> str:
    """Return what the mail calls all about whom too few are asked, to whoever is asked."""
    if about == MENTORS:
        return _("your mentor")
    return _("your circle") if about == CIRCLES else _("your peers")


def asking(sender: Sender, facts: RoundFacts, about: str) -> Paragraph:
    """Return who asks, why, and how many are asked."""
    # Protocol: Launch. Who is invited, and how that changed, is how a person judges the crowd.
    invited = ngettext(
        "%(num)s person is asked in all.", "%(num)s people are asked in all.", facts.invited
    )
    learning = _("It is for learning, and no appraisal.")
    sentences = (_why(sender, facts, about), learning, invited, *changes_since(facts))
    return Paragraph(" ".join(sentences))


def _why(sender: Sender, facts: RoundFacts, about: str) -> str:
    names = {"organisation": apart(sender.organisation), "program": apart(facts.program)}
    if about == MENTORS:
        return _(
            "%(organisation)s asks you because you take part in %(program)s. What you notice shows "
            "your mentor what to keep and what to try next.",
            **names,
        )
    if about == CIRCLES:
        return _(
            "%(organisation)s asks you because you mentor in %(program)s. What you notice shows "
            "your circle what to keep and what to try next.",
            **names,
        )
    return _(
        "%(organisation)s asks you because you take part in %(program)s. What you notice shows the "
        "others in your circle what to keep and what to try next.",
        **names,
    )


def audience(about: str, *, own: bool, shared: bool) -> str:
    """Return who sees the results.

    :param own: whether the mail asks about somebody who has a result of their own.
    :param shared: whether it asks about all who have too few raters for that.
    """
    if own and shared:
        both = {"own": _own_audience(about), "shared": _shared_audience(about)}
        return _("%(own)s. Apart from that, %(shared)s", **both)
    return _own_audience(about) if own else _shared_audience(about)


def _own_audience(about: str) -> str:
    if about == MENTORS:
        return _(
            "only the mentor it is about. The program team and the others whom it is about see the "
            "mean of at least 3 such results, and no single one"
        )
    if about == CIRCLES:
        return _(
            "only the members of the circle it is about. The program team and the others whom it "
            "is about see the mean of at least 3 such results, and no single one"
        )
    return _(
        "only the person it is about. The program team and the others whom it is about see the "
        "mean of at least 3 such results, and no single one"
    )


def _shared_audience(about: str) -> str:
    if about == MENTORS:
        return _(
            "what is said about your mentor goes, as one result, to all mentors about whom too few "
            "people are asked, and to the program team"
        )
    if about == CIRCLES:
        return _(
            "what is said about your circle goes, as one result, to the members of all circles "
            "about whom too few people are asked, and to the program team"
        )
    return _(
        "what is said about your peers goes, as one result, to everyone about whom too few people "
        "are asked, and to the program team"
    )


def promise(facts: RoundFacts) -> Paragraph:
    """Return how the answers stay anonymous, and when they are opened."""
    sentences = (
        _(
            "Each answer is sealed on your device before it is sent, without your name, and by "
            "itself: nothing shows that two answers came from one person. We know that you took "
            "part, not which answer is yours."
        ),
        _opened(facts),
        destroyed(facts),
    )
    return Paragraph(" ".join(sentences))


def _opened(facts: RoundFacts) -> str:
    if not facts.later_days:
        return _(
            "After %(day)s all answers about somebody are opened once, together; only totals and "
            "shuffled comments remain.",
            day=facts.closing_day,
        )
    return _(
        "After %(day)s (if too few have answered by then, %(later)s) all answers about somebody "
        "are opened once, together; only totals and shuffled comments remain.",
        day=facts.closing_day,
        later=facts.later_days,
    )
