"""Promise 1: your name never touches your answer. No value leads from a person to a ballot."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select, update
from sqlalchemy.types import Date, DateTime, Float, Integer, Numeric, Time

from app.extensions import ballots, identity, keys
from app.mail.mailer import MemoryMailer
from app.models.ballots.ballot import Ballot
from app.models.identity.group import Group
from app.models.identity.invitation import Invitation
from app.models.identity.person import Person
from app.models.identity.program import Program
from app.models.identity.round import Round
from app.models.identity.share import Share
from crypto.encoding import encode_base64url
from tests import rounds
from tests.privacy.dumps import Value, common, dump
from tests.privacy.wire import manifest_of
from tests.rounds import OpenRound

MANIFEST = {
    *("v", "pool", "round", "k", "invited_band", "opens", "closes", "mode", "cells"),
    *("audience", "pad", "rsa_spki", "hpke_pub", "form_sha256"),
}
ANSWERS = {**rounds.GOOD, "pulse_comment": "We have far too many meetings."}


@pytest.fixture
def answered(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> OpenRound:
    """A round of two groups with 20 ballots cast."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 9, "South": 9}))
    opened = rounds.launch(app, mailer)
    assert len(opened.links) == 20
    rounds.answer(opened, opened.links, ANSWERS)
    return opened


def shared_columns() -> dict[str, set[tuple[str, str]]]:
    """Return what each pair of databases has in common besides the public facts."""
    values = {"identity": dump(identity.engine), "keys": dump(keys.engine)}
    ballot_side = dump(ballots.engine)
    public = [value for value in ballot_side if value.table == "pool_public"]
    assert public
    return {
        "identity, ballots": common(values["identity"], ballot_side, public),
        "keys, ballots": common(values["keys"], ballot_side, public),
        "identity, keys": common(values["identity"], values["keys"], public),
    }


NOTHING: dict[str, set[tuple[str, str]]] = {
    "identity, ballots": set(),
    "keys, ballots": set(),
    "identity, keys": set(),
}


def test_no_value_of_eight_bytes_stands_on_both_sides_while_a_round_is_open(
    answered: OpenRound,
) -> None:
    with ballots.begin() as session:
        assert len(session.scalars(select(Ballot.serial)).all()) == 20
    assert shared_columns() == NOTHING


def test_no_value_of_eight_bytes_stands_on_both_sides_after_the_close(answered: OpenRound) -> None:
    rounds.close(answered)
    assert any(value.table == "comment" for value in dump(ballots.engine))
    assert shared_columns() == NOTHING


@pytest.mark.parametrize("spelling", ["raw", "hex", "base64url", "inside"])
def test_the_search_finds_a_value_that_was_planted(answered: OpenRound, spelling: str) -> None:
    with ballots.begin() as session:
        serial = session.scalars(select(Ballot.serial)).first()
    assert serial is not None
    planted = {
        "raw": serial,
        "hex": serial.hex().encode(),
        "base64url": encode_base64url(serial).encode(),
        "inside": b"abc" + encode_base64url(b"z" + serial[:9]).encode() + b"!",
    }[spelling]
    with identity.begin() as session:
        invitation = session.scalars(select(Invitation.token_hash)).first()
        session.execute(
            update(Invitation).where(Invitation.token_hash == invitation).values(address=planted)
        )
    assert shared_columns()["identity, ballots"] == {("ballot", "serial")}


def test_a_number_that_could_be_an_identifier_is_found_too() -> None:
    number = 0x1234567890ABCDEF
    left = [Value("share", "cell", number)]
    assert common(left, [Value("ballot", "sealed", number.to_bytes(8))], []) == {
        ("ballot", "sealed")
    }


def test_no_time_and_no_count_stands_on_the_ballots_side(app: Flask) -> None:
    columns = {
        f"{table}.{column['name']}": column["type"]
        for table in inspect(ballots.engine).get_table_names()
        for column in inspect(ballots.engine).get_columns(table)
    }
    times = {name for name, kind in columns.items() if isinstance(kind, DateTime | Date | Time)}
    numbers = {
        name for name, kind in columns.items() if isinstance(kind, Integer | Numeric | Float)
    }
    # Of a message: its day, and its place in its own mailbox, which no other one shares.
    assert times == {"pool_public.takes_ballots_until", "mailbox_message.day"}
    assert numbers == {"mailbox_message.number"}


def test_nothing_leads_from_a_share_to_the_person_who_brought_it(answered: OpenRound) -> None:
    values = dump(identity.engine)
    shares = [value for value in values if value.table == "share"]
    assert shares
    others = [value for value in values if value.table != "share"]
    public = [value for value in shares if value.column == "pool_id"]
    assert common(others, shares, public) == set()
    assert not Share.__table__.foreign_keys


def test_the_public_facts_name_no_person_group_program_or_round(answered: OpenRound) -> None:
    manifest = manifest_of(answered.pool_id).decode()
    with identity.begin() as session:
        named = [
            *session.scalars(select(Round.id)),
            *session.scalars(select(Program.id)),
            *session.scalars(select(Program.name)),
            *session.scalars(select(Group.id)),
            *session.scalars(select(Group.name)),
            *session.scalars(select(Person.id)),
        ]
    assert len(named) > 20
    assert [name for name in named if name in manifest] == []
    content = json.loads(manifest)
    assert set(content) == MANIFEST
    assert [set(cell) for cell in content["cells"]] == [{"id"}] * 3
