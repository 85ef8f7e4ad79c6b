"""After a renewal the former data keys open nothing, and everything is there (PROTOCOL 5)."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.factors import RECOVERY, begin_app, check_code, make_recovery_codes
from app.accounts.sealed_hashes import is_sealed_password, seal_password
from app.backups.backup import make_backup
from app.backups.errors import OtherKeysError, RenewedMeanwhileError
from app.backups.keys import check_keys_fit, copied_address
from app.backups.restore import read_source
from app.extensions import ballots, identity, keys
from app.keyring.locked import UNDER_A_KEPT_KEY, UNDER_THE_ROSTER_KEY
from app.keyring.renewing import Renewal
from app.mail.mailer import MemoryMailer
from app.models.identity.account import Account
from app.models.identity.account_session import AccountSession
from app.models.identity.person import Person
from app.models.identity.second_factor import SecondFactor
from app.models.keys.data_key import DataKey as DataKeyRow
from app.people.forgetting import forget_person
from app.people.service import person_by_address
from app.vault import KeyGoneError, current_vault
from crypto import envelope
from tests import accounts, rounds
from tests.applications import FixedClock
from tests.faults.storage import shown_comments
from tests.privacy.dumps import as_bytes, dump
from tests.rounds import COMMENTED, OpenRound

ROOT = Path(__file__).parents[2]
# What the keys of an open round lock goes with the round; a page's handles are kept nowhere.
OF_OPEN_ROUNDS = {("share", "share"), ("signing_key", "private_key"), ("comment", "id")}


def bearing(former: list[bytes]) -> set[tuple[str, str]]:
    """Return the columns of all databases in which something names one of these keys."""
    marks = tuple(envelope.VERSION + one for one in former)
    return {
        (value.table, value.column)
        for store in (identity, ballots, keys)
        for value in dump(store.engine)
        if as_bytes(value.content).startswith(marks)
    }


def data_key_ids(purpose: str) -> list[bytes]:
    """Return the ids of all data keys of a purpose."""
    with keys.read() as session:
        query = select(DataKeyRow.key_id).where(DataKeyRow.purpose == purpose)
        return [bytes(one) for one in session.scalars(query)]


def test_nothing_is_left_under_a_former_key_and_everything_can_still_be_read(
    app: Flask, past_and_open: tuple[OpenRound, OpenRound], clock: FixedClock, mailer: MemoryMailer
) -> None:
    past, opened = past_and_open
    admin = accounts.sign_in_admin(app.test_client())
    mentor = accounts.sign_in_mentor(app.test_client(), "mentor.north@example.org")
    key = current_vault().roster_key()
    with identity.begin() as session:
        begin_app(session, key, admin)
        session.get_one(SecondFactor, admin).confirmed = True
        codes = make_recovery_codes(session, key, admin)
        sealed = seal_password(key, admin, accounts.PASSWORD)
        session.get_one(Account, admin).keep_password(sealed)
        gone = person_by_address(session, key, "north.3@example.org")
        assert gone is not None
        forget_person(session, gone.id, clock.now(), "operator")
    able = sorted(set(opened.links) - {"north.3@example.org"})
    rounds.answer(opened, able[:2], COMMENTED)
    comments, former = shown_comments(past.pool_id), [key.id, *data_key_ids("kept")]
    assert {
        *(("person", "name"), ("account", "address"), ("comment", "text")),
        ("account", "password_sealed"),
    } <= bearing(former)

    assert "Rounds with keys of their own" in rounds.run(app, "keys", "renew")
    assert bearing(former) == set()
    with identity.read() as session:
        assert session.scalar(select(AccountSession.id)) is None
        twins = select(Account.id).join(Person, Person.address_lookup == Account.address_lookup)
        assert session.scalars(twins).all() == [mentor]
    assert "A renewal is under way" in rounds.run(app, "keys", "renew")
    rounds.run(app, "keys", "renew", "--finish")
    assert data_key_ids("former") == []
    assert key.id in data_key_ids("lookup")

    assert shown_comments(past.pool_id) == comments
    renewed = current_vault().roster_key()
    assert renewed.secret != key.secret
    with identity.begin() as session:
        assert person_by_address(session, renewed, "North.4@example.org") is not None
        assert check_code(session, renewed, admin, codes[0], clock.now()) == RECOVERY
        kept = session.get_one(Account, admin).password
        assert is_sealed_password(renewed, admin, kept, accounts.PASSWORD)
    people = rounds.roster_csv({"North": 11})
    again = rounds.import_people(app, Path(str(app.config["CHORUS"].data)), people)
    assert "asked to be forgotten" in again
    rounds.run(app, "audit", "check")
    rounds.answer(opened, able[2:6], COMMENTED)
    rounds.close(opened)
    shown = rounds.results(app, opened)["release"]["cells"]["program"]
    assert shown["ballots"]["n"] == "5-9"


def test_a_former_key_opens_no_comment_of_a_copy_made_after_the_renewal(
    app: Flask, past_and_open: tuple[OpenRound, OpenRound]
) -> None:
    past, _ = past_and_open
    stolen = current_vault().kept_key(past.pool_id)
    rounds.run(app, "keys", "renew")
    for value in dump(ballots.engine):
        if (value.table, value.column) == ("comment", "text"):
            assert envelope.key_id_of(as_bytes(value.content)) != stolen.id
    alone = replace(current_vault().kept_key(past.pool_id), former=())
    assert alone.secret != stolen.secret


def test_who_writes_with_a_key_read_before_the_renewal_loses_nothing(
    app: Flask, past_and_open: tuple[OpenRound, OpenRound]
) -> None:
    before = current_vault().roster_key()
    rounds.run(app, "keys", "renew")
    accounts.sign_in_admin(app.test_client())
    with identity.begin() as session:
        late = session.scalars(select(Person)).first()
        assert late is not None
        late.name = envelope.encrypt(
            before, b"Written late", table="person", column="name", row=late.id.encode()
        )
    rounds.run(app, "keys", "renew", "--finish")
    with identity.read() as session:
        kept = session.get_one(Person, late.id)
    key = current_vault().roster_key()
    assert key.former == ()
    place = {"table": "person", "column": "name", "row": late.id.encode()}
    assert envelope.decrypt(key, kept.name, **place) == b"Written late"


def test_a_key_that_is_destroyed_while_others_are_renewed_stays_destroyed(
    app: Flask, past_and_open: tuple[OpenRound, OpenRound]
) -> None:
    past, _ = past_and_open
    Renewal(current_vault(), keys, lambda _line: None).begin()
    current_vault().destroy_kept(past.pool_id)
    rounds.run(app, "keys", "renew")
    rounds.run(app, "keys", "renew", "--finish")
    with pytest.raises(KeyGoneError):
        current_vault().kept_key(past.pool_id)
    assert len(data_key_ids("kept")) == 1  # the open round's


def test_a_backup_that_a_renewal_crosses_is_none_and_keys_of_another_age_fit_none(
    app: Flask, past_and_open: tuple[OpenRound, OpenRound], tmp_path: Path, clock: FixedClock
) -> None:
    renewal, done = Renewal(current_vault(), keys, lambda _line: None), []

    def renew(line: str) -> None:
        if line.startswith("identity") and not done:
            done.append(renewal.begin() and renewal.lock_anew())
            renewal.finish()

    rounds.run(app, "backup", str(tmp_path / "before"))
    stores = {"identity": identity, "ballots": ballots, "keys": keys}
    with pytest.raises(RenewedMeanwhileError):
        make_backup(tmp_path / "crossed", stores, clock.now(), renew, with_keys=True)
    assert done and done[0]
    rounds.run(app, "backup", str(tmp_path / "after"))
    for base, newer, fits in (("before", "after", False), ("after", "after", True)):
        source = read_source(tmp_path / base, tmp_path / newer / "keys")
        address = copied_address(source.folders["identity"])
        if fits:
            check_keys_fit(source.folders["keys"], address)
        else:
            with pytest.raises(OtherKeysError):
                check_keys_fit(source.folders["keys"], address)


def test_every_column_that_the_program_encrypts_is_renewed() -> None:
    renewed = {
        (locked.table.name, column.name)
        for locked in (*UNDER_THE_ROSTER_KEY, *UNDER_A_KEPT_KEY)
        for column in locked.columns
    }
    assert renewed == set(_encrypted_columns()) - OF_OPEN_ROUNDS


def _encrypted_columns() -> set[tuple[str, str]]:
    """Return every table and column that stand as names in a place of `envelope.encrypt`."""
    found = set()
    for path in (ROOT / "app").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            target.id: value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for targets in node.targets
            for target, value in _pairs(targets, node.value)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                place = {word.arg: word.value for word in node.keywords}
            elif isinstance(node, ast.Dict):
                place = {
                    key.value: value
                    for key, value in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant)
                }
            else:
                continue
            if {"table", "column", "row"} <= place.keys():
                words = [_word(place[part], names) for part in ("table", "column")]
                if None not in words:
                    found.add(tuple(words))
    return found


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.Name, ast.Constant]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        both = zip(target.elts, value.elts, strict=True)
        return [pair for one in both for pair in _pairs(*one)]
    if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
        return [(target, value)]
    return []


def _word(node: ast.expr, names: dict[str, object]) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    return names.get(node.id) if isinstance(node, ast.Name) else None
