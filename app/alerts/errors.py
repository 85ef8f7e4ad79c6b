"""What can't be done to an alert; each error says so in one sentence."""

from datetime import date

from surveys.sentences import Day, said


class AlertError(Exception):
    """Something about an alert can't be done; its text is for the admin who tried."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class NoSuchAlertError(AlertError):
    """There is no such alert, or no such action of it."""


class AlertOverError(AlertError):
    """This alert is over: it takes notes, but no new owner and no new action."""


class NoSuchOwnerError(AlertError):
    """Choose one of the admins who can sign in now."""


class PastDueError(AlertError):
    """This day has passed. Choose today or a later day."""


class AlreadyDoneError(AlertError):
    """This action is done already."""


class DoneDayError(AlertError):
    """The day can't be ahead, nor before the alert was raised."""


class TooEarlyError(AlertError):
    """It is too early to say whether an action helped."""

    def __init__(self, day: date | None) -> None:
        super().__init__()
        if day is None:
            self.args = (said("Too early to say: wait until the action is done."),)
        else:
            self.args = (said("Too early to say: wait until %(day)s.", day=Day(day)),)
