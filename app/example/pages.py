"""Invented rounds as the pages of real ones take them."""

from flask_babel import lazy_gettext

from app.example.invented import OTHER, OWN, QUIET, invented
from app.results.pages import PROGRAM_NAME, Choice, ResultsPage
from app.results.report import make_report
from app.results.words import YOUR_CIRCLE

_NAMES = {
    OWN: lazy_gettext("Harbour circle"),
    QUIET: lazy_gettext("Lantern circle"),
    OTHER: lazy_gettext("Meadow circle"),
}
_PROGRAM = lazy_gettext("An invented program")
_OUTLOOK = lazy_gettext("The next round of a real program would be named here.")


def circle_example(*, withheld: bool) -> ResultsPage:
    """Return what a mentor sees of a circle whose last round is shown, or withheld."""
    return _page(QUIET if withheld else OWN, YOUR_CIRCLE)


def team_example() -> ResultsPage:
    """Return what the program team sees of the whole program."""
    return _page(None, PROGRAM_NAME)


def _page(circle: str | None, name: str) -> ResultsPage:
    made = invented()
    chosen = made.rounds[-1]
    return ResultsPage(
        program_id="",
        program=str(_PROGRAM),
        group=str(_NAMES[circle]) if circle else None,
        report=make_report(
            made.rounds, chosen, made.form, made.comments, group_id=circle, name=name
        ),
        rounds=(),
        groups=tuple(Choice(key, str(_NAMES[key]), key == circle) for key in _NAMES),
        outlook=str(_OUTLOOK),
    )
