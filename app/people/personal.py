"""What is personal on a person's row, encrypted in its place; the address found by keyed hash."""

from app.models.identity.person import Person
from app.people.addresses import normalise_address
from crypto import envelope

_TABLE = "person"


def sealed_columns(
    roster_key: envelope.DataKey, person_id: str, name: str, address: str
) -> dict[str, bytes]:
    """Return the encrypted columns of a person and the look-up value.

    :param address: normalised.
    """
    row = person_id.encode()
    return {
        "name": sealed_name(roster_key, person_id, name),
        "address": envelope.encrypt(
            roster_key, address.encode(), table=_TABLE, column="address", row=row
        ),
        "address_lookup": envelope.lookup(roster_key, address),
    }


def sealed_name(roster_key: envelope.DataKey, person_id: str, name: str) -> bytes:
    """Return the encrypted column of a person's name."""
    row = person_id.encode()
    return envelope.encrypt(roster_key, name.encode(), table=_TABLE, column="name", row=row)


def open_name(roster_key: envelope.DataKey, person_id: str, sealed: bytes) -> str:
    """Return the name in the encrypted column `sealed` of a person's row."""
    row = person_id.encode()
    return envelope.decrypt(roster_key, sealed, table=_TABLE, column="name", row=row).decode()


def open_address(roster_key: envelope.DataKey, person: Person) -> str:
    """Return a person's normalised mail address."""
    row = person.id.encode()
    return envelope.decrypt(
        roster_key, person.address, table=_TABLE, column="address", row=row
    ).decode()


def address_lookups(roster_key: envelope.DataKey, address: str) -> list[bytes]:
    """Return the value by which a person with this address is found, however it is written.

    :raises InvalidAddressError: if it is no mail address.
    """
    return envelope.lookups(roster_key, normalise_address(address))
