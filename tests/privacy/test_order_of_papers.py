"""Protocol 4: who took a paper before whom is stored nowhere."""

import secrets
from pathlib import Path

import pytest
from flask import Flask

from app.clock import current_clock
from app.extensions import identity
from app.invites.service import take_paper
from app.invites.storage import shuffle_papers
from app.mail.mailer import MemoryMailer
from app.vault import current_vault
from config import Settings
from crypto import links
from tests import rounds
from tests.privacy.ranks import LIMIT, rank_correlation
from tests.privacy.stored import by_place, column_of, heap_of, stored_order
from tests.rounds import OpenRound

MANY = 500  # as for ballots: chance alone passes the limit once in 100,000 runs


def take_papers_in_order(opened: OpenRound) -> list[tuple[bytes, bytes]]:
    """Take every paper; return (token_hash, row id of the share) in the order of taking."""
    taken = []
    before: set[bytes] = set()
    for link in secrets.SystemRandom().sample(list(opened.links.values()), len(opened.links)):
        assert link.share is not None
        take_paper(
            identity,
            current_vault(),
            opened.pool_id,
            link.token,
            link.cell,
            link.share.to_bytes(),
            b"\0" + secrets.token_bytes(255),
            current_clock().now(),
        )
        ids = set(column_of(identity.engine, "SELECT id FROM share"))
        (fresh,) = ids - before
        before = ids
        taken.append((links.token_hash(opened.pool_id, link.token, link.cell), fresh))
    return taken


@pytest.fixture
def crowd(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round to which two hundred are invited."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": MANY - 1}))
    return rounds.launch(app, mailer)


def test_invitations_and_shares_say_nothing_of_the_order_of_papers(
    crowd: OpenRound, settings: Settings
) -> None:
    taken = take_papers_in_order(crowd)
    shuffle_papers(identity.engine)
    for at, table, column in ((0, "invitation", "token_hash"), (1, "share", "id")):
        things = [entry[at] for entry in taken]
        stored = stored_order(identity.engine, table, column)
        assert abs(rank_correlation(things, stored)) < LIMIT
        heap = heap_of(identity.engine, settings, "identity", table)
        assert abs(rank_correlation(things, by_place(things, heap))) < LIMIT


def test_later_links_say_nothing_of_the_order_in_which_they_were_made(
    crowd: OpenRound, settings: Settings
) -> None:
    made = []
    for first in secrets.SystemRandom().sample(list(crowd.links.values()), len(crowd.links)):
        later = rounds.later_link(crowd, first)
        made.append(links.token_hash(crowd.pool_id, later.token, later.cell))
    shuffle_papers(identity.engine)
    stored = stored_order(identity.engine, "invitation_link", "token_hash")
    assert abs(rank_correlation(made, stored)) < LIMIT
    heap = heap_of(identity.engine, settings, "identity", "invitation_link")
    assert abs(rank_correlation(made, by_place(made, heap))) < LIMIT


def test_the_order_of_papers_is_in_no_journal_after_the_shuffle(
    opened: OpenRound, settings: Settings
) -> None:
    taken = take_papers_in_order(opened)
    shuffle_papers(identity.engine)
    journal = settings.data / "identity.sqlite3-wal"
    content = journal.read_bytes() if journal.exists() else b""
    assert [entry for pair in taken for entry in pair if entry in content] == []
