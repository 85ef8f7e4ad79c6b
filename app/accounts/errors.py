"""What can go wrong with accounts; an error's text is the first line of its docstring."""


class AccountError(Exception):
    """Something about an account can't be done."""

    def __init__(self) -> None:
        super().__init__((type(self).__doc__ or "").partition("\n")[0])


class WrongCredentialsError(AccountError):
    """This address and this password don't open an account here."""


class TooManyTriesError(AccountError):
    """There were too many tries. Wait a quarter of an hour, then try again."""


class WrongCodeError(AccountError):
    """This code is not good, or it was used before. Wait for the next one and type that."""


class UsedCodeError(WrongCodeError):
    __doc__ = WrongCodeError.__doc__  # whoever typed it learns no more


class NoAppError(AccountError):
    """No app is set up for this account."""


class WrongPasskeyError(AccountError):
    """This passkey could not be used. Try again, or choose another way."""


class NamelessPasskeyError(AccountError):
    """Give the passkey a name of at most 60 characters."""


class HalfGoneError(AccountError):
    """That took too long. Begin again with your password."""


class StaleSessionError(AccountError):
    """You signed in a while ago. Sign in again before you change how you sign in."""


class LinkGoneError(AccountError):
    """This link is no longer good: it was used, it has expired, or a newer one replaced it."""


class WeakPasswordError(AccountError):
    """Another password is needed."""


class ShortPasswordError(WeakPasswordError):
    """Use at least 12 characters."""


class LongPasswordError(WeakPasswordError):
    """Use at most 128 characters."""


class CommonPasswordError(WeakPasswordError):
    """This one is easy to guess. Three or four words that don't belong together are better."""


class WrongPasswordError(AccountError):
    """This is not your current password."""


class UnequalPasswordsError(AccountError):
    """The two passwords are not the same. Type both again."""


class AlreadyAdminError(AccountError):
    """This address is an admin's already; reset the account to make a new link."""


class UnknownAdminError(AccountError):
    """No active admin has this address."""


class LastAdminError(AccountError):
    """This is the last active admin; add another one first."""


class RevealingAuditError(AccountError):
    """An audit entry holds words and random identifiers, never an address."""
