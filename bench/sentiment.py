"""Comments scored a second, against stock VADER on the same texts."""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bench.pairs import Line, compare
from surveys.sentiment import score

TIMES = 9
TEXT = (
    "our weekly meeting was useful and the mentor listens well but the workload is too high this "
    "month and nobody helps with the release so I feel tired and a bit lost in the team people "
    "are friendly though and the new plan looks good to me if we get enough time for it"
)


def run() -> Iterator[Line]:
    """Yield two lines: comments of 20 words, and comments of 2,000 characters."""
    rng, words = random.Random(11), TEXT.split()
    short = [" ".join(rng.choices(words, k=20)) for _ in range(200)]
    long = [" ".join(rng.choices(words, k=600))[:2000] for _ in range(10)]
    stock = SentimentIntensityAnalyzer().polarity_scores
    for name, texts in (("sentiment_short", short), ("sentiment_long", long)):
        yield compare(
            name,
            "comments/s",
            work=partial(_each, score, texts),
            limit=partial(_each, stock, texts),
            times=TIMES,
        )


def _each(call: Callable[[str], object], texts: Sequence[str]) -> int:
    for text in texts:
        call(text)
    return len(texts)
