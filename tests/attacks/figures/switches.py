"""Defences of the figures, switched off one at a time for as long as a context lasts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from unittest.mock import patch

from surveys import comoments, disclosure, tables, tabulation
from surveys.disclosure import Cell, ShownMean

FINE = Fraction(1, 10_000)


def _exact_mean(mean: float | Fraction, n: int, low: float, high: float) -> ShownMean:
    return ShownMean(float(mean), float(FINE) * (high - low), None)


@contextmanager
def exact_means() -> Iterator[None]:
    """Store means as they are: without D5, and without the open ends of D6."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(disclosure, "shown_mean", _exact_mean))
        stack.enter_context(patch.object(tables, "shown_mean", _exact_mean))
        stack.enter_context(together())
        yield


@contextmanager
def together() -> Iterator[None]:
    """Let means stand together whatever can be subtracted (013, 041)."""
    with (
        patch.object(tables, "told_together", lambda tree, told: frozenset(told)),
        beside_scores(),
    ):
        yield


@contextmanager
def beside_scores() -> Iterator[None]:
    """Let questions stand beside their score whatever that tells (041)."""
    with patch.object(tabulation, "without_narrowed", lambda work, scores, items: items):
        yield


@contextmanager
def small_histograms() -> Iterator[None]:
    """Show histograms from 2k answers on, where counts are bands (042)."""
    with patch.object(tables, "EXACT_FROM", 0):
        yield


@contextmanager
def fine_correlations() -> Iterator[None]:
    """Store how questions move together to three decimals (066)."""
    with patch.object(comoments, "correlation_step", lambda n: 0.001):
        yield


def _threshold_alone(cell: Cell, k: int, barred: frozenset[str]) -> list[Cell]:
    return [child for child in cell.children if child.n >= k and child.id not in barred]


@contextmanager
def no_remainders() -> Iterator[None]:
    """Show every cell of k, whatever is left beside it: D1 without D3."""
    with patch.object(disclosure, "_shown_children", _threshold_alone):
        yield


def _all_with_anyone(root: Cell, k: int, barred: frozenset[str] = frozenset()) -> frozenset[str]:
    return frozenset(cell.id for cell in disclosure.walk(root) if cell.n)


@contextmanager
def no_threshold() -> Iterator[None]:
    """Show every cell in which anybody answered: no D1, no D3, no count of papers."""
    with ExitStack() as stack:
        for module in (tabulation, tables):
            stack.enter_context(patch.object(module, "shown_cells", _all_with_anyone))
        stack.enter_context(together())
        yield


@contextmanager
def both(*switches: object) -> Iterator[None]:
    """Switch off several."""
    with ExitStack() as stack:
        for switch in switches:
            stack.enter_context(switch())  # type: ignore[operator]
        yield
