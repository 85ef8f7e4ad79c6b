"""What the audit log holds, as its page says it: what is stored is English, and stays so."""

from surveys.sentences import said

# Acts with a number or a name within are not here; they are shown as they are stored.
_ACTS = (
    said("added a person"),
    said("added an admin"),
    said("asked a circle about its session"),
    said("asked for feedback about circles"),
    said("asked for feedback about mentors"),
    said("asked for feedback about peers"),
    said("began a form of our own"),
    said("cancelled a feedback cycle"),
    said("cancelled a round"),
    said("changed a form of our own"),
    said("changed a goal"),
    said("changed a person"),
    said("changed what was done about a round"),
    said("chose other questions"),
    said("deactivated an admin"),
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
    said("made somebody a mentor"),
    said("moved an action about an alert"),
    said("planned an action about an alert"),
    said("removed a form of our own"),
    said("renamed a program"),
    said("reset an admin's password"),
    said("restored a backup"),
    said("resumed mails"),
    said("rotated the master key"),
    said("saw an alert"),
    said("sent themselves a test mail"),
    said("set a goal"),
    said("set a password"),
    said("signed in"),
    said("switched the weekly digest off"),
    said("switched the weekly digest on"),
    said("took a person back"),
    said("took an alert"),
    said("took back what was done about a round"),
    said("wrote a note about an alert"),
    said("wrote what was done about a round"),
)
_KNOWN = {str(words): words for words in (*_ACTS, said("operator"), said("retention"))}


def act_words(stored: str) -> str:
    """Return an act for people: a sentence of surveys where its words are known."""
    act, colon, what = stored.partition(": ")
    if colon and act in _KNOWN:
        return said("%(act)s: %(what)s", act=_KNOWN[act], what=what)
    return _KNOWN.get(stored, stored)


def actor_words(stored: str) -> str:
    """Return who acted where it was nobody with an account: the operator, or time."""
    return _KNOWN.get(stored, stored)


def named(kind: str, name: str) -> str:
    """Return what an act was about: "program Onboarding"."""
    if kind == "program":
        return said("program %(name)s", name=name)
    if kind == "group":
        return said("group %(name)s", name=name)
    return said("form %(name)s", name=name)
