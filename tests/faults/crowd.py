"""A round that twenty-three people answered, the same way each time, so that counts are exact."""

from pathlib import Path

from flask import Flask

from app.mail.mailer import MemoryMailer
from tests import rounds
from tests.rounds import OpenRound

# South is too small for a cell of its own: which number a cell gets follows random identifiers.
GROUPS = {"North": 17, "South": 4}
PEOPLE = sum(GROUPS.values()) + len(GROUPS)  # with a mentor for each group


def answered_round(
    app: Flask, mailer: MemoryMailer, folder: Path, *, absent: int = 0
) -> tuple[OpenRound, list[str]]:
    """Return an open round that all but the last `absent` have answered, and their addresses.

    Who answers what follows from the address alone, so two such rounds hold the same answers.
    """
    rounds.import_people(app, folder, rounds.roster_csv(GROUPS))
    opened = rounds.launch(app, mailer)
    addresses = sorted(opened.links)
    assert len(addresses) == PEOPLE
    for number, address in enumerate(addresses[: PEOPLE - absent]):
        rounds.answer(opened, [address], answers_of(number))
    return opened, addresses[PEOPLE - absent :]


def answers_of(number: int) -> dict[str, object]:
    """Return the answers of the `number`-th person; every other one comments."""
    answers: dict[str, object] = {
        item: (value + number) % 5 + 1 for item, value in rounds.GOOD.items()
    }
    if number % 2:
        answers["pulse_comment"] = f"Observation {'abcdefghijklmnopqrstuvwxyz'[number]}."
    return answers
