"""Check what a person has noted or was sent: an earlier end of the audit log, a link."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.verifying.checks import Check, Checks, same
from app.verifying.fetching import FetchError, Site
from crypto import links
from crypto.errors import CryptoError


class UnreadableMarkError(Exception):
    """Write the noted end of the audit log as NUMBER:DIGEST, as /trust shows them."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


def audit_checks(site: Site, head: Mapping[str, Any], noted: str | None) -> Checks:
    """Yield whether the audit log still goes on from where it ended when that was noted.

    :param noted: "NUMBER:DIGEST"; None where nothing was noted.
    :raises UnreadableMarkError: if it is not written like that.
    """
    told = f"{head['number']}:{head['digest']}"
    if noted is None:
        yield Check("audit", "its latest entry, to be noted", True, told)
        return
    number, _, digest = noted.strip().partition(":")
    if not (number.isascii() and number.isdigit() and digest):
        raise UnreadableMarkError
    yield Check("audit", "nothing was cut off", int(head["number"]) >= int(number), f"now {told}")
    asked = site.fetch_json(f"/trust.json?audit={int(number)}")["audit"]["asked"] or {}
    seen = asked.get("digest")
    yield same("audit", f"entry {int(number)} is the one noted", digest.lower(), seen)


def link_checks(site: Site, link: str) -> Checks:
    """Yield whether a link leads here and pins the manifest that is served.

    The link is read on this machine. Of it only the round's public name is asked for.
    """
    parts = urlsplit(link.strip())
    pool = parts.path.removeprefix("/r/")
    yield same("link", "it leads to this address", site.origin, f"{parts.scheme}://{parts.netloc}")
    try:
        pin = links.parse_link(parts.fragment).pin
    except CryptoError:
        yield Check("link", "its code is whole", False, "copy it again from the mail")
        return
    yield Check("link", "its code is whole", True)
    try:
        manifest = site.fetch(f"/api/v1/pools/{pool}/manifest").content
    except FetchError as error:
        yield Check("link", "its round is here", False, str(error))
        return
    pinned = links.pin_of(links.manifest_hash(manifest)) == pin
    yield Check("link", "it pins this round's manifest", pinned, links.fingerprint(pin + bytes(16)))
