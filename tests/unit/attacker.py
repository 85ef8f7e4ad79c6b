"""An attacker who adds and subtracts everything that is shown, by linear algebra."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations


def reduced(rows: list[list[Fraction]]) -> dict[int, list[Fraction]]:
    """Return an echelon form of the rows: pivot column -> row."""
    basis: dict[int, list[Fraction]] = {}
    for row in rows:
        left = residue(row, basis)
        pivot = next((place for place, value in enumerate(left) if value), None)
        if pivot is not None:
            basis[pivot] = [value / left[pivot] for value in left]
    return basis


def residue(row: list[Fraction], basis: dict[int, list[Fraction]]) -> list[Fraction]:
    """Return what is left of a row after taking out what the basis spans."""
    for pivot in sorted(basis):
        factor = row[pivot]
        if factor:
            row = [mine - factor * theirs for mine, theirs in zip(row, basis[pivot], strict=True)]
    return row


def isolated(
    sizes: Mapping[Hashable, int], shown: Iterable[Iterable[Hashable]], fewest: int
) -> list[tuple[Hashable, ...]]:
    """Return the parts, of 1 to `fewest` - 1 people together, that shown totals add up to.

    :param sizes: how many people each part has, a part being what no shown total divides.
    :param shown: for each total that is shown, the parts that it is of.
    """
    parts = [part for part, size in sizes.items() if size]
    rows = [[Fraction(part in total) for part in parts] for total in map(frozenset, shown)]
    basis = reduced(rows)
    return [
        union
        for union in _small_unions(parts, sizes, fewest)
        if not any(residue([Fraction(part in union) for part in parts], basis))
    ]


def _small_unions(
    parts: Sequence[Hashable], sizes: Mapping[Hashable, int], fewest: int
) -> list[tuple[Hashable, ...]]:
    return [
        union
        for length in range(1, min(fewest, len(parts) + 1))
        for union in combinations(parts, length)
        if sum(sizes[part] for part in union) < fewest
    ]
