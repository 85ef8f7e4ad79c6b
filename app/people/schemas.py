"""What the forms about one person take."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from app.languages import told
from app.people.addresses import ForeignDomainError, InvalidAddressError, normalise_address
from app.people.errors import PersonFaultError
from app.people.plain_text import FORMULA_MARKS, MAX_CHARACTERS, has_unseen, tidy_text
from app.people.roster_words import read_language
from app.people.time_zones import resolve_time_zone
from surveys.errors import UnknownZoneError

ROLES = ("member", "mentor")


@dataclass(frozen=True)
class TypedPerson:
    """A person as typed; the address is normalised."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    time_zone: str
    language: str


@dataclass(frozen=True)
class TypedPlace:
    """A place as typed: ids, the group's empty for none."""

    program_id: str
    group_id: str
    role: str


def read_person(form: Mapping[str, str], domains: Collection[str]) -> TypedPerson:
    """Return the typed person.

    :param domains: mail domains that may be invited; none given allows all.
    :raises PersonFaultError: for the first field that holds something else than it asks for.
    """
    return TypedPerson(
        name=_name(form.get("name", "")),
        address=_address(form.get("address", ""), domains),
        time_zone=_zone(form.get("time_zone", "")),
        language=_language(form.get("language", "")),
    )


def read_place(form: Mapping[str, str]) -> TypedPlace:
    """Return the typed place.

    :raises PersonFaultError: for a role that is none, or a mentor of nobody.
    """
    place = TypedPlace(form.get("program", ""), form.get("group", ""), form.get("role", "member"))
    if place.role not in ROLES:
        raise PersonFaultError("role", _("Choose one of these."))
    if place.role == "mentor" and not place.group_id:
        raise PersonFaultError("group", _("A mentor needs a group; choose which."))
    return place


def _name(text: str) -> str:
    name = tidy_text(text)
    if not name or len(name) > MAX_CHARACTERS:
        raise PersonFaultError(
            "name", _("Write a name of 1 to %(most)s characters.", most=MAX_CHARACTERS)
        )
    if has_unseen(name) or name[0] in FORMULA_MARKS:
        raise PersonFaultError("name", _("Write the name in plain text."))
    return name


def _address(text: str, domains: Collection[str]) -> str:
    try:
        return normalise_address(tidy_text(text), domains)
    except InvalidAddressError as error:
        sentence = _("This is no mail address: %(reason)s; correct it.", reason=str(error))
    except ForeignDomainError:
        sentence = _("The address is outside the mail domains that may be invited; correct it.")
    raise PersonFaultError("address", sentence)


def _zone(text: str) -> str:
    try:
        return resolve_time_zone(tidy_text(text))
    except UnknownZoneError as error:
        raise PersonFaultError("time_zone", told(error)) from None


def _language(text: str) -> str:
    language = read_language(tidy_text(text)) if text.strip() else ""
    if language is None:
        raise PersonFaultError(
            "language", _("Write a language's tag, such as en or de, or nothing.")
        )
    return language
