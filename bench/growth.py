"""How the cost of an opening grows with the ballots of a round.

    python -m bench.growth --most 1000000

prints, for rounds of 1,000 ballots and ten times as many up to the most, how many are opened and
counted a second against the smallest round, and how much memory that added. Not part of
`make bench`: a round of 1,000,000 takes 9 GB of disk, under TMPDIR, and some minutes to be made, by
as many processes as there are cores.
"""

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from app.opening.unsealing import OpenedPool
from bench.opening import SealedRound, open_and_count, sealed_round
from bench.pairs import Line, line
from bench.stage import application_in, data_folder, fresh_application
from crypto import sealing

SMALLEST = 1_000
MOST_MEGABYTES = 100  # what the opening of any round may add


def run(most: int) -> Iterator[Line]:
    """Yield three lines for each size: ballots a second, memory, and that without comments."""
    with fresh_application() as app:
        rng = Random(7)
        smallest = sealed_round(rng, SMALLEST)
        size = SMALLEST
        while size <= most:
            sealed = sealed_round(rng, size, os.cpu_count() or 1)
            # The smallest again beside each, since a machine is not always as fast.
            usual, _ = _opened(smallest, data_folder(app))
            rate, grown = _opened(sealed, data_folder(app))
            yield line(f"open_{size}", rate, "ballots/s", usual, rate / usual)
            yield _memory(f"open_{size}_memory", grown)
            _, grown = _opened(sealed, data_folder(app), without_comments=True)
            yield _memory(f"open_{size}_memory_without_comments", grown)
            size *= 10


def _memory(name: str, grown: float) -> Line:
    return line(name, grown, "MB", MOST_MEGABYTES, MOST_MEGABYTES / max(grown, 1))


def _opened(
    sealed: SealedRound, folder: Path, *, without_comments: bool = False
) -> tuple[float, float]:
    """Return ballots opened a second, and by how many MB the most memory grew meanwhile."""
    with multiprocessing.get_context("spawn").Pool(1) as process:
        scalar = sealing.scalar_of(sealed.key)
        return process.apply(_open, (folder, sealed.pool, scalar, without_comments))


def _open(
    folder: Path, pool: OpenedPool, scalar: int, without_comments: bool
) -> tuple[float, float]:
    sealed = SealedRound(pool, sealing.private_key_from_scalar(scalar))
    with application_in(folder).app_context():
        before, start = _most_memory(), time.perf_counter()
        done = open_and_count(sealed, without_comments=without_comments)
        return done / (time.perf_counter() - start), _most_memory() - before


def _most_memory() -> float:
    """Return the most memory that this program has had, in MB of 2**20 bytes (Linux).

    Not `ru_maxrss`, which a new program takes over from the one that started it.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 2**10


def main() -> int:
    """Print the lines, each as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth")
    parser.add_argument("--most", type=int, default=100_000, help="ballots of the largest round")
    for entry in run(parser.parse_args().most):
        print(json.dumps(entry), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
