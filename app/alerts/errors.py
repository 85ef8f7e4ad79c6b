"""What can't be done to an alert; each error says so in one sentence."""

from datetime import date

from surveys.wording import day_words


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
        after = "the action is done" if day is None else f"{day_words(day)}"
        self.args = (f"Too early to say: wait until {after}.",)
