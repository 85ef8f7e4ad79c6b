"""What each screen is for and what people ask about it, in a few sentences."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

_WITHHELD = _l(
    "“Withheld” says that something is not shown. It never says why: there are several reasons, "
    "and telling which would tell about people."
)
_NO_FILTER = _l(
    "There is no filter by department, age or anything else. Two tables that differ by one person "
    "tell what that person answered."
)
_BANDS = _l("Counts under 20 are told as bands, and figures are rounded: coarser for fewer people.")
_FROZEN = _l(
    "A round that has started can't be changed: who is asked, the threshold, the closing times and "
    "who sees the result are fixed."
)
_NEXT_ROUND = _l(
    "Changes hold from the next round on. An open round goes on with the people and groups of its "
    "beginning."
)

TEXTS: Mapping[str, tuple[LazyString, ...]] = MappingProxyType(
    {
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
            _WITHHELD,
            _BANDS,
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
            _FROZEN,
        ),
        "afterwards.follow_up": (
            _l(
                "Two or three sentences are enough: what you heard, what you changed, what you "
                "can't change and why. You can change them at any time."
            ),
        ),
        "sessions.mentor_asks": (
            _l(
                "Everybody in the circle gets a mail with a few questions about the meeting. It "
                "is a round like any other: sealed, opened once, shown only if enough people "
                "answer."
            ),
            _FROZEN,
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
            _WITHHELD,
            _l("Take one skill and one conversation. The rest can wait."),
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
            _NO_FILTER,
        ),
        "calendar.month": (
            _l(
                "Every opening and closing of a month, for all programs. Of an open round it says "
                "whether enough people have answered, looked at once a day, and nothing else."
            ),
            _FROZEN,
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
        "account.own": (
            _l(
                "A passkey can't be guessed, told to somebody or typed into a wrong page. Add two, "
                "so that losing a device doesn't lock you out."
            ),
            _l(
                "A session ends by itself after a while, sooner when nobody uses it. Signing out "
                "ends it at once, wherever it is."
            ),
            _l(
                "If you see one that you can't explain, sign out everywhere else, and tell whoever "
                "runs Chorus here."
            ),
        ),
        "own_password.page": (
            _l(
                "The best one is long and new: let a password manager make it, or take four words "
                "that have nothing to do with you."
            ),
            _l(
                "If you have forgotten the one of now, whoever runs Chorus here can give you a "
                "link that sets another."
            ),
        ),
        "account.app_page": (
            _l(
                "The code is worked out on your phone from this key and the time; nothing is sent. "
                "If codes are refused, set the phone's clock by the network."
            ),
        ),
        "operating.settings": (
            _l(
                "These hold for all programs, so they are not for one admin to change. Ask the "
                "operator, and name the word in capitals."
            ),
        ),
        "operating.health": (
            _l(
                "A few things that this page can know by itself. The operator sees more with the "
                "commands of the installation."
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
            _FROZEN,
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
            _FROZEN,
            _l("Cancelling a round destroys its answers unread."),
        ),
        "programs.results": (
            _l(
                "What was released when the round closed. It is computed once, and there is no "
                "other version of it."
            ),
            _WITHHELD,
            _BANDS,
            _NO_FILTER,
        ),
        "rounds.confirm_launching": (
            _l(
                "At the launch each person gets one link. The links are made in memory and stand "
                "in the mails and nowhere else, so none can be sent twice."
            ),
            _FROZEN,
        ),
        "previews.page": (
            _l(
                "This is the mail as it would go out now, in each language that mails are written "
                "in. Everybody gets the one that the roster says they read."
            ),
            _FROZEN,
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
        "profiles.program_profile": (
            _l(
                "The mean of results about at least three people or circles. No single one can be"
                " worked out from it."
            ),
            _WITHHELD,
        ),
        "goals.goals": (
            _l(
                "What the program wants to move, said before it is measured. Whether it moved is "
                "told from released rounds, no finer than their rounding."
            ),
        ),
        "goals.goal": (
            _l(
                "How far the goal is, round by round. Withheld rounds count neither for nor "
                "against it."
            ),
        ),
        "goals.confirm_setting": (
            _l(
                "A goal is measured from the rounds before it was set. Setting it changes nothing"
                " that is asked."
            ),
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
        "alerts.alerts": (
            _l(
                "An alert says that wellbeing in a program has probably fallen. It is about the "
                "program and says nothing about any person."
            ),
            _NO_FILTER,
        ),
        "alerts.alert": (
            _l(
                "Left, what was seen; below, what was done. Note what you plan: the page shows at"
                " later rounds whether it helped."
            ),
            _l("An alert is worked out from released rounds alone. No comment is read for it."),
        ),
        "accounts.audit": (
            _l(
                "What admins did and what the service destroyed, each entry sealed with the one "
                "before. Nothing can be taken out without showing."
            ),
            _l("Answers and who gave them are never in it."),
        ),
        "exports.export": (
            _l(
                "A workbook or a CSV file of what the results page shows. Comments come only if "
                "you ask for them."
            ),
            _WITHHELD,
            _NO_FILTER,
        ),
        "roster.people": (
            _l(
                "Everybody on the roster, by name. Find somebody by a whole address or by parts "
                "of the name."
            ),
            _l(
                "Nobody is told who has answered, and who paused or stopped the mails: not you, "
                "not the operator. So no list can be made of them."
            ),
        ),
        "roster.new_person": (
            _l(
                "One person at a time. A whole roster is better imported from a file, which then "
                "says who is there."
            ),
            _NEXT_ROUND,
        ),
        "roster.person": (
            _l("What is stored about one person, and where they belong."),
            _NEXT_ROUND,
        ),
        "roster_places.choose_place": (
            _l(
                "A member is asked, and is in one group of a program. A mentor reads the results "
                "of a group and may mentor several."
            ),
            _NEXT_ROUND,
        ),
        "roster.confirm_leaving": (
            _l("What happens when somebody leaves. They can be taken back for a time."),
        ),
        "roster_import.choose": (
            _l(
                "The file is the whole roster. Nothing is stored before the next page has shown "
                "what would change and you have agreed."
            ),
        ),
        "roster_import.preview": (
            _l(
                "Exactly this is done, or nothing. If somebody changes the roster meanwhile, you "
                "see the preview anew."
            ),
            _NEXT_ROUND,
        ),
        "groups.groups": (
            _l("The groups of the program as the roster has them, with the people in them."),
            _l(
                "A group with fewer members than the threshold never gets results of its own. "
                "What its members say counts in the program's result."
            ),
            _NEXT_ROUND,
        ),
        "groups.group": (
            _l(
                "Choose people and move them to another group. The next page says what follows, "
                "before anything is saved."
            ),
            _NEXT_ROUND,
        ),
        "groups.without_group": (
            _l("Members of the program who are in no group. Choose some and move them into one."),
            _NEXT_ROUND,
        ),
        "groups.confirm_closing": (
            _l("What happens when a group is closed, before it is."),
            _NEXT_ROUND,
        ),
    }
)
