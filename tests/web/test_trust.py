"""The page about the promise: there for everyone, the same for everyone, and true."""

import hashlib
import json
import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.extensions import ballots, identity
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.ballots.ballot import Ballot
from app.models.ballots.pool_public import PoolPublic
from app.models.identity.invitation import Invitation
from app.models.identity.round import Round
from app.models.identity.share import Share
from app.rounds.service import cancel_round
from crypto import links
from crypto.encoding import encode_base64url
from crypto.links import Link
from tests import rounds
from tests.accounts import sign_in_admin
from tests.applications import FixedClock

GROUPS_OF_FOUR = r"[0-9a-f]{4}(?: [0-9a-f]{4}){7}"


@pytest.fixture
def opened(app: Flask, mailer: MemoryMailer, tmp_path: Path) -> rounds.OpenRound:
    """A round of 24 people: large enough for reminders to some only."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 11, "South": 11}))
    return rounds.launch(app, mailer)


def text_of_first_mail(mailer: MemoryMailer) -> str:
    body = message_from_bytes(mailer.mails[0].content, policy=policy.default).get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


@pytest.mark.usefixtures("opened")
def test_the_address_in_the_invitation_leads_to_the_page(
    app: Flask, client: FlaskClient, mailer: MemoryMailer
) -> None:
    base = re.escape(app.config["CHORUS"].base_url)
    found = re.search(rf"^{base}(/\S*trust\S*)\s*$", text_of_first_mail(mailer), re.MULTILINE)
    assert found is not None
    answer = client.get(found[1])
    assert answer.status_code == 200
    assert "How we make sure, and how to check it" in answer.text


def test_the_page_is_the_same_for_everyone_and_sets_no_cookie(
    app: Flask, client: FlaskClient
) -> None:
    sign_in_admin(client)
    for path in ("/trust", "/trust.json"):
        seen = client.get(path), app.test_client().get(path)
        assert not any("Set-Cookie" in answer.headers for answer in seen)
        assert seen[0].data == seen[1].data


def test_the_page_needs_no_script_and_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/trust").text
    assert "<script" not in page
    assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", page)


@pytest.mark.parametrize(
    "limit",
    [
        "How you write can give you away.",
        "The last one can be worked out.",
        "Mailboxes are counted, not people.",
        "Sealing needs an honest start.",
        "The page comes from the service.",
        "Who holds everything could look early.",
    ],
)
def test_the_page_names_each_limit(client: FlaskClient, limit: str) -> None:
    assert f"<strong>{limit}</strong>" in client.get("/trust").text


def test_what_the_page_says_about_the_fingerprint_gives_the_one_in_the_mail(
    client: FlaskClient, mailer: MemoryMailer, opened: rounds.OpenRound
) -> None:
    command = re.search(
        r"curl -s \S+?(/api/v1/pools/)IDENTIFIER(/manifest)", client.get("/trust").text
    )
    assert command is not None
    identifier = encode_base64url(opened.pool_id)
    manifest = client.get(f"{command[1]}{identifier}{command[2]}").data
    found = re.search(rf"^({GROUPS_OF_FOUR})\s*$", text_of_first_mail(mailer), re.MULTILINE)
    assert found is not None
    assert found[1].replace(" ", "") == hashlib.sha256(manifest).hexdigest()[:32]


def test_after_the_close_no_record_of_who_took_part_is_left(
    clock: FixedClock, mailer: MemoryMailer, opened: rounds.OpenRound
) -> None:
    answered = set(list(opened.links)[:8])
    rounds.answer(opened, answered)
    before = len(mailer.mails)
    clock.advance(days=3)
    run_due_work(current_workplace())
    reminded = {mail.recipient for mail in mailer.mails[before:]}
    assert reminded == set(opened.links) - answered
    rounds.close(opened)
    with identity.begin() as session:
        query = select(Invitation).where(Invitation.pool_id == opened.pool_id)
        left = [
            (row.state, row.blinded_hash, row.address, row.mailed, row.reminders)
            for row in session.scalars(query)
        ]
    assert set(left) == {("ended", None, None, True, False)}
    assert len(left) == len(opened.links)


def test_every_round_is_listed_with_what_was_frozen_and_names_nobody(
    client: FlaskClient, opened: rounds.OpenRound
) -> None:
    (listed,) = client.get("/trust.json").json["rounds"]
    manifest = client.get(listed["manifest"]).data
    facts = json.loads(manifest)
    assert listed["pool"] == encode_base64url(opened.pool_id)
    assert listed["manifest_sha256"] == hashlib.sha256(manifest).hexdigest()
    assert listed["form_sha256"] == hashlib.sha256(client.get(listed["form"]).data).hexdigest()
    frozen = listed["settings"]
    assert frozen.pop("cells") == len(facts["cells"]) == 3
    assert frozen == {name: facts[name] for name in frozen}
    assert set(frozen) == {"k", "opens", "closes", "audience", "mode", "pad", "invited_band"}
    page = client.get("/trust").text
    assert f'<code class="fingerprint">{listed["fingerprint"]}</code>' in page
    for text in (page, client.get("/trust.json").text):
        assert not re.search(f"{rounds.PROGRAM}|North|South|{opened.id}|example.org", text)


def facts_apart_from_the_log(client: FlaskClient) -> tuple[str, str]:
    """Return page and JSON without the end of the audit log."""
    texts = [client.get(path).text for path in ("/trust", "/trust.json")]
    page, facts = (re.sub(r'number \d+: <code.*?</code>|"head":.*?}', "", text) for text in texts)
    return page, facts


@pytest.mark.parametrize("answers", [3, 9])
def test_nothing_on_it_moves_while_a_round_is_open(
    app: Flask, client: FlaskClient, clock: FixedClock, opened: rounds.OpenRound, answers: int
) -> None:
    before = facts_apart_from_the_log(client)
    rounds.answer(opened, list(opened.links)[:answers])
    clock.advance(days=2)
    run_due_work(current_workplace())
    assert facts_apart_from_the_log(client) == before
    assert client.get("/trust.json").json["rounds"][0]["checks"] is None


def closed_facts(client: FlaskClient, opened: rounds.OpenRound) -> dict[str, object]:
    """Return what is listed of the round after its close."""
    rounds.close(opened)
    found: dict[str, object] = client.get("/trust.json").json["rounds"][0]
    return found


@pytest.mark.parametrize("answers", [0, 3, 9, 24])
def test_after_the_close_it_says_that_the_sums_hold_and_no_count(
    client: FlaskClient, opened: rounds.OpenRound, answers: int
) -> None:
    rounds.answer(opened, list(opened.links)[:answers])
    facts = closed_facts(client, opened)
    assert facts["state"] == "closed"
    assert facts["checks"] == {"ballots_le_papers": True, "papers_le_invited": True}
    assert client.get("/trust").text.count("<dd>holds</dd>") == 2


def test_a_ballot_without_a_paper_shows_as_a_sum_that_does_not_hold(
    client: FlaskClient, opened: rounds.OpenRound
) -> None:
    rounds.answer(opened, list(opened.links)[:6])
    with identity.begin() as session:
        stuffed = session.scalars(select(Share).limit(1)).one()
        session.delete(stuffed)  # six ballots, five papers
    checks = closed_facts(client, opened)["checks"]
    assert checks == {"ballots_le_papers": False, "papers_le_invited": True}
    assert "does not hold" in client.get("/trust").text


def test_a_withdrawn_answer_still_counts_for_its_paper(
    client: FlaskClient, opened: rounds.OpenRound
) -> None:
    rounds.answer(opened, list(opened.links)[:6])
    with ballots.begin() as session:
        session.execute(update(Ballot).values(sealed=b""))
    with identity.begin() as session:
        session.delete(session.scalars(select(Share).limit(1)).one())
    checks = closed_facts(client, opened)["checks"]
    assert checks == {"ballots_le_papers": False, "papers_le_invited": True}


def test_more_papers_than_people_shows_as_a_sum_that_does_not_hold(
    client: FlaskClient, opened: rounds.OpenRound
) -> None:
    rounds.answer(opened, list(opened.links)[:6])
    with identity.begin() as session:
        session.get_one(Round, opened.id).invited = 5
    checks = closed_facts(client, opened)["checks"]
    assert checks == {"ballots_le_papers": True, "papers_le_invited": False}


def test_a_cancelled_round_stays_listed_as_stopped(
    client: FlaskClient, clock: FixedClock, opened: rounds.OpenRound
) -> None:
    with identity.begin() as session:
        cancel_round(session, opened.id, clock.now(), "operator")
    run_due_work(current_workplace())
    (listed,) = client.get("/trust.json").json["rounds"]
    assert (listed["state"], listed["checks"]) == ("stopped", None)


def test_the_files_listed_are_those_that_are_served(client: FlaskClient) -> None:
    listed = client.get("/trust.json").json["bundle"]
    assert {"/static/respond.js", "/static/chorus.css"} <= {entry["path"] for entry in listed}
    page = client.get("/trust").text
    for entry in listed:
        served = client.get(entry["path"]).data
        assert (entry["size"], entry["sha256"]) == (len(served), hashlib.sha256(served).hexdigest())
        assert entry["sha256"] in page


def test_the_list_of_rounds_is_paged(client: FlaskClient, opened: rounds.OpenRound) -> None:
    with ballots.begin() as session:
        row = session.get_one(PoolPublic, opened.pool_id)
        session.add_all(
            PoolPublic(
                pool_id=bytes([number]) * 16,
                manifest=row.manifest,
                form=row.form,
                state="closed",
                takes_ballots_until=row.takes_ballots_until - timedelta(days=number),
            )
            for number in range(1, 25)
        )
    first, second = (client.get(f"/trust.json?page={page}").json for page in (1, 2))
    assert (len(first["rounds"]), first["next"]) == (20, "/trust.json?page=2")
    assert (len(second["rounds"]), second["next"]) == (5, None)
    pools = [entry["pool"] for entry in first["rounds"] + second["rounds"]]
    assert pools[0] == encode_base64url(opened.pool_id)
    assert pools[1:] == [encode_base64url(bytes([number]) * 16) for number in range(1, 25)]
    assert "Earlier rounds" in client.get("/trust").text
    assert "Later rounds" in client.get("/trust?page=2").text


def test_mail_admins_page_command_and_public_list_have_one_fingerprint(
    app: Flask, client: FlaskClient, mailer: MemoryMailer, opened: rounds.OpenRound
) -> None:
    with ballots.begin() as session:
        manifest = session.get_one(PoolPublic, opened.pool_id).manifest
    wanted = links.fingerprint(links.manifest_hash(manifest))
    assert re.findall(GROUPS_OF_FOUR, text_of_first_mail(mailer)) == [wanted]
    assert all(links.pin_of(bytes.fromhex(wanted) + bytes(16)) == link.pin for link in _all(opened))
    sign_in_admin(client)
    with identity.begin() as session:
        program = session.get_one(Round, opened.id).program_id
    assert re.findall(GROUPS_OF_FOUR, client.get(f"/programs/{program}").text) == [wanted]
    assert [
        row["fingerprint"] for row in json.loads(rounds.run(app, "rounds", "list", "--json"))
    ] == [wanted]
    assert client.get("/trust.json").json["rounds"][0]["fingerprint"] == wanted


def _all(opened: rounds.OpenRound) -> list[Link]:
    return list(opened.links.values())
