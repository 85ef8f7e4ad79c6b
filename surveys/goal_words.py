"""Put goals into words that say no more than is known."""

from datetime import date
from types import MappingProxyType

from surveys.goals import Goal, Progress, Verdict
from surveys.wording import day_words

VERDICT_WORDS = MappingProxyType[Verdict, str](
    {
        "silent": "no released round since",
        "reached": "reached (likely)",
        "on the way": "on the way",
        "unclear": "can't tell yet",
        "not moving": "not moving",
        "further away": "further away",
    }
)


def wish_words(goal: Goal) -> str:
    """Return what a goal wants: "up by 8 points by 4 November 2026"."""
    return f"{_direction(goal.change)} by {_points(abs(goal.change))} by {_day(goal.due_on)}"


def start_sentence(goal: Goal, progress: Progress) -> str:
    """Return against what a goal is measured."""
    if progress.start is None:
        return "The first round that is released will be what it is measured against."
    anew = "Other questions are asked since it was set, so it starts anew. " * progress.anew
    rounds = progress.baseline
    if len(rounds) == 1:
        base = f"the round of {_day(rounds[0])}"
    else:
        base = f"the {len(rounds)} rounds up to {_day(rounds[-1])}"
    end = ""
    if progress.at_end:
        side = "top" if goal.change > 0 else "bottom"
        end = f" That is at the {side} of the scale, beyond which nothing can be seen."
    return f"{anew}Measured against {base}: about {_figure(progress.start)} of 100.{end}"


def distance_sentence(goal: Goal, progress: Progress) -> str:
    """Return how far it has come and how sure that is, none of it finer than the step."""
    if progress.moved is None or progress.chance is None or progress.latest is None:
        return "No round has been released since."
    latest = f"In the round of {_day(progress.latest)}"
    lowest, highest = progress.moved - progress.chance, progress.moved + progress.chance
    between = f"somewhere between {_moved(lowest)} and {_moved(highest)}"
    told = "about as before" if not progress.moved else f"about {_moved(progress.moved)}"
    still = _to_go(progress)
    return f"{latest}: {told}, {between}. {still}{_chance_sentence(goal, progress)}"


def chance_warning(goal: Goal, progress: Progress) -> str:
    """Return what can be seen at all of a goal that is about to be set; empty if unknown yet."""
    if progress.chance is None:
        return ""
    wanted = abs(goal.change)
    told = (
        f"In a group of this size chance moves this by about {_points(progress.chance)} "
        "from round to round."
    )
    if wanted <= progress.chance:
        return f"{told} A change of {wanted} is no more than that: it may come and not be seen."
    return f"{told} A change of {wanted} is more than that: if it comes, it can be seen."


def _to_go(progress: Progress) -> str:
    if progress.verdict == "reached":
        return ""
    if not progress.to_go:
        return "What is still to go is less than can be told apart. "
    return f"Still to go: about {_points(progress.to_go)}. "


def _chance_sentence(goal: Goal, progress: Progress) -> str:
    """Return what chance does to such a figure."""
    wanted, chance = abs(goal.change), progress.chance or 0
    if progress.verdict == "unclear" and wanted <= chance:
        return (
            f"A change of {wanted} is within what chance does in a group of this size: "
            f"about {_points(chance)}."
        )
    if progress.verdict in ("unclear", "not moving"):
        return f"That is no more than chance does in a group of this size: about {_points(chance)}."
    return f"In a group of this size chance moves it by about {_points(chance)}."


def _direction(change: float) -> str:
    return "up" if change > 0 else "down"


def _moved(points: float) -> str:
    return "0" if not points else f"{_figure(abs(points))} {_direction(points)}"


def _points(points: float) -> str:
    return f"{_figure(points)} point{'' if points == 1 else 's'}"


def _figure(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _day(day: date) -> str:
    return f"{day_words(day)} {day.year}"
