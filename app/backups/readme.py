"""What a backup says of itself, on the screen and in its folder."""

from datetime import date, datetime
from textwrap import fill

from app.backups.contents import LEFT_OUT

_WIDTH = 92


def readme_text(now: datetime, revision: str, stopped_rounds: int, keys_until: date | None) -> str:
    """Return what whoever finds the folder must know; it names nobody.

    :param revision: up to which migration the databases had come.
    :param keys_until: the day by which the keys' folder must be gone; None if there is none.
    """
    parts = [
        f"A backup of Chorus, made on {now:%Y-%m-%d} at {now:%H:%M} UTC.",
        "Restore it into empty databases of the same version, whose newest migration is "
        f"{revision}: flask chorus restore FOLDER",
        *left_out_lines(stopped_rounds),
        *_keys_lines(keys_until),
        "The master key and CHORUS_SECRET_KEY are not in it. Without the master key no name, no "
        "address and no comment can be read again. Without the secret key, links in earlier mails "
        "that stop the mails no longer work.",
    ]
    return "\n\n".join(fill(part, _WIDTH, subsequent_indent="  ") for part in parts) + "\n"


def left_out_lines(stopped_rounds: int) -> list[str]:
    """Return what is not in a backup, and why, a paragraph each."""
    rounds = {0: "No round was open.", 1: "1 round was open."}.get(
        stopped_rounds, f"{stopped_rounds} rounds were open."
    )
    return [
        f"{rounds} Of an open round a backup holds who is asked and its public facts, and nothing "
        "that tells who has answered or what: a copy would outlive the promise that answers are "
        "opened once and then destroyed. When it is restored, such a round is stopped and "
        "replaced by a new one with new keys, in a mail that says so.",
        "Left out: " + "; ".join(f"{table} ({why})" for table, why in LEFT_OUT.items()) + ".",
        "Also left out of open rounds: which invitations have been used, reminders, whether enough "
        "have answered, mails that are owed about lost links, and every key. Of every round: which "
        "invitations were used or withdrawn.",
    ]


def _keys_lines(keys_until: date | None) -> list[str]:
    if keys_until is None:
        return ["The keys are not in it. Restore it with the newest copy of them: --keys FOLDER"]
    return [
        f"Keep the folder keys apart from the rest, and destroy it by {keys_until:%Y-%m-%d}. While "
        "it exists, comments whose key is destroyed meanwhile can be read again from it. Newer "
        "keys fit an older backup: restore the rest with --keys FOLDER."
    ]
