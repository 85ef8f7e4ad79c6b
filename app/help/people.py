"""Help on the screens about people, accounts, and the installation."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.help.shared import NEXT_ROUND

PEOPLE: Mapping[str, tuple[LazyString, ...]] = {
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
            "If you have forgotten the current one, whoever runs Chorus here can give you a "
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
    "accounts.audit": (
        _l(
            "What admins did and what the service destroyed, each entry sealed with the one "
            "before. Nothing can be taken out without showing."
        ),
        _l("Answers and who gave them are never in it."),
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
        NEXT_ROUND,
    ),
    "roster.person": (
        _l("What is stored about one person, and where they belong."),
        NEXT_ROUND,
    ),
    "roster_places.choose_place": (
        _l(
            "A member is asked, and is in one group of a program. A mentor reads the results "
            "of a group and may mentor several."
        ),
        NEXT_ROUND,
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
        NEXT_ROUND,
    ),
    "groups.groups": (
        _l("The groups of the program as the roster has them, with the people in them."),
        _l(
            "A group with fewer members than the threshold never gets results of its own. "
            "What its members say counts in the program's result."
        ),
        NEXT_ROUND,
    ),
    "groups.group": (
        _l(
            "Choose people and move them to another group. The next page says what follows, "
            "before anything is saved."
        ),
        NEXT_ROUND,
    ),
    "groups.without_group": (
        _l("Members of the program who are in no group. Choose some and move them into one."),
        NEXT_ROUND,
    ),
    "groups.confirm_closing": (
        _l("What happens when a group is closed, before it is."),
        NEXT_ROUND,
    ),
}
