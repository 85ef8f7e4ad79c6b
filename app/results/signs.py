"""Further signs of a program, read from its stored releases: comments and taking part."""

from collections.abc import Sequence

from app.results.service import ReleasedRound, latest_alike
from surveys.disclosure import band_middle
from surveys.signals import Sign, Tone, Turnout, further_signs, turnout


def signs_of(rounds: Sequence[ReleasedRound]) -> tuple[Sign, ...]:
    """Return what else is worth a look after a program's released rounds, oldest first.

    A longer form is answered by other people: only rounds that asked alike are compared.
    """
    alike = latest_alike(rounds)
    return further_signs([_tone(entry) for entry in alike], [_turnout(entry) for entry in alike])


def _tone(entry: ReleasedRound) -> Tone | None:
    table = entry.cell().get("sentiment", {})
    if "mean" not in table:
        return None
    return Tone(
        mean=table["mean"],
        step=table["step"],
        scored=band_middle(table["scored_from"], entry.k),
        scored_from=table["scored_from"],
        lexicon=entry.lexicon,
    )


def _turnout(entry: ReleasedRound) -> Turnout | None:
    ballots = entry.cell().get("ballots")
    return None if ballots is None else turnout(entry.invited, ballots["n_from"], entry.k)
