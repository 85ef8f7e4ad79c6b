"""A program with a round under way, set up through the product's own commands."""

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.clock import current_clock
from app.demo.respondent import Doors, link_in, respond
from app.extensions import ballots, identity
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.invitation import Invitation
from app.models.identity.invitation_link import InvitationLink
from app.models.identity.round import Round
from app.vault import current_vault
from crypto import links, receipts
from crypto.encoding import encode_base64url
from crypto.links import Link
from surveys.lifecycle import BALLOT_GRACE

PROGRAM = "Onboarding"
GOOD = {
    "pulse_energy": 4,
    "pulse_workload": 4,
    "pulse_support": 5,
    "pulse_belonging": 4,
    "pulse_speaking_up": 3,
}
COMMENTED = {**GOOD, "pulse_comment": "We have far too many meetings."}


@dataclass(frozen=True)
class OpenRound:
    """A round that was launched, and what its mails brought."""

    id: str
    pool_id: bytes
    links: dict[str, Link]


def roster_csv(groups: Mapping[str, int], program: str = PROGRAM) -> str:
    """Return a roster file: each group with so many members and one mentor."""
    lines = ["Email,Name,Program,Group,Role,Time zone"]
    for group, members in groups.items():
        slug = group.lower().replace(" ", "-")
        zone = "Europe/Berlin"
        lines.append(f"mentor.{slug}@example.org,Mentor {group},{program},{group},mentor,{zone}")
        lines += [
            f"{slug}.{number}@example.org,Person {number} {group},{program},{group},member,{zone}"
            for number in range(1, members + 1)
        ]
    return "\n".join(lines) + "\n"


def run(app: Flask, *arguments: str) -> str:
    """Run a `flask chorus` command and return what it printed; fail with it if it failed."""
    result = app.test_cli_runner().invoke(args=["chorus", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def import_people(app: Flask, folder: Path, text: str) -> str:
    """Import a roster through the command."""
    path = folder / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return run(app, "people", "import", str(path))


def launch(app: Flask, mailer: MemoryMailer, program: str = PROGRAM, *options: str) -> OpenRound:
    """Launch a check-in through the command and read its mails."""
    before = len(mailer.mails)
    output = run(app, "rounds", "launch", program, *options)
    found = re.search(r"Round (\S+) is open", output)
    assert found is not None, output
    mails = mailer.mails[before:]
    opened = [(mail.recipient, *link_in(mail.content)) for mail in mails]
    pools = {pool_id for _, pool_id, _ in opened}
    assert len(pools) == 1
    return OpenRound(found[1], pools.pop(), {who: link for who, _, link in opened})


def doors() -> Doors:
    """Return the two rooms that a respondent meets."""
    return Doors(identity, ballots, current_vault())


def answer(
    opened: OpenRound, addresses: Iterable[str], values: Mapping[str, object] = GOOD
) -> list[str]:
    """Answer for each address and return the receipts."""
    now = current_clock().now()
    return [
        respond(doors(), opened.pool_id, opened.links[address], values, now)
        for address in addresses
    ]


def close(opened: OpenRound) -> None:
    """Move the test's clock to the close and let the worker do what is due."""
    current_clock().move_to(closing_time(opened))  # type: ignore[attr-defined]
    run_due_work(current_workplace())


def closing_time(opened: OpenRound) -> datetime:
    """Return when the round's ballots are opened."""
    with identity.begin() as session:
        return session.get_one(Round, opened.id).closes_at + BALLOT_GRACE


def results(app: Flask, opened: OpenRound) -> dict[str, Any]:
    """Return the stored release through the command."""
    printed: dict[str, Any] = json.loads(run(app, "results", opened.id, "--json"))
    return printed


def later_link(opened: OpenRound, first: Link) -> Link:
    """Return a token-only link that leads to the invitation of `first`."""
    later = replace(first, token=secrets.token_bytes(16), share=None)
    with identity.begin() as session:
        session.add(
            InvitationLink(
                token_hash=links.token_hash(opened.pool_id, later.token, later.cell),
                pool_id=opened.pool_id,
                invitation_hash=links.token_hash(opened.pool_id, first.token, first.cell),
            )
        )
    return later


def printed_code(opened: OpenRound, pin: bytes) -> Link:
    """Return the link of an invitation that is nobody's and carries no share."""
    link = Link(token=secrets.token_bytes(16), cell=0, pin=pin)
    with identity.begin() as session:
        session.add(
            Invitation(
                token_hash=links.token_hash(opened.pool_id, link.token, link.cell),
                pool_id=opened.pool_id,
                cell=link.cell,
            )
        )
    return link


def text_of(mail: bytes) -> str:
    """Return the text part of a mail."""
    for part in message_from_bytes(mail).walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == "text/plain" and isinstance(content, bytes):
            return content.decode()
    raise AssertionError("This mail has no text.")


def withdraw(client: FlaskClient, opened: OpenRound, receipt: str) -> None:
    """Withdraw the answer of a receipt through the API."""
    withdrawal = receipts.withdrawal_of(receipt, opened.pool_id)
    pool = encode_base64url(opened.pool_id)
    answer = client.post(f"/api/v1/pools/{pool}/withdraw", json={"w": encode_base64url(withdrawal)})
    assert answer.status_code == 204
