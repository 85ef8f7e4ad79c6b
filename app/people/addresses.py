"""Mail addresses: the one form in which they are compared, looked up and written to."""

import re
import unicodedata
from collections.abc import Collection

from flask_babel import gettext as _

# RFC 5321 4.5.3.1: 64 octets before the @, 254 that fit a path with its angle brackets.
_LOCAL_MAX, _ADDRESS_MAX = 64, 254
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})+")


class InvalidAddressError(ValueError):
    """This is not a mail address that can be written to."""


class ForeignDomainError(ValueError):
    """The address lies outside the mail domains that may be invited."""


def normalise_address(text: str, domains: Collection[str] = ()) -> str:
    """Return the address as it is compared: stripped, NFC, without case.

    Case before the @ is dropped too: no mail system in use tells two people apart by it, and two
    spellings would be two invitations for one mailbox.

    :param domains: lower-case mail domains that are allowed; none given allows all.
    :raises InvalidAddressError: if its shape is wrong, or it has letters outside ASCII, which a
        relay may refuse (a domain has an ASCII form, "xn--...").
    :raises ForeignDomainError: if its domain is not among `domains`.
    """
    address = unicodedata.normalize("NFC", text.strip())
    # Checked before casefolding, which turns some other letters (a long s) into ASCII ones.
    if not address.isascii():
        raise InvalidAddressError(_("it has letters that many mail relays refuse"))
    address = address.casefold()
    local, at, domain = address.rpartition("@")
    if not at:
        raise InvalidAddressError(_("it has no @"))
    if not _LOCAL.fullmatch(local) or len(local) > _LOCAL_MAX:
        raise InvalidAddressError(_("the part before the @ can't be right"))
    if not _DOMAIN.fullmatch(domain) or len(address) > _ADDRESS_MAX:
        raise InvalidAddressError(_("the part after the @ can't be right"))
    if domains and domain not in domains:
        raise ForeignDomainError
    return address
