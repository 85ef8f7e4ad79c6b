"""Help on the screens about what was answered, and what follows from it."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.help.shared import BANDS, FROZEN, NO_FILTER, WITHHELD

RESULTS: Mapping[str, tuple[LazyString, ...]] = {
    "results.circles": (
        _l(
            "The circles that you mentor now, as the roster says. A circle of former days is "
            "not here."
        ),
    ),
    "results.circle": (
        _l(
            "One page for one conversation: how the circle is, what changed, what to talk "
            "about next. Choose an earlier round at the top."
        ),
        WITHHELD,
        BANDS,
        _l("Don't ask who wrote what. Say what you saw, and ask what people make of it."),
    ),
    "agreed.agreed": (
        _l(
            "What your circle wants to do before it meets again. The next talk begins with it: "
            "say whether it is done, goes on or is dropped."
        ),
        _l("Mentors of this circle read it, and nobody else. Write what, never who."),
    ),
    "afterwards.settings": (
        _l(
            "People answer again when they see that it mattered. What everyone sees is the "
            "program's total; a circle's own result stays with its mentors, since its members "
            "are in it."
        ),
        FROZEN,
    ),
    "afterwards.follow_up": (
        _l(
            "Two or three sentences are enough: what you heard, what you changed, what you "
            "can't change and why. You can change them at any time."
        ),
    ),
    "profiles.cycles": (
        _l(
            "Feedback about you, the newest first. Nobody else can read a result that is "
            "about you alone."
        ),
    ),
    "profiles.profile": (
        _l(
            "Six skills as others see them. Before you see it, you can say how you see "
            "yourself; only you see that, too."
        ),
        WITHHELD,
        _l("Take one skill and one conversation. The rest can wait."),
    ),
    "profiles.program_profile": (
        _l(
            "The mean of results about at least three people or circles. No single one can be"
            " worked out from it."
        ),
        WITHHELD,
    ),
    "goals.goals": (
        _l(
            "What the program wants to move, said before it is measured. Whether it moved is "
            "told from released rounds, no finer than their rounding."
        ),
    ),
    "goals.goal": (
        _l(
            "How far the goal is, round by round. Withheld rounds count neither for nor against it."
        ),
    ),
    "goals.confirm_setting": (
        _l(
            "A goal is measured from the rounds before it was set. Setting it changes nothing"
            " that is asked."
        ),
    ),
    "alerts.alerts": (
        _l(
            "An alert says that wellbeing in a program has probably fallen. It is about the "
            "program and says nothing about any person."
        ),
        NO_FILTER,
    ),
    "alerts.alert": (
        _l(
            "Left, what was seen; below, what was done. Note what you plan: the page shows at"
            " later rounds whether it helped."
        ),
        _l("An alert is worked out from released rounds alone. No comment is read for it."),
    ),
    "exports.export": (
        _l(
            "A workbook or a CSV file of what the results page shows. Comments come only if "
            "you ask for them."
        ),
        WITHHELD,
        NO_FILTER,
    ),
}
