"""What the sender's domain tells receivers of its mail: SPF, DKIM, DMARC."""

import re
from collections.abc import Callable, Iterator, Sequence
from email.utils import parseaddr

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from app.operating.checks import Check
from config import Settings

_SECONDS = 5.0
_WEAK_POLICY = re.compile(r"(^|;)\s*p\s*=\s*none\s*(;|$)", re.IGNORECASE)
_KEY = re.compile(r"(^|;)\s*p\s*=\s*[A-Za-z0-9+/]")
# Gives the texts of a name, none where there is no such name.
Ask = Callable[[str], Sequence[str]]


class NoAnswerError(Exception):
    """The name servers gave no answer."""


def texts_of(name: str, resolver: Resolver | None = None) -> list[str]:
    """Return the TXT records of `name`, each in one piece.

    :param resolver: by default, that of this machine.
    :raises NoAnswerError: if nobody can say now.
    """
    try:
        found = (resolver or Resolver()).resolve(name, "TXT", lifetime=_SECONDS)
    except (NXDOMAIN, NoAnswer):
        return []
    except (DNSException, OSError):
        raise NoAnswerError from None
    return [b"".join(record.strings).decode("utf-8", "replace") for record in found]


def check_domain(settings: Settings, selector: str | None, ask: Ask = texts_of) -> Iterator[Check]:
    """Yield how the domain of CHORUS_MAIL_FROM vouches for its mail.

    :param selector: under which the relay's DKIM key is published; no record names it.
    """
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
    try:
        yield _spf(domain, ask)
        yield _dkim(domain, selector, ask)
        yield _dmarc(domain, ask)
    except NoAnswerError:
        yield Check("Sender's domain", "unknown", "The name servers of this machine do not answer.")


def _spf(domain: str, ask: Ask) -> Check:
    """Source: RFC 7208, 3.2 and 4.5: one record, else receivers take none."""
    records = [text for text in ask(domain) if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]
    todo = f"Publish one TXT record for {domain} that names your relay and ends with -all or ~all."
    if len(records) != 1:
        many = "no SPF record" if not records else f"{len(records)} SPF records, so none counts"
        return Check("SPF", "bad", f"{domain} has {many}.", todo)
    if re.search(r" \+?all\b", records[0], re.IGNORECASE):
        return Check("SPF", "bad", f"{domain} lets everybody send in its name.", todo)
    return Check("SPF", "good", f"{domain} says who may send in its name.")


def _dkim(domain: str, selector: str | None, ask: Ask) -> Check:
    """Source: RFC 6376, 3.6.1: an empty p= is a key that was withdrawn."""
    if selector is None:
        said = "The relay's selector is not known here."
        return Check("DKIM", "unknown", said, "Say it: --dkim SELECTOR")
    name = f"{selector}._domainkey.{domain}"
    if any(_KEY.search(text) for text in ask(name)):
        return Check("DKIM", "good", f"{name} holds a key. Whether the relay signs, a mail shows.")
    return Check("DKIM", "bad", f"{name} holds no key.", "Publish the relay's public key there.")


def _dmarc(domain: str, ask: Ask) -> Check:
    """Source: RFC 7489, 6.6.3: of the domain itself, else of the one above it."""
    todo = f"Publish a TXT record at _dmarc.{domain}: v=DMARC1; p=reject"
    above = domain.partition(".")[2]
    for name in (domain, above) if "." in above else (domain,):
        records = [text for text in ask(f"_dmarc.{name}") if text.startswith("v=DMARC1")]
        if len(records) == 1 and _WEAK_POLICY.search(records[0]):
            said = f"{name} asks receivers to take forged mail all the same (p=none)."
            return Check("DMARC", "look", said, todo)
        if len(records) == 1:
            return Check("DMARC", "good", f"{name} asks receivers to refuse forged mail.")
    return Check("DMARC", "bad", f"{domain} has no DMARC record.", todo)
