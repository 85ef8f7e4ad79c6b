"""A person's mail tells a reader of the wire the language of their record, and nothing more."""

from collections import defaultdict
from datetime import UTC, datetime
from itertools import groupby, pairwise
from pathlib import Path

from flask import Flask

from app.jobs.worker import run_due_work
from app.jobs.workplace import current_workplace
from app.mail.mailer import Mail, MemoryMailer
from tests import posts, rounds
from tests.applications import FixedClock

CIRCLES = ("North", "South")  # of one length, and so are their addresses
SPOKEN = ("en", "de", "ar")
EACH = 8  # in a circle: so few that all are reminded
LANGUAGE_OF_MENTORS = "en"
# Of a round from Monday 4 May, 11:00 in Berlin, to Friday 8 May, 11:00.
ALL_REMINDED_ONCE = datetime(2026, 5, 6, 15, 30, tzinfo=UTC)


def roster() -> tuple[str, dict[str, str]]:
    """Return a roster of two circles with three languages in each, and who reads what."""
    head, *lines = rounds.roster_csv(dict.fromkeys(CIRCLES, EACH)).splitlines()
    reads = {}
    rows = [f"{head},Language"]
    for number, line in enumerate(lines):
        address = line.partition(",")[0]
        language = SPOKEN[number % 3] if ",member," in line else LANGUAGE_OF_MENTORS
        reads[address] = language
        rows.append(f"{line},{language}")
    return "\n".join(rows) + "\n", reads


def by_language(mails: list[Mail], reads: dict[str, str]) -> dict[str, list[Mail]]:
    """Return mails to members by what their recipients read."""
    sorted_out = defaultdict(list)
    for mail in mails:
        if mail.recipient[0] != "m":
            sorted_out[reads[mail.recipient]].append(mail)
    return sorted_out


def tells_the_language_alone(mails: dict[str, list[Mail]]) -> bool:
    """Return whether all mails in a language have one subject, one size and one set of headers."""
    for of_language in mails.values():
        heads = {tuple(posts.message(mail).keys()) for mail in of_language}
        subjects = {str(posts.message(mail)["Subject"]) for mail in of_language}
        sizes = {len(mail.content) - len(mail.recipient) for mail in of_language}
        if not len(heads) == len(subjects) == len(sizes) == 1:
            return False
    return len(mails) == len(SPOKEN)


def test_whoever_reads_one_language_gets_one_letter_whatever_circle_they_are_in(
    app: Flask, mailer: MemoryMailer, clock: FixedClock, tmp_path: Path
) -> None:
    text, reads = roster()
    rounds.import_people(app, tmp_path, text)
    opened = rounds.launch(app, mailer)
    first = by_language(mailer.mails, reads)
    assert tells_the_language_alone(first)
    for language, mails in first.items():
        assert {posts.message(mail)["Content-Language"] for mail in mails} == {language}
    assert "Fragen" in posts.text(first["de"][0]) and "أسئلة" in posts.text(first["ar"][0])
    # Mails go in an order that follows neither language nor circle: by chance alone, one such
    # order in a hundred thousand.
    order = [reads[mail.recipient] for mail in mailer.mails]
    assert len(list(groupby(order))) > len(SPOKEN) + 1
    places = [mail.recipient.partition(".")[0] for mail in mailer.mails]
    assert sum(one != other for one, other in pairwise(places)) > 1

    mailer.mails.clear()
    rounds.answer(opened, [address for address in opened.links if address[0] == "n"][:6])
    clock.move_to(ALL_REMINDED_ONCE)
    run_due_work(current_workplace())
    later = by_language(mailer.mails, reads)
    assert sum(map(len, later.values())) == EACH * len(CIRCLES)
    assert tells_the_language_alone(later)
