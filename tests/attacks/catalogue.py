"""Every attack there is; one that is not listed here is not played."""

from tests.attacks.figures import (
    certainty,
    colluders,
    joiner,
    linear,
    moved,
    only_taker,
    polls,
    remarks,
    words,
)
from tests.attacks.service import (
    backups,
    gateway,
    keys,
    mailboxes,
    observer,
    order,
    search,
    stuffing,
    votes,
)

ATTACKS = (
    *linear.ATTACKS,
    *certainty.ATTACKS,
    *only_taker.ATTACKS,
    *joiner.ATTACKS,
    *moved.ATTACKS,
    *colluders.ATTACKS,
    *remarks.ATTACKS,
    *words.ATTACKS,
    *polls.ATTACKS,
    *order.ATTACKS,
    *keys.ATTACKS,
    *backups.ATTACKS,
    *search.ATTACKS,
    *votes.ATTACKS,
    *stuffing.ATTACKS,
    *mailboxes.ATTACKS,
    *observer.ATTACKS,
    *gateway.ATTACKS,
)
