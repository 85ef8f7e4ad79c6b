"""What the doctor makes of a sender's domain, by tables and by a name server on this machine."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dns.message
import dns.rcode
import dns.rrset
import pytest
from dns.resolver import Resolver

from app.operating.domain import NoAnswerError, check_domain, texts_of
from config import Settings
from tests.databases import development_settings

SPF = "v=spf1 ip4:192.0.2.1 -all"
KEY = "v=DKIM1; k=rsa; p=MIIBIjANBg"
DMARC = "v=DMARC1; p=reject; rua=mailto:dmarc@example.org"
GOOD = {
    "mail.example.org": (SPF, "another text"),
    "s1._domainkey.mail.example.org": (KEY,),
    "_dmarc.mail.example.org": (DMARC,),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose sender is at mail.example.org."""
    return replace(development_settings(tmp_path), mail_from="Chorus <chorus@mail.example.org>")


@pytest.mark.parametrize(
    ("changed", "name", "verdict"),
    [
        ({}, "SPF", "good"),
        ({"mail.example.org": ("v=spf1 include:relay.example ~all",)}, "SPF", "good"),
        ({"mail.example.org": ()}, "SPF", "bad"),
        ({"mail.example.org": (SPF, SPF)}, "SPF", "bad"),
        ({"mail.example.org": ("v=spf1 +all",)}, "SPF", "bad"),
        ({"mail.example.org": ("v=spf10 -all",)}, "SPF", "bad"),
        ({}, "DKIM", "good"),
        ({"s1._domainkey.mail.example.org": ()}, "DKIM", "bad"),
        ({"s1._domainkey.mail.example.org": ("v=DKIM1; p=",)}, "DKIM", "bad"),
        ({}, "DMARC", "good"),
        ({"_dmarc.mail.example.org": ("v=DMARC1; p=none",)}, "DMARC", "look"),
        ({"_dmarc.mail.example.org": ("v=DMARC1; sp=none; p=quarantine",)}, "DMARC", "good"),
        ({"_dmarc.mail.example.org": ()}, "DMARC", "bad"),
        ({"_dmarc.mail.example.org": (), "_dmarc.example.org": (DMARC,)}, "DMARC", "good"),
    ],
)
def test_each_record_is_judged(
    settings: Settings, changed: dict[str, tuple[str, ...]], name: str, verdict: str
) -> None:
    records = {**GOOD, **changed}
    checks = check_domain(settings, "s1", lambda asked: records.get(asked, ()))
    assert {check.name: check.verdict for check in checks}[name] == verdict


def test_without_a_selector_nothing_is_said_of_dkim(settings: Settings) -> None:
    checks = {check.name: check for check in check_domain(settings, None, lambda _: ())}
    assert checks["DKIM"].verdict == "unknown" and "--dkim" in checks["DKIM"].todo


def test_name_servers_that_do_not_answer_are_no_fault_of_the_domain(settings: Settings) -> None:
    def nobody(_name: str) -> tuple[str, ...]:
        raise NoAnswerError

    (check,) = check_domain(settings, "s1", nobody)
    assert (check.name, check.verdict) == ("Sender's domain", "unknown")


@pytest.fixture
def resolver() -> Iterator[Resolver]:
    """A resolver that asks a name server on this machine, which knows one name."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            wire, client = server.recvfrom(4096)
            if not wire:
                return
            answer = dns.message.make_response(dns.message.from_wire(wire))
            name = answer.question[0].name
            if name.to_text() == "long.example.org.":
                text = '"v=spf1 ip4:192.0.2.1 " "-all"'
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", text))
            elif name.to_text() == "broken.example.org.":
                answer.set_rcode(dns.rcode.SERVFAIL)
            else:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            server.sendto(answer.to_wire(), client)

    serving = threading.Thread(target=serve)
    serving.start()
    made = Resolver(configure=False)
    made.nameservers, made.port = ["127.0.0.1"], server.getsockname()[1]
    yield made
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
        ending.sendto(b"", server.getsockname())
    serving.join()
    server.close()


def test_records_are_asked_for_and_put_together(resolver: Resolver) -> None:
    assert texts_of("long.example.org", resolver) == ["v=spf1 ip4:192.0.2.1 -all"]
    assert texts_of("nobody.example.org", resolver) == []
    with pytest.raises(NoAnswerError):
        texts_of("broken.example.org", resolver)
