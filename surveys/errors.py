"""Name every rule of the subject that can be broken, each with one sentence for a person."""


class SurveyError(Exception):
    """A rule of the survey was broken."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__)


class ThresholdError(SurveyError):
    """The threshold can't be lower than 4 people."""


class CellTreeError(SurveyError):
    """The cells of a round don't form a tree whose parts add up."""


class InvalidFormError(SurveyError):
    """This form is not complete or not consistent."""


class FormTooLargeError(InvalidFormError):
    """The answers to this form would not fit the largest sealed ballot: ask for less text."""


class EmptySupportError(InvalidFormError):
    """A form can't be launched while its support panel names nobody to turn to."""


class UnknownInstrumentError(SurveyError):
    """There is no instrument or scoring with this name."""


class InvalidAnswerError(SurveyError):
    """This ballot does not fit its form."""


class ClosingTimesError(SurveyError):
    """These closing times break a rule of rounds."""


class UnknownZoneError(SurveyError):
    """There is no time zone with this name."""


class UnfinishedFormError(SurveyError):
    """Something is missing in this form still. Open it under Forms to see what."""


class ItemChoiceError(SurveyError):
    """The pulse asks three to six of its questions."""


class ScheduleError(SurveyError):
    """This schedule can't be followed."""


class NothingAssessedError(SurveyError):
    """There is no trend to put into words: too few rounds are shown, or the last is withheld."""
