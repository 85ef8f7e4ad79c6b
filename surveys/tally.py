"""Count opened ballots one by one; nothing but counts, sums and comments is kept."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from surveys.answers import Answers, Mailbox
from surveys.comoments import Comoments
from surveys.histograms import Run
from surveys.items import Form, Item
from surveys.scoring import scored_items


@dataclass
class ScoreSum:
    """Running sums of a score: enough for its mean and its standard deviation."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, score: float) -> None:
        """Count one person's score."""
        self.n += 1
        self.total += score
        self.squares += score * score

    def merge(self, other: "ScoreSum") -> None:
        """Take in what another sum counted."""
        self.n += other.n
        self.total += other.total
        self.squares += other.squares

    def spread(self) -> float:
        """Return the standard deviation of the scores (n - 1); 0 for fewer than two."""
        if self.n < 2:
            return 0.0
        around = self.squares - self.total * self.total / self.n
        return math.sqrt(max(0.0, around / (self.n - 1)))


class OptionCount:
    """Count, for one item in one cell, the ballots that chose from each run of options."""

    def __init__(self, item: Item) -> None:
        self.n = 0
        options = item.points or item.option_ids
        size = len(options)
        self._places: dict[object, int] = {option: place for place, option in enumerate(options)}
        self._exclusive = item.type != "multiple"
        self._chosen = [0] * size
        self._runs: dict[Run, int] = {}
        if not self._exclusive:  # only runs can say how many named at least one of several
            self._runs = {(first, last): 0 for first in range(size) for last in range(first, size)}

    def add(self, value: object) -> None:
        """Count one ballot's value, known to fit the item."""
        self.n += 1
        if self._exclusive:
            self._chosen[self._places[value]] += 1
        elif isinstance(value, tuple):
            chosen = sorted(self._places[option] for option in value)
            for run in self._runs:  # a ballot counts once however many options it names
                if any(run[0] <= place <= run[1] for place in chosen):
                    self._runs[run] += 1

    def merge(self, other: "OptionCount") -> None:
        """Take in what another count of the same item counted."""
        self.n += other.n
        for place, count in enumerate(other._chosen):
            self._chosen[place] += count
        for run, count in other._runs.items():
            self._runs[run] += count

    def count(self, run: Run) -> int:
        """Return how many ballots chose at least one option of the run."""
        if not self._exclusive:
            return self._runs[run]
        return sum(self._chosen[run[0] : run[1] + 1])


@dataclass(frozen=True, slots=True)
class Remarks:
    """The comments of one ballot, by item id, with their mailboxes."""

    cell: int
    texts: dict[str, str]
    mailboxes: dict[str, Mailbox]


class Tally:
    """What is known of a round while it is opened: counts for each cell, and comments.

    Its memory does not grow with the number of ballots, comments apart.
    """

    def __init__(self, form: Form, cell_count: int) -> None:
        self.form = form
        self.cell_count = cell_count
        self.scored = scored_items(form)
        self.ballots = [0] * cell_count
        self.scores = [ScoreSum() for _ in range(cell_count)]
        self.comoments = Comoments(form, self.scored)
        self.closed_items = tuple(item for item in form.items if item.type != "comment")
        self.comment_items = tuple(item for item in form.items if item.type == "comment")
        self.counts = {
            item.id: [OptionCount(item) for _ in range(cell_count)] for item in self.closed_items
        }
        self.remarks: list[Remarks] = []

    def add(self, answers: Answers) -> None:
        """Count one ballot."""
        cell, values = answers.cell, answers.values
        self.ballots[cell] += 1
        for item_id, value in values.items():
            if value is not None and item_id in self.counts:
                self.counts[item_id][cell].add(value)
        score = self.scored.score(values) if self.scored else None
        if score is not None:
            self.scores[cell].add(score)
            self.comoments.add(values)
        texts = {item.id: str(values[item.id]) for item in self.comment_items if item.id in values}
        if texts:
            self.remarks.append(Remarks(cell, texts, dict(answers.mailboxes)))

    def merge(self, other: "Tally") -> None:
        """Take in what another process counted of the same round."""
        self.ballots = [mine + more for mine, more in zip(self.ballots, other.ballots, strict=True)]
        for mine, more in zip(self.scores, other.scores, strict=True):
            mine.merge(more)
        self.comoments.merge(other.comoments)
        for item_id, cells in self.counts.items():
            for count, others in zip(cells, other.counts[item_id], strict=True):
                count.merge(others)
        self.remarks.extend(other.remarks)

    def score_in(self, cells: Iterable[int]) -> ScoreSum:
        """Return the sum of the scores of some cells."""
        total = ScoreSum()
        for cell in cells:
            total.merge(self.scores[cell])
        return total

    def count_in(self, item: Item, cells: Iterable[int]) -> OptionCount:
        """Return the counts of one item in some cells together."""
        total = OptionCount(item)
        for cell in cells:
            total.merge(self.counts[item.id][cell])
        return total
