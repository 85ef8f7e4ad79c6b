"""Which days people of a time zone work: its country from the tz database, then its holidays."""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel import Locale
from holidays import country_holidays, list_supported_countries

from surveys.quiet_hours import WorkingCalendar

_COMMENT = "#"


@cache
def calendar_of(time_zone: str) -> WorkingCalendar:
    """Return the working days of the country that the zone belongs to.

    A zone of no country, such as UTC, has weekends and no holidays. Holidays that only a part of
    a country keeps are not known: a time zone doesn't say where in it somebody lives.
    """
    zone = ZoneInfo(time_zone)
    country = country_of(time_zone)
    if country is None or country not in _supported():
        return WorkingCalendar(zone)
    known = country_holidays(country)  # works each year out when it is first asked for
    return WorkingCalendar(zone, frozenset(known.weekend), known)


def country_of(time_zone: str) -> str | None:
    """Return the ISO code of the country whose zone this is; None where it is no country's."""
    countries = _countries()
    return countries.get(time_zone) or countries.get(_renamed().get(time_zone, ""))


def calendar_words(time_zone: str, language: str) -> str:
    """Return the name of the country whose working days hold in a zone; empty for none.

    :param language: in which the name is said.
    """
    country = country_of(time_zone)
    if country is None or country not in _supported():
        return ""
    return Locale.parse(language).territories.get(country, country)


@cache
def _supported() -> frozenset[str]:
    return frozenset(list_supported_countries())


@cache
def _countries() -> dict[str, str]:
    """Return the country of each zone that has one. Source: zone.tab of the tz database.

    zone1970.tab joins countries whose clocks agreed since 1970, so it would give Oslo Germany's.
    """
    rows = [line.split("\t") for line in _lines("zone.tab") if not line.startswith(_COMMENT)]
    return {row[2]: row[0] for row in rows}


@cache
def _renamed() -> dict[str, str]:
    """Return the present name of each zone that has an old one too. Source: tzdata.zi, L lines."""
    rows = [line.split() for line in _lines("tzdata.zi")]
    return {row[2]: row[1] for row in rows if row[:1] == ["L"]}


def _lines(name: str) -> list[str]:
    return files("tzdata").joinpath("zoneinfo", name).read_text("utf-8").splitlines()
