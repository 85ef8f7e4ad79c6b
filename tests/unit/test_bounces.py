"""What mails that came back say, as mail systems write them, and whom they are about."""

from pathlib import Path

import pytest

from app.mail.bounce_addresses import (
    LONGEST_LOCAL_PART,
    BounceAddressError,
    CameBack,
    bounce_address,
    came_back_to,
    is_bounce_address,
)
from app.mail.reports import Verdict, addressed_to, read_report
from app.mail.sender import Sender
from tests.unit.mail_samples import sample_sender

SAMPLES = Path(__file__).parents[1] / "bounces"
KEY = "a secret of this installation, 32 characters"
PERSON = "234567890bcdfghj".replace("0", "2")


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("postfix_unknown_user", Verdict.HARD),
        ("exim_unrouteable", Verdict.HARD),
        ("exchange_not_found", Verdict.HARD),
        ("gmail_not_found", Verdict.HARD),
        ("qmail_no_mailbox", Verdict.HARD),  # not RFC 3464
        ("postfix_expired", Verdict.SOFT),
        ("exchange_mailbox_full", Verdict.SOFT),
        ("exchange_policy", Verdict.SOFT),
        ("postfix_delayed", Verdict.NOTHING),
        ("vacation", Verdict.NOTHING),
        ("exchange_out_of_office", Verdict.UNREAD),  # says nothing by which a program knows it
        ("not_a_report", Verdict.UNREAD),
    ],
)
def test_a_report_is_read_as_its_mail_system_meant_it(name: str, verdict: Verdict) -> None:
    content = (SAMPLES / f"{name}.eml").read_bytes()
    for ends in (content, content.replace(b"\n", b"\r\n")):
        assert read_report(ends) is verdict


def test_every_sample_is_in_the_table() -> None:
    marks = test_a_report_is_read_as_its_mail_system_meant_it.pytestmark
    assert {name for name, _ in marks[0].args[1]} == {path.stem for path in SAMPLES.glob("*.eml")}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"Content-Type: multipart/report\n\nx"])
def test_rubbish_is_no_report(content: bytes) -> None:
    assert read_report(content) is Verdict.UNREAD


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ("Action: failed\nStatus: 5.1.1", Verdict.HARD),
        ("Action: FAILED (bad)\nStatus: 5.1.1 (user unknown)", Verdict.HARD),
        ("Action: failed\nDiagnostic-Code: smtp; 550 5.1.2 no such domain", Verdict.HARD),
        ("Action: failed\nStatus: 5.2.1", Verdict.HARD),  # disabled
        ("Action: failed\nStatus: 5.4.1", Verdict.HARD),  # not in Exchange Online's directory
        ("Action: failed\nStatus: 5.4.14", Verdict.SOFT),  # a loop on the way
        ("Action: failed\nStatus: 5.1.8", Verdict.SOFT),  # about the sender
        ("Action: failed\nStatus: 5.2.2", Verdict.SOFT),  # full
        ("Action: failed\nStatus: 5.7.1", Verdict.SOFT),  # refused for what it is or from whom
        ("Action: failed\nStatus: 4.4.7", Verdict.SOFT),
        ("Action: failed", Verdict.UNREAD),
        ("Action: delivered\nStatus: 2.0.0", Verdict.NOTHING),
        ("Action: relayed\nStatus: 2.0.0", Verdict.NOTHING),
        ("Action: expanded\nStatus: 2.0.0", Verdict.NOTHING),
        ("Action: delayed\nStatus: 5.1.1", Verdict.NOTHING),
    ],
)
def test_action_and_status_decide(fields: str, verdict: Verdict) -> None:
    content = (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; a@example.org\n{fields}\n\n--b--\n"
    )
    assert read_report(content.encode()) is verdict


def test_an_address_leads_to_its_person_in_any_case_and_from_any_header() -> None:
    address = bounce_address(sample_sender(), KEY, PERSON)
    assert address.startswith(f"chorus+b.{PERSON}")
    assert is_bounce_address(address)
    assert came_back_to(KEY, address) == CameBack(PERSON, telling=False)
    assert came_back_to(KEY, f"x <{address.upper()}>") == CameBack(PERSON, telling=False)
    for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To"):
        content = f"{name}: {address}\nTo: postmaster@example.org\n\nx".encode()
        assert came_back_to(KEY, addressed_to(content)) == CameBack(PERSON, telling=False)


def test_a_forged_address_leads_to_nobody() -> None:
    address = bounce_address(sample_sender(), KEY, PERSON)
    other = bounce_address(sample_sender(), "another installation's secret, as long as it", PERSON)
    someone_else = address.replace(PERSON, PERSON[::-1])
    for forged in (other, someone_else, "chorus@example.org", "", address.replace("+b.", "+")):
        with pytest.raises(BounceAddressError):
            came_back_to(KEY, forged)


def test_the_longest_sender_makes_a_local_part_that_mail_systems_take() -> None:
    sender = Sender(f"{'c' * LONGEST_LOCAL_PART}@example.org", "X", "https://x.example")
    local = bounce_address(sender, KEY, PERSON).partition("@")[0]
    assert len(local) == 64
