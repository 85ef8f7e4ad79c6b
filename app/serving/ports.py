"""Which ports the parts need, and whether they are free."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from urllib.parse import urlsplit

from config import Settings

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Place:
    """Where a part listens."""

    part: str
    host: str
    port: int


def web_place(settings: Settings) -> Place:
    """Return where the pages are served."""
    return Place("web", settings.host, settings.port)


def cast_place(settings: Settings) -> Place | None:
    """Return where the casting process listens; None where it is none of its own."""
    if settings.cast_port is None:
        return None
    return Place("cast", settings.host, settings.cast_port)


def mail_place(settings: Settings) -> Place | None:
    """Return where the development mail server listens; None where a real relay takes mail."""
    relay = urlsplit(settings.smtp_url)
    if not settings.development or settings.mailer != "smtp":
        return None
    if relay.hostname not in _LOOPBACK or relay.port is None:
        return None
    return Place("mail", relay.hostname, relay.port)


def taken_places(places: Sequence[Place]) -> list[Place]:
    """Return those of `places` on which another program listens."""
    return [place for place in places if _is_taken(place)]


def answers(place: Place) -> bool:
    """Return whether the pages at `place` are served already."""
    connection = HTTPConnection(_reachable(place.host), place.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _reachable(host: str) -> str:
    """Return the address under which this machine reaches a server that listens on `host`."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"


def _is_taken(place: Place) -> bool:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: connections of an earlier run that still linger are no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except OSError:
            return True
    return False
