"""Time zones: what people write into a roster -> names of the tz database."""

import difflib
from functools import cache
from zoneinfo import available_timezones

# Not places: the machine's own zone, and the tz database's mark for "not set".
_NO_PLACES = frozenset({"localtime", "Factory"})

# Source: Unicode CLDR, windowsZones.xml, territory 001; the zones most organisations meet.
WINDOWS_ZONES = {
    "AUS Eastern Standard Time": "Australia/Sydney",
    "Arabian Standard Time": "Asia/Dubai",
    "Argentina Standard Time": "America/Buenos_Aires",
    "Atlantic Standard Time": "America/Halifax",
    "Canada Central Standard Time": "America/Regina",
    "Central America Standard Time": "America/Guatemala",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "Central Standard Time": "America/Chicago",
    "Central Standard Time (Mexico)": "America/Mexico_City",
    "China Standard Time": "Asia/Shanghai",
    "E. Africa Standard Time": "Africa/Nairobi",
    "E. Australia Standard Time": "Australia/Brisbane",
    "E. South America Standard Time": "America/Sao_Paulo",
    "Eastern Standard Time": "America/New_York",
    "Egypt Standard Time": "Africa/Cairo",
    "FLE Standard Time": "Europe/Kiev",
    "GMT Standard Time": "Europe/London",
    "GTB Standard Time": "Europe/Bucharest",
    "Greenwich Standard Time": "Atlantic/Reykjavik",
    "Hawaiian Standard Time": "Pacific/Honolulu",
    "India Standard Time": "Asia/Kolkata",
    "Israel Standard Time": "Asia/Jerusalem",
    "Korea Standard Time": "Asia/Seoul",
    "Mountain Standard Time": "America/Denver",
    "New Zealand Standard Time": "Pacific/Auckland",
    "Pacific SA Standard Time": "America/Santiago",
    "Pacific Standard Time": "America/Los_Angeles",
    "Romance Standard Time": "Europe/Paris",
    "Russian Standard Time": "Europe/Moscow",
    "SA Pacific Standard Time": "America/Bogota",
    "SE Asia Standard Time": "Asia/Bangkok",
    "Singapore Standard Time": "Asia/Singapore",
    "South Africa Standard Time": "Africa/Johannesburg",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Turkey Standard Time": "Europe/Istanbul",
    "US Mountain Standard Time": "America/Phoenix",
    "UTC": "UTC",
    "W. Australia Standard Time": "Australia/Perth",
    "W. Central Africa Standard Time": "Africa/Lagos",
    "W. Europe Standard Time": "Europe/Berlin",
}


class UnknownTimeZoneError(ValueError):
    """This is no name of a time zone; the sentence says what comes close, or how one looks."""


def resolve_time_zone(text: str) -> str:
    """Return the tz database's name of the zone that `text` names, in any case.

    :raises UnknownTimeZoneError: with a suggestion where there is a close one.
    """
    wanted = "_".join(text.split()).casefold()
    found = _zones().get(wanted)
    if found is None:
        raise UnknownTimeZoneError(_suggestion(wanted))
    return found


@cache
def _zones() -> dict[str, str]:
    """Return each accepted spelling, without case and spaces, and the zone it means."""
    zones = {name.casefold(): name for name in available_timezones() - _NO_PLACES}
    windows = {
        "_".join(name.split()).casefold(): zone
        for name, zone in WINDOWS_ZONES.items()
        if zone.casefold() in zones
    }
    return {**windows, **zones}


def _suggestion(wanted: str) -> str:
    names = _zones()
    # "Berlin" alone is the commonest slip, so cities are compared as well as whole names.
    cities = {name.rpartition("/")[2]: zone for name, zone in names.items() if "/" in zone}
    city = wanted.rpartition("/")[2]
    close = [names[name] for name in difflib.get_close_matches(wanted, names, 1, 0.75)]
    close += [cities[name] for name in difflib.get_close_matches(city, cities, 1, 0.75)]
    if close:
        return f"did you mean {close[0]}?"
    return "write it as area and city, such as Europe/Berlin"
