"""Invented rounds as the pages of real ones take them."""

from app.example.invented import OTHER, OWN, QUIET, invented
from app.results.pages import PROGRAM_NAME, Choice, ResultsPage
from app.results.report import make_report

_NAMES = {OWN: "Harbour circle", QUIET: "Lantern circle", OTHER: "Meadow circle"}
_PROGRAM = "An invented program"
_OUTLOOK = "The next round of a real program would be named here"


def circle_example(*, withheld: bool) -> ResultsPage:
    """Return what a mentor sees of a circle whose last round is shown, or withheld."""
    return _page(QUIET if withheld else OWN, "Your circle")


def team_example() -> ResultsPage:
    """Return what the program team sees of the whole program."""
    return _page(None, PROGRAM_NAME)


def _page(circle: str | None, name: str) -> ResultsPage:
    made = invented()
    chosen = made.rounds[-1]
    return ResultsPage(
        program_id="",
        program=_PROGRAM,
        group=_NAMES[circle] if circle else None,
        report=make_report(
            made.rounds, chosen, made.form, made.comments, group_id=circle, name=name
        ),
        rounds=(),
        groups=tuple(Choice(key, _NAMES[key], key == circle) for key in _NAMES),
        outlook=f"{_OUTLOOK}.",
    )
