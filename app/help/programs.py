"""Help on the screens about programs, and what they ask when."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.help.shared import BANDS, FROZEN, NO_FILTER, WITHHELD

PROGRAMS: Mapping[str, tuple[LazyString, ...]] = {
    "sessions.mentor_asks": (
        _l(
            "Everybody in the circle gets a mail with a few questions about the meeting. It "
            "is a round like any other: sealed, opened once, shown only if enough people "
            "answer."
        ),
        FROZEN,
    ),
    "programs.programs": (
        _l(
            "Programs are sorted by need: a decline stands before a steady one. “Can't be "
            "monitored” is no good news: too few rounds could be shown to say anything."
        ),
        _l(
            "“Reached” says that enough people have answered in the open round. It is looked "
            "at once a day, and nothing else is known before the close."
        ),
        NO_FILTER,
    ),
    "calendar.month": (
        _l(
            "Every opening and closing of a month, for all programs. Of an open round it says "
            "whether enough people have answered, looked at once a day, and nothing else."
        ),
        FROZEN,
    ),
    "programs.new_program": (
        _l(
            "A program is a standing programme with circles. Its threshold is the number of "
            "answers below which nothing is ever shown: 5 is usual, 4 the least."
        ),
        _l(
            "Its time zone decides when mails go out and when rounds close. All of this can "
            "be changed later, for rounds to come."
        ),
    ),
    "setup.people": (
        _l(
            "Nobody gets a mail by being in a program. Mails go out when you send a round, "
            "or when the schedule does."
        ),
    ),
    "setup.circles": (
        _l(
            "A circle's own results need as many answers as the threshold says, from this "
            "circle alone. In a circle of six that happens in about one round of three."
        ),
    ),
    "setup.questions": (
        _l(
            "Trends compare only rounds that asked the same. Choose now what you want to "
            "ask for a year; other questions begin a new trend."
        ),
    ),
    "setup.schedule": (
        _l(
            "The schedule sends rounds by itself. You can change it or switch it off at any "
            "time; a round that is open is not touched by that."
        ),
    ),
    "setup.review": (
        _l(
            "What you would see is worked out from sizes alone, by drawing rounds by chance "
            "and putting each through the rules of disclosure."
        ),
        FROZEN,
    ),
    "settings.form": (
        _l(
            "Settings hold for rounds to come. What is open keeps what its mail said, since "
            "people have decided to answer by that."
        ),
    ),
    "settings.review": (_l("Each change stands in the audit log, with who made it and when."),),
    "programs.program": (
        _l(
            "Everything about one program: its rounds, its people and circles, what is asked "
            "and when."
        ),
        FROZEN,
        _l("Cancelling a round destroys its answers unread."),
    ),
    "programs.results": (
        _l(
            "What was released when the round closed. It is computed once, and there is no "
            "other version of it."
        ),
        WITHHELD,
        BANDS,
        NO_FILTER,
    ),
    "rounds.confirm_launching": (
        _l(
            "At the launch each person gets one link. The links are made in memory and stand "
            "in the mails and nowhere else, so none can be sent twice."
        ),
        FROZEN,
    ),
    "previews.page": (
        _l(
            "This is the mail as it would go out now, in each language that mails are written "
            "in. Everybody gets the one that the roster says they read."
        ),
        FROZEN,
    ),
    "rounds.confirm_cancelling": (
        _l(
            "A cancelled round ends now. Its answers are destroyed unread, and everybody who "
            "was asked gets a mail that says so."
        ),
    ),
    "codes.confirm_printing": (
        _l(
            "For people without a mailbox. Whoever prints a code could use it; hand them out "
            "so that nobody notes who got which."
        ),
    ),
    "forecast.what_would_be_shown": (
        _l(
            "How likely it is that each circle and the program can be shown, if as many "
            "answer as you expect. It is worked out from sizes alone; no answer is read."
        ),
        _l(
            "A circle that is seldom shown can be given a round of its own, over up to three "
            "closing times."
        ),
    ),
    "feedback.cycles": (
        _l(
            "Peer feedback of this program: when it was asked, and when it closes. Results "
            "about a person are for that person; you see what several share."
        ),
        _l("How many have answered is shown to nobody before the close."),
    ),
    "feedback.confirm_asking": (
        _l(
            "Whom it would be about, who would be asked, and what they would see. Nothing is "
            "sent before you confirm."
        ),
    ),
    "feedback.confirm_cancelling": (
        _l("What is open of this feedback is destroyed unread. What has closed stays."),
    ),
    "sessions.admin_asks": (
        _l(
            "Everybody in the circle gets a mail with a few questions about the meeting. Only"
            " its mentors and you see what is shown."
        ),
    ),
    "forms.questions": (
        _l(
            "What this program asks in its next rounds. Changing a question starts its line "
            "anew: answers to other words can't be compared."
        ),
    ),
    "forms.confirm_choosing": (
        _l(
            "What would be asked, how long it takes, and what can be compared with earlier "
            "rounds. Rounds that have started keep their questions."
        ),
    ),
    "own_forms.forms": (
        _l(
            "Forms of your own, as drafts and as finished versions. A version that was used "
            "can't be changed; make a new one of it."
        ),
    ),
    "own_forms.edit": (
        _l(
            "Write each question so that it asks one thing. The page warns of questions that "
            "name people, ask two things, or point to an answer."
        ),
        _l("It takes about as long as it says; more than two minutes lose people on a phone."),
    ),
    "own_forms.preview": (_l("What people would see on a phone."),),
}
