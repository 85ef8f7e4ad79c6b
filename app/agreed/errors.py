"""What can be wrong with what was agreed."""

from flask_babel import gettext as _


class AgreedError(Exception):
    """It can't be noted so; the text is for the mentor who typed it."""


class NoSuchActionError(AgreedError):
    """Another mentor of the circle has erased it."""

    def __init__(self) -> None:
        super().__init__(_("This is no longer on the list: another mentor has erased it."))


class NothingWrittenError(AgreedError):
    """Nothing was typed."""

    def __init__(self) -> None:
        super().__init__(_("Write what you agreed on first."))


class LongWordsError(AgreedError):
    """It is longer than one thing needs."""

    def __init__(self, over: int) -> None:
        super().__init__(
            _(
                "Too long by %(over)s characters. Write one thing, and the next by itself.",
                over=over,
            )
        )


class TooManyOpenError(AgreedError):
    """The list is as long as a talk can look back on."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _(
                "There are %(most)s already, as many as a talk can look back on. "
                "Say first how one of them went.",
                most=most,
            )
        )


class MentionsSomebodyError(AgreedError):
    """It looks as if it named somebody; nothing is masked, the mentor decides."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This seems to mention a name, an address or a number. Say it without, so that "
                "nobody stands here by name; or keep it, if it is an ordinary word."
            )
        )
