"""Put the overview into words: how programs stand, how many are how, what comes next."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from app.languages import weekday
from app.results.standings import UNMONITORED, UNSCORED
from surveys.sentences import said
from surveys.wording import STATE_WORDS

BY_NEED = ("declining", "watch", UNMONITORED, "recovering", "learning", "steady", UNSCORED)
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        **STATE_WORDS,
        UNMONITORED: said(
            "Too few rounds could be shown lately; that is no sign that all is well."
        ),
        UNSCORED: said(
            "These questions make no score, so no decline is looked for; look at each of them."
        ),
    }
)
STATE_NAMES = MappingProxyType(
    {
        "declining": lazy_gettext("declining"),
        "watch": lazy_gettext("watch"),
        UNMONITORED: lazy_gettext("can't be monitored"),
        "recovering": lazy_gettext("recovering"),
        "learning": lazy_gettext("learning"),
        "steady": lazy_gettext("steady"),
        UNSCORED: lazy_gettext("no score"),
    }
)


def count_line(states: Sequence[str]) -> str:
    """Return how many programs are how, needs first: "2 programs need you, 1 is recovering."."""
    counts = Counter(states)
    told: list[str] = []
    for state, first, further in _COUNTED:
        if counts[state]:
            told.append((further if told else first)(counts[state]))
    return f"{', '.join(told)}." if told else ""


def short_moment(moment: datetime, zone: str) -> str:
    """Return a moment on the clocks of a zone, without its year: "Friday 12 June, 17:00"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{weekday(local.date())}, {local:%H:%M}"


def threshold_of(k: int, *, reached: bool) -> str:
    """Return all that may be said of an open round with this threshold (D4)."""
    if reached:
        return _("%(k)s reached", k=k)
    return _("fewer than %(k)s", k=k)


_COUNTED: tuple[tuple[str, Callable[[int], str], Callable[[int], str]], ...] = (
    (
        "declining",
        lambda n: ngettext("%(num)d program needs you", "%(num)d programs need you", n),
        lambda n: ngettext("%(num)d needs you", "%(num)d need you", n),
    ),
    (
        "watch",
        lambda n: ngettext("%(num)d program is on watch", "%(num)d programs are on watch", n),
        lambda n: ngettext("%(num)d is on watch", "%(num)d are on watch", n),
    ),
    (
        "recovering",
        lambda n: ngettext("%(num)d program is recovering", "%(num)d programs are recovering", n),
        lambda n: ngettext("%(num)d is recovering", "%(num)d are recovering", n),
    ),
    (
        "steady",
        lambda n: ngettext("%(num)d program is steady", "%(num)d programs are steady", n),
        lambda n: ngettext("%(num)d is steady", "%(num)d are steady", n),
    ),
    (
        "learning",
        lambda n: ngettext(
            "%(num)d program is still being learned", "%(num)d programs are still being learned", n
        ),
        lambda n: ngettext("%(num)d is still being learned", "%(num)d are still being learned", n),
    ),
    (
        UNMONITORED,
        lambda n: ngettext(
            "%(num)d program can't be monitored (too few answers)",
            "%(num)d programs can't be monitored (too few answers)",
            n,
        ),
        lambda n: ngettext(
            "%(num)d can't be monitored (too few answers)",
            "%(num)d can't be monitored (too few answers)",
            n,
        ),
    ),
    (
        UNSCORED,
        lambda n: ngettext(
            "%(num)d program asks for no score", "%(num)d programs ask for no score", n
        ),
        lambda n: ngettext("%(num)d asks for no score", "%(num)d ask for no score", n),
    ),
)
