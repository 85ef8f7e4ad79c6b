"""What stands before the first question, read from the manifest and put into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.languages import hour

COMMENT_CROWD = 8  # D8: comments need this many ballots even where k is smaller
_ROLES = {
    "mentor": lazy_gettext("all mentors of the program"),
    "group_mentor": lazy_gettext("your circle's mentors"),
    "subject": lazy_gettext(
        "only whom it is about; the mean of 3 such results or more: all of these and the "
        "program team"
    ),
    "subjects": lazy_gettext("all whom it is about"),
    "admin": lazy_gettext("the program team"),
}
_RESPONDENTS = "respondents"


@dataclass(frozen=True)
class Terms:
    """Who sees the result, how, when; in UTC, since a page without a script knows no other.

    :ivar opening: after which closing times it may be opened, all that the manifest names.
    """

    who: str
    k: int
    k_before: int | None
    opening: str
    crowd: int
    of_group: bool
    tells_respondents: bool


def terms_of(manifest: Mapping[str, Any]) -> Terms:
    """Return the terms that a manifest states."""
    closes = [_words(datetime.fromisoformat(moment)) for moment in manifest["closes"]]
    return Terms(
        who=_(", ").join(
            str(_ROLES.get(role, role)) for role in manifest["audience"] if role != _RESPONDENTS
        ),
        k=manifest["k"],
        k_before=manifest.get("k_before"),
        opening=_opening(*closes),
        crowd=max(manifest["k"], COMMENT_CROWD),
        of_group="group_mentor" in manifest["audience"],
        tells_respondents=_RESPONDENTS in manifest["audience"],
    )


def _opening(first: str, second: str = "", last: str = "") -> str:
    if not second:
        return _("once, after %(first)s", first=first)
    if not last:
        return _(
            "once, after %(first)s; if too few have answered by then, after %(second)s",
            first=first,
            second=second,
        )
    return _(
        "once, after %(first)s; if too few have answered by then, after %(second)s, "
        "at the latest after %(last)s",
        first=first,
        second=second,
        last=last,
    )


def _words(moment: datetime) -> str:
    return _("%(moment)s UTC", moment=hour(moment))
