"""How well and how fast comments are scored: `python -m bench.moods [--gold PATH] [--seed N]`.

The published tweets and reviews lie in vaderSentiment's source distribution, which is not ours to
ship: `make bench` fetches it into the virtual environment, where it is looked for unless a path
names it.

Source: MEASUREMENT, section 2 and section 5; Hutto and Gilbert (2014) for the ratings.
"""

import argparse
import io
import json
import random
import statistics
import sys
import tarfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.pairs import Line, line
from bench.sentiment import TEXT
from surveys.sentiment import score
from surveys.themes import named_themes

SEED = 11
COMMENTS = 2_000  # of 20 words, for the rate
RATE, WORST_MS, KEPT = 2_000, 50, 0.93  # the figures to reach
SOURCE = Path(sys.prefix, "vaderSentiment-3.3.2.tar.gz")
INSIDE = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
GOLD = (
    ("sentiment_tweets_r", "tweets_GroundTruth.txt", 0.86),
    ("sentiment_reviews_r", "amazonReviewSnippets_GroundTruth.txt", 0.57),
)
MEGABYTE = 1_000_000
PIECES = (
    "😀",
    "a",
    "!",
    "not ",
    "very GOOD ",
    "but ",
    "(:",
    "\n",
    "our workload is too high ",
    "né ",
)
FOREIGN = (
    "Sehr gut", "Das Team ist nett, aber es gibt zu viel Arbeit", "Meine Mentorin hört gut zu",
    "Zu viele Termine", "Überstunden sind hier normal", "Muy bien", "Tengo demasiado trabajo",
    "El equipo es amable y me ayuda mucho", "Necesitamos más tiempo para hablar", "Très bien",
    "Je suis fatigué depuis des semaines", "Mon équipe m'aide beaucoup", "Trop de réunions",
    "Tutto bene", "Il carico di lavoro è troppo alto", "Grazie per l'aiuto di questa settimana",
    "A equipa é boa, mas falta tempo", "Muito obrigado pelo apoio", "Het gaat goed met ons team",
    "Te veel vergaderingen deze week", "Jag är trött på alla möten", "Tack så mycket",
    "Nie mam czasu na nic", "Zespół jest bardzo dobry", "Ekip çok iyi ama iş yükü fazla",
    "Команда очень хорошая", "Слишком много работы", "工作太多了", "とても良いチームです",
    "팀이 정말 좋아요", "فريق رائع جدا",
)  # fmt: skip
ENGLISH = (
    "Great team", "Too many meetings", "ok", "Not enough time", "I feel tired most evenings",
    "My mentor listens and asks good questions", "Understaffed since spring", "Thanks a lot",
    "We need more notice before plans change", "Nobody explains the decisions",
    "The circle helps me to switch off", "Working from home is lonely", "LOVE the new format",
    "Deadlines are unrealistic, honestly", "No complaints",
)  # fmt: skip


def run(gold: Path | None = None, seed: int = SEED) -> Iterator[Line]:
    """Yield a line for each figure; what can't be measured is said on the error stream.

    :param gold: the source distribution, or a folder with its ground truth files.
    """
    yield _rate(seed)
    worst = max(_milliseconds(text) for text in _hard_texts(seed))
    yield line("sentiment_worst", worst, "ms", WORST_MS, WORST_MS / worst)
    foreign = statistics.fmean(score(text).compound is None for text in FOREIGN)
    yield line("sentiment_foreign_left_out", foreign, "share", 1, foreign)
    english = statistics.fmean(score(text).compound is not None for text in ENGLISH)
    yield line("sentiment_english_kept", english, "share", 1, english)
    yield from _published(gold)


def _rate(seed: int) -> Line:
    """Return comments of 20 words a second and a core, scored and looked through for themes."""
    rng, words = random.Random(seed), TEXT.split()
    texts = [" ".join(rng.choices(words, k=20)) for _ in range(COMMENTS)]
    score(texts[0])  # what is loaded once is loaded before the clock runs
    named_themes(texts[0])
    start = time.process_time()
    for text in texts:
        score(text)
        named_themes(text)
    value = COMMENTS / (time.process_time() - start)
    return line("sentiment_and_themes", value, "comments/s", RATE, value / RATE)


def _hard_texts(seed: int) -> Iterator[str]:
    """Yield a megabyte of each piece repeated, and of all of them mixed."""
    rng = random.Random(seed)
    for piece in PIECES:
        yield (piece * (MEGABYTE // len(piece.encode()) + 1))[:MEGABYTE]
    yield "".join(rng.choices(PIECES, k=MEGABYTE // 8))


def _milliseconds(text: str) -> float:
    """Return the time of one text, the best of three: the machine has other work."""
    times = []
    for _ in range(3):
        start = time.process_time()
        score(text)
        named_themes(text)
        times.append(1_000 * (time.process_time() - start))
    return min(times)


def _published(gold: Path | None) -> Iterator[Line]:
    """Yield how moods go along with the published ratings, and how many texts were scored."""
    source = gold or SOURCE
    if not source.exists():
        names = ", ".join(name for name, _, _ in GOLD)
        print(f"not measured: {names}: no {source} here (see bench/moods.py)", file=sys.stderr)
        return
    for name, file, least in GOLD:
        pairs = [(score(text).compound, rating) for text, rating in _ratings(source, file)]
        kept = [(mood, rating) for mood, rating in pairs if mood is not None]
        r = statistics.correlation([mood for mood, _ in kept], [rating for _, rating in kept])
        yield line(name, r, "r", least, r / least)
        share = len(kept) / len(pairs)
        yield line(f"{name.removesuffix('_r')}_scored", share, "share", KEPT, share / KEPT)


def _ratings(source: Path, file: str) -> Iterator[tuple[str, float]]:
    """Yield text and mean rating, -4 to 4, of each line of a ground truth file."""
    for row in _content(source, file).decode("utf-8", "replace").splitlines():
        _, rating, text = row.split("\t", 2)
        yield text, float(rating)


def _content(source: Path, file: str) -> bytes:
    if source.is_dir():
        return (source / file).read_bytes()
    with tarfile.open(source) as outer:
        inner = io.BytesIO(_member(outer, INSIDE))
    with tarfile.open(fileobj=inner) as folder:
        return _member(folder, f"hutto_ICWSM_2014/{file}")


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    reader = archive.extractfile(name)
    if reader is None:
        raise FileNotFoundError(name)
    return reader.read()


def main(given: Sequence[str] | None = None) -> int:
    """Print the lines, each as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.moods", description=__doc__)
    parser.add_argument("--gold", type=Path, help="the source distribution, or a folder")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(given)
    for entry in run(asked.gold, asked.seed):
        print(json.dumps(entry), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
