"""Sentences that stand on several screens."""

from flask_babel import lazy_gettext as _l

WITHHELD = _l(
    "“Withheld” says that something is not shown. It never says why: there are several reasons, "
    "and telling which would tell about people."
)
NO_FILTER = _l(
    "There is no filter by department, age or anything else. Two tables that differ by one person "
    "tell what that person answered."
)
BANDS = _l("Counts under 20 are told as bands, and figures are rounded: coarser for fewer people.")
FROZEN = _l(
    "A round that has started can't be changed: who is asked, the threshold, the closing times and "
    "who sees the result are fixed."
)
NEXT_ROUND = _l(
    "Changes hold from the next round on. An open round goes on with the people and groups of its "
    "beginning."
)
