"""What comes back: a dead address is suspended and its link revoked; anything else does less."""

import os
import smtplib
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import func, select

from app.clock import current_clock
from app.development.sink import make_sink
from app.extensions import identity
from app.invites.service import check_link
from app.jobs.bounces import read_bounces
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.bounce_addresses import is_bounce_address
from app.mail.maildir import store_message
from app.mail.mailer import MemoryMailer, SmtpMailer, set_mailer
from app.models.identity.bounce import Bounce
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.people.service import person_by_address
from app.vault import current_vault
from config import Settings
from tests import rounds
from tests.applications import FixedClock
from tests.rounds import OpenRound

SAMPLES = Path(__file__).parents[1] / "bounces"
WHO, OTHER = "north.1@example.org", "north.2@example.org"


def _sample(name: str, bounces_to: str) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes().replace(b"@@TO@@", bounces_to.encode())


@pytest.fixture
def opened(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """An open round of seven people."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 6}))
    return rounds.launch(app, mailer)


@pytest.fixture
def senders(opened: OpenRound, mailer: MemoryMailer) -> dict[str, str]:
    """The envelope sender of each address's invitation."""
    return {mail.recipient: mail.sender for mail in mailer.mails}


def _person(address: str) -> Person:
    with identity.begin() as session:
        person = person_by_address(session, current_vault().roster_key(), address)
        assert person is not None
        return person


def _link_state(opened: OpenRound, address: str) -> str:
    link = opened.links[address]
    with identity.read() as session:
        now = current_clock().now()
        return check_link(session, opened.pool_id, link.token, link.cell, now)


def _counted() -> int:
    with identity.read() as session:
        return session.scalar(select(func.count()).select_from(Bounce)) or 0


def _come_back(settings: Settings, content: bytes) -> Path:
    """Put a mail into the folder as the relay does, read it, and return the folder."""
    assert settings.bounces is not None
    store_message(settings.bounces, content)
    read_bounces(current_workplace())
    return settings.bounces


def _left(folder: Path) -> dict[str, int]:
    return {
        path.name: len(list(path.iterdir())) for path in folder.iterdir() if any(path.iterdir())
    }


def test_each_person_has_an_envelope_sender_of_their_own(senders: dict[str, str]) -> None:
    assert len(set(senders.values())) == len(senders) == 7
    assert all(is_bounce_address(sender) for sender in senders.values())


def test_notices_to_people_come_back_to_them_too(
    opened: OpenRound, senders: dict[str, str], mailer: MemoryMailer
) -> None:
    mailer.mails.clear()
    rounds.close(opened)
    assert [(mail.recipient, mail.sender) for mail in mailer.mails] == [
        ("mentor.north@example.org", senders["mentor.north@example.org"])
    ]


@pytest.mark.parametrize(
    "name", ["postfix_unknown_user", "exim_unrouteable", "exchange_not_found", "qmail_no_mailbox"]
)
def test_a_dead_address_is_suspended_and_its_link_revoked(
    opened: OpenRound, senders: dict[str, str], settings: Settings, name: str
) -> None:
    folder = _come_back(settings, _sample(name, senders[WHO]))
    assert _person(WHO).suspended
    assert _link_state(opened, WHO) == "revoked"
    assert not _person(OTHER).suspended
    assert _link_state(opened, OTHER) == "open"
    assert _left(folder) == {}  # it held an address


def test_who_has_taken_the_paper_keeps_it(
    opened: OpenRound, senders: dict[str, str], settings: Settings
) -> None:
    rounds.answer(opened, [WHO])
    _come_back(settings, _sample("postfix_unknown_user", senders[WHO]))
    assert _person(WHO).suspended
    assert _link_state(opened, WHO) == "taken"


@pytest.mark.parametrize("name", ["postfix_delayed", "vacation"])
def test_a_delay_or_an_automatic_reply_does_nothing(
    opened: OpenRound, senders: dict[str, str], settings: Settings, name: str
) -> None:
    folder = _come_back(settings, _sample(name, senders[WHO]))
    assert not _person(WHO).suspended
    assert _counted() == 0
    assert _left(folder) == {}


def test_the_fifth_soft_bounce_in_two_weeks_suspends(
    opened: OpenRound, senders: dict[str, str], settings: Settings, clock: FixedClock
) -> None:
    for number in range(1, 5):
        _come_back(settings, _sample("postfix_expired", senders[WHO]))
        assert not _person(WHO).suspended
        assert _counted() == number
        clock.advance(hours=12)
    _come_back(settings, _sample("exchange_mailbox_full", senders[WHO]))
    assert _person(WHO).suspended
    assert _link_state(opened, WHO) == "revoked"
    assert _counted() == 0


def test_what_came_back_longer_ago_than_two_weeks_is_not_counted_and_is_forgotten(
    opened: OpenRound, senders: dict[str, str], settings: Settings, clock: FixedClock
) -> None:
    for _ in range(4):
        _come_back(settings, _sample("postfix_expired", senders[WHO]))
    clock.advance(days=14)
    _come_back(settings, _sample("postfix_expired", senders[WHO]))
    assert not _person(WHO).suspended
    assert _counted() == 1
    clock.advance(days=14)
    read_bounces(current_workplace())
    assert _counted() == 0


def test_a_report_whose_reader_died_before_its_file_was_gone_is_counted_once(
    opened: OpenRound, senders: dict[str, str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(Path, "unlink", die)
        _come_back(settings, _sample("postfix_expired", senders[WHO]))
    assert settings.bounces is not None and _counted() == 1
    (left,) = (settings.bounces / "reading").iterdir()
    os.utime(left, (0, 0))
    read_bounces(current_workplace())
    assert _left(settings.bounces) == {}
    assert _counted() == 1


@pytest.mark.parametrize("name", ["exchange_out_of_office", "not_a_report"])
def test_what_is_no_report_is_laid_aside_and_forgotten_after_two_weeks(
    opened: OpenRound, senders: dict[str, str], settings: Settings, name: str
) -> None:
    folder = _come_back(settings, _sample(name, senders[WHO]))
    assert not _person(WHO).suspended
    assert _left(folder) == {"unread": 1}
    (path,) = (folder / "unread").iterdir()
    os.utime(path, (0, 0))
    read_bounces(current_workplace())
    assert _left(folder) == {}


def test_a_forged_report_does_nothing(
    opened: OpenRound, senders: dict[str, str], settings: Settings
) -> None:
    last = senders[WHO].partition("@")[0][-1]
    forged = senders[WHO].replace(f"{last}@", f"{'0' if last != '0' else '1'}@")
    for bounces_to in (forged, "chorus@chorus.example", WHO):
        _come_back(settings, _sample("postfix_unknown_user", bounces_to))
    with identity.read() as session:
        assert session.scalars(select(Person.suspended).distinct()).all() == [False]
        assert session.scalars(select(Invitation.state).distinct()).all() == ["open"]


def test_a_report_that_a_dead_process_began_is_read_by_the_next(
    opened: OpenRound, senders: dict[str, str], settings: Settings
) -> None:
    assert settings.bounces is not None
    name = store_message(settings.bounces, _sample("exim_unrouteable", senders[WHO]))
    (settings.bounces / "reading").mkdir(exist_ok=True)
    begun = (settings.bounces / "new" / name).rename(settings.bounces / "reading" / name)
    read_bounces(current_workplace())
    assert not _person(WHO).suspended  # another process may be at it
    os.utime(begun, (0, 0))
    read_bounces(current_workplace())
    assert _person(WHO).suspended


def test_an_operator_reads_reports_lists_who_is_suspended_and_undoes_it(
    app: Flask, opened: OpenRound, senders: dict[str, str], tmp_path: Path
) -> None:
    report = tmp_path / "report.eml"
    report.write_bytes(_sample("postfix_unknown_user", senders[WHO]))
    assert "1 read, 0 not understood" in rounds.run(app, "bounces", "read", str(report))
    listed = rounds.run(app, "people", "suspended")
    assert WHO in listed
    assert OTHER not in listed
    assert "people resume" in listed
    rounds.run(app, "people", "resume", WHO)
    assert not _person(WHO).suspended
    assert WHO not in rounds.run(app, "people", "suspended")
    failed = app.test_cli_runner().invoke(args=["chorus", "people", "resume", WHO])
    assert failed.exit_code != 0


def test_a_program_that_gets_the_mail_by_a_pipe_takes_it_in(
    app: Flask, opened: OpenRound, senders: dict[str, str]
) -> None:
    report = _sample("exim_unrouteable", senders[WHO])
    result = app.test_cli_runner().invoke(args=["chorus", "bounces", "read"], input=report)
    assert result.exit_code == 0, result.output
    assert _person(WHO).suspended


def test_a_new_address_on_the_roster_is_asked_and_the_dead_one_is_not(
    app: Flask,
    opened: OpenRound,
    senders: dict[str, str],
    settings: Settings,
    mailer: MemoryMailer,
    tmp_path: Path,
    clock: FixedClock,
) -> None:
    _come_back(settings, _sample("postfix_unknown_user", senders[WHO]))
    rounds.close(opened)
    clock.move_to(datetime(2026, 5, 18, 9, 0, tzinfo=UTC))
    assert WHO not in rounds.launch(app, mailer).links
    moved = rounds.roster_csv({"North": 6}).replace(WHO, "north.one@example.org")
    rounds.import_people(app, tmp_path, moved)
    assert not _person("north.one@example.org").suspended


@dataclass
class Relay:
    """A relay: refuses some at RCPT, some at DATA, and reports others as undeliverable later."""

    home: int
    refused_at_rcpt: str
    refused_at_data: str
    undeliverable: str
    taken: list[str] = field(default_factory=list)
    reports: list[tuple[str, bytes]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.refused_at_rcpt:
            return "550 5.1.1 User unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - likewise
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        (recipient,) = envelope.rcpt_tos
        if recipient == self.refused_at_data:
            return "554 5.2.1 Mailbox disabled"
        self.taken.append(recipient)
        if recipient == self.undeliverable:
            sender = envelope.mail_from or ""
            self.reports.append((sender, _sample("postfix_unknown_user", sender)))
        return "250 Queued"

    def send_reports(self) -> None:
        """Send what could not be delivered back to the envelope sender, as a mail system does."""
        with smtplib.SMTP("127.0.0.1", self.home) as client:
            for recipient, report in self.reports:
                client.sendmail("", [recipient], report.replace(b"\n", b"\r\n"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def relay(settings: Settings) -> Iterator[tuple[Relay, Controller]]:
    """A relay on a free port, and our own mail server to which it sends its reports."""
    with ExitStack() as stack:
        home = make_sink(settings.inbox, "127.0.0.1", _free_port(), settings.bounces)
        handler = Relay(
            home.port, "north.1@example.org", "north.2@example.org", "north.3@example.org"
        )
        controller = Controller(handler, hostname="127.0.0.1", port=_free_port())
        for server in (home, controller):
            server.start()
            stack.callback(server.stop)
        yield handler, controller


def test_over_real_smtp_refused_and_undeliverable_links_are_revoked(
    app: Flask, tmp_path: Path, relay: tuple[Relay, Controller]
) -> None:
    handler, controller = relay
    set_mailer(app, SmtpMailer(f"smtp://127.0.0.1:{controller.port}"))
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9}))
    rounds.run(app, "rounds", "launch", rounds.PROGRAM)
    assert len(handler.taken) == 8
    handler.send_reports()
    run_due_work(current_workplace())
    with identity.read() as session:
        rows = session.execute(
            select(Invitation.state, Invitation.mailed, Person.suspended, func.count())
            .join(Person, Person.id == Invitation.person_id)
            .group_by(Invitation.state, Invitation.mailed, Person.suspended)
        ).all()
    assert set(rows) == {
        ("open", True, False, 7),
        ("revoked", False, False, 2),  # refused at once: this round only
        ("revoked", True, True, 1),  # came back
    }
    assert _person("north.3@example.org").suspended
