"""Blind signatures a second, against the bare constant-time power that they need."""

import statistics
import time
from collections.abc import Callable, Iterator

import gmpy2

from crypto import blind

ROUNDS = 7
CALLS = 40


def run() -> Iterator[dict[str, object]]:
    """Yield one line: signatures a second on one core; baseline is powmod_sec with the full d."""
    private_key = blind.generate_key()
    numbers = private_key.private_numbers()
    modulus = numbers.public_numbers.n
    input_msg = blind.prepare(b"benchmark")
    blinded, _ = blind.blind(private_key.public_key(), input_msg)
    base, exponent, order = (
        gmpy2.mpz(part) for part in (int.from_bytes(blinded), numbers.d, modulus)
    )
    signing, power = [], []
    # Both are timed in turn, so that a machine that slows down slows both.
    for _ in range(ROUNDS):
        signing.append(_rate(lambda: blind.blind_sign(private_key, blinded)))
        power.append(_rate(lambda: gmpy2.powmod_sec(base, exponent, order)))
    value, baseline = statistics.median(signing), statistics.median(power)
    ratio = statistics.median(a / b for a, b in zip(signing, power, strict=True))
    yield {
        "name": "blind_sign",
        "value": round(value, 1),
        "unit": "signatures/s",
        "baseline": round(baseline, 1),
        "ratio": round(ratio, 3),
    }


def _rate(work: Callable[[], object]) -> float:
    """Return how often `work` ran in a second."""
    start = time.perf_counter()
    for _ in range(CALLS):
        work()
    return CALLS / (time.perf_counter() - start)
