"""What can be wrong with a round that somebody asks for."""

from surveys.sentences import said


class RoundError(Exception):
    """The round can't be had; the text is for the person who asked."""


class RoundUnderWayError(RoundError):
    """A round of this form is still under way in this program; wait until it has closed."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class TooFewPeopleError(RoundError):
    """Fewer people can be asked than the threshold needs."""

    def __init__(self, people: int, k: int, *, of_group: bool = False) -> None:
        if of_group:
            told = said(
                "This group, without its mentors and without admins, has %(people)s people who "
                "can be asked; at least %(k)s are needed. Ask the whole program instead: the "
                "group's answers count there.",
                people=people,
                k=k,
            )
        else:
            told = said(
                "This program has %(people)s people who can be asked; at least %(k)s are needed. "
                "Add people to the roster, or check who has unsubscribed.",
                people=people,
                k=k,
            )
        super().__init__(told)


class TooFewRatersError(RoundError):
    """Nobody has enough raters, and all raters together are fewer than the threshold needs."""

    def __init__(self, k: int) -> None:
        super().__init__(
            said(
                "Nobody has %(k)s raters who can be asked, and all raters together are fewer than "
                "%(k)s. Add people to the roster, or ask about somebody else.",
                k=k,
            )
        )


class CycleUnderWayError(RoundError):
    """A feedback cycle is still under way in this program; wait until it has closed."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class TooLateError(RoundError):
    """What was stopped can't be sent again: no closing time of its cycle is a day off."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class NoSuchCycleError(RoundError):
    """There is no such feedback cycle."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class NoSuchRoundError(RoundError):
    """There is no such round."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class NotPrintableError(RoundError):
    """Codes can be printed only while the round is open."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class NoCodesLeftError(RoundError):
    """All codes of this round have been printed. They were shown once and are kept nowhere."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class NotReplaceableError(RoundError):
    """Only an open round that nobody is at work on can be stopped and replaced."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class NotCancellableError(RoundError):
    """Only a round that is open, before its closing time, can be cancelled."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)
