"""What the audit log holds, as its page says it: what is stored is English, and stays so."""

import re

from surveys.baselines import SCORE
from surveys.sentences import Sentence, said

_ACTS = (
    said("added a passkey"),
    said("added a person"),
    said("added an admin"),
    said("added an app for codes"),
    said("asked a circle about its session"),
    said("asked for a round of a single group"),
    said("asked for a round"),
    said("asked for feedback about circles"),
    said("asked for feedback about mentors"),
    said("asked for feedback about peers"),
    said("began a form of our own"),
    said("began to renew the data keys"),
    said("cancelled a feedback cycle"),
    said("cancelled a round"),
    said("changed a form of our own"),
    said("changed a goal"),
    said("changed a person"),
    said("changed their password"),
    said("changed what was done about a round"),
    said("chose other questions"),
    said("closed a group"),
    said("deactivated an admin"),
    said("destroyed the key of comments"),
    said("ended a goal"),
    said("ended a member's place"),
    said("ended a mentor's place"),
    said("finished an action about an alert"),
    said("forgot a person"),
    said("forgot who had left"),
    said("gave an alert to an admin"),
    said("imported a roster"),
    said("judged an action about an alert"),
    said("launched a round"),
    said("let a person leave"),
    said("let somebody be imported again"),
    said("made a backup"),
    said("made a group"),
    said("made new recovery codes"),
    said("made somebody a mentor"),
    said("mended damaged keys"),
    said("moved an action about an alert"),
    said("moved people, 1 in number"),
    said("no longer shows results to everyone who is asked"),
    said("planned an action about an alert"),
    said("printed 1 code of a round"),
    said("removed a form of our own"),
    said("removed a passkey"),
    said("removed the app for codes"),
    said("renamed a group"),
    said("renamed a program"),
    said("renewed the data keys"),
    said("reset an admin's password"),
    said("reset an admin's second factor"),
    said("restored a backup"),
    said("restored one database of a backup"),
    said("resumed mails"),
    said("rotated the master key"),
    said("saw an alert"),
    said("sent themselves a test mail"),
    said("set a goal"),
    said("set a password"),
    said("set a schedule of every 1 weeks"),
    said("set rounds to be open for 1 days"),
    said("set the bank to all of it in each round"),
    said("shows results to everyone who is asked"),
    said("signed in"),
    said("stopped a round to replace it"),
    said("switched the schedule off"),
    said("switched the weekly digest off"),
    said("switched the weekly digest on"),
    said("took a person back"),
    said("took an alert"),
    said("took back what was done about a round"),
    said("trusted the clock"),
    said("typed a used code"),
    said("used a recovery code"),
    said("wrote a note about an alert"),
    said("wrote what was done about a round"),
)
# Acts and subjects with a number or a name within.
_WITH_VALUES = (
    said("added a program with k %(k)s"),
    said("chose other questions: %(form)s, version %(version)s"),
    said("lowered k from %(before)s to %(k)s"),
    said("made a program with k %(k)s"),
    said("moved people, %(number)s in number"),
    said("printed %(number)s codes of a round"),
    said("raised k from %(before)s to %(k)s"),
    said("set a schedule of every %(weeks)s weeks"),
    said("set rounds to be open for %(days)s days"),
    said("set the bank to %(number)s of it in each round"),
    said("set the time zone to %(zone)s"),
)
_SUBJECTS = (
    said("%(number)s keys"),
    said("account %(id)s"),
    said("cycle %(id)s"),
    said("form %(name)s"),
    said("group %(name)s"),
    said("people: %(added)s added, %(changed)s changed, %(left)s left; new mentors: %(mentors)s"),
    said("people: %(number)s"),  # looks like the one before, so it stands after it
    said("person %(id)s"),
    said("pool %(id)s, key %(key)s"),
    said("program %(name)s"),
    said("round %(id)s"),
)
_WHOLE_SUBJECTS = (said("databases"), said("the roster"))
_ACTORS = (said("operator"), said("retention"))
_KNOWN = {str(words): words for words in (*_ACTS, *_ACTORS, *_WHOLE_SUBJECTS)}
_PLACE = re.compile(r"%\\\((\w+)\\\)s")  # as `re.escape` writes a place


def _pattern(message: str) -> re.Pattern[str]:
    """Return what a message looks like once its places are filled in."""
    return re.compile(_PLACE.sub(r"(?P<\1>.+)", re.escape(message)))


_PATTERNS = [(_pattern(words), str(words)) for words in (*_WITH_VALUES, *_SUBJECTS)]


def _known(stored: str) -> Sentence | None:
    """Return what is stored as a sentence of surveys; None where its words are not known."""
    if stored in _KNOWN:
        return _KNOWN[stored]
    for pattern, message in _PATTERNS:
        if filled := pattern.fullmatch(stored):
            return Sentence(message, filled.groupdict())
    return None


def act_words(stored: str) -> str:
    """Return an act for people: a sentence of surveys where its words are known."""
    known = _known(stored)
    if known is not None:
        return known
    act, colon, what = stored.partition(": ")
    if colon and act in _KNOWN:
        return said("%(act)s: %(what)s", act=_KNOWN[act], what=_goal_words(what))
    return stored


def _goal_words(stored: str) -> str:
    """Return what a goal is about and by how much it is to move: "wellbeing score +5"."""
    target, _space, change = stored.rpartition(" ")
    return said("wellbeing score %(change)s", change=change) if target == SCORE else stored


def actor_words(stored: str) -> str:
    """Return who acted where it was nobody with an account: the operator, or time."""
    return _KNOWN.get(stored, stored)


def subject_words(stored: str) -> str:
    """Return on what was acted, where it has no name that could be shown instead."""
    return _known(stored) or stored


def named(kind: str, name: str) -> str:
    """Return what an act was about: "program Onboarding"."""
    if kind == "program":
        return said("program %(name)s", name=name)
    if kind == "group":
        return said("group %(name)s", name=name)
    return said("form %(name)s", name=name)
