"""Comments scored a second, against stock VADER on the same texts."""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from surveys.sentiment import score

ROUNDS = 9
TEXT = (
    "our weekly meeting was useful and the mentor listens well but the workload is too high this "
    "month and nobody helps with the release so I feel tired and a bit lost in the team people "
    "are friendly though and the new plan looks good to me if we get enough time for it"
)


def run() -> Iterator[dict[str, object]]:
    """Yield two lines: comments of 20 words, and comments of 2,000 characters."""
    rng, words = random.Random(11), TEXT.split()
    short = [" ".join(rng.choices(words, k=20)) for _ in range(200)]
    long = [" ".join(rng.choices(words, k=600))[:2000] for _ in range(10)]
    yield _compare("sentiment_short", short)
    yield _compare("sentiment_long", long)


def _compare(name: str, texts: Sequence[str]) -> dict[str, object]:
    stock = SentimentIntensityAnalyzer().polarity_scores
    score(texts[0])  # loads model and lexicon
    ours, theirs = [], []
    # Both are timed in turn, so that a machine that slows down slows both.
    for _ in range(ROUNDS):
        ours.append(_rate(score, texts))
        theirs.append(_rate(stock, texts))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return {
        "name": name,
        "value": round(statistics.median(ours), 1),
        "unit": "comments/s",
        "baseline": round(statistics.median(theirs), 1),
        "ratio": round(ratio, 3),
    }


def _rate(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return how many texts are done in a second."""
    start = time.perf_counter()
    for text in texts:
        work(text)
    return len(texts) / (time.perf_counter() - start)
