"""What can be wrong with a program, a group or a schedule."""

from collections.abc import Sequence

from surveys.sentences import Listing, Sentence, said, together


class ProgramError(Exception):
    """The program can't be had so; the text is for the person who asked."""

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or type(self).__doc__)


class UnknownProgramError(ProgramError):
    """There is no program with this name."""

    def __init__(self, close: Sequence[str] = ()) -> None:
        super().__init__(_with_hint(said("There is no program with this name."), close))


class UnknownGroupError(ProgramError):
    """This program has no group with this name."""

    def __init__(self, close: Sequence[str] = ()) -> None:
        super().__init__(_with_hint(said("This program has no group with this name."), close))


def _with_hint(sentence: Sentence, close: Sequence[str]) -> str:
    if not close:
        return sentence
    return together(sentence, said("Did you mean %(names)s?", names=Listing(close, either=True)))


class NameTakenError(ProgramError):
    """This name is taken; choose another, differing in more than upper and lower case."""


class NameShapeError(ProgramError):
    """A name has 1 to 120 characters, all of them visible, and does not begin like a formula."""


class OpenDaysError(ProgramError):
    """A round is open for 1 to 14 days, and closes before the schedule's next one opens."""


class ScheduleShapeError(ProgramError):
    """A schedule is every 1 to 26 weeks, on a weekday, at a time such as 09:00."""
