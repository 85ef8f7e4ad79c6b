"""Every attack there is; one that is not listed here is not played."""

from tests.attacks.figures import joiner, linear

ATTACKS = (
    *linear.ATTACKS,
    *joiner.ATTACKS,
)
