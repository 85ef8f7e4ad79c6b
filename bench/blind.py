"""Blind signatures a second, against the bare constant-time power that they need."""

from collections.abc import Callable, Iterator

import gmpy2

from bench.pairs import Line, compare
from crypto import blind

TIMES = 7
CALLS = 40


def run() -> Iterator[Line]:
    """Yield one line: signatures a second on one core; baseline is powmod_sec with the full d."""
    private_key = blind.generate_key()
    numbers = private_key.private_numbers()
    input_msg = blind.prepare(b"benchmark")
    blinded, _ = blind.blind(private_key.public_key(), input_msg)
    base, exponent, modulus = (
        gmpy2.mpz(part) for part in (int.from_bytes(blinded), numbers.d, numbers.public_numbers.n)
    )
    yield compare(
        "blind_sign",
        "signatures/s",
        work=lambda: _repeat(lambda: blind.blind_sign(private_key, blinded)),
        limit=lambda: _repeat(lambda: gmpy2.powmod_sec(base, exponent, modulus)),
        times=TIMES,
    )


def _repeat(call: Callable[[], object]) -> int:
    for _ in range(CALLS):
        call()
    return CALLS
