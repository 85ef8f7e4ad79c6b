"""A release is the same bytes at every load and export, so repeating tells nothing (D9)."""

import re
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.extensions import identity
from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import MemoryMailer
from app.models.identity.group import Group
from tests import rounds
from tests.accounts import sign_in_admin, sign_in_mentor
from tests.applications import FixedClock

LOADS = 6
# A form's token, and a comment's name in a form, are new at each load (decision 033).
FORM_TOKEN = re.compile(r'name="(?:csrf_token|comment|one)"[^>]*value="[^"]*"|nonce="[^"]*"')


def test_a_release_is_the_same_bytes_at_every_load_and_export(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, tmp_path: Path
) -> None:
    """D9; and the comments keep one order, so no averaging over loads gets behind the shuffle."""
    rounds.import_people(app, tmp_path, rounds.roster_csv({"North": 12}))
    opened = rounds.launch(app, mailer)
    people = [address for address in opened.links if "mentor" not in address]
    for number, address in enumerate(people):
        values = rounds.GOOD | {"pulse_energy": 1 + number % 5, "pulse_comment": f"Note {number}."}
        rounds.answer(opened, [address], values)
    rounds.close(opened)
    with identity.begin() as session:
        group = session.scalars(select(Group)).one()
        pages = {
            "admin": f"/programs/{group.program_id}/results?group={group.id}",
            "mentor": f"/circles/{group.id}",
        }
    seen: dict[str, set[str]] = {name: set() for name in (*pages, "export")}
    for _ in range(LOADS):
        admin, mentor = app.test_client(), app.test_client()
        sign_in_admin(admin)
        sign_in_mentor(mentor, "mentor.north@example.org")
        for name, browser in (("admin", admin), ("mentor", mentor)):
            answer = browser.get(pages[name])
            assert answer.status_code == 200
            assert all(f"Note {number}." in answer.text for number in range(len(people)))
            seen[name].add(FORM_TOKEN.sub("", answer.text))
        seen["export"].add(rounds.run(app, "results", opened.id, "--json"))
        clock.advance(minutes=7)
        run_due_work(current_workplace())  # rows are laid anew meanwhile
    assert {name: len(bodies) for name, bodies in seen.items()} == dict.fromkeys(seen, 1)
