"""The audit log shows tampering: whatever is done to its rows behind its back is found."""

import json
import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.accounts.audit import OPERATOR, audit_page, record
from app.accounts.audit_chain import chain_head, check_chain
from app.extensions import identity
from app.vault import current_vault
from crypto import chain
from tests.accounts import sign_in_admin
from tests.applications import A_MONDAY, FixedClock

ENTRIES = 6
WRITERS, EACH = 8, 6
RENUMBER = "UPDATE audit_entry SET number = {} WHERE number = {}"
COPY = (
    "INSERT INTO audit_entry (number, at, actor, act, subject, digest) "
    "SELECT {}, at, actor, act, subject, digest FROM audit_entry WHERE number = 3"
)
TAMPERED = {
    "an act changed": (["UPDATE audit_entry SET act = 'did nothing' WHERE number = 3"], 3),
    "a subject changed": (["UPDATE audit_entry SET subject = 'x' WHERE number = 1"], 1),
    "an actor changed": (["UPDATE audit_entry SET actor = 'somebody' WHERE number = 6"], 6),
    "a time changed": (["UPDATE audit_entry SET at = '2026-05-04 09:00:01' WHERE number = 4"], 4),
    "one removed": (["DELETE FROM audit_entry WHERE number = 3"], 4),
    "the first removed": (["DELETE FROM audit_entry WHERE number = 1"], 2),
    "one removed, those after it moved up": (
        ["DELETE FROM audit_entry WHERE number = 3", *(RENUMBER.format(n - 1, n) for n in (4, 5))],
        3,
    ),
    "two swapped": ([RENUMBER.format(*pair) for pair in ((99, 2), (2, 3), (3, 99))], 2),
    "one put in before": ([COPY.format(0)], 0),
    "one put at the end": ([COPY.format(7)], 7),
}


def fill() -> None:
    """Record some acts, each in a transaction of its own."""
    for number in range(ENTRIES):
        with identity.begin() as session:
            record(session, A_MONDAY, OPERATOR, f"did number {number}", "program x")


def tamper(statements: list[str]) -> None:
    """Change rows as whoever has the database would."""
    with identity.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize("way", TAMPERED)
def test_tampering_is_found_at_the_first_entry_that_it_breaks(app: Flask, way: str) -> None:
    fill()
    statements, broken_at = TAMPERED[way]
    tamper(statements)
    with identity.read() as session:
        assert check_chain(session).broken_at == broken_at
    result = app.test_cli_runner().invoke(args=["chorus", "audit", "check"])
    assert result.exit_code == 1
    assert f"broken at entry {broken_at}:" in result.output


def test_a_log_that_nobody_touched_is_unbroken(app: Flask) -> None:
    with identity.read() as session:
        assert chain_head(session) == (0, chain.BEGINNING)
        assert check_chain(session).broken_at is None
    fill()
    with identity.read() as session:
        state = check_chain(session)
        assert chain_head(session) == (ENTRIES, state.head)
    assert (state.count, state.broken_at) == (ENTRIES, None)
    result = app.test_cli_runner().invoke(args=["chorus", "audit", "check"])
    assert result.exit_code == 0, result.output
    assert "Unbroken: 6 entries." in result.output
    assert state.head.hex() in result.output


def test_a_clock_that_goes_back_leaves_the_log_unbroken_and_in_the_order_of_the_acts(
    app: Flask,
) -> None:
    for days in (0, 400, -400, 1):
        with identity.begin() as session:
            at = A_MONDAY + timedelta(days=days)
            record(session, at, OPERATOR, f"did it {days} days on", "program x")
    with identity.read() as session:
        assert check_chain(session).broken_at is None
        page = audit_page(session, current_vault().roster_key())
    assert [(line.at - A_MONDAY).days for line in page.lines] == [1, -400, 400, 0]


def test_what_is_cut_off_at_the_end_is_found_by_who_noted_the_head(app: Flask) -> None:
    fill()
    runner = app.test_cli_runner()
    with identity.read() as session:
        noted = check_chain(session).fingerprint
    with identity.begin() as session:
        record(session, A_MONDAY, OPERATOR, "did one more thing", "program x")
    for spelling in (noted, noted.upper(), noted.replace(" ", "")):
        result = runner.invoke(args=["chorus", "audit", "check", "--noted", spelling])
        assert result.exit_code == 0, result.output
    tamper(["DELETE FROM audit_entry WHERE number >= 6"])
    assert runner.invoke(args=["chorus", "audit", "check"]).exit_code == 0
    result = runner.invoke(args=["chorus", "audit", "check", "--noted", noted])
    assert result.exit_code == 1
    assert "cut off" in result.output


def test_the_export_lets_anybody_compute_the_digests(app: Flask) -> None:
    fill()
    runner = app.test_cli_runner()
    rows = [
        json.loads(line)
        for line in runner.invoke(args=["chorus", "audit", "export", "--json"]).output.splitlines()
    ]
    assert [row["number"] for row in rows] == list(range(1, ENTRIES + 1))
    before = bytes(32)
    for row in rows:
        act = [row[name] for name in ("number", "at", "actor", "act", "subject")]
        content = json.dumps(act, separators=(",", ":"), ensure_ascii=False).encode()
        before = chain.next_digest(before, content)
        assert before.hex() == row["digest"]
    lines = runner.invoke(args=["chorus", "audit", "export"]).output.splitlines()
    assert [line.split("\t")[-1] for line in lines] == [row["digest"] for row in rows]


def test_the_page_says_unbroken_with_the_head_or_where_it_breaks(client: FlaskClient) -> None:
    sign_in_admin(client)
    with identity.read() as session:
        state = check_chain(session)
    page = client.get("/audit").text
    assert f"Unbroken, {state.count}" in page
    assert state.fingerprint in page
    tamper([f"UPDATE audit_entry SET act = 'x' WHERE number = {state.count}"])
    page = client.get("/audit").text
    assert "Unbroken" not in page
    assert f"broken at entry {state.count}." in page


def test_acts_recorded_at_once_never_follow_the_same_one(app: Flask, clock: FixedClock) -> None:
    ready = threading.Barrier(WRITERS)

    def _write(name: int) -> None:
        with app.app_context():
            ready.wait()
            for number in range(EACH):
                with identity.begin() as session:
                    record(session, clock.now(), OPERATOR, f"writer {name}", f"act {number}")

    threads = [threading.Thread(target=_write, args=(name,)) for name in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with identity.read() as session:
        state = check_chain(session)
    assert (state.count, state.broken_at) == (WRITERS * EACH, None)
