"""Named errors of this package; the docstring of each is the sentence that a person reads.

None takes an argument, so no value that was refused can slip into a message or a log.
"""


class CryptoError(Exception):
    """The cryptography of Chorus refused its input."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class EncodingError(CryptoError):
    """This value is not written the way the protocol writes it."""


class DamagedLinkError(CryptoError):
    """This link is damaged or incomplete."""


class DamagedReceiptError(CryptoError):
    """A receipt has 16 letters and digits, and this is not one."""


class InvalidKeyError(CryptoError):
    """This is not a key of the kind that is needed here."""


class InvalidBlindedMessageError(CryptoError):
    """The blinded value has the wrong length or is out of range."""


class InvalidSignatureError(CryptoError):
    """The signature does not belong to this message and key."""


class SigningFaultError(CryptoError):
    """The computed signature failed its own check and was thrown away."""


class InvalidInputMessageError(CryptoError):
    """This is not the message of a ballot."""


class InvalidLengthError(CryptoError):
    """A fixed-length value has the wrong length."""


class InvalidPaddingError(CryptoError):
    """The ballot does not fit its fixed size, or is not padded as agreed."""


class InvalidMessageError(CryptoError):
    """This message is empty, too long, or not written as agreed."""


class InvalidShareError(CryptoError):
    """A share is out of range, damaged or given twice."""


class InvalidThresholdError(CryptoError):
    """A secret can be split only so that between one and all of the shares open it."""


class UnsealError(CryptoError):
    """The sealed value does not open with this key and context."""


class DecryptionError(CryptoError):
    """The stored value does not open with this key in this place."""


class WrongKeyError(DecryptionError):
    """The stored value was encrypted under another key."""
