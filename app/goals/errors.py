"""What can be wrong with a goal."""


class GoalError(Exception):
    """The goal can't be had so; the text is for the person who asked."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class NoSuchGoalError(GoalError):
    """This program has no such goal, or it has been changed or ended since you opened this page."""


class TargetError(GoalError):
    """Choose what is to move: the score, or a question of this program's check-in."""


class GoalTakenError(GoalError):
    """There is a goal for this already. Change that one, or end it first."""


class TooManyGoalsError(GoalError):
    """A program has at most three goals at a time. End one first."""


class PointsError(GoalError):
    """Write a whole number of points, 1 to 100: the scale has no more."""


class DueDayError(GoalError):
    """Choose a day from two weeks to three years from today."""
