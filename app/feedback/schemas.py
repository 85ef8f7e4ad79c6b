"""What the form about a feedback cycle takes: shapes only."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from app.programs.errors import ProgramError
from app.programs.schemas import AGAIN_AFTER, Fault, ShapeError, whole_number
from app.rounds.errors import RoundError
from surveys.errors import SurveyError
from surveys.lifecycle import MOST_CLOSES
from surveys.raters import ABOUT, MENTORS

# Days until the first closing time: to think about several people takes longer than a check-in.
OPEN_DAYS = (7, 14)
# What a service refuses about a form; anything else is a fault of the program.
REFUSALS = (ProgramError, RoundError, SurveyError)


@dataclass(frozen=True)
class Wish:
    """A feedback cycle as an admin asks for it.

    :ivar about: one of surveys.raters.ABOUT.
    :ivar days: to the first closing time; `again` from each to the next.
    :ivar closes: how many closing times, 1 to 3.
    """

    about: str
    days: int
    closes: int
    again: int

    @property
    def all_days(self) -> list[int]:
        """Return the days from the launch to the first closing time, and from each to the next."""
        return [self.days, *[self.again] * (self.closes - 1)]


def read_wish(form: Mapping[str, str]) -> Wish:
    """Return the cycle that is asked for; without a word more, one about mentors.

    :raises ShapeError: for something that is not offered.
    """
    typed = {
        "about": MENTORS,
        "days": str(OPEN_DAYS[0]),
        "closes": "1",
        "again": str(AGAIN_AFTER[0]),
        **form,
    }
    wish = Wish(typed["about"], *(whole_number(typed, n) for n in ("days", "closes", "again")))
    if wish.about not in ABOUT:
        raise ShapeError(Fault("about", _("Choose whom it is about.")))
    if wish.days not in OPEN_DAYS:
        raise ShapeError(Fault("days", _("Choose one of these.")))
    if not 1 <= wish.closes <= MOST_CLOSES:
        raise ShapeError(Fault("closes", _("Choose one, two or three closing times.")))
    if wish.again not in AGAIN_AFTER:
        raise ShapeError(Fault("again", _("Choose one of these.")))
    return wish
