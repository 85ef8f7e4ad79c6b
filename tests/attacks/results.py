"""The committed results, and the table that the threat model shows of them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.attacks.frame import Attack, Measured

RESULTS = Path(__file__).parent / "results.json"
PAGE = Path(__file__).parents[2] / "docs" / "threat-model.md"
START = "<!-- attacks: written by `python -m tests.attacks --write` -->"
END = "<!-- attacks: end -->"
_HEAD = ("role", "what it was given", "best attack", "success", "chance", "without the defence")


@dataclass(frozen=True)
class Result:
    """One row of the table: an attack in words, and its figures with and without its defence."""

    name: str
    role: str
    given: str
    best: str
    defence: str
    trials: int
    success: float
    chance: float
    error: float
    without: float


def result_of(attack: Attack, held: Measured, bare: Measured) -> Result:
    """Return the row of an attack."""
    return Result(
        name=attack.name,
        role=attack.role,
        given=attack.given,
        best=attack.best,
        defence=attack.defence,
        trials=held.trials,
        success=round(held.success, 4),
        chance=round(held.chance, 4),
        error=round(held.error, 4),
        without=round(bare.success, 4),
    )


def read_results() -> list[Result]:
    """Return the committed rows."""
    return [Result(**row) for row in json.loads(RESULTS.read_text(encoding="utf-8"))]


def write_results(rows: Sequence[Result], order: Sequence[str]) -> None:
    """Commit rows to the file and the table to the page; rows of attacks not played are kept.

    :param order: the names of all attacks there are.
    """
    kept = {row.name: row for row in read_results()} if RESULTS.exists() else {}
    kept |= {row.name: row for row in rows}
    kept = {name: kept[name] for name in order if name in kept}
    text = json.dumps([asdict(row) for row in kept.values()], indent=1, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    PAGE.write_text(
        f"{before}{START}\n{table(list(kept.values()))}\n{END}{after}", encoding="utf-8"
    )


def committed_table() -> str:
    """Return the table as it stands in the threat model."""
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    return rest.partition(END)[0].strip()


def table(rows: Sequence[Result]) -> str:
    """Return the rows as a Markdown table, sorted by role."""
    lines = [_line(_HEAD), _line(["---"] * len(_HEAD))]
    for row in sorted(rows, key=lambda row: (row.role, row.name)):
        figures = (f"{row.success:.2f} ± {row.error:.2f}", f"{row.chance:.2f}")
        bare = f"{row.without:.2f} ({row.defence})"
        lines.append(_line((row.role, row.given, row.best, *figures, bare)))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
