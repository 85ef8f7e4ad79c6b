"""What can be wrong when one person is added, changed or put somewhere."""

from dataclasses import dataclass

from flask_babel import gettext as _


@dataclass(frozen=True)
class FieldFault:
    """What is wrong in a form: the field's id, and the sentence that says how to mend it."""

    field: str
    sentence: str


class PersonFaultError(Exception):
    """The roster can't be had so; the fault is for the person who asked."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = FieldFault(field, sentence)


def address_taken() -> PersonFaultError:
    """Return the refusal of an address that somebody has."""
    return PersonFaultError(
        "address", _("Somebody on the roster has this address. Look for it on the page before.")
    )


def address_forgotten() -> PersonFaultError:
    """Return the refusal of an address whose person asked to be forgotten."""
    return PersonFaultError(
        "address",
        _(
            "The person with this address asked to be forgotten. If they want to take part again,"
            " the operator can let them: flask chorus people readmit."
        ),
    )


def address_was_asked() -> PersonFaultError:
    """Return the refusal to give somebody who was asked another address."""
    return PersonFaultError(
        "address",
        _(
            "This person was asked under the old address, so it stays theirs. Add the new address"
            " as a new person, and let this one leave."
        ),
    )
