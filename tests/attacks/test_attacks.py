"""Every attack fails against the program, and is known to bite where its defence is off."""

import pytest

from tests import databases
from tests.attacks.catalogue import ATTACKS
from tests.attacks.frame import Attack, measure
from tests.attacks.results import committed_table, read_results, table

LISTED = [
    pytest.param(attack, id=attack.name, marks=[pytest.mark.slow] if attack.slow else [])
    for attack in ATTACKS
]


@pytest.mark.parametrize("attack", LISTED)
def test_an_attack_does_no_better_than_its_margin_over_chance(attack: Attack) -> None:
    databases.need(attack.fault())
    measured = measure(attack)
    print(attack.name, measured)
    assert measured.at_most <= attack.margin
    committed = {row.name: row for row in read_results()}[attack.name]
    assert measured.success == pytest.approx(committed.success, abs=attack.tolerance)
    assert measured.chance == pytest.approx(committed.chance, abs=attack.tolerance)


@pytest.mark.parametrize("attack", LISTED)
def test_an_attack_bites_where_its_defence_is_switched_off(attack: Attack) -> None:
    databases.need(attack.fault())
    measured = measure(attack, undefended=True)
    print(attack.name, measured)
    assert measured.at_least >= attack.bite
    committed = {row.name: row for row in read_results()}[attack.name]
    assert measured.success == pytest.approx(committed.without, abs=attack.tolerance)


def test_the_threat_model_shows_the_committed_figures_of_every_attack() -> None:
    rows = read_results()
    assert [row.name for row in rows] == sorted({row.name for row in rows}, key=_listed)
    assert {row.name for row in rows} == {attack.name for attack in ATTACKS}
    for row in rows:
        attack = ATTACKS[_listed(row.name)]
        assert (row.role, row.given, row.best, row.defence) == (
            attack.role,
            attack.given,
            attack.best,
            attack.defence,
        )
    assert committed_table() == table(rows)


def _listed(name: str) -> int:
    return [attack.name for attack in ATTACKS].index(name)
