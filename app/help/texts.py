"""What each screen is for and what people ask about it, in a few sentences, by its endpoint."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel.speaklater import LazyString

from app.help.people import PEOPLE
from app.help.programs import PROGRAMS
from app.help.results import RESULTS

TEXTS: Mapping[str, tuple[LazyString, ...]] = MappingProxyType({**RESULTS, **PROGRAMS, **PEOPLE})
