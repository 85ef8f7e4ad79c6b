"""Put goals into words that say no more than is known."""

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

from surveys.goals import Goal, Progress, Verdict
from surveys.sentences import Day, Sentence, counted, said, together

VERDICT_WORDS = MappingProxyType[Verdict, Sentence](
    {
        "silent": said("no released round since"),
        "reached": said("reached (likely)"),
        "on the way": said("on the way"),
        "unclear": said("can't tell yet"),
        "not moving": said("not moving"),
        "further away": said("further away"),
    }
)


def wish_words(goal: Goal) -> str:
    """Return what a goal wants: "up by 8 points by 4 November 2026"."""
    wanted, due = _points(abs(goal.change)), Day(goal.due_on, with_year=True)
    if goal.change > 0:
        return said("up by %(points)s by %(day)s", points=wanted, day=due)
    return said("down by %(points)s by %(day)s", points=wanted, day=due)


def start_sentence(goal: Goal, progress: Progress) -> str:
    """Return against what a goal is measured."""
    if progress.start is None:
        return said("The first round that is released will be what it is measured against.")
    anew = said("Other questions are asked since it was set, so it starts anew.")
    return together(
        anew if progress.anew else "",
        _base_sentence(progress.baseline, _figure(progress.start)),
        _end_sentence(goal, progress),
    )


def _base_sentence(rounds: Sequence[date], start: str) -> str:
    day = Day(rounds[-1], with_year=True)
    return counted(
        "Measured against the round of %(day)s: about %(start)s of 100.",
        "Measured against the %(number)s rounds up to %(day)s: about %(start)s of 100.",
        len(rounds),
        day=day,
        start=start,
    )


def _end_sentence(goal: Goal, progress: Progress) -> str:
    if not progress.at_end:
        return ""
    if goal.change > 0:
        return said("That is at the top of the scale, beyond which nothing can be seen.")
    return said("That is at the bottom of the scale, beyond which nothing can be seen.")


def distance_sentence(goal: Goal, progress: Progress) -> str:
    """Return how far it has come and how sure that is, none of it finer than the step."""
    if progress.moved is None or progress.chance is None or progress.latest is None:
        return said("No round has been released since.")
    ends = {
        "day": Day(progress.latest, with_year=True),
        "lowest": _moved(progress.moved - progress.chance),
        "highest": _moved(progress.moved + progress.chance),
    }
    if progress.moved:
        latest = said(
            "In the round of %(day)s: about %(moved)s, somewhere between %(lowest)s and "
            "%(highest)s.",
            moved=_moved(progress.moved),
            **ends,
        )
    else:
        latest = said(
            "In the round of %(day)s: about as before, somewhere between %(lowest)s and "
            "%(highest)s.",
            **ends,
        )
    return together(latest, _to_go(progress), _chance_sentence(goal, progress))


def chance_warning(goal: Goal, progress: Progress) -> str:
    """Return what can be seen at all of a goal that is about to be set; empty if unknown yet."""
    if progress.chance is None:
        return ""
    told = said(
        "In a group of this size chance moves this by about %(points)s from round to round.",
        points=_points(progress.chance),
    )
    if abs(goal.change) <= progress.chance:
        what = said(
            "A change of %(change)s is no more than that: it may come and not be seen.",
            change=abs(goal.change),
        )
    else:
        what = said(
            "A change of %(change)s is more than that: if it comes, it can be seen.",
            change=abs(goal.change),
        )
    return together(told, what)


def _to_go(progress: Progress) -> str:
    if progress.verdict == "reached":
        return ""
    if not progress.to_go:
        return said("What is still to go is less than can be told apart.")
    return said("Still to go: about %(points)s.", points=_points(progress.to_go))


def _chance_sentence(goal: Goal, progress: Progress) -> str:
    """Return what chance does to such a figure."""
    wanted, chance = abs(goal.change), progress.chance or 0
    points = _points(chance)
    if progress.verdict == "unclear" and wanted <= chance:
        return said(
            "A change of %(change)s is within what chance does in a group of this size: about "
            "%(points)s.",
            change=wanted,
            points=points,
        )
    if progress.verdict in ("unclear", "not moving"):
        return said(
            "That is no more than chance does in a group of this size: about %(points)s.",
            points=points,
        )
    return said("In a group of this size chance moves it by about %(points)s.", points=points)


def _moved(points: float) -> str:
    if not points:
        return "0"
    if points > 0:
        return said("%(figure)s up", figure=_figure(points))
    return said("%(figure)s down", figure=_figure(-points))


def _points(points: float) -> str:
    return counted("%(figure)s point", "%(figure)s points", points, figure=_figure(points))


def _figure(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
