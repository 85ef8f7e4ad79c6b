"""Play every attack and print what it got: `python -m tests.attacks [--write] [--seed N] [NAME]`.

`--write` commits the figures to results.json and the table to docs/threat-model.md.
"""

import argparse
import time

from tests.attacks.catalogue import ATTACKS
from tests.attacks.frame import SEED, measure
from tests.attacks.results import result_of, write_results


def main() -> None:
    """Play the attacks that were asked for."""
    options = _options()
    rows = []
    for attack in ATTACKS:
        if options.names and not any(name in attack.name for name in options.names):
            continue
        fault = attack.fault()
        if fault:
            print(f"{attack.name}: not played, {fault}", flush=True)
            continue
        began = time.perf_counter()
        held = measure(attack, seed=options.seed)
        bare = measure(attack, seed=options.seed, undefended=True)
        rows.append(result_of(attack, held, bare))
        print(
            f"{attack.role:28} {attack.name:44} {held.success:.3f} ± {held.error:.3f}, chance "
            f"{held.chance:.3f} (at most +{held.at_most:.3f} of {attack.margin}); undefended "
            f"{bare.success:.3f} against {bare.chance:.3f} (at least +{bare.at_least:.3f} of "
            f"{attack.bite}); {time.perf_counter() - began:.1f} s",
            flush=True,
        )
    if options.write:
        write_results(rows, [attack.name for attack in ATTACKS])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("names", nargs="*", help="play only attacks whose names have this in them")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--write", action="store_true", help="commit figures and table")
    return parser.parse_args()


if __name__ == "__main__":
    main()
