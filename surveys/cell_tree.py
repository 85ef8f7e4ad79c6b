"""Hold the tree of a round's cells, and count ballots along it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surveys.disclosure import Cell

ROOT_CELL = "program"  # what releases and manifests call the cell of everybody


@dataclass(frozen=True)
class CellNode:
    """A cell of the round's tree.

    :ivar id: its name in the release, an opaque string.
    :ivar index: its place in the manifest's cells; None if nobody answers in it directly.
    """

    id: str
    index: int | None
    children: tuple["CellNode", ...] = ()

    def nodes(self) -> Iterator["CellNode"]:
        """Yield this cell and everything beneath it."""
        yield self
        for child in self.children:
            yield from child.nodes()

    def indexes(self) -> tuple[int, ...]:
        """Return the manifest's indexes of this cell and everything beneath it."""
        return tuple(node.index for node in self.nodes() if node.index is not None)


def sized(node: CellNode, counts: Sequence[int]) -> Cell:
    """Return the tree with the number of ballots under each cell."""
    children = tuple(sized(child, counts) for child in node.children)
    return Cell(node.id, sum(counts[index] for index in node.indexes()), children)
