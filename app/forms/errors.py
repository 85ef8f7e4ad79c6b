"""What can be wrong with an own form."""


class FormError(Exception):
    """The form can't be had so; the text is for the person who asked."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class UnknownFormError(FormError):
    """There is no such form."""


class FormChangedError(FormError):
    """Somebody else saved this form since you opened it. Save again to replace what they wrote."""


class FormInUseError(FormError):
    """A program asks this form or has asked it, so it stays: results name its questions."""


class NoLanguageError(FormError):
    """Choose at least one language."""
